/** Where time comes from. Everything that waits asks a clock, so that tests can hand in one of their own. */
export interface Clock {
  /** Milliseconds since some fixed point; never goes back. */
  now(): number;
  /**
   * Calls `task` once, `delayMs` from now or a little later. Returns what cancels it. What is done in the `background`
   * does not keep the process alive.
   */
  schedule(task: () => void, delayMs: number, background?: boolean): () => void;
}

/** `setTimeout` takes a signed 32-bit delay; a longer one would fire at once. */
const MAX_DELAY_MS = 2 ** 31 - 1;

/** The monotonic clock of the platform. */
export const systemClock: Clock = {
  now: () => performance.now(),
  schedule(task, delayMs, background) {
    const timer: unknown = setTimeout(task, Math.min(Math.max(delayMs, 0), MAX_DELAY_MS));
    // Browsers give a number, Node an object.
    if (background) (timer as { unref?(): void }).unref?.();
    return () => clearTimeout(timer as number);
  },
};
