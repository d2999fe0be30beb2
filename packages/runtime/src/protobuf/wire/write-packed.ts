import type { ByteWriter } from "../../base/byte-writer.js";
import { checkDouble, checkFixed32, checkFloat, checkSfixed32, storeFixed64, storeSfixed64 } from "./write-fixed.js";
import {
  type Long,
  MAX_TAG,
  MAX_VARINT,
  notInteger,
  putVarint32,
  storeBool,
  storeInt32,
  storeInt64,
  storeSint64,
  storeUint64,
} from "./write-varint.js";

/*
 * Packed repeated fields: one tag, one length, then the values (protobuf.dev, "Encoding", "Packed Repeated Fields").
 * An empty array writes nothing. One function per type, so that each loop sees one type of value, with the buffer and
 * the position in variables of its own: through the writer's properties it would take three times as long. Room is made
 * for {@link STEP} values at once, and a value of one byte is stored in the loop itself (docs/performance.md).
 */

/** So many values a round: their worst case, ten bytes each, is still little to ask of a buffer that is nearly full. */
const STEP = 64;

/**
 * Opens the field: writes the tag and leaves room for the length. The values of a list tend to be of one size, so that the
 * last one says how many bytes the length will have; otherwise {@link endPacked} moves the values.
 *
 * @param bytes what all values will take, as far as one can guess
 * @returns where the values start
 */
function beginPacked(w: ByteWriter, tag: number, bytes: number): number {
  w.reserve(MAX_TAG + MAX_TAG);
  return (w.pos = putVarint32(w.buf, w.pos, tag) + varintSize(bytes));
}

/** Closes the field. @param left the bytes that were left for the length */
function endPacked(w: ByteWriter, start: number, guess: number): void {
  const length = w.pos - start;
  const left = varintSize(guess);
  const size = varintSize(length);
  if (size !== left) {
    w.reserve(MAX_TAG);
    w.buf.copyWithin(start - left + size, start, start + length);
    w.pos += size - left;
  }
  putVarint32(w.buf, start - left, length);
}

/** The bytes of an unsigned 32-bit number. */
function varintSize(value: number): number {
  return value < 0x80 ? 1 : value < 0x4000 ? 2 : value < 0x200000 ? 3 : value < 0x10000000 ? 4 : 5;
}

/** The bytes of a 64-bit number, roughly: what is no number of the range is refused where it is stored. */
function longSize(value: Long): number {
  const number = Number(value);
  return number < 0 ? MAX_VARINT : number < 0x10000000 ? varintSize(number) : number < 0x800000000 ? 5 : 7;
}

export function writePackedInt32(w: ByteWriter, tag: number, values: readonly number[]): void {
  const { length } = values;
  if (length === 0) return;
  const last = values[length - 1]!;
  const guess = length * (last < 0 ? MAX_VARINT : varintSize(last));
  const start = beginPacked(w, tag, guess);
  for (let i = 0; i < length; ) {
    const stop = Math.min(length, i + STEP);
    w.reserve((stop - i) * MAX_VARINT);
    const { buf } = w;
    let { pos } = w;
    for (; i < stop; i++) {
      const value = values[i]!;
      if (value === (value & 127)) buf[pos++] = value;
      else pos = storeInt32(buf, pos, value);
    }
    w.pos = pos;
  }
  endPacked(w, start, guess);
}

export function writePackedUint32(w: ByteWriter, tag: number, values: readonly number[]): void {
  const { length } = values;
  if (length === 0) return;
  const guess = length * varintSize(values[length - 1]!);
  const start = beginPacked(w, tag, guess);
  for (let i = 0; i < length; ) {
    const stop = Math.min(length, i + STEP);
    w.reserve((stop - i) * MAX_VARINT);
    const { buf } = w;
    let { pos } = w;
    for (; i < stop; i++) {
      const value = values[i]!;
      if (value !== value >>> 0) throw notInteger("uint32", value);
      if (value < 128) buf[pos++] = value;
      else pos = putVarint32(buf, pos, value);
    }
    w.pos = pos;
  }
  endPacked(w, start, guess);
}

export function writePackedSint32(w: ByteWriter, tag: number, values: readonly number[]): void {
  const { length } = values;
  if (length === 0) return;
  const guess = length * varintSize(Math.abs(values[length - 1]!) * 2);
  const start = beginPacked(w, tag, guess);
  for (let i = 0; i < length; ) {
    const stop = Math.min(length, i + STEP);
    w.reserve((stop - i) * MAX_VARINT);
    const { buf } = w;
    let { pos } = w;
    for (; i < stop; i++) {
      const value = values[i]!;
      if (value !== (value | 0)) throw notInteger("sint32", value);
      const zigzag = ((value << 1) ^ (value >> 31)) >>> 0;
      if (zigzag < 128) buf[pos++] = zigzag;
      else pos = putVarint32(buf, pos, zigzag);
    }
    w.pos = pos;
  }
  endPacked(w, start, guess);
}

export function writePackedBool(w: ByteWriter, tag: number, values: readonly boolean[]): void {
  const { length } = values;
  if (length === 0) return;
  w.reserve(MAX_TAG + MAX_TAG + length);
  const { buf } = w;
  let pos = putVarint32(buf, putVarint32(buf, w.pos, tag), length);
  for (let i = 0; i < length; i++) pos = storeBool(buf, pos, values[i]!);
  w.pos = pos;
}

