import { decodeUtf8, decodeUtf8Lossy } from "../../base/utf8.js";
import { malformed } from "./protobuf-error.js";
import { type Reader, readLength } from "./reader.js";

/** Reads a string. @throws ProtobufError unless it is UTF-8 (protobuf.dev, "Proto3", "Scalar Value Types") */
export function readString(r: Reader, end: number): string {
  const stop = readLength(r, end);
  const start = r.pos;
  const text = decodeUtf8(r.buf, start, stop);
  if (text === undefined) throw malformed("a string that is not UTF-8: was it declared bytes by the sender?", start);
  r.pos = stop;
  return text;
}

/** Reads a string whose `utf8_validation` is NONE (proto2): malformed sequences become U+FFFD. */
export function readStringUnchecked(r: Reader, end: number): string {
  const stop = readLength(r, end);
  const start = r.pos;
  r.pos = stop;
  return decodeUtf8Lossy(r.buf, start, stop);
}

/**
 * Reads bytes: a copy, for the array that is read belongs to the transport; unless it was made for this message alone and
 * is mostly this field, when copying 4 MiB again would buy nothing.
 */
export function readBytes(r: Reader, end: number): Uint8Array {
  const stop = readLength(r, end);
  const start = r.pos;
  r.pos = stop;
  if (r.owned && (stop - start) * 2 > r.buf.length) return r.buf.subarray(start, stop);
  return copyBytes(r.buf, start, stop);
}

/** What a bytes field is when it is not set: nothing can be written to it, so one for all will do. */
export const NO_BYTES: Uint8Array = new Uint8Array(0);

/** Copies `bytes[start, end)` into a plain `Uint8Array`: `slice` of a `Buffer` would be a view, and a `Buffer`. */
export function copyBytes(bytes: Uint8Array, start: number, end: number): Uint8Array {
  if (bytes.constructor === Uint8Array) return bytes.slice(start, end);
  const copy = new Uint8Array(end - start);
  copy.set(bytes.subarray(start, end));
  return copy;
}
