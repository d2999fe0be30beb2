/**
 * "hawser/fetch": a server that is a function from `Request` to `Response`, for edge runtimes and other people's servers.
 *
 * @module
 */
export { Code, codeName } from "../rpc/code.js";
export type * from "../rpc/event.js";
export type { HttpField, HttpFields, HttpPeer, HttpPeerTls } from "../rpc/http-types.js";
export type { Call, Interceptor, Next, Payload } from "../rpc/interceptor.js";
export { joinObservers, type ObserverOptions } from "../rpc/join-observers.js";
export { Metadata, type MetadataInit, type MetadataValue } from "../rpc/metadata.js";
export type * from "../rpc/observer.js";
export { RpcError, type RpcErrorOptions } from "../rpc/rpc-error.js";
export type { Status } from "../rpc/status.js";
export { type ConcurrencyLimit, limitConcurrency, limitRate, type RateLimit } from "../server/call-limits.js";
export type { Cors, CorsOptions } from "../server/cors.js";
export type { Handler, Implementation, Replies } from "../server/implementation.js";
export type { CallCounts, MethodOptions, Server, ServerOptions, ServiceOptions } from "../server/server.js";
export type { ServerCall } from "../server/server-call.js";
export { createServer, FetchServer } from "./fetch-server.js";
