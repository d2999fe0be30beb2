/**
 * The one seam between calls and those who watch them: metrics, traces, binary logs, `onEvent`. Nothing below imports
 * any of these; a channel or a server without an observer makes nothing of what stands here (gRFC A66 calls these call
 * and attempt tracers).
 *
 * Bytes that an observer is shown are valid during the call only. What an observer throws is reported, and does not
 * touch the call.
 */
import type { MethodType } from "../protobuf/type/service-type.js";
import type { Code } from "./code.js";
import type { RpcEvent } from "./event.js";
import type { HttpFields, HttpPeer } from "./http-types.js";
import type { Metadata } from "./metadata.js";
import type { Status } from "./status.js";

/** Watches a channel or a server, or several of both. */
export interface Observer {
  onEvent?(event: RpcEvent): void;
  /** A call is made: before anything is sent, and before its name is resolved. Undefined: it is not watched. */
  startClientCall?(start: ClientCallStart): ClientCallTracer | undefined;
  /** A request came. */
  startServerCall?(start: ServerCallStart): ServerCallTracer | undefined;
}

/** Sees messages in their encoded form, in order. */
export interface MessageTracer {
  /**
   * @param bytes the message is `bytes[start, end)`, before it is compressed
   * @param compressedBytes its size on the wire if it was compressed; without framing
   */
  onMessageSent?(bytes: Uint8Array, start: number, end: number, compressedBytes: number | undefined): void;
  /** As {@link MessageTracer.onMessageSent}; told before the message is decoded. */
  onMessageReceived?(bytes: Uint8Array, start: number, end: number, compressedBytes: number | undefined): void;
  /** The client has sent its last request, or the server has received it. */
  onHalfClose?(): void;
}

/** What is known of a call as it begins. */
export interface ClientCallStart {
  readonly method: MethodType;
  /** The channel's target with its scheme, as `dns:///host:8080`. */
  readonly target: string;
  readonly authority: string;
  /** What the caller gave; before call credentials are added. Not to be changed. */
  readonly metadata: Metadata | undefined;
  /** Infinity without a deadline. */
  readonly timeoutMs: number;
  /** The call that this one was made for, if the caller said so by `parent`. */
  readonly parent: object | undefined;
}

/** Follows one call of a client. */
export interface ClientCallTracer {
  /** Only if the call had to wait for it: the name is resolved. */
  onNameResolved?(): void;
  /** An attempt begins, before a connection is picked. */
  startAttempt?(start: AttemptStart): AttemptTracer | undefined;
  /** Once, before the caller hears of it. */
  onEnd?(end: ClientCallEnd): void;
}

/** What is known of an attempt as it begins. */
export interface AttemptStart {
  /** `transparent`: after the peer had certainly not worked on the one before (gRFC A6). */
  readonly kind: "first" | "retry" | "hedge" | "transparent";
  /** How many were made before it, transparent ones not counted. */
  readonly previousAttempts: number;
  /** What is sent with this attempt; may be added to. */
  readonly metadata: Metadata;
}

/** Follows one attempt of a call. */
export interface AttemptTracer extends MessageTracer {
  /** The attempt has a connection; `delayed` if it had to wait for one. */
  onPicked?(peer: HttpPeer, delayed: boolean): void;
  /** The response's header. */
  onHeader?(fields: HttpFields): void;
  /** Once. */
  onEnd?(end: AttemptEnd): void;
}

/** How an attempt ended. */
export interface AttemptEnd {
  readonly code: Code;
  readonly message: string;
  /** The trailing fields that came. */
  readonly fields: HttpFields;
}

/** How a call ended. */
export interface ClientCallEnd {
  readonly status: Status;
  readonly trailer: HttpFields;
  readonly peer: HttpPeer | undefined;
  /** True if the caller gave it up. */
  readonly cancelled: boolean;
}

/** What is known of a request. */
export interface ServerCallStart {
  readonly path: string;
  /** Absent for a path that the server does not have: a name that anybody can make up. */
  readonly method: MethodType | undefined;
  readonly authority: string;
  /** The request's fields, those of HTTP and gRPC included. */
  readonly fields: HttpFields;
  readonly peer: HttpPeer;
  /** Infinity without a deadline. */
  readonly timeoutMs: number;
  /** The call as its handler gets it; absent if no handler will. */
  readonly call: object | undefined;
}

/** Follows one call of a server. */
export interface ServerCallTracer extends MessageTracer {
  /** Runs the handler, and the interceptors around it; must call `handler` and give back what it gives. */
  run?<T>(handler: () => T): T;
  /** The response's header is sent. */
  onHeader?(metadata: Metadata | undefined): void;
  /** Once: the status is sent, or the client is gone. */
  onEnd?(end: ServerCallEnd): void;
}

/** How a call of a server ended. */
export interface ServerCallEnd {
  readonly status: Status;
  readonly trailer: Metadata | undefined;
  /** False if the client went away, or gave up, before the status was sent. */
  readonly answered: boolean;
}
