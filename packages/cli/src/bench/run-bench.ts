import type { Arrivals } from "./arrivals.js";
import { ClosedLoop } from "./closed-loop.js";
import type { LoadProfile } from "./load-profile.js";
import { OpenLoop } from "./open-loop.js";
import type { StartCall } from "./outcome.js";
import { Recorder } from "./recorder.js";
import type { Loop, LoopListener, RunControl } from "./run-control.js";

/** How the calls follow one another. */
export type LoopPlan =
  | { readonly kind: "closed"; readonly inFlight: LoadProfile }
  | {
      readonly kind: "open";
      /** Made anew for each part of the run: the warm-up must not use up what is due. */
      readonly arrivals: () => Arrivals;
      readonly maxInFlight: number;
    };

/** A run. */
export interface BenchPlan {
  readonly start: StartCall;
  readonly loop: LoopPlan;
  readonly durationMs: number;
  readonly maxCalls: number;
  /** So long the same load runs first without being measured; 0 for not at all. */
  readonly warmupMs: number;
  /** Stops the run: no more calls are started. */
  readonly signal: AbortSignal;
  /** Told about the run four times a second. */
  readonly onProgress: (progress: BenchProgress) => void;
}

/** Where a run is. */
export interface BenchProgress {
  readonly phase: "warm-up" | "measuring" | "finishing";
  readonly elapsedMs: number;
  readonly started: number;
  readonly inFlight: number;
  readonly recorder: Recorder;
}

/** What was measured. */
export interface BenchRun {
  readonly recorder: Recorder;
  readonly startedAt: Date;
  readonly durationMs: number;
  readonly notStarted: number;
  readonly interrupted: boolean;
}

/** How often progress is told. */
const PROGRESS_MS = 250;

/** How long an interval of the time series is at first. */
const INTERVAL_MS = 1000;

/** Runs the load and measures. Resolves when every call has ended; failures of calls are part of the result. */
export async function runBench(plan: BenchPlan): Promise<BenchRun> {
  if (plan.warmupMs > 0) {
    // Noted for the progress alone.
    const recorder = new Recorder();
    const control = { durationMs: plan.warmupMs, maxCalls: Infinity, signal: plan.signal };
    await watch(plan, "warm-up", recorder, loopOf(plan, control, new Recording(recorder)));
  }
  const recorder = new Recorder();
  const recording = new Recording(recorder);
  const startedAt = new Date();
  const began = performance.now();
  const loop = loopOf(plan, plan, recording);
  const intervals = setInterval(() => recorder.closeInterval(performance.now() - began), INTERVAL_MS);
  await watch(plan, "measuring", recorder, loop);
  clearInterval(intervals);
  const durationMs = (recording.lastEnd ?? performance.now()) - began;
  recorder.closeInterval(durationMs);
  const notStarted = loop instanceof OpenLoop ? loop.notStarted : 0;
  return { recorder, startedAt, durationMs, notStarted, interrupted: plan.signal.aborted };
}

function loopOf({ start, loop }: BenchPlan, control: RunControl, listener: LoopListener): ClosedLoop | OpenLoop {
  if (loop.kind === "closed") return new ClosedLoop(start, loop.inFlight, control, listener);
  return new OpenLoop(start, loop.arrivals(), control, listener, loop.maxInFlight);
}

async function watch(plan: BenchPlan, phase: "warm-up" | "measuring", recorder: Recorder, loop: Loop): Promise<void> {
  const began = performance.now();
  const limitMs = phase === "warm-up" ? plan.warmupMs : plan.durationMs;
  const tell = () => {
    const elapsedMs = performance.now() - began;
    const isFinishing = elapsedMs > limitMs || plan.signal.aborted;
    const { started, inFlight } = loop;
    plan.onProgress({ phase: isFinishing ? "finishing" : phase, elapsedMs, started, inFlight, recorder });
  };
  const timer = setInterval(tell, PROGRESS_MS);
  await loop.done;
  clearInterval(timer);
  tell();
}

/** Notes what the loop tells. */
class Recording implements LoopListener {
  /** When the last call so far ended. */
  lastEnd: number | undefined;
  readonly #recorder: Recorder;

  constructor(recorder: Recorder) {
    this.#recorder = recorder;
  }

  onEnd(...[outcome, from, now]: Parameters<LoopListener["onEnd"]>): void {
    this.lastEnd = now;
    this.#recorder.record(outcome, from, now);
  }

  onLate(ms: number): void {
    this.#recorder.recordLateness(ms);
  }
}
