/** Lets a burst through and then a rate. Time comes in by {@link TokenBucket.refill} only; good conduct pays, too. */
export class TokenBucket {
  readonly #burst: number;
  readonly #perSecond: number;
  #tokens: number;

  /**
   * @param burst how many tokens there are at most, and at first
   * @param perSecond how many come back in a second
   */
  constructor(burst: number, perSecond: number) {
    this.#burst = burst;
    this.#perSecond = perSecond;
    this.#tokens = burst;
  }

  /** True while tokens are missing, that is while time matters. */
  get drained(): boolean {
    return this.#tokens < this.#burst;
  }

  /** Takes a token. Returns false if there is none. */
  take(): boolean {
    if (this.#tokens < 1) return false;
    this.#tokens--;
    return true;
  }

  /** Gives a token back. */
  give(): void {
    if (this.#tokens < this.#burst) this.#tokens = Math.min(this.#burst, this.#tokens + 1);
  }

  /** Says that `elapsedMs` went by. */
  refill(elapsedMs: number): void {
    this.#tokens = Math.min(this.#burst, this.#tokens + (elapsedMs * this.#perSecond) / 1000);
  }
}
