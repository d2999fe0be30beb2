import { Code, codeName } from "hawser";
import { build, type Histogram } from "hdr-histogram-js";
import type { Outcome } from "./outcome.js";

/** 1 h in µs: no call is measured longer. */
const HIGHEST_US = 3_600_000_000;

/** 3 digits: a latency is off by 0.1 % at most. */
const DIGITS = 3;

/** 600 intervals: enough for a picture; a run that takes longer has longer ones. */
const MAX_INTERVALS = 600;

/** What happened in one interval of the run. */
export interface Interval {
  /** From the beginning of the measurement to the beginning of the interval. */
  readonly startMs: number;
  readonly durationMs: number;
  readonly calls: number;
  readonly failed: number;
  /** Of the calls that ended well; undefined if there were none. */
  readonly p50Us: number | undefined;
  readonly p99Us: number | undefined;
}

/** One kind of failure. */
export interface Failures {
  readonly code: string;
  readonly count: number;
  /** The message of the first one. */
  readonly example: string;
}

/** Notes what became of the calls of a run. */
export class Recorder {
  /** Latencies of the calls that ended with OK, in µs, from when the call was due (open loop) or begun (closed). */
  readonly latencies: Histogram = newHistogram();
  /** From the same moment to the first reply; streams only. */
  readonly firstReplies: Histogram = newHistogram();
  /** By how much calls began after they were due; open loop only. */
  readonly lateness: Histogram = newHistogram();
  calls = 0;
  ok = 0;
  sent = 0;
  received = 0;
  readonly intervals: Interval[] = [];
  readonly #failures = new Map<Code, { count: number; example: string }>();
  readonly #recent: Histogram = newHistogram();
  #recentCalls = 0;
  #recentFailed = 0;
  #recentStartMs = 0;

  /**
   * @param from when the call was due or begun, and
   * @param now when it ended, both on the clock of `performance.now()`
   */
  record(outcome: Outcome, from: number, now: number): void {
    this.calls++;
    this.#recentCalls++;
    this.sent += outcome.sent;
    this.received += outcome.received;
    if (outcome.firstReplyAt !== undefined) this.firstReplies.recordValue(microseconds(outcome.firstReplyAt - from));
    if (outcome.code === Code.Ok) {
      this.ok++;
      const us = microseconds(now - from);
      this.latencies.recordValue(us);
      this.#recent.recordValue(us);
      return;
    }
    this.#recentFailed++;
    const known = this.#failures.get(outcome.code);
    if (known === undefined) this.#failures.set(outcome.code, { count: 1, example: outcome.message });
    else known.count++;
  }

  /** A call of an open loop began so many ms after it was due. */
  recordLateness(ms: number): void {
    this.lateness.recordValue(microseconds(ms));
  }

  /** Closes an interval. @param nowMs from the beginning of the measurement */
  closeInterval(nowMs: number): void {
    const durationMs = nowMs - this.#recentStartMs;
    if (durationMs <= 0) return;
    const any = this.#recent.totalCount > 0;
    this.intervals.push({
      startMs: this.#recentStartMs,
      durationMs,
      calls: this.#recentCalls,
      failed: this.#recentFailed,
      p50Us: any ? this.#recent.getValueAtPercentile(50) : undefined,
      p99Us: any ? this.#recent.getValueAtPercentile(99) : undefined,
    });
    this.#recent.reset();
    this.#recentCalls = 0;
    this.#recentFailed = 0;
    this.#recentStartMs = nowMs;
    if (this.intervals.length > MAX_INTERVALS) this.#halve();
  }

  /** The failures, most frequent first. */
  failures(): Failures[] {
    return [...this.#failures]
      .map(([code, { count, example }]) => ({ code: codeName(code), count, example }))
      .sort((a, b) => b.count - a.count);
  }

  /** Joins each two intervals to one. Of two percentiles the worse is kept, which a picture must not hide. */
  #halve(): void {
    const old = this.intervals.splice(0);
    for (let i = 0; i < old.length; i += 2) {
      const a = old[i] as Interval;
      const b = old[i + 1];
      if (b === undefined) this.intervals.push(a);
      else
        this.intervals.push({
          startMs: a.startMs,
          durationMs: a.durationMs + b.durationMs,
          calls: a.calls + b.calls,
          failed: a.failed + b.failed,
          p50Us: worse(a.p50Us, b.p50Us),
          p99Us: worse(a.p99Us, b.p99Us),
        });
    }
  }
}

function worse(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined ? b : b === undefined ? a : Math.max(a, b);
}

function newHistogram(): Histogram {
  return build({
    lowestDiscernibleValue: 1,
    highestTrackableValue: HIGHEST_US,
    numberOfSignificantValueDigits: DIGITS,
    // Its WebAssembly form is loaded in the background, and is slower for single values.
    useWebAssembly: false,
  });
}

function microseconds(ms: number): number {
  return Math.min(HIGHEST_US, Math.max(1, Math.round(ms * 1000)));
}
