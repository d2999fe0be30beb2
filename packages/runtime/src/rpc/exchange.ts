/**
 * What stands between a call and a protocol: a call speaks messages, a protocol turns them into an HTTP stream. Both
 * sides of gRPC, gRPC-Web and Connect have these shapes, so that client and server know no protocol by name.
 */
import type { Clock } from "../base/clock.js";
import type { TimerWheel } from "../base/timer-wheel.js";
import type { Registry } from "../protobuf/type/registry.js";
import type { MethodType, ServiceType } from "../protobuf/type/service-type.js";
import type { Any } from "../protobuf/wkt/google/protobuf/any.pb.js";
import type { Code } from "./code.js";
import type { Compressions } from "./compression.js";
import type { DeadlineMs } from "./deadline.js";
import type { HttpConnection, HttpFailure, HttpFields, HttpHead, HttpPeer, HttpStream } from "./http-types.js";
import type { Metadata } from "./metadata.js";
import type { MessageTracer } from "./observer.js";

/** How an exchange ended, as the peer or the wire told it. */
export interface ExchangeEnd {
  readonly code: Code;
  readonly message: string;
  /** The trailing fields that came, those of HTTP and gRPC included. */
  readonly fields: HttpFields;
  /** The details of an error. */
  readonly details: readonly Any[];
  /** Set if it was no status of the peer that ended it. */
  readonly failure: HttpFailure | undefined;
}

/** Takes what a client's exchange brings: `onHeader`?, `onMessage`*, then `onFinish` once. It must not throw. */
export interface ClientExchangeSink {
  /** The response's head. It does not come if the response is a status alone. */
  onHeader(head: HttpHead): void;
  /** A message and its size on the wire in bytes. False asks to withhold further credit until `resume`. */
  onMessage(message: unknown, size: number): boolean;
  onFinish(end: ExchangeEnd): void;
  /** There is room again after `send` returned false. */
  onWritable(): void;
}

/** A call's hold on one attempt on the wire. */
export interface ClientExchange {
  /** Sends a message; `last` ends the requests. False: wait for `onWritable`. @throws if it can't be encoded */
  send(message: unknown, last: boolean): boolean;
  /** Ends the requests. */
  end(): void;
  /** Gives up, with `code` for those who watch: the peer is told, the sink hears nothing more. */
  cancel(code?: Code): void;
  /** Takes up the credit that a false `onMessage` withheld. */
  resume(): void;
}

/** One method as one client calls it: what every call of it has in common, so that its head is encoded once. */
export interface RequestTarget {
  readonly method: MethodType;
  readonly scheme: "http" | "https";
  readonly authority: string;
  readonly userAgent: string;
  /** The encodings that responses may have. */
  readonly compressions: Compressions;
}

/** What is a call's own. */
export interface RequestOptions {
  readonly deadlineMs: DeadlineMs;
  /** Milliseconds that are left; Infinity for no deadline. */
  readonly timeoutMs: number;
  readonly metadata: Metadata | undefined;
  readonly maxReceiveBytes: number;
  /** Who is shown the messages. */
  readonly tracer?: MessageTracer | undefined;
}

/** The client's half of a protocol. */
export interface ClientProtocol {
  /** The head of all calls of a method, to be kept by the caller: the same array makes the same block. */
  requestFields(target: RequestTarget, sendEncoding: string | undefined): HttpFields;
  /** Opens a stream for one attempt. */
  open(
    connection: HttpConnection,
    fields: HttpFields,
    target: RequestTarget,
    sendEncoding: string | undefined,
    options: RequestOptions,
    sink: ClientExchangeSink,
  ): ClientExchange;
}

/** Takes what a server's exchange brings: `onMessage`*, then `onHalfClose`; or `onCancel` at any time. */
export interface ServerExchangeSink {
  /** A message and its size on the wire in bytes. False asks to withhold further credit until `resume`. */
  onMessage(message: unknown, size: number): boolean;
  /** The client sends no more. */
  onHalfClose(): void;
  /** What came can't be read: the call ends with this status. */
  onBadRequest(code: Code, message: string): void;
  /** The client is gone, or gave up. */
  onCancel(failure: HttpFailure): void;
  /** There is room again after `send` returned false. */
  onWritable(): void;
}

/** A server call's hold on the wire. */
export interface ServerExchange {
  sink: ServerExchangeSink;
  /** Sends the header; `metadata` is what the handler set. */
  sendHeader(metadata: Metadata | undefined): void;
  /** Sends a message, after the header. False: wait for `onWritable`. @throws if it can't be encoded */
  send(message: unknown): boolean;
  /** Ends the call with a status. If no header was sent, this may be the whole response. */
  finish(code: Code, message: string, details: readonly Any[], trailer: Metadata | undefined): void;
  /** Drops the call without a word; used when the client is gone. */
  abandon(): void;
  /** The handler begins. */
  hold(): void;
  /** The handler is done: only now does the call no longer count as one that the client has at once. */
  release(): void;
  /** Takes up the credit that a false `onMessage` withheld. */
  resume(): void;
  /** Compresses the messages that follow, if the client takes this encoding. True if it does. */
  useCompression(name: string): boolean;
  /** Who is shown the messages; set by those who watch, before the first one. */
  tracer?: MessageTracer | undefined;
  /** Runs `action` once all that was sent is on its way, or never will be. Absent where that is so at once. */
  whenSent?(action: () => void): void;
}

/** What a server gives its protocols. */
export interface ServerHost {
  readonly clock: Clock;
  readonly timers: TimerWheel;
  readonly compressions: Compressions;
  /** What a `google.protobuf.Any` may hold in JSON. */
  readonly registry: Registry;
  /** The services that were added, by their full names. */
  readonly services: ReadonlyMap<string, ServiceType>;
  /** The method at a path, if the server has it. */
  find(path: string): ServerMethod | undefined;
  /** Something that was declared makes no sense, and is left away. */
  reportMistake(mistake: Error): void;
  /** Takes a call over: sets `exchange.sink`. */
  accept(method: ServerMethod, exchange: ServerExchange, request: ServerRequest): void;
  /** A request was answered with an error because it can't become a call; `method` is absent if there is none at its path. */
  refused(method: ServerMethod | undefined, request: ServerRequest, code: Code, message: string): void;
}

/** A method as a server has it. */
export interface ServerMethod {
  readonly type: MethodType;
  readonly maxReceiveBytes: number;
}

/** What a server call knows of its request. */
export interface ServerRequest {
  readonly head: HttpHead;
  readonly peer: HttpPeer;
  /** What the client allows, in milliseconds; Infinity if it did not say. */
  readonly timeoutMs: number;
}

/** The server's half of a protocol. */
export interface ServerProtocol {
  /**
   * Answers a request if it is this protocol's: sets `stream.sink`, or sends the whole response.
   * @param contentType empty if the request has none
   * @returns false, with nothing done, if the request is another protocol's
   */
  serve(
    host: ServerHost,
    stream: HttpStream,
    head: HttpHead,
    contentType: string,
    endStream: boolean,
    peer: HttpPeer,
  ): boolean;
}
