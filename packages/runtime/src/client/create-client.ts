import type { MessageType } from "../protobuf/type/message-type.js";
import type { Methods, MethodType, ServiceType } from "../protobuf/type/service-type.js";
import type { HttpPeer } from "../rpc/http-types.js";
import type { Interceptor } from "../rpc/interceptor.js";
import type { Metadata } from "../rpc/metadata.js";
import type { Status } from "../rpc/status.js";
import type { CallChannel } from "./call-channel.js";
import type { CallOptions } from "./call-options.js";
import { type InterceptedCallInit, InterceptedStreamCall, InterceptedUnaryCall } from "./intercepted-call.js";
import { MethodPlan } from "./method-plan.js";
import type { Requests } from "./request-sender.js";
import { StreamCall } from "./stream-call.js";
import { UnaryCall } from "./unary-call.js";

/** What every running call has, whatever its kind. */
export interface RunningCall {
  /** The response's metadata; empty if the response is a status alone. Never rejects. */
  readonly header: Promise<Metadata>;
  /** The metadata after the last message; resolves when the call ends, well or not. Never rejects. */
  readonly trailer: Promise<Metadata>;
  /** The other end; absent until the call has a connection. */
  readonly peer: HttpPeer | undefined;
  /** Gives the call up; it fails with CANCELLED. `reason` becomes the error's cause. */
  cancel(reason?: unknown): void;
  /** Calls `listener` once when the call has ended; at once if it has. */
  onEnd(listener: (status: Status) => void): void;
}

/** The sending half of a call whose method takes a stream and which was made without an iterable. */
export interface RequestStream<Init> {
  /** Sends a request; resolves when there is room for the next. Rejects with the call's error once it has failed. */
  send(message: Init): Promise<void>;
  /** Ends the requests. */
  end(): void;
}

/** A call with one reply: the promise of it. It rejects with an RpcError. */
export interface ReplyCall<T> extends Promise<T>, RunningCall {}

/** A call with a stream of replies. The iteration fails with an RpcError; leaving the loop cancels the call. */
export interface RepliesCall<T> extends AsyncIterableIterator<T>, RunningCall {
  [Symbol.asyncIterator](): RepliesCall<T>;
}

/** The function that calls a method. */
export type ClientMethod<M extends MethodType> =
  M extends MethodType<infer Kind, MessageType<infer _I, infer Init>, MessageType<infer Reply, infer _R>>
    ? {
        unary: (request: Init, options?: CallOptions) => ReplyCall<Reply>;
        server_streaming: (request: Init, options?: CallOptions) => RepliesCall<Reply>;
        client_streaming: {
          (requests: Requests<Init>, options?: CallOptions): ReplyCall<Reply>;
          (requests?: undefined, options?: CallOptions): ReplyCall<Reply> & RequestStream<Init>;
        };
        bidi_streaming: {
          (requests: Requests<Init>, options?: CallOptions): RepliesCall<Reply>;
          (requests?: undefined, options?: CallOptions): RepliesCall<Reply> & RequestStream<Init>;
        };
      }[Kind]
    : never;

/** The methods of a service as functions, by their local names. */
export type Client<S extends ServiceType> =
  S extends ServiceType<infer M> ? { readonly [K in keyof M]: ClientMethod<M[K]> } : never;

/** Options of a client. */
export interface ClientOptions {
  /** Around every call of this client, inside those of the channel. */
  readonly interceptors?: readonly Interceptor[];
}

/** Makes a client over a channel; the platform's `createClient` also takes a target. */
export function createChannelClient<M extends Methods>(
  service: ServiceType<M>,
  channel: CallChannel,
  options: ClientOptions = {},
): Client<ServiceType<M>> {
  const interceptors = [...(channel.options.interceptors ?? []), ...(options.interceptors ?? [])];
  const client: Record<string, unknown> = Object.create(null);
  for (const localName of Object.keys(service.methods)) {
    client[localName] = callFunction(service.methods[localName]!, channel, interceptors);
  }
  return client as Client<ServiceType<M>>;
}

type AnyCall = UnaryCall<unknown> | StreamCall<unknown>;

/** The method's plan is made when it is called for the first time: a client seldom calls all methods. */
function callFunction(
  method: MethodType,
  channel: CallChannel,
  interceptors: readonly Interceptor[],
): (request: unknown, options?: CallOptions) => unknown {
  let plan: MethodPlan | undefined;
  const { kind } = method;
  if (interceptors.length === 0 && kind === "unary") {
    // The hot path: nothing is wrapped.
    return (request, options) => {
      plan ??= new MethodPlan(method, channel);
      if (options?.interceptors !== undefined) return interceptedCall(plan, options.interceptors, request, options);
      const call = new UnaryCall(plan, request, false, options);
      call.start();
      return call;
    };
  }
  return (request, options) => {
    plan ??= new MethodPlan(method, channel);
    const all = options?.interceptors === undefined ? interceptors : [...interceptors, ...options.interceptors];
    return all.length === 0 ? startCall(plan, request, options) : interceptedCall(plan, all, request, options);
  };
}

/** Makes a call without interceptors and starts it. */
function startCall(plan: MethodPlan, request: unknown, options: CallOptions | undefined): AnyCall {
  const { kind } = plan.method;
  const streamsRequests = kind === "client_streaming" || kind === "bidi_streaming";
  const streamsReplies = kind === "server_streaming" || kind === "bidi_streaming";
  const call = streamsReplies
    ? new StreamCall(plan, request, streamsRequests, options)
    : new UnaryCall(plan, request, streamsRequests, options);
  call.start();
  if (streamsRequests && request !== undefined) call.pump(request as Requests<unknown>);
  return call;
}

function interceptedCall(
  plan: MethodPlan,
  interceptors: readonly Interceptor[],
  request: unknown,
  options: CallOptions | undefined,
): unknown {
  const init: InterceptedCallInit = {
    method: plan.method,
    clock: plan.channel.platform.clock,
    interceptors,
    options,
    start: (changed, inner) => startCall(plan, changed, inner),
  };
  const { kind } = plan.method;
  return kind === "unary" || kind === "client_streaming"
    ? new InterceptedUnaryCall(init, request)
    : new InterceptedStreamCall(init, request);
}
