import type { Outcome } from "./outcome.js";

/** When a loop stops starting calls. */
export interface RunControl {
  /** Start no call this long after the beginning. */
  readonly durationMs: number;
  /** Start no more calls than this. */
  readonly maxCalls: number;
  /** Aborted: start no more. */
  readonly signal: AbortSignal;
}

/** Who hears of the calls that a loop makes. */
export interface LoopListener {
  /** A call ended. @param from when it was due or begun; both times on the clock of `performance.now()` */
  onEnd(outcome: Outcome, from: number, now: number): void;
  /** A call was begun so long after it was due; of open loops only. */
  onLate(ms: number): void;
}

/** A running loop. */
export interface Loop {
  /** Calls begun so far. */
  readonly started: number;
  readonly inFlight: number;
  /** Resolves when no more calls are started and all have ended. Never rejects. */
  readonly done: Promise<void>;
}
