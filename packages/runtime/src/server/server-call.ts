import type { Clock } from "../base/clock.js";
import type { Timer, TimerTarget, TimerWheel } from "../base/timer-wheel.js";
import type { MethodType } from "../protobuf/type/service-type.js";
import { Code } from "../rpc/code.js";
import type { ServerExchange, ServerExchangeSink, ServerRequest } from "../rpc/exchange.js";
import type { HttpFailure, HttpPeer } from "../rpc/http-types.js";
import { type Call, intercept, type Payload } from "../rpc/interceptor.js";
import { MessageQueue, type QueueOwner } from "../rpc/message-queue.js";
import { Metadata } from "../rpc/metadata.js";
import type { Observer, ServerCallTracer } from "../rpc/observer.js";
import { RpcError } from "../rpc/rpc-error.js";
import { type EndListener, notifyEnd, type Status } from "../rpc/status.js";
import { isThenable, type RepliedCall, sendReplies } from "./reply-pump.js";
import type { Route } from "./router.js";

/** What calls need of their server. */
export interface CallOwner {
  readonly clock: Clock;
  readonly timers: TimerWheel;
  /** A handler threw what is no RpcError, or something it made can't be sent. */
  reportError(error: unknown, call: ServerCall): void;
  /** A call has ended; `answered` is false if the client went away before it had a status. */
  onCallEnd(call: ServerCall, status: Status, answered: boolean): void;
  /** A call has ended and its handler is done. */
  onCallDone(): void;
}

/**
 * A call as its handler sees it. Metadata, signal and the like are made when they are first looked at, so that a call
 * whose handler needs none of them costs nothing for them.
 */
export class ServerCall implements Call, ServerExchangeSink, TimerTarget, QueueOwner, RepliedCall {
  private readonly owner: CallOwner;
  private readonly route: Route;
  private readonly exchange: ServerExchange;
  private readonly request: ServerRequest;
  private readonly deadlineMs: number;
  private timer: Timer | undefined = undefined;
  private status: Status | undefined = undefined;
  private handlerBegun = false;
  private handlerDone = false;
  private message: unknown = NONE;
  private messages: MessageQueue<unknown> | undefined = undefined;
  private room: (() => void) | undefined = undefined;
  private requestMetadata: Metadata | undefined = undefined;
  private headerMetadata: Metadata | undefined = undefined;
  private trailerMetadata: Metadata | undefined = undefined;
  private headerSent = false;
  private controller: AbortController | undefined = undefined;
  private endListeners: EndListener[] | undefined = undefined;

  /** @internal */
  constructor(owner: CallOwner, route: Route, exchange: ServerExchange, request: ServerRequest) {
    this.owner = owner;
    this.route = route;
    this.exchange = exchange;
    this.request = request;
    this.deadlineMs = request.timeoutMs === Infinity ? Infinity : owner.clock.now() + request.timeoutMs;
  }

  get method(): MethodType {
    return this.route.type;
  }

  /** The request's metadata. */
  get metadata(): Metadata {
    this.requestMetadata ??= Metadata.fromFields(this.request.head.fields);
    return this.requestMetadata;
  }

  /** The host, with its port, that the client called: `:authority` of HTTP/2, `host` of HTTP/1.1. Empty if it did not say. */
  get authority(): string {
    return this.request.head.authority;
  }

  /** Sent before the first reply; set it before that. */
  get header(): Metadata {
    this.headerMetadata ??= new Metadata();
    return this.headerMetadata;
  }

  /** Sent with the status, after the last reply. */
  get trailer(): Metadata {
    this.trailerMetadata ??= new Metadata();
    return this.trailerMetadata;
  }

  /** When the client gives up; absent if it did not say. */
  get deadline(): Date | undefined {
    if (this.deadlineMs === Infinity) return undefined;
    return new Date(Date.now() + (this.deadlineMs - this.owner.clock.now()));
  }

  /** Aborted when the client cancels or goes away, the deadline passes or the call ends otherwise without success. */
  get signal(): AbortSignal {
    if (this.controller === undefined) {
      this.controller = new AbortController();
      if (this.status?.error !== undefined) this.controller.abort(this.status.error);
    }
    return this.controller.signal;
  }

  get peer(): HttpPeer {
    return this.request.peer;
  }

