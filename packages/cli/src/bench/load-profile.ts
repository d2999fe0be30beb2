/** A part of a run: over its duration the load goes in a straight line from where it was to `value`. */
export interface LoadStep {
  readonly durationMs: number;
  /** Calls per second, or calls in flight. */
  readonly value: number;
}

/** A part with a beginning. */
interface Segment {
  readonly startMs: number;
  readonly durationMs: number;
  readonly from: number;
  readonly to: number;
  /** How much has come before: the area under the line, in value times seconds. */
  readonly before: number;
}

/** How the load goes over the time of a run: a line of straight parts, level behind the last. */
export class LoadProfile {
  readonly #segments: readonly Segment[];
  readonly #last: Segment;

  /** @param first the load at the beginning */
  constructor(first: number, steps: readonly LoadStep[]) {
    const segments: Segment[] = [];
    let startMs = 0;
    let from = first;
    let before = 0;
    for (const { durationMs, value } of steps) {
      if (durationMs > 0) segments.push({ startMs, durationMs, from, to: value, before });
      before += (((from + value) / 2) * durationMs) / 1000;
      startMs += durationMs;
      from = value;
    }
    this.#last = { startMs, durationMs: Infinity, from, to: from, before };
    segments.push(this.#last);
    this.#segments = segments;
  }

  /** How long the steps take together. */
  get stepsMs(): number {
    return this.#last.startMs;
  }

  /** The load at a time. */
  valueAt(ms: number): number {
    const segment = this.#segments.find(({ startMs, durationMs }) => ms < startMs + durationMs) ?? this.#last;
    if (segment.durationMs === Infinity) return segment.from;
    return segment.from + ((segment.to - segment.from) * (ms - segment.startMs)) / segment.durationMs;
  }

  /**
   * When so much has come: the time at which the area under the line is `amount` (for a rate in calls a second: when that
   * many calls are due). Infinity if it never is.
   */
  timeOf(amount: number): number {
    const segment = this.#segments.findLast(({ before }) => before <= amount) ?? this.#last;
    const rest = amount - segment.before;
    if (segment.durationMs === Infinity) {
      return segment.from > 0 ? segment.startMs + (rest / segment.from) * 1000 : Infinity;
    }
    // rest = from t + slope t² / 2, in seconds; of the two roots the earlier, in the form that loses no digits.
    const slope = ((segment.to - segment.from) / segment.durationMs) * 1000;
    const root = Math.sqrt(Math.max(0, segment.from ** 2 + 2 * slope * rest));
    const seconds = rest === 0 ? 0 : (2 * rest) / (segment.from + root);
    return segment.startMs + Math.min(segment.durationMs, seconds * 1000);
  }
}
