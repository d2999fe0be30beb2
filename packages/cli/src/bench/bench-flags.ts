import { InvalidArgumentError } from "commander";
import { usageError } from "../cli-error.js";
import { parseDuration } from "../connect/server-flags.js";
import { type ArrivalKind, Arrivals } from "./arrivals.js";
import { LoadProfile, type LoadStep } from "./load-profile.js";
import type { LoopPlan } from "./run-bench.js";
import { duration } from "./text-report.js";

/** The flags that say how much load there is, and for how long. */
export interface LoadFlags {
  readonly concurrency?: number;
  readonly rate?: number;
  readonly arrival?: ArrivalKind;
  readonly seed?: number;
  readonly maxInFlight?: number;
  readonly ramp?: readonly LoadStep[];
  readonly requests?: number;
  readonly duration?: number;
  readonly warmup?: number;
}

/** What they come to. */
export interface Load {
  readonly loop: LoopPlan;
  /** In words, for the report. */
  readonly text: string;
  readonly durationMs: number;
  readonly maxCalls: number;
  readonly warmupMs: number;
}

/** What `--concurrency` is without it. */
export const DEFAULT_CONCURRENCY = 50;
/** What `--max-in-flight` is without it. */
export const DEFAULT_MAX_IN_FLIGHT = 10_000;
/** What `--duration` is without it, `--requests` and `--ramp`. */
const DEFAULT_DURATION_MS = 10_000;
/** What `--warmup` is without it and `--requests`. */
const DEFAULT_WARMUP_MS = 1_000;
/** More calls at once, or a second, than one process makes. */
const MAX_LOAD = 1_000_000;

/** @throws CliError if flags exclude each other */
export function loadOf(flags: LoadFlags): Load {
  const { rate, requests, ramp: steps = [] } = flags;
  for (const [flag, value] of [
    ["--arrival", flags.arrival],
    ["--seed", flags.seed],
    ["--max-in-flight", flags.maxInFlight],
  ] as const) {
    if (value !== undefined && rate === undefined) {
      throw usageError(`${flag} is given without --rate`, "say how many calls a second: --rate 1000");
    }
  }
  if (rate !== undefined && flags.concurrency !== undefined) {
    throw usageError(
      "--rate and --concurrency exclude each other",
      "give --rate for so many calls a second, --concurrency for so many at once",
    );
  }
  const first = rate ?? flags.concurrency ?? DEFAULT_CONCURRENCY;
  if (first === 0 && !steps.some(({ value }) => value > 0)) {
    throw usageError("the rate is 0", "give a rate above 0, or a --ramp that rises from it");
  }
  const profile = new LoadProfile(first, steps);
  const byDefault = requests !== undefined ? Infinity : steps.length > 0 ? profile.stepsMs : DEFAULT_DURATION_MS;
  const durationMs = flags.duration ?? byDefault;
  if (durationMs === Infinity && rate !== undefined && steps.at(-1)?.value === 0) {
    throw usageError("the ramp ends at 0, where --requests may never be reached", "give --duration as well");
  }
  const ramp = steps.map(({ durationMs, value }) => `, then to ${value} over ${duration(durationMs)}`).join("");
  const common = {
    durationMs,
    maxCalls: requests ?? Infinity,
    warmupMs: flags.warmup ?? (requests === undefined ? DEFAULT_WARMUP_MS : 0),
  };
  if (rate === undefined) {
    return { ...common, loop: { kind: "closed", inFlight: profile }, text: `${first} in flight${ramp}` };
  }
  const { arrival = "even", seed = 1, maxInFlight = DEFAULT_MAX_IN_FLIGHT } = flags;
  const arrivals = () => new Arrivals(profile, arrival, seed);
  return { ...common, loop: { kind: "open", arrivals, maxInFlight }, text: `${rate}/s ${arrival}${ramp}` };
}

/** Commander's parser of whole numbers from 1. */
export function parseCount(text: string): number {
  const count = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!(count >= 1 && count <= Number.MAX_SAFE_INTEGER)) throw new InvalidArgumentError("Give a whole number from 1.");
  return count;
}

/** Of calls, or connections, at once. */
export function parseAtOnce(text: string): number {
  const count = parseCount(text);
  if (count > MAX_LOAD) throw new InvalidArgumentError("Give at most 1000000.");
  return count;
}

/** Of a seed. */
export function parseSeed(text: string): number {
  const seed = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!(seed < 2 ** 32)) throw new InvalidArgumentError("Give a whole number below 2^32.");
  return seed;
}

/** Of a rate in calls a second. */
export function parseRate(text: string): number {
  const rate = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (!(rate <= MAX_LOAD)) throw new InvalidArgumentError("Give calls a second, from 0 to 1000000.");
  return rate;
}

/** Of a duration that may be 0. */
export function parsePause(text: string): number {
  return /^0(ms|s|m|h)?$/.test(text) ? 0 : parseDuration(text);
}

/** Of `--ramp`: gathers the steps. */
export function appendStep(text: string, before: readonly LoadStep[] = []): LoadStep[] {
  const at = text.indexOf(":");
  if (at < 0) throw new InvalidArgumentError("Give DURATION:VALUE, such as 30s:5000.");
  const durationMs = parsePause(text.slice(0, at));
  return [...before, { durationMs, value: parseRate(text.slice(at + 1)) }];
}
