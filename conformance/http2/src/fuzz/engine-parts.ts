/** The engine's inner parts, which fuzzers and models meet without the connection around them. */

export { ByteWriter } from "../../../../packages/runtime/dist/base/byte-writer.js";
export { Field } from "../../../../packages/runtime/dist/http2/field.js";
export { FrameParser, type FrameTarget } from "../../../../packages/runtime/dist/http2/frame/frame-parser.js";
export { HpackDecoder } from "../../../../packages/runtime/dist/http2/hpack/decoder.js";
export { HpackEncoder } from "../../../../packages/runtime/dist/http2/hpack/encoder.js";
export { Http2Error } from "../../../../packages/runtime/dist/http2/http2-error.js";
export * as frames from "../../../../packages/runtime/dist/http2/testing/frames.js";