export function writePackedInt64(w: ByteWriter, tag: number, values: readonly Long[]): void {
  const { length } = values;
  if (length === 0) return;
  const guess = length * longSize(values[length - 1]!);
  const start = beginPacked(w, tag, guess);
  for (let i = 0; i < length; ) {
    const stop = Math.min(length, i + STEP);
    w.reserve((stop - i) * MAX_VARINT);
    const { buf } = w;
    let { pos } = w;
    for (; i < stop; i++) pos = storeInt64(buf, pos, values[i]!);
    w.pos = pos;
  }
  endPacked(w, start, guess);
}

export function writePackedUint64(w: ByteWriter, tag: number, values: readonly Long[]): void {
  const { length } = values;
  if (length === 0) return;
  const guess = length * longSize(values[length - 1]!);
  const start = beginPacked(w, tag, guess);
  for (let i = 0; i < length; ) {
    const stop = Math.min(length, i + STEP);
    w.reserve((stop - i) * MAX_VARINT);
    const { buf } = w;
    let { pos } = w;
    for (; i < stop; i++) pos = storeUint64(buf, pos, values[i]!);
    w.pos = pos;
  }
  endPacked(w, start, guess);
}

export function writePackedSint64(w: ByteWriter, tag: number, values: readonly Long[]): void {
  const { length } = values;
  if (length === 0) return;
  const guess = length * longSize(values[length - 1]!);
  const start = beginPacked(w, tag, guess);
  for (let i = 0; i < length; ) {
    const stop = Math.min(length, i + STEP);
    w.reserve((stop - i) * MAX_VARINT);
    const { buf } = w;
    let { pos } = w;
    for (; i < stop; i++) pos = storeSint64(buf, pos, values[i]!);
    w.pos = pos;
  }
  endPacked(w, start, guess);
}

/** The buffer of the last packed field, and its view, which costs as much as twenty values: the next is often in it too. */
let viewed: Uint8Array = new Uint8Array(0);
let view: DataView = new DataView(viewed.buffer);
const MAX_VIEWED = 64 * 1024;

/** Opens a packed field of a known length and returns a view that its values go to, at {@link ByteWriter.pos}. */
function beginFixed(w: ByteWriter, tag: number, bytes: number): DataView {
  w.reserve(MAX_TAG + MAX_TAG + bytes);
  const { buf } = w;
  w.pos = putVarint32(buf, putVarint32(buf, w.pos, tag), bytes);
  if (viewed === buf) return view;
  const fresh = new DataView(buf.buffer, buf.byteOffset, buf.byteLength);
  // What is large is not kept alive for the sake of 70 ns.
  if (buf.length > MAX_VIEWED) return fresh;
  viewed = buf;
  return (view = fresh);
}

export function writePackedFixed32(w: ByteWriter, tag: number, values: readonly number[]): void {
  const { length } = values;
  if (length === 0) return;
  const view = beginFixed(w, tag, length * 4);
  let { pos } = w;
  for (let i = 0; i < length; i++) {
    const value = values[i]!;
    checkFixed32(value);
    view.setUint32(pos, value, true);
    pos += 4;
  }
  w.pos = pos;
}

export function writePackedSfixed32(w: ByteWriter, tag: number, values: readonly number[]): void {
  const { length } = values;
  if (length === 0) return;
  const view = beginFixed(w, tag, length * 4);
  let { pos } = w;
  for (let i = 0; i < length; i++) {
    const value = values[i]!;
    checkSfixed32(value);
    view.setInt32(pos, value, true);
    pos += 4;
  }
  w.pos = pos;
}

export function writePackedFloat(w: ByteWriter, tag: number, values: readonly number[]): void {
  const { length } = values;
  if (length === 0) return;
  const view = beginFixed(w, tag, length * 4);
  let { pos } = w;
  for (let i = 0; i < length; i++) {
    const value = values[i]!;
    checkFloat(value);
    view.setFloat32(pos, value, true);
    pos += 4;
  }
  w.pos = pos;
}

export function writePackedDouble(w: ByteWriter, tag: number, values: readonly number[]): void {
  const { length } = values;
  if (length === 0) return;
  const view = beginFixed(w, tag, length * 8);
  let { pos } = w;
  for (let i = 0; i < length; i++) {
    const value = values[i]!;
    checkDouble(value);
    view.setFloat64(pos, value, true);
    pos += 8;
  }
  w.pos = pos;
}

export function writePackedFixed64(w: ByteWriter, tag: number, values: readonly Long[]): void {
  const { length } = values;
  if (length === 0) return;
  beginFixed(w, tag, length * 8);
  const { buf } = w;
  let { pos } = w;
  for (let i = 0; i < length; i++) pos = storeFixed64(buf, pos, values[i]!);
  w.pos = pos;
}

export function writePackedSfixed64(w: ByteWriter, tag: number, values: readonly Long[]): void {
  const { length } = values;
  if (length === 0) return;
  beginFixed(w, tag, length * 8);
  const { buf } = w;
  let { pos } = w;
  for (let i = 0; i < length; i++) pos = storeSfixed64(buf, pos, values[i]!);
  w.pos = pos;
}
