import { CliError } from "../cli-error.js";
import { EXIT_USAGE } from "../exit-code.js";
import type { Verdict } from "./bench-result.js";
import type { Recorder } from "./recorder.js";

/** What a run must keep to, as `p99<50ms`, `errors<0.1%`, `rate>=1000`. */
export interface Threshold {
  readonly text: string;
  /** The measured value in the unit of `limit`; undefined if nothing was measured. */
  readonly measure: (run: MeasuredRun) => number | undefined;
  readonly holds: (measured: number) => boolean;
}

/** What thresholds look at. */
export interface MeasuredRun {
  readonly recorder: Recorder;
  readonly durationMs: number;
  readonly notStarted: number;
}

const HELP =
  'write METRIC OP VALUE, such as "p99<50ms", "max<=1s", "first-p95<20ms", "errors<0.1%", "failed<10" or "rate>=1000"; quote it from the shell';

const PATTERN = /^\s*([a-z-]+[0-9.]*)\s*(<=|>=|<|>)\s*([0-9]*\.?[0-9]+)\s*(us|µs|ms|s|%|)\s*$/;

const MS_OF_UNIT: Readonly<Record<string, number>> = { us: 0.001, µs: 0.001, ms: 1, s: 1000 };

/**
 * Reads a threshold.
 *
 * @throws CliError saying how they are written
 */
export function parseThreshold(text: string): Threshold {
  const [, metric = "", operator = "", digits = "", unit = ""] = PATTERN.exec(text) ?? fail(`is not a threshold`, text);
  const value = Number(digits);
  const [measure, perUnit] = metricOf(metric, unit, text);
  const limit = value * perUnit;
  const holds = {
    "<": (measured: number) => measured < limit,
    "<=": (measured: number) => measured <= limit,
    ">": (measured: number) => measured > limit,
    ">=": (measured: number) => measured >= limit,
  }[operator] as (measured: number) => boolean;
  return {
    text: text.trim(),
    measure: (run) => {
      const measured = measure(run);
      return measured === undefined ? undefined : measured / perUnit;
    },
    holds: (measured) => holds(measured * perUnit),
  };
}

/** Judges a run. A threshold on something that did not happen, such as a latency where no call succeeded, is missed. */
export function judge(thresholds: readonly Threshold[], run: MeasuredRun): Verdict[] {
  return thresholds.map(({ text, measure, holds }) => {
    const measured = measure(run);
    return { threshold: text, ok: measured !== undefined && holds(measured), measured };
  });
}

type Measure = Threshold["measure"];

/** The metric, and how much of its own unit the given unit is. */
function metricOf(metric: string, unit: string, text: string): readonly [Measure, number] {
  if (metric === "errors") {
    if (unit !== "%") fail("wants a share in %", text);
    return [({ recorder: { calls, ok } }) => (calls === 0 ? undefined : (calls - ok) / calls), 0.01];
  }
  if (metric === "failed" || metric === "rate") {
    if (unit !== "") fail("wants a number without a unit", text);
    if (metric === "failed") return [({ recorder, notStarted }) => recorder.calls - recorder.ok + notStarted, 1];
    return [({ recorder, durationMs }) => (durationMs > 0 ? (recorder.ok * 1000) / durationMs : undefined), 1];
  }
  const perUnit = MS_OF_UNIT[unit] ?? fail("wants a time, as 50ms", text);
  const ofFirst = metric.startsWith("first-");
  const statistic = ofFirst ? metric.slice("first-".length) : metric;
  const percentile = /^p(\d+(?:\.\d+)?)$/.exec(statistic)?.[1];
  const known = percentile !== undefined ? Number(percentile) <= 100 : ["min", "mean", "max"].includes(statistic);
  if (!known) fail(`names no metric`, text);
  return [
    ({ recorder }) => {
      const histogram = ofFirst ? recorder.firstReplies : recorder.latencies;
      if (histogram.totalCount === 0) return undefined;
      if (percentile !== undefined) return histogram.getValueAtPercentile(Number(percentile)) / 1000;
      if (statistic === "mean") return histogram.mean / 1000;
      return (statistic === "max" ? histogram.maxValue : histogram.minNonZeroValue) / 1000;
    },
    perUnit,
  ];
}

function fail(what: string, text: string): never {
  throw new CliError(`the threshold "${text}" ${what}`, HELP, EXIT_USAGE);
}
