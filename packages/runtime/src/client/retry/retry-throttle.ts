import type { RetryThrottling } from "../method-config.js";

/**
 * Holds retries and hedges back when too much fails (gRFC A6, "Throttling retry attempts and hedged RPCs"): each failure
 * takes a token, each success gives a part of one back, and with half of them or fewer there are no further attempts.
 */
export class RetryThrottle {
  readonly config: RetryThrottling;
  #tokens: number;

  constructor(config: RetryThrottling) {
    this.config = config;
    this.#tokens = config.maxTokens;
  }

  /** Tokens that are left. */
  get tokens(): number {
    return this.#tokens;
  }

  /** True while further attempts may be made. */
  get open(): boolean {
    return this.#tokens > this.config.maxTokens / 2;
  }

  /** A call has its answer. */
  onSuccess(): void {
    this.#tokens = Math.min(this.config.maxTokens, this.#tokens + this.config.tokenRatio);
  }

  /** An attempt has failed in a way that is retried, or the server has forbidden retries. */
  onFailure(): void {
    this.#tokens = Math.max(0, this.#tokens - 1);
  }
}
