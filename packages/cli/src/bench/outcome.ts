import type { Code } from "hawser";

/** How a call ended. */
export interface Outcome {
  readonly code: Code;
  /** The message of the status; empty for OK. */
  readonly message: string;
  /** How many messages the call sent and received. */
  readonly sent: number;
  readonly received: number;
  /** When the first reply was there, on the clock of `performance.now()`; undefined if none came, or nobody looked. */
  readonly firstReplyAt: number | undefined;
}

/**
 * Starts the call with this number (from 0) and says when it has ended. Never throws; `done` is never called before it
 * returns.
 */
export type StartCall = (index: number, done: (outcome: Outcome) => void) => void;
