/** Where time comes from. Everything that waits asks a clock, so that tests can hand in one of their own. */
export interface Clock {
  /** Milliseconds since some fixed point; never goes back. */
  now(): number;
  /** Calls `task` once, `delayMs` from now or a little later. Returns what cancels it. */
  schedule(task: () => void, delayMs: number): () => void;
}

/** `setTimeout` takes a signed 32-bit delay; a longer one would fire at once. */
const MAX_DELAY_MS = 2 ** 31 - 1;

/** The monotonic clock of the platform. */
export const systemClock: Clock = {
  now: () => performance.now(),
  schedule(task, delayMs) {
    const timer = setTimeout(task, Math.min(Math.max(delayMs, 0), MAX_DELAY_MS));
    return () => clearTimeout(timer);
  },
};
