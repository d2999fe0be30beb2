import type { Histogram } from "hdr-histogram-js";
import type { Failures, Interval, Recorder } from "./recorder.js";

/** A distribution of times, in ms. */
export interface Latencies {
  readonly count: number;
  readonly minMs: number;
  readonly meanMs: number;
  readonly stdDevMs: number;
  readonly maxMs: number;
  /** By percentile, as `"99.9"`. */
  readonly percentiles: Readonly<Record<string, number>>;
  /** The whole distribution: pairs of the share of calls, from 0 to below 1, and the time within which they ended. */
  readonly distribution: readonly (readonly [share: number, ms: number])[];
}

/** What a threshold came to. */
export interface Verdict {
  /** As it was given. */
  readonly threshold: string;
  readonly ok: boolean;
  /** What was measured, in the unit of the threshold; undefined if there was nothing to measure. */
  readonly measured: number | undefined;
}

/** What a run was asked to do; shown with its result. */
export interface BenchSettings {
  readonly target: string;
  readonly method: string;
  readonly kind: string;
  readonly protocol: string;
  readonly loop: "closed" | "open";
  readonly connections: number;
  /** As given: `64 in flight`, `1000/s even, then 5000/s over 10 s`. */
  readonly load: string;
  readonly requestBytes: number;
  /** Messages that each call sends. */
  readonly messages: number;
}

/** The result of a run; this is what `--json` prints. */
export interface BenchResult {
  /** False if a threshold was missed. */
  readonly ok: boolean;
  readonly settings: BenchSettings;
  /** When the measurement began, ISO 8601. */
  readonly startedAt: string;
  /** From the first call to the end of the last. */
  readonly durationMs: number;
  readonly calls: number;
  readonly succeeded: number;
  readonly failed: number;
  /** Calls that were due but for which there was no room until the end (open loop). */
  readonly notStarted: number;
  /** Calls that ended with OK, a second. */
  readonly callsPerSecond: number;
  readonly messagesSent: number;
  readonly messagesReceived: number;
  /** Of calls that ended with OK: from when they were due (open loop) or begun (closed loop) to their end. */
  readonly latency: Latencies | undefined;
  /** From the same moment to the first message; of methods with a stream of replies. */
  readonly firstReply: Latencies | undefined;
  /** How late calls were begun, in open loops: what this machine, or a full house, added to their latency. */
  readonly lateness: Latencies | undefined;
  readonly failures: readonly Failures[];
  readonly intervals: readonly Interval[];
  readonly thresholds: readonly Verdict[];
  /** True if it was stopped before its end. */
  readonly interrupted: boolean;
}

/** The percentiles that a report shows. */
export const PERCENTILES = ["50", "75", "90", "95", "99", "99.9", "99.99"] as const;

/** What a histogram of µs says; undefined if it is empty. */
export function latenciesOf(histogram: Histogram): Latencies | undefined {
  if (histogram.totalCount === 0) return undefined;
  return {
    count: histogram.totalCount,
    minMs: histogram.minNonZeroValue / 1000,
    meanMs: histogram.mean / 1000,
    stdDevMs: histogram.stdDeviation / 1000,
    maxMs: histogram.maxValue / 1000,
    percentiles: Object.fromEntries(PERCENTILES.map((p) => [p, histogram.getValueAtPercentile(Number(p)) / 1000])),
    distribution: distributionOf(histogram),
  };
}

/** Ten points in each stretch in which the calls get ten times as rare, as far as there are calls. */
function distributionOf(histogram: Histogram): [number, number][] {
  const stretches = Math.log10(Math.max(10, histogram.totalCount));
  const points: [number, number][] = [];
  for (let i = 0; i <= stretches * 10; i++) {
    const share = 1 - 10 ** (-i / 10);
    points.push([share, histogram.getValueAtPercentile(share * 100) / 1000]);
  }
  return points;
}

/** What a run of which `recorder` took note came to. */
export function resultOf(
  recorder: Recorder,
  run: Pick<BenchResult, "settings" | "startedAt" | "durationMs" | "notStarted" | "interrupted">,
): Omit<BenchResult, "ok" | "thresholds"> {
  return {
    ...run,
    calls: recorder.calls,
    succeeded: recorder.ok,
    failed: recorder.calls - recorder.ok,
    callsPerSecond: run.durationMs > 0 ? (recorder.ok * 1000) / run.durationMs : 0,
    messagesSent: recorder.sent,
    messagesReceived: recorder.received,
    latency: latenciesOf(recorder.latencies),
    firstReply: latenciesOf(recorder.firstReplies),
    lateness: latenciesOf(recorder.lateness),
    failures: recorder.failures(),
    intervals: recorder.intervals,
  };
}
