import type { Clock } from "../base/clock.js";
import type { TimerWheel } from "../base/timer-wheel.js";
import type { Code } from "../rpc/code.js";
import type { Compressions } from "../rpc/compression.js";
import type { ClientProtocol } from "../rpc/exchange.js";
import type { HttpConnection } from "../rpc/http-types.js";
import type { Interceptor } from "../rpc/interceptor.js";

/** What calls need of the platform they run on. */
export interface CallPlatform {
  readonly clock: Clock;
  readonly timers: TimerWheel;
  readonly compressions: Compressions;
  readonly protocol: ClientProtocol;
  readonly scheme: "http" | "https";
}

/** What the calls of a channel have in common. */
export interface CallDefaults {
  /** Around every call made over the channel; the first is the outermost. */
  readonly interceptors?: readonly Interceptor[];
  /** Comes before ours in `user-agent`. */
  readonly userAgent?: string;
  /** The largest response message in bytes, inflated. Default 4 MiB. */
  readonly maxReceiveBytes?: number;
  /** How requests are compressed unless the call says otherwise: `gzip` or `deflate`. Default: not at all. */
  readonly compression?: string;
}

/** A call that waits for a connection. */
export interface PendingCall {
  /** Waits through failures to connect instead of failing with them. */
  readonly waitForReady: boolean;
  begin(connection: HttpConnection): void;
  fail(code: Code, message: string, cause: unknown): void;
}

/** What calls and clients need of a channel: every transport has one. */
export interface CallChannel {
  /** The target as it was given. */
  readonly target: string;
  /** @internal */
  readonly authority: string;
  /** @internal */
  readonly platform: CallPlatform;
  /** @internal */
  readonly options: CallDefaults;
  /** @internal Begins `call` on a connection, at once if there is one, else when there is. */
  start(call: PendingCall): void;
  /** @internal Takes back a call that {@link CallChannel.start} has not begun yet. */
  forget(call: PendingCall): void;
  /** @internal What a call is waiting for, for the message of its error. */
  describeWait(): string;
}

/** 4 MiB, as everywhere in gRPC: more than most messages, less than what hurts. */
export const DEFAULT_MAX_RECEIVE_BYTES: number = 4 * 1024 * 1024;
