import type { Interceptor } from "../rpc/interceptor.js";
import type { MetadataInit } from "../rpc/metadata.js";
import type { CallCredentials } from "./call-credentials.js";

/** A call whose deadline and cancellation a further call inherits: the `call` that a handler gets. */
export interface ParentCall {
  readonly deadline: Date | undefined;
  readonly signal: AbortSignal;
}

/** What one call may be given. */
export interface CallOptions {
  /** How long the call may take, in milliseconds from now, retries and waiting included. Default: without end. */
  readonly timeoutMs?: number | undefined;
  /** Aborting it cancels the call, which then fails with CANCELLED and the signal's reason as cause. */
  readonly signal?: AbortSignal | undefined;
  /** Sent with the request. */
  readonly metadata?: MetadataInit | undefined;
  /** The call ends with this one: the earlier of both deadlines holds, and cancellation passes on. */
  readonly parent?: ParentCall | undefined;
  /** Wait for a connection instead of failing at once while there is none (grpc/doc/wait-for-ready.md). Default false. */
  readonly waitForReady?: boolean | undefined;
  /** How requests are compressed: `gzip`, `deflate` or `identity`. Default: as the channel says. */
  readonly compression?: string | undefined;
  /** The largest response message in bytes, inflated. Default: as the channel says. */
  readonly maxReceiveBytes?: number | undefined;
  /** Prove who is calling, in the place of the channel's own; over TLS only. */
  readonly callCredentials?: CallCredentials | undefined;
  /** Around this call, inside those of channel and client. */
  readonly interceptors?: readonly Interceptor[] | undefined;
}
