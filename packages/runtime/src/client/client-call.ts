import type { Timer, TimerTarget } from "../base/timer-wheel.js";
import type { MethodType } from "../protobuf/type/service-type.js";
import { Code } from "../rpc/code.js";
import { callDeadline, type DeadlineMs, deadlineToDate, NO_DEADLINE } from "../rpc/deadline.js";
import type { ClientExchange, ClientExchangeSink, ExchangeEnd, RequestOptions } from "../rpc/exchange.js";
import type { HttpConnection, HttpFields, HttpHead, HttpPeer } from "../rpc/http-types.js";
import { DEFAULT_MAX_RECEIVE_BYTES } from "../rpc/message-limits.js";
import { Metadata, type MetadataInit } from "../rpc/metadata.js";
import type { MessageTracer } from "../rpc/observer.js";
import { RpcError } from "../rpc/rpc-error.js";
import { type EndListener, notifyEnd, type Status } from "../rpc/status.js";
import type { OnPickedEnd, PendingCall, PickedEnd, RetriedExchange, Retries } from "./call-channel.js";
import { type CallCredentials, credentialsFailed } from "./call-credentials.js";
import type { CallOptions } from "./call-options.js";
import { type Awaited, CallTrace } from "./call-trace.js";
import type { MethodConfig } from "./method-config.js";
import type { MethodPlan } from "./method-plan.js";
import { RequestSender, type Requests } from "./request-sender.js";
import type { RetryBudget } from "./retry/retry-budget.js";
import type { RetriedCall } from "./retry/retrying-exchange.js";

/**
 * The life of a call on the client: it waits for a connection, sends, receives, and ends exactly once, whether by the
 * peer's status, a failure, its deadline or the caller. What a reply is, one message or many, its subclasses say.
 *
 *     new ── start ──> waiting ── begin ──> running ── end ──> ended
 *                         └──────────────────── end ──────────────^
 */
export abstract class ClientCall implements PendingCall, RetriedCall, ClientExchangeSink, RequestOptions, TimerTarget {
  waitForReady: boolean;
  deadlineMs: DeadlineMs;
  metadata: Metadata | undefined;
  maxReceiveBytes: number;
  readonly plan: MethodPlan;
  /** How the call ended; absent while it runs. */
  protected status: Status | undefined = undefined;
  protected exchange: ClientExchange | undefined = undefined;
  readonly encoding: string | undefined;
  /** The only request, if the method takes one; else `sender` sends them. */
  private readonly request: unknown;
  protected readonly sender: RequestSender | undefined;
  private connection: HttpConnection | undefined = undefined;
  /** Whoever placed the attempt under way wants to know how it ends. */
  private onAttemptEnd: OnPickedEnd | undefined = undefined;
  private readonly options: CallOptions | undefined;
  private attempts = 0;
  /** Set if the service config has the call retried or hedged: then it is the exchange. */
  private retrying: RetriedExchange | undefined = undefined;
  /** Set if somebody watches the call. */
  trace: CallTrace | undefined = undefined;
  private timer: Timer | undefined = undefined;
  /** True while the credentials are on their way. */
  private authenticating = false;
  private signals: SignalWatch | undefined = undefined;
  private headerHead: HttpHead | undefined = undefined;
  private trailerFields: HttpFields = NO_FIELDS;
  /** Who waits for header or end; only made when somebody asks. */
  private headerListeners: (() => void)[] | undefined = undefined;
  private endListeners: EndListener[] | undefined = undefined;

  /** @param request the request, or undefined if the method takes a stream of them */
  constructor(plan: MethodPlan, request: unknown, streamsRequests: boolean, options: CallOptions | undefined) {
    const channelOptions = plan.channel.options;
    this.plan = plan;
    this.options = options;
    this.request = request;
    this.sender = streamsRequests ? new RequestSender(this) : undefined;
    if (options === undefined) {
      this.waitForReady = false;
      this.deadlineMs = NO_DEADLINE;
      this.metadata = undefined;
      this.maxReceiveBytes = channelOptions.maxReceiveBytes ?? DEFAULT_MAX_RECEIVE_BYTES;
      this.encoding = encodingOf(channelOptions.compression);
      return;
    }
    this.waitForReady = options.waitForReady ?? false;
    this.deadlineMs = callDeadline(plan.channel.platform.clock, options.timeoutMs, options.parent?.deadline);
    this.metadata = options.metadata === undefined ? undefined : Metadata.from(options.metadata);
    this.maxReceiveBytes = options.maxReceiveBytes ?? channelOptions.maxReceiveBytes ?? DEFAULT_MAX_RECEIVE_BYTES;
    this.encoding = encodingOf(options.compression ?? channelOptions.compression);
    if (options.signal !== undefined || options.parent !== undefined) {
      this.signals = new SignalWatch(this, options.signal, options.parent?.signal);
    }
  }

