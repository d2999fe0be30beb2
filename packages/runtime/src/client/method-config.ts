import type { Code } from "../rpc/code.js";

/** When a failed attempt is made again (gRFC A6). */
export interface RetryPolicy {
  /** The original attempt included; from 2 to 5, unless the channel allows more. */
  readonly maxAttempts: number;
  readonly initialBackoffMs: number;
  readonly maxBackoffMs: number;
  readonly backoffMultiplier: number;
  readonly codes: ReadonlySet<Code>;
}

/** When further attempts are made beside those that still run (gRFC A6). */
export interface HedgingPolicy {
  /** The original attempt included; from 2 to 5, unless the channel allows more. */
  readonly maxAttempts: number;
  /** Between the beginnings of attempts. */
  readonly delayMs: number;
  /** With one of these the next attempt begins at once; with any other the call ends. */
  readonly nonFatalCodes: ReadonlySet<Code>;
}

/** What a service config says of a method. */
export interface MethodConfig {
  readonly timeoutMs: number | undefined;
  readonly waitForReady: boolean | undefined;
  readonly maxRequestBytes: number | undefined;
  readonly maxResponseBytes: number | undefined;
  readonly retry: RetryPolicy | undefined;
  readonly hedging: HedgingPolicy | undefined;
}

/** When retries are held back because too much fails (gRFC A6). */
export interface RetryThrottling {
  readonly maxTokens: number;
  /** What a call that went well gives back. */
  readonly tokenRatio: number;
}
