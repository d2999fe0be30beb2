import type { Clock } from "../base/clock.js";
import type { TimerWheel } from "../base/timer-wheel.js";
import type { MethodType } from "../protobuf/type/service-type.js";
import type { Code } from "../rpc/code.js";
import type { Compressions } from "../rpc/compression.js";
import type { ClientExchange, ClientProtocol } from "../rpc/exchange.js";
import type { HttpConnection, HttpFields } from "../rpc/http-types.js";
import type { Interceptor } from "../rpc/interceptor.js";
import type { Metadata } from "../rpc/metadata.js";
import type { CallCredentials } from "./call-credentials.js";
import type { Awaited, ChannelWatch } from "./call-trace.js";
import type { MethodConfig } from "./method-config.js";
import type { RetryBudget } from "./retry/retry-budget.js";

/** What calls need of the platform they run on. */
export interface CallPlatform {
  readonly clock: Clock;
  readonly timers: TimerWheel;
  readonly compressions: Compressions;
  readonly protocol: ClientProtocol;
  readonly scheme: "http" | "https";
  /** Absent if nobody watches. */
  readonly watch?: ChannelWatch | undefined;
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
  /** Prove who is calling, for each call; over TLS only: without it calls fail with UNAUTHENTICATED. */
  readonly callCredentials?: CallCredentials;
}

/** What decides where a call goes. */
export interface PickInfo {
  readonly method: MethodType;
  readonly metadata: Metadata | undefined;
}

/** How an attempt ended. */
export interface PickedEnd {
  readonly code: Code;
  /** The trailing fields that came. */
  readonly fields: HttpFields;
}

/** Hears of the end of an attempt, once; undefined if it never began. */
export type OnPickedEnd = (end: PickedEnd | undefined) => void;

/** A call, or an attempt of one, that waits for a connection. */
export interface PendingCall extends PickInfo {
  /** Waits through failures to connect instead of failing with them. */
  readonly waitForReady: boolean;
  /**
   * Called before the first `begin` by channels that have a service config, with what it says of the method, with what
   * all retries of the channel share, and with what makes them: pages have no service config, and do not load it. False:
   * the call goes on by itself.
   */
  configure(config: MethodConfig | undefined, budget: RetryBudget, retries: Retries): boolean;
  /** There is a connection with a free stream. `onEnd`, if there is one, is to be called when the attempt ends. */
  begin(connection: HttpConnection, onEnd?: OnPickedEnd): void;
  /** There will be none. `final`: not for another attempt either. */
  fail(code: Code, message: string, cause: unknown, final?: boolean): void;
  /** The call has to wait. */
  onQueued?(what: Awaited): void;
}

/** Makes the attempts of a call whose config speaks of retries: handed in, so that only channels with a config load it. */
export interface Retries {
  begin(call: PendingCall, config: MethodConfig, budget: RetryBudget): RetriedExchange;
}

/** All attempts at a call, as one exchange. */
export interface RetriedExchange extends ClientExchange {
  /** The first attempt. The request was sent before. */
  start(): void;
  /** What the call waits for, for errors. */
  describeWait(): string;
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
  describeWait(call: PendingCall): string;
}