  /** The response's metadata, empty if the response is a status alone. Never rejects: a failure is the call's own. */
  get header(): Promise<Metadata> {
    return new Promise((resolve) => {
      const settle = () =>
        resolve(this.headerHead === undefined ? new Metadata() : Metadata.fromFields(this.headerHead.fields));
      if (this.headerHead !== undefined || this.status !== undefined) settle();
      else (this.headerListeners ??= []).push(settle);
    });
  }

  /** The metadata after the last message. Resolves when the call ends, also when it fails; never rejects. */
  get trailer(): Promise<Metadata> {
    return new Promise((resolve) => {
      this.onEnd(() => resolve(Metadata.fromFields(this.trailerFields)));
    });
  }

  /** The other end; absent until the call has a connection. */
  get peer(): HttpPeer | undefined {
    return this.connection?.peer;
  }

  /** Gives the call up: the server is told, and the call fails with CANCELLED. Harmless once it has ended. */
  cancel(reason?: unknown): void {
    this.abort(new RpcError(Code.Cancelled, "the caller cancelled the call", { cause: reason }));
  }

  /** Calls `listener` when the call has ended; at once if it has. */
  onEnd(listener: EndListener): void {
    if (this.status !== undefined) listener(this.status);
    else (this.endListeners ??= []).push(listener);
  }

  /** Goes looking for a connection. Every way to fail, from here on, is a status. */
  start(): void {
    const { watch } = this.plan;
    if (watch !== undefined) {
      const { method, channel } = this.plan;
      this.trace = CallTrace.start(watch, method, channel.authority, this.metadata, this.timeoutMs, this.options);
    }
    if (this.signals !== undefined && !this.signals.listen()) return;
    if (this.deadlineMs !== NO_DEADLINE) {
      const { clock, timers } = this.plan.channel.platform;
      if (this.deadlineMs <= clock.now()) {
        this.onTimeout();
        return;
      }
      this.timer = timers.add(this, this.deadlineMs);
    }
    const credentials = this.options?.callCredentials ?? this.plan.channel.options.callCredentials;
    if (credentials === undefined) this.plan.channel.start(this);
    else this.authenticate(credentials);
  }

  private authenticate(credentials: CallCredentials): void {
    const { channel, method } = this.plan;
    if (channel.platform.scheme !== "https") {
      const message = "credentials are never sent over cleartext: the channel has no TLS";
      this.abort(this.errorOf(Code.Unauthenticated, message, undefined, undefined));
      return;
    }
    const proceed = (proof: MetadataInit) => {
      if (this.status !== undefined) return;
      this.authenticating = false;
      try {
        this.metadata = new Metadata(this.metadata).appendAll(Metadata.from(proof));
      } catch (error) {
        this.abort(credentialsFailed(error));
        return;
      }
      channel.start(this);
    };
    this.authenticating = true;
    try {
      const serviceUrl = `https://${channel.authority}/${method.service}`;
      const proof = credentials({ serviceUrl, methodName: method.name });
      if (proof instanceof Promise) proof.then(proceed, (error: unknown) => this.abort(credentialsFailed(error)));
      else proceed(proof);
    } catch (error) {
      this.abort(credentialsFailed(error));
    }
  }

  /** Sends what `requests` yields; for methods that take a stream. */
  pump(requests: Requests<unknown>): void {
    this.sender?.pump(requests);
  }

  /** True while messages may be sent. */
  get running(): boolean {
    return this.status === undefined;
  }

  /** What is left of the deadline, for the peer. */
  get timeoutMs(): number {
    return this.deadlineMs === NO_DEADLINE ? Infinity : this.deadlineMs - this.plan.channel.platform.clock.now();
  }

  /** When the call ends at the latest. */
  get deadline(): Date | undefined {
    return deadlineToDate(this.plan.channel.platform.clock, this.deadlineMs);
  }

  get method(): MethodType {
    return this.plan.method;
  }

  /** The stricter of both holds, of what the caller and what the service config says (grpc/doc/service_config.md). */
  configure(config: MethodConfig | undefined, budget: RetryBudget, retries: Retries): boolean {
    this.trace?.onResolved();
    if (this.attempts > 0) return this.beginAttempt();
    if (config === undefined) return this.beginUnretried(budget);
    this.waitForReady = this.options?.waitForReady ?? config.waitForReady ?? false;
    this.maxReceiveBytes = Math.min(this.maxReceiveBytes, config.maxResponseBytes ?? Infinity);
    if (config.timeoutMs !== undefined) {
      const { clock, timers } = this.plan.channel.platform;
      const deadlineMs = clock.now() + config.timeoutMs;
      if (deadlineMs < this.deadlineMs) {
        this.timer?.cancel();
        this.deadlineMs = deadlineMs;
        this.timer = timers.add(this, deadlineMs);
      }
    }
    if (config.retry === undefined && config.hedging === undefined && config.maxRequestBytes === undefined) {
      return this.beginUnretried(budget);
    }
    this.retrying = retries.begin(this, config, budget);
    this.exchange = this.retrying;
    try {
      if (this.sender !== undefined) this.sender.begin(this.exchange);
      else this.exchange.send(this.request, true);
    } catch (error) {
      this.failToSend(error);
    }
    if (this.running) this.retrying.start();
    return false;
  }

