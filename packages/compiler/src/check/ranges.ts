/** A range of numbers, both ends included, and where it is written. */
export interface NumberRange<T> {
  readonly start: number;
  readonly end: number;
  readonly owner: T;
}

/** The pairs of ranges that overlap, each with the range in front of it; sorted, so that many ranges cost little. */
export function overlaps<T>(ranges: readonly NumberRange<T>[]): [NumberRange<T>, NumberRange<T>][] {
  const sorted = [...ranges].sort((a, b) => a.start - b.start || a.end - b.end);
  const found: [NumberRange<T>, NumberRange<T>][] = [];
  let widest: NumberRange<T> | undefined;
  for (const range of sorted) {
    if (widest !== undefined && range.start <= widest.end) found.push([widest, range]);
    if (widest === undefined || range.end > widest.end) widest = range;
  }
  return found;
}

/** Finds the range that holds a number, among ranges that may overlap. */
export class RangeIndex<T> {
  readonly #sorted: NumberRange<T>[];
  /** For each range, the one with the greatest end up to it. */
  readonly #widest: NumberRange<T>[] = [];

  constructor(ranges: readonly NumberRange<T>[]) {
    this.#sorted = [...ranges].sort((a, b) => a.start - b.start);
    for (const range of this.#sorted) {
      const before = this.#widest.at(-1);
      this.#widest.push(before === undefined || range.end > before.end ? range : before);
    }
  }

  find(value: number): NumberRange<T> | undefined {
    return this.overlapping(value, value);
  }

  /** Finds a range that has a number from `start` to `end`. */
  overlapping(start: number, end: number): NumberRange<T> | undefined {
    let low = -1;
    let high = this.#sorted.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (this.#sorted[middle]!.start <= end) low = middle;
      else high = middle;
    }
    const widest = low < 0 ? undefined : this.#widest[low];
    return widest !== undefined && widest.end >= start ? widest : undefined;
  }
}

/** The least number from `from` on that is neither taken nor in a range. */
export function nextFree(from: number, taken: ReadonlySet<number>, ranges: readonly NumberRange<unknown>[]): number {
  const index = new RangeIndex(ranges);
  let next = from;
  for (;;) {
    const range = index.find(next);
    if (range !== undefined) next = range.end + 1;
    else if (taken.has(next)) next++;
    else return next;
  }
}
