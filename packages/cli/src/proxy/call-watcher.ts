import type { Metadata, RpcError } from "hawser";
import type { MethodType } from "hawser/protobuf";

/** A call that passes through, as it begins. */
export interface PassingCall {
  readonly method: MethodType;
  /** What the client sent, before anything is left out. */
  readonly metadata: Metadata;
  /** When the client gives up; absent if it did not say. */
  readonly deadline: Date | undefined;
  /** `ip:port` of the client. */
  readonly peer: string;
}

/** Is told of each call that passes through a proxy. */
export interface PassageWatcher {
  /** A call begins. @returns who is told of it; `undefined` if nobody wants to know */
  onCall(call: PassingCall): CallWatcher | undefined;
}

/**
 * Is told what passes of one call, in the order in which it comes: requests as they are sent on, replies as they come. The bytes
 * must be left as they are, and may be kept. What it throws fails the call.
 */
export interface CallWatcher {
  onRequest?(bytes: Uint8Array): void;
  onHalfClose?(): void;
  /** Not called if there is no metadata in it, as in a response that is a status alone. */
  onHeader?(header: Metadata): void;
  onReply?(bytes: Uint8Array): void;
  /** The end, once, and nothing after it. @param error `undefined` for OK; CANCELLED also if the client went away */
  onEnd?(error: RpcError | undefined, trailer: Metadata): void;
}