  onEnd(listener: EndListener): void {
    if (this.status !== undefined) listener(this.status);
    else (this.endListeners ??= []).push(listener);
  }

  /** Sends the header now, without waiting for the first reply. */
  sendHeader(): void {
    if (this.headerSent || this.status !== undefined) return;
    this.headerSent = true;
    this.tracer?.onHeader?.(this.headerMetadata);
    this.exchange.sendHeader(this.headerMetadata);
  }

  /** Compresses the replies as `name`, unless the client does not take it or the header is sent. True if it will. */
  useCompression(name: string): boolean {
    return this.exchange.useCompression(name);
  }

  /** @internal Before {@link ServerCall.start}. */
  watch(observer: Observer): void {
    const { head, peer, timeoutMs } = this.request;
    const { path, authority, fields } = head;
    this.exchange.tracer = observer.startServerCall?.({
      path,
      method: this.route.type,
      authority,
      fields,
      peer,
      timeoutMs,
      call: this,
    });
  }

  /** Set if somebody watches the call. */
  private get tracer(): ServerCallTracer | undefined {
    return this.exchange.tracer;
  }

  /** @internal */
  start(): void {
    if (this.deadlineMs !== Infinity) {
      if (this.request.timeoutMs <= 0) {
        this.onTimeout();
        return;
      }
      this.timer = this.owner.timers.add(this, this.deadlineMs);
    }
    const { kind } = this.route.type;
    if (kind === "client_streaming" || kind === "bidi_streaming") {
      this.messages = new MessageQueue(this);
      this.run(this.messages);
    }
  }

  onMessage(message: unknown, size: number): boolean {
    const { traffic } = this.request.peer;
    if (traffic !== undefined) traffic.messagesReceived++;
    if (this.messages !== undefined) return this.messages.push(message, size);
    if (this.message !== NONE) {
      this.refuse(Code.Unimplemented, `${this.method.path} takes one request; more were sent`);
      return true;
    }
    this.message = message;
    return true;
  }

  onHalfClose(): void {
    this.tracer?.onHalfClose?.();
    if (this.messages !== undefined) {
      this.messages.end();
    } else if (this.message === NONE) {
      this.refuse(Code.Unimplemented, `${this.method.path} takes one request; none was sent`);
    } else if (this.status === undefined) {
      this.run(this.message);
    }
  }

  onBadRequest(code: Code, message: string): void {
    this.refuse(code, message);
  }

  onCancel(failure: HttpFailure): void {
    if (this.status !== undefined) return;
    this.exchange.abandon();
    const message = `the client is gone: ${failure.message}`;
    this.conclude(new RpcError(Code.Cancelled, message, { cause: failure.cause }), false);
  }

  onTimeout(): void {
    if (this.status !== undefined) return;
    this.endWith(new RpcError(Code.DeadlineExceeded, "the deadline passed before the server had answered"));
  }

  onWritable(): void {
    const { room } = this;
    this.room = undefined;
    room?.();
  }

  onDrained(): void {
    this.exchange.resume();
  }

  onAbandoned(): void {
    // The handler wants no more requests; what still comes is read and dropped, so that the client is not held up.
    this.exchange.resume();
  }

  /** Ends a call whose handler has not begun, or whose requests can't be read. */
  private refuse(code: Code, message: string): void {
    if (this.status === undefined) this.endWith(new RpcError(code, message));
  }

  private run(request: Payload): void {
    const { tracer } = this;
    if (tracer?.run === undefined) this.handle(request);
    else tracer.run(() => this.handle(request));
  }

  private handle(request: Payload): void {
    const { interceptors, handler, type } = this.route;
    const streams = type.kind === "server_streaming" || type.kind === "bidi_streaming";
    let reply: Payload;
    this.handlerBegun = true;
    this.exchange.hold();
    try {
      reply =
        interceptors.length === 0
          ? handler(request, this)
          : intercept(interceptors, this, request, (changed) => handler(changed, this));
    } catch (error) {
      this.onThrown(error);
      return;
    }
    if (isThenable(reply)) {
      reply.then(
        (done) => (streams ? sendReplies(this, done) : this.sendReply(done)),
        (error) => this.onThrown(error),
      );
    } else if (streams) sendReplies(this, reply);
    else this.sendReply(reply);
  }