  private beginUnretried({ throttle }: RetryBudget): true {
    // gRFC A6, "Throttling": every call that goes well gives a part of a token back, whatever is said of its method.
    if (throttle !== undefined) this.onEnd(({ code }) => code === Code.Ok && throttle.onSuccess());
    return this.beginAttempt();
  }

  /** Tells who watches that an attempt begins. */
  private beginAttempt(): true {
    if (this.trace !== undefined) this.metadata = this.trace.next(this.metadata).metadata;
    return true;
  }

  onQueued(what: Awaited): void {
    this.trace?.onQueued(what);
  }

  /** Who is shown the messages of the attempt under way. */
  get tracer(): MessageTracer | undefined {
    return this.trace?.current?.tracer;
  }

  onAttempt(connection: HttpConnection, number: number): void {
    this.connection = connection;
    this.attempts = number;
  }

  begin(connection: HttpConnection, onEnd: OnPickedEnd | undefined): void {
    this.connection = connection;
    this.onAttemptEnd = onEnd;
    this.attempts++;
    if (this.trace !== undefined) {
      if (this.trace.current === undefined) this.beginAttempt();
      this.trace.current?.onPicked(connection.peer);
    }
    const { protocol, target } = this.plan;
    try {
      const fields = this.plan.fieldsFor(this.encoding);
      this.exchange = protocol.open(connection, fields, target, this.encoding, this, this);
      if (this.sender !== undefined) this.sender.begin(this.exchange);
      else this.exchange.send(this.request, true);
    } catch (error) {
      this.failToSend(error);
    }
  }

  fail(code: Code, message: string, cause: unknown): void {
    this.trace?.current?.end(code, message, NO_FIELDS);
    this.conclude(this.errorOf(code, message, undefined, cause));
  }

  /** A request could not be encoded, or what made the requests failed. */
  failToSend(error: unknown): void {
    if (RpcError.is(error)) {
      this.abort(error);
      return;
    }
    const message = error instanceof Error ? error.message : String(error);
    this.abort(
      new RpcError(Code.Internal, `a request of ${this.plan.method.path} can't be sent: ${message}`, { cause: error }),
    );
  }

  /** Ends the call from this side. */
  abort(error: RpcError): void {
    if (this.status !== undefined) return;
    if (this.exchange === undefined) this.plan.channel.forget(this);
    else this.exchange.cancel(error.code);
    this.endAttempt({ code: error.code, fields: NO_FIELDS });
    if (this.trace !== undefined) {
      this.trace.cancelled = error.code === Code.Cancelled;
      this.trace.current?.end(error.code, error.message, NO_FIELDS);
    }
    this.conclude(error);
  }

  private endAttempt(end: PickedEnd): void {
    const onEnd = this.onAttemptEnd;
    if (onEnd === undefined) return;
    this.onAttemptEnd = undefined;
    onEnd(end);
  }

  onTimeout(): void {
    const doing = this.authenticating
      ? "waiting for the call's credentials"
      : this.exchange === undefined
        ? this.plan.channel.describeWait(this)
        : this.headerHead === undefined
          ? (this.retrying?.describeWait() ?? "waiting for the response")
          : "receiving the response";
    const error = this.errorOf(Code.DeadlineExceeded, `the deadline passed while ${doing}`, undefined, undefined);
    this.abort(error);
  }

  onHeader(head: HttpHead): void {
    this.headerHead = head;
    this.trace?.current?.onHeader(head.fields);
    if (this.headerListeners !== undefined) for (const listener of this.headerListeners.splice(0)) listener();
  }

  abstract onMessage(message: unknown, size: number): boolean;

  onFinish(end: ExchangeEnd): void {
    if (this.status !== undefined) return;
    this.endAttempt(end);
    const { failure } = end;
    const late = end.code !== Code.Ok && this.timeoutMs <= 0 && endsAtDeadline(end);
    const code = late ? Code.DeadlineExceeded : end.code;
    this.trace?.endCurrent(code, end.message, end.fields);
    if (
      failure?.unprocessed &&
      !late &&
      this.retrying === undefined &&
      this.attempts <= MAX_TRANSPARENT_RETRIES &&
      this.sender === undefined
    ) {
      // The peer has certainly not seen it: trying again is safe whatever the method does (gRFC A6, transparent retries).
      this.exchange = undefined;
      this.plan.channel.start(this);
      return;
    }
    this.trailerFields = end.fields;
    if (end.code === Code.Ok) {
      this.conclude(this.checkReply());
      return;
    }
    this.conclude(this.errorOf(code, end.message, end, failure?.cause));
  }

