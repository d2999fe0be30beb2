/**
 * "hawser/http2": HTTP/2 (RFC 9113) and HPACK (RFC 7541) without I/O. Bytes come in, events and bytes go out, and time
 * is handed in.
 */
export { Http2Connection } from "./connection.js";
export { type Http2Counter, Http2Counters } from "./counters.js";
export type { Http2ConnectionHandler } from "./handler.js";
export type { HttpFailure, HttpField, HttpFields, HttpHead, HttpSink } from "./http-types.js";
export { errorCodeName, Http2Error, Http2ErrorCode } from "./http2-error.js";
export {
  CONNECTION_WINDOW,
  DRAIN_PING_TIMEOUT_MS,
  GLITCH_BURST,
  GLITCHES_PER_SECOND,
  HANDSHAKE_TIMEOUT_MS,
  HEADER_TIMEOUT_MS,
  type Http2Limits,
  type Http2Options,
  KEEPALIVE_TIMEOUT_MS,
  MAX_CONCURRENT_STREAMS,
  MAX_CONTINUATIONS,
  MAX_EMPTY_FRAMES,
  MAX_FRAME_SIZE,
  MAX_HEADER_BLOCK_BYTES,
  MAX_HEADER_FIELDS,
  MAX_HEADER_LIST_SIZE,
  MAX_PING_STRIKES,
  MAX_PUSHED_STREAMS,
  MAX_QUEUED_REPLIES,
  MAX_SETTINGS_ENTRIES,
  MAX_UNREAD_BYTES,
  MIN_PING_INTERVAL_MS,
  MIN_STREAM_WINDOW,
  OUTBOX_BYTES,
  RESET_BURST,
  RESETS_PER_SECOND,
  SETTINGS_ACK_TIMEOUT_MS,
  STALL_TIMEOUT_MS,
  STREAM_QUEUE_BYTES,
  STREAM_WINDOW,
  TAKE_BYTES,
} from "./limits.js";
export { Http2Stream } from "./stream/stream.js";
