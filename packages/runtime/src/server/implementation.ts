import type { MessageType } from "../protobuf/type/message-type.js";
import type { MethodType, ServiceType } from "../protobuf/type/service-type.js";
import type { ServerCall } from "./server-call.js";

/** The replies of a streaming method: most often what an `async function*` returns. */
export type Replies<T> = AsyncIterable<T> | Iterable<T>;

/**
 * The function that answers a method. It throws an RpcError to choose the status; anything else that it throws leaves
 * as UNKNOWN with a fixed text and goes to the server's `onError`.
 */
export type Handler<M extends MethodType> =
  M extends MethodType<infer Kind, MessageType<infer Request, infer _I>, MessageType<infer _R, infer Init>>
    ? {
        unary: (request: Request, call: ServerCall) => Init | Promise<Init>;
        server_streaming: (request: Request, call: ServerCall) => Replies<Init>;
        client_streaming: (requests: AsyncIterable<Request>, call: ServerCall) => Init | Promise<Init>;
        bidi_streaming: (requests: AsyncIterable<Request>, call: ServerCall) => Replies<Init>;
      }[Kind]
    : never;

/** The handlers of a service by the local names of its methods. One that is left away answers UNIMPLEMENTED. */
export type Implementation<S extends ServiceType> =
  S extends ServiceType<infer M> ? { readonly [K in keyof M]?: Handler<M[K]> } : never;
