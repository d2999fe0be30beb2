import type { ByteWriter } from "../../base/byte-writer.js";
import { encodeUtf8, isWellFormed, utf8Length } from "../../base/utf8.js";
import { describeValue } from "./describe-value.js";
import { invalidValue } from "./protobuf-error.js";
import { MAX_TAG, putVarint32 } from "./write-varint.js";

/**
 * Up to this many UTF-16 units the loop beats the native call (measured by `npm run bench -- codec`); three times as many bytes
 * still have a length of one byte.
 */
const SHORT = 32;
/** Up to this many units room is made for the worst case, three bytes each; past it the exact length is counted. */
const LONG = 4096;

/** A string without its tag: length, UTF-8. */
export function putString(w: ByteWriter, value: string): void {
  if (typeof value !== "string") throw notString(value);
  if (!isWellFormed(value)) throw loneSurrogate();
  const length = utf8Length(value);
  w.reserve(5 + length);
  const at = putVarint32(w.buf, w.pos, length);
  encodeUtf8(value, w.buf, at);
  w.pos = at + length;
}

/** Bytes without their tag. */
export function putBytes(w: ByteWriter, value: Uint8Array): void {
  if (!(value instanceof Uint8Array)) throw invalidValue(`${describeValue(value)} is not a Uint8Array`);
  w.reserve(5 + value.length);
  const at = putVarint32(w.buf, w.pos, value.length);
  w.buf.set(value, at);
  w.pos = at + value.length;
}

/** A string field: tag, length, UTF-8. @throws ProtobufError for a lone surrogate, which UTF-8 cannot express */
export function writeString(w: ByteWriter, tag: number, value: string): void {
  if (typeof value !== "string") throw notString(value);
  const { length } = value;
  if (length > SHORT) {
    writeLongString(w, tag, value);
    return;
  }
  w.reserve(MAX_TAG + 1 + SHORT * 3);
  const { buf } = w;
  let pos = putVarint32(buf, w.pos, tag);
  buf[pos++] = length;
  for (let i = 0; i < length; i++) {
    const unit = value.charCodeAt(i);
    if (unit > 127) {
      const start = pos - i;
      pos = putUtf8(buf, pos, value, i);
      buf[start - 1] = pos - start;
      break;
    }
    buf[pos++] = unit;
  }
  w.pos = pos;
}

/** Stores `value` from its unit `from` on, as UTF-8. */
function putUtf8(buf: Uint8Array, at: number, value: string, from: number): number {
  for (let i = from; i < value.length; i++) {
    const unit = value.charCodeAt(i);
    if (unit < 0x80) buf[at++] = unit;
    else if (unit < 0x800) {
      buf[at++] = 0xc0 | (unit >> 6);
      buf[at++] = 0x80 | (unit & 63);
    } else if (unit < 0xd800 || unit > 0xdfff) {
      buf[at++] = 0xe0 | (unit >> 12);
      buf[at++] = 0x80 | ((unit >> 6) & 63);
      buf[at++] = 0x80 | (unit & 63);
    } else {
      const low = i + 1 < value.length ? value.charCodeAt(++i) : 0;
      if (unit > 0xdbff || (low & 0xfc00) !== 0xdc00) throw loneSurrogate();
      const point = 0x10000 + ((unit & 0x3ff) << 10) + (low & 0x3ff);
      buf[at++] = 0xf0 | (point >> 18);
      buf[at++] = 0x80 | ((point >> 12) & 63);
      buf[at++] = 0x80 | ((point >> 6) & 63);
      buf[at++] = 0x80 | (point & 63);
    }
  }
  return at;
}

function writeLongString(w: ByteWriter, tag: number, value: string): void {
  const units = value.length;
  const known = units > LONG ? utf8Length(value) : 0;
  w.reserve(10 + (known === 0 ? units * 3 : known));
  const at = putVarint32(w.buf, w.pos, tag);
  // The text goes where it belongs if it is ASCII; a longer length moves it.
  const guess = varintSize(known === 0 ? units : known);
  const written = encodeUtf8(value, w.buf, at + guess);
  if (written !== units && !isWellFormed(value)) throw loneSurrogate();
  const size = varintSize(written);
  if (size !== guess) w.buf.copyWithin(at + size, at + guess, at + guess + written);
  w.pos = putVarint32(w.buf, at, written) + written;
}

function varintSize(length: number): number {
  return length < 0x80 ? 1 : length < 0x4000 ? 2 : length < 0x200000 ? 3 : length < 0x10000000 ? 4 : 5;
}

/** A bytes field. */
export function writeBytes(w: ByteWriter, tag: number, value: Uint8Array): void {
  if (!(value instanceof Uint8Array)) throw invalidValue(`${describeValue(value)} is not a Uint8Array`);
  const { length } = value;
  w.reserve(10 + length);
  const { buf } = w;
  const pos = putVarint32(buf, putVarint32(buf, w.pos, tag), length);
  if (length > 32) buf.set(value, pos);
  else for (let i = 0; i < length; i++) buf[pos + i] = value[i]!;
  w.pos = pos + length;
}

function notString(value: unknown): Error {
  return invalidValue(`${describeValue(value)} is not a string`);
}

function loneSurrogate(): Error {
  return invalidValue("the string has a lone surrogate, which UTF-8 cannot express: call toWellFormed() on it");
}