  private sendReply(reply: unknown): void {
    if (this.status === undefined) {
      try {
        this.sendHeader();
        this.send(reply);
        this.end(undefined);
      } catch (error) {
        this.onUnsendable(error);
      }
    }
    this.onHandlerDone();
  }

  private send(reply: unknown): boolean {
    const { traffic } = this.request.peer;
    if (traffic !== undefined) traffic.messagesSent++;
    return this.exchange.send(reply);
  }

  /** @internal */
  get ended(): boolean {
    return this.status !== undefined;
  }

  /** @internal */
  reply(message: unknown): boolean {
    try {
      this.sendHeader();
      return this.send(message);
    } catch (error) {
      this.onUnsendable(error);
      return true;
    }
  }

  /** @internal */
  whenWritable(go: () => void): void {
    this.room = go;
  }

  /** @internal */
  onReplies(): void {
    try {
      this.end(undefined);
    } catch (error) {
      this.onThrown(error);
      return;
    }
    this.onHandlerDone();
  }

  /** @internal */
  onThrown(error: unknown): void {
    if (RpcError.is(error)) {
      if (this.status === undefined) this.endWith(error);
    } else {
      // What was thrown may hold secrets: the client gets a fixed text, the operator the whole.
      this.owner.reportError(error, this);
      if (this.status === undefined) this.endWith(new RpcError(Code.Unknown, HANDLER_FAILED, { cause: error }));
    }
    this.onHandlerDone();
  }

  private onUnsendable(error: unknown): void {
    this.owner.reportError(error, this);
    if (this.status !== undefined) return;
    const message = error instanceof Error ? error.message : String(error);
    this.endWith(new RpcError(Code.Internal, `the reply can't be sent: ${message}`, { cause: error }));
  }

  private endWith(error: RpcError): void {
    if (error.metadata.size > 0) {
      // A Metadata of its own: an error object may be thrown more than once, and so may the one that it came with.
      this.trailerMetadata = new Metadata(this.trailerMetadata).appendAll(Metadata.from(error.metadata));
      // An error that came from a further server carries its details twice: as they were sent, and read.
      if (error.details.length > 0) this.trailerMetadata.delete("grpc-status-details-bin");
    }
    this.end(error);
  }

  private end(error: RpcError | undefined): void {
    if (error === undefined) {
      this.exchange.finish(Code.Ok, "", NO_DETAILS, this.trailerMetadata);
    } else {
      // A response that is a status alone has one section: what the handler set for the header goes there too.
      if (!this.headerSent && this.headerMetadata !== undefined) this.sendHeader();
      this.exchange.finish(error.code, error.message, error.details ?? NO_DETAILS, this.trailerMetadata);
    }
    this.conclude(error, true);
  }

  private conclude(error: RpcError | undefined, answered: boolean): void {
    this.status = error === undefined ? OK : { code: error.code, message: error.message, error };
    if (this.tracer !== undefined) this.traceEnd(this.tracer, this.status, answered);
    this.timer?.cancel();
    this.owner.onCallEnd(this, this.status, answered);
    if (error === undefined) {
      this.messages?.end();
    } else {
      this.controller?.abort(error);
      this.messages?.fail(error);
    }
    this.onWritable();
    if (this.endListeners !== undefined) {
      notifyEnd(this.endListeners.splice(0), this.status, (thrown) => this.owner.reportError(thrown, this));
    }
    if (!this.handlerBegun) this.onHandlerDone();
  }

  private traceEnd(tracer: ServerCallTracer, status: Status, answered: boolean): void {
    const trailer = this.trailerMetadata;
    // Messages that are still being compressed are to be counted first.
    const end = () => tracer.onEnd?.({ status, trailer, answered });
    if (answered && this.exchange.whenSent !== undefined) this.exchange.whenSent(end);
    else end();
  }

  /** @internal */
  onHandlerDone(): void {
    if (this.handlerDone) return;
    this.handlerDone = true;
    this.exchange.release();
    this.owner.onCallDone();
  }
}

const NONE: unique symbol = Symbol("no message yet");

const NO_DETAILS: readonly never[] = [];

const OK: Status = { code: Code.Ok, message: "", error: undefined };

/** What a client learns of a throw that is no RpcError. */
export const HANDLER_FAILED = "the handler failed";
