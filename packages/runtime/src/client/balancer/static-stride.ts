/**
 * Places calls by weight, each server's share as evenly spread as it can be: the static stride scheduler of gRFC A58. It
 * walks over the servers again and again and leaves out a server in some rounds, the more the less it weighs.
 */
export class StaticStride {
  /** From 1 to 65,535, the heaviest of which is 65,535. */
  readonly #weights: Uint16Array;
  readonly #nextSequence: () => number;

  /** @param nextSequence counts up by one with each call of it, modulo 2^32 */
  constructor(weights: readonly number[], nextSequence: () => number) {
    this.#weights = scale(weights);
    this.#nextSequence = nextSequence;
  }

  /** The index of the server whose turn it is. */
  next(): number {
    const weights = this.#weights;
    const count = weights.length;
    for (;;) {
      const sequence = this.#nextSequence();
      const index = sequence % count;
      const generation = Math.floor(sequence / count);
      const weight = weights[index];
      // Offset by half a turn from one server to the next, so that light ones are not all left out of the same round.
      const position = (weight * generation + index * HALF) % MOST;
      if (position >= MOST - weight) return index;
    }
  }
}

/**
 * Weights as numbers up to 65,535. Those of 0 are not known and become the mean of the others; one that is far from the mean
 * is drawn nearer, so that one wrong report draws no more than ten times the calls, and none is never asked.
 */
function scale(weights: readonly number[]): Uint16Array {
  const known = weights.filter((weight) => weight > 0);
  const mean = known.reduce((sum, weight) => sum + weight, 0) / known.length;
  if (known.length === 0 || !Number.isFinite(mean)) return new Uint16Array(weights.length).fill(MOST);
  const capped = weights.map((weight) =>
    weight > 0 ? Math.min(Math.max(weight, mean * MIN_RATIO), mean * MAX_RATIO) : mean,
  );
  const most = Math.max(...capped);
  return Uint16Array.from(capped, (weight) => Math.max(1, Math.round((weight / most) * MOST)));
}

const MOST = 65_535;
const HALF = MOST >> 1;

/** How far a weight may be from the mean (gRFC A58, as gRPC has it). */
const MAX_RATIO = 10;
const MIN_RATIO = 0.01;