  onWritable(): void {
    this.sender?.onWritable();
  }

  /** The server said OK. Gives the error if what it sent is not what the method promises. */
  protected abstract checkReply(): RpcError | undefined;

  /** Hands the result over: the call has ended, with `error` or well. */
  protected abstract settle(error: RpcError | undefined): void;

  protected errorOf(code: Code, message: string, end: ExchangeEnd | undefined, cause: unknown): RpcError {
    const metadata = end === undefined ? undefined : Metadata.fromFields(end.fields);
    if (end !== undefined && end.failure === undefined) {
      return new RpcError(code, message, { metadata, details: end.details, cause });
    }
    // Not the server's words but ours: say what was called, and where.
    const { channel, method } = this.plan;
    const address = this.connection === undefined ? "" : ` at ${this.connection.peer.address}`;
    const attempt = this.attempts > 1 ? `, attempt ${this.attempts}` : "";
    return new RpcError(code, `${message} (calling ${method.path} on ${channel.target}${address}${attempt})`, {
      metadata,
      cause,
    });
  }

  private conclude(error: RpcError | undefined): void {
    if (this.status !== undefined) return;
    this.status = error === undefined ? OK : { code: error.code, message: error.message, error };
    if (this.trace !== undefined) {
      const { cancelled } = this.trace;
      this.trace.end({ status: this.status, trailer: this.trailerFields, peer: this.peer, cancelled });
    }
    this.settle(error);
    this.timer?.cancel();
    this.signals?.stop();
    this.sender?.onEnd(error);
    if (this.headerListeners !== undefined) for (const listener of this.headerListeners.splice(0)) listener();
    if (this.endListeners !== undefined) notifyEnd(this.endListeners.splice(0), this.status, throwLater);
  }
}

/** Cancels a call when one of its signals is aborted; made only for calls that have one. */
class SignalWatch {
  readonly #call: ClientCall;
  readonly #own: AbortSignal | undefined;
  readonly #parent: AbortSignal | undefined;

  constructor(call: ClientCall, own: AbortSignal | undefined, parent: AbortSignal | undefined) {
    this.#call = call;
    this.#own = own;
    this.#parent = parent;
  }

  /** False if the call is over before it began. */
  listen(): boolean {
    if (this.#own?.aborted) this.#onAbort();
    else if (this.#parent?.aborted) this.#onParentAbort();
    else {
      this.#own?.addEventListener("abort", this.#onAbort);
      this.#parent?.addEventListener("abort", this.#onParentAbort);
      return true;
    }
    return false;
  }

  stop(): void {
    this.#own?.removeEventListener("abort", this.#onAbort);
    this.#parent?.removeEventListener("abort", this.#onParentAbort);
  }

  readonly #onAbort = (): void => this.#call.cancel(this.#own?.reason);

  readonly #onParentAbort = (): void => this.#call.abort(parentEnded(this.#parent?.reason));
}

/**
 * Whether this may be how a deadline is kept at the other end, just as it passes here: the server resets the stream, and
 * a proxy in between makes UNAVAILABLE of that, as an HTTP status (caddy), as one of gRPC (Envoy) or as REFUSED_STREAM
 * (haproxy), or resets the stream with INTERNAL_ERROR (Envoy, if the response has begun).
 */
function endsAtDeadline({ code, failure }: ExchangeEnd): boolean {
  return code === Code.Unavailable || (failure !== undefined && (code === Code.Cancelled || code === Code.Internal));
}

/** The error of a call whose parent has ended: if the parent's deadline passed, so has this call's. */
export function parentEnded(reason: unknown): RpcError {
  const code = RpcError.is(reason) && reason.code === Code.DeadlineExceeded ? Code.DeadlineExceeded : Code.Cancelled;
  return new RpcError(code, "the parent call ended", { cause: reason });
}

/** What a listener throws is nobody's here; the platform hears of it as of any error that nobody catches. */
export function throwLater(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}

/** `identity` is the name of no encoding at all (grpc/doc/compression.md). */
function encodingOf(compression: string | undefined): string | undefined {
  return compression === "identity" ? undefined : compression;
}

const OK: Status = { code: Code.Ok, message: "", error: undefined };

const NO_FIELDS: HttpFields = [];

/** gRFC A6 allows one transparent retry after the peer has said that it did not process the call. */
const MAX_TRANSPARENT_RETRIES = 1;
