import type { LoadProfile } from "./load-profile.js";

/** How calls follow one another at a rate: evenly, or as those of many users who know nothing of one another. */
export type ArrivalKind = "even" | "poisson";

/** When the calls of an open loop are due. */
export class Arrivals {
  readonly #profile: LoadProfile;
  readonly #gap: () => number;
  #amount = 0;

  /** @param seed of the random gaps of `poisson` */
  constructor(profile: LoadProfile, kind: ArrivalKind, seed: number) {
    this.#profile = profile;
    const random = randomOf(seed);
    // The gaps of a Poisson process are exponential, with a mean of one call.
    this.#gap = kind === "even" ? () => 1 : () => -Math.log(1 - random());
  }

  /** When the next call is due, in ms from the beginning; Infinity for never. */
  next(): number {
    const due = this.#profile.timeOf(this.#amount);
    this.#amount += this.#gap();
    return due;
  }
}

/** Numbers in [0, 1) by Marsaglia's xorshift of 32 bits: the same for the same seed. */
function randomOf(seed: number): () => number {
  // It must not start at 0, where it stays; the multiplication spreads seeds that are close together.
  let state = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) | 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}
