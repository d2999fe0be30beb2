/**
 * "hawser/http2": HTTP/2 (RFC 9113) and HPACK (RFC 7541) without I/O. Bytes come in, events and bytes go out, and time
 * is handed in.
 */
export { Http2Connection } from "./connection.js";
export type { Http2ConnectionHandler } from "./handler.js";
export type { HttpFailure, HttpField, HttpFields, HttpHead, HttpSink } from "./http-types.js";
export { errorCodeName, Http2Error, Http2ErrorCode } from "./http2-error.js";
export * from "./limits.js";
export { Http2Stream } from "./stream/stream.js";
