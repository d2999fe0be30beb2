/** What a load test is to do. */
export interface LoadPlan {
  /** Calls in flight at most, from 1 to {@link MAX_CONCURRENCY}. */
  readonly concurrency: number;
  /** How long calls are begun, up to {@link MAX_DURATION_MS}. */
  readonly durationMs: number;
  /** Calls to begin in a second, if there is room for them (an open loop). Undefined: each call is followed by the next. */
  readonly ratePerSecond: number | undefined;
}

/** A page is no load generator: `hawser bench` is. */
export const MAX_CONCURRENCY = 64;
export const MAX_DURATION_MS = 300_000;
/** Every latency is kept, so that percentiles are exact: 8 bytes each. */
export const MAX_CALLS = 500_000;

/** Why a plan cannot be run; undefined if it can. */
export function planError({ concurrency, durationMs, ratePerSecond }: LoadPlan): string | undefined {
  if (!(Number.isInteger(concurrency) && concurrency >= 1 && concurrency <= MAX_CONCURRENCY)) {
    return `calls in flight: a whole number from 1 to ${MAX_CONCURRENCY}`;
  }
  if (!(durationMs >= 100 && durationMs <= MAX_DURATION_MS)) {
    return `duration: from 0.1 to ${MAX_DURATION_MS / 1000} seconds`;
  }
  if (ratePerSecond !== undefined && !(ratePerSecond > 0 && ratePerSecond <= 10_000)) {
    return "rate: above 0, up to 10,000 calls a second";
  }
  return undefined;
}
