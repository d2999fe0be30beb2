/** How long to wait between attempts to connect (grpc/doc/connection-backoff.md). */
export interface BackoffOptions {
  /** After the first failure. Default 1,000 ms. */
  readonly initialMs?: number;
  /** What each further failure multiplies it by. Default 1.6. */
  readonly multiplier?: number;
  /** The most. Default 120,000 ms. */
  readonly maxMs?: number;
  /** A random share by which each wait is longer or shorter, so that clients don't come back together. Default 0.2. */
  readonly jitter?: number;
}

/** The waits of one address. */
export class Backoff {
  readonly #initialMs: number;
  readonly #multiplier: number;
  readonly #maxMs: number;
  readonly #jitter: number;
  readonly #random: () => number;
  #currentMs: number;

  constructor(options: BackoffOptions = {}, random: () => number = Math.random) {
    this.#initialMs = options.initialMs ?? 1_000;
    this.#multiplier = options.multiplier ?? 1.6;
    this.#maxMs = options.maxMs ?? 120_000;
    this.#jitter = options.jitter ?? 0.2;
    this.#random = random;
    this.#currentMs = this.#initialMs;
  }

  /** The next wait in milliseconds, jitter included. */
  next(): number {
    const waitMs = Math.min(this.#currentMs, this.#maxMs);
    this.#currentMs = Math.min(this.#currentMs * this.#multiplier, this.#maxMs);
    return waitMs * (1 + this.#jitter * (2 * this.#random() - 1));
  }

  /** A connection came up: begin anew. */
  reset(): void {
    this.#currentMs = this.#initialMs;
  }
}
