/**
 * "hawser/web": clients in pages and wherever there is `fetch`. The same generated code and the same calls as on Node.
 *
 * @module
 */
export type { CallOptions, ParentCall } from "../client/call-options.js";
export type {
  Client,
  ClientMethod,
  ClientOptions,
  RepliesCall,
  ReplyCall,
  RunningCall,
} from "../client/create-client.js";
export { type ConnectOptions, connectProtocol } from "../protocol/connect/client-exchange.js";
export { Code, codeName } from "../rpc/code.js";
export type { Compression } from "../rpc/compression.js";
export type * from "../rpc/event.js";
export type { ClientProtocol } from "../rpc/exchange.js";
export type { HttpField, HttpFields, HttpPeer, HttpPeerTls } from "../rpc/http-types.js";
export type { Call, Interceptor, Next, Payload } from "../rpc/interceptor.js";
export { joinObservers, type ObserverOptions } from "../rpc/join-observers.js";
export { Metadata, type MetadataInit, type MetadataValue } from "../rpc/metadata.js";
export type * from "../rpc/observer.js";
export { RpcError, type RpcErrorOptions } from "../rpc/rpc-error.js";
export type { Status } from "../rpc/status.js";
export { createChannel, createClient, WebChannel, type WebChannelOptions } from "./create-channel.js";
export { streamCompressions } from "./stream-compression.js";
export type { WebSocketClass } from "./web-socket-connection.js";
