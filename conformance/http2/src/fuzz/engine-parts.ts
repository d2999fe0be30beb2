/**
 * The engine and its inner parts, as modules: coverage is measured by file, and fuzzers and models meet the parts
 * without the connection around them.
 */

export { ByteWriter } from "../../../../packages/runtime/dist/base/byte-writer.js";
export { Http2Connection } from "../../../../packages/runtime/dist/http2/connection.js";
export { Field } from "../../../../packages/runtime/dist/http2/field.js";
export { FrameParser, type FrameTarget } from "../../../../packages/runtime/dist/http2/frame/frame-parser.js";
export { HpackDecoder } from "../../../../packages/runtime/dist/http2/hpack/decoder.js";
export { HpackEncoder } from "../../../../packages/runtime/dist/http2/hpack/encoder.js";
export type { HttpFailure, HttpSink } from "../../../../packages/runtime/dist/http2/http-types.js";
export { Http2Error } from "../../../../packages/runtime/dist/http2/http2-error.js";
export type { Http2Stream } from "../../../../packages/runtime/dist/http2/stream/stream.js";
export * as frames from "../../../../packages/runtime/dist/http2/testing/frames.js";
