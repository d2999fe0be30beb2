/** What a number of latencies comes to, in ms. */
export interface Latencies {
  readonly count: number;
  readonly minMs: number;
  readonly meanMs: number;
  readonly p50Ms: number;
  readonly p90Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

/** Exact: all of them are sorted. Undefined if there are none. @param latencies in ms, in any order; it is not changed */
export function latenciesOf(latencies: Float64Array): Latencies | undefined {
  if (latencies.length === 0) return undefined;
  const sorted = latencies.slice().sort();
  const at = (percentile: number) => percentileOf(sorted, percentile);
  let sum = 0;
  for (const each of sorted) sum += each;
  return {
    count: sorted.length,
    minMs: sorted[0]!,
    meanMs: sum / sorted.length,
    p50Ms: at(50),
    p90Ms: at(90),
    p95Ms: at(95),
    p99Ms: at(99),
    maxMs: sorted[sorted.length - 1]!,
  };
}

/** The nearest rank: the least value that so many percent of all are not above. */
function percentileOf(sorted: Float64Array, percentile: number): number {
  return sorted[Math.max(0, Math.ceil((percentile / 100) * sorted.length) - 1)]!;
}

/** Numbers in a buffer that doubles as it fills. */
export class Growing {
  #values = new Float64Array(1024);
  #length = 0;

  /** How many there are. */
  get length(): number {
    return this.#length;
  }

  push(value: number): void {
    if (this.#length === this.#values.length) {
      const more = new Float64Array(this.#length * 2);
      more.set(this.#values);
      this.#values = more;
    }
    this.#values[this.#length++] = value;
  }

  /** A view of those from `start` on, good until the next push. */
  from(start: number): Float64Array {
    return this.#values.subarray(start, this.#length);
  }
}
