import type { BackoffOptions } from "./backoff.js";
import type { CallDefaults } from "./call-channel.js";
import type { RetryLimits } from "./retry/retry-budget.js";

/** Options of a channel that hold on every platform. */
export interface ChannelOptions extends CallDefaults {
  /** Overrides the `:authority` of calls, and with TLS the name that the server's certificate must have. */
  readonly authority?: string;
  /** How long one attempt to connect may take, TCP, TLS and HTTP/2 handshakes together. Default 20,000 ms. */
  readonly connectTimeoutMs?: number;
  /** Waits between attempts to connect. */
  readonly backoff?: BackoffOptions;
  /**
   * How calls are made (grpc/doc/service_config.md), as JSON text or as the value of it, unless the resolver finds a
   * service config of its own: balancing, and timeouts, retries and limits by method.
   */
  readonly serviceConfig?: string | object;
  /**
   * Without a call for so long the channel closes its connections and resolves its name anew for the next one; it takes
   * up to twice as long. Infinity for never. Default 1,800,000 ms.
   */
  readonly idleTimeoutMs?: number;
  /** How much retrying a service config may ask for. */
  readonly retryLimits?: RetryLimits;
  /**
   * Hears of what went wrong without failing a call: the target can't be resolved, or its service config is invalid, and
   * what was found before stays in use; certificates can't be read anew. A warning that repeats is told once. Default: it
   * is printed with `console.warn`.
   */
  readonly onWarning?: (message: string, cause: unknown) => void;
  /** The most connections to one address that a service config may ask for (gRFC A105). Default 10. */
  readonly maxConnectionsPerAddress?: number;
}
