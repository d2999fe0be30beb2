import type { MethodType } from "../protobuf/type/service-type.js";
import type { HttpPeer } from "./http-types.js";
import type { Metadata } from "./metadata.js";
import type { Status } from "./status.js";

/**
 * What both sides of a call have in common, for interceptors and, on a server, for handlers.
 */
export interface Call {
  readonly method: MethodType;
  /** The request's metadata. On a client an interceptor may add to it before it calls `next`. */
  readonly metadata: Metadata;
  /** When the call ends at the latest; absent without a deadline. */
  readonly deadline: Date | undefined;
  /** Aborted when the call is cancelled or its deadline passes; `reason` is the RpcError. */
  readonly signal: AbortSignal;
  /** The other end; on a client, absent until the call has a connection. */
  readonly peer: HttpPeer | undefined;
  /** Calls `listener` once when the call has ended, in the order of registration; at once if it has. */
  onEnd(listener: (status: Status) => void): void;
}

/** A message, or the messages of a streaming side. */
// biome-ignore lint/suspicious/noExplicitAny: interceptors see messages of every type
export type Payload = any;

/**
 * Goes on to the next interceptor, at the end to the wire or the handler. Takes what the requests shall be: a message
 * where the method takes one, an `AsyncIterable` where it takes a stream; left away, the requests stay what they are.
 * Gives the reply in the same two forms. It may be called more than once.
 */
export type Next = (request?: Payload) => Promise<Payload>;

/**
 * Code around a call, the same on client and server and for all four kinds. `request` is a message or an
 * `AsyncIterable` of them, and so is what it returns.
 *
 * ```ts
 * const log: Interceptor = async (call, next) => {
 *   call.onEnd((status) => console.log(call.method.path, codeName(status.code)));
 *   return next();
 * };
 * ```
 */
export type Interceptor = (call: Call, next: Next, request: Payload) => Promise<Payload> | Payload;

/** Runs `interceptors` in order around `last`. */
export async function intercept(
  interceptors: readonly Interceptor[],
  call: Call,
  request: Payload,
  last: (request: Payload) => Promise<Payload> | Payload,
): Promise<Payload> {
  const step = async (index: number, current: Payload): Promise<Payload> => {
    if (index === interceptors.length) return last(current);
    const next: Next = (changed) => {
      const reply = step(index + 1, changed === undefined ? current : changed);
      // An interceptor may have asked twice and taken the first answer: the other's failure is nobody's then.
      reply.catch(ignore);
      return reply;
    };
    return interceptors[index](call, next, current);
  };
  return step(0, request);
}

function ignore(): void {}
