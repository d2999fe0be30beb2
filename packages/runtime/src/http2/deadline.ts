const OFF = -1;
const ARMED = -2;

/**
 * A timeout of a machine that has no clock: armed at any time, it begins to run when the clock looks at it for the next
 * time, so that it can be late by one look but never early.
 */
export class Deadline {
  readonly #timeoutMs: number;
  #at: number = OFF;

  /** @param timeoutMs 0 for a deadline that never comes */
  constructor(timeoutMs: number) {
    this.#timeoutMs = timeoutMs;
  }

  /** True between {@link Deadline.arm} and {@link Deadline.disarm}. */
  get armed(): boolean {
    return this.#at !== OFF;
  }

  /** Starts it; one that runs runs on. */
  arm(): void {
    if (this.#at === OFF && this.#timeoutMs > 0) this.#at = ARMED;
  }

  disarm(): void {
    this.#at = OFF;
  }

  /** True if the timeout has gone by. */
  expired(nowMs: number): boolean {
    if (this.#at === OFF) return false;
    if (this.#at === ARMED) {
      this.#at = nowMs + this.#timeoutMs;
      return false;
    }
    return nowMs >= this.#at;
  }
}

/** The deadline of all that waits for nothing: a connection that is idle holds no other. */
export const NEVER: Deadline = new Deadline(0);

/** `deadline` if it is armed, else a new one that is. */
export function arm(deadline: Deadline, timeoutMs: number): Deadline {
  if (deadline.armed || timeoutMs <= 0) return deadline;
  const armed = new Deadline(timeoutMs);
  armed.arm();
  return armed;
}
