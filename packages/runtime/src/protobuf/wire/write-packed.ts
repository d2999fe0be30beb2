import type { ByteWriter } from "../../base/byte-writer.js";
import { checkDouble, checkFixed32, checkFloat, checkSfixed32, storeFixed64, storeSfixed64 } from "./write-fixed.js";
import { beginMessage, endMessage } from "./write-message.js";
import {
  type Long,
  MAX_TAG,
  MAX_VARINT,
  putVarint32,
  storeBool,
  storeInt32,
  storeInt64,
  storeSint32,
  storeSint64,
  storeUint32,
  storeUint64,
} from "./write-varint.js";

/*
 * Packed repeated fields: one tag, one length, then the values (protobuf.dev, "Encoding", "Packed Repeated Fields").
 * An empty array writes nothing. One function per type, so that each loop sees one type of value, with the buffer and
 * the position in variables of its own: through the writer's properties it would take three times as long.
 */

export function writePackedInt32(w: ByteWriter, tag: number, values: readonly number[]): void {
  const { length } = values;
  if (length === 0) return;
  const start = beginMessage(w, tag);
  w.reserve(length + MAX_VARINT);
  let { buf, pos } = w;
  for (let i = 0; i < length; i++) {
    if (pos + MAX_VARINT > buf.length) buf = grow(w, pos, length - i);
    pos = storeInt32(buf, pos, values[i]!);
  }
  w.pos = pos;
  endMessage(w, start);
}

export function writePackedUint32(w: ByteWriter, tag: number, values: readonly number[]): void {
  const { length } = values;
  if (length === 0) return;
  const start = beginMessage(w, tag);
  w.reserve(length + MAX_VARINT);
  let { buf, pos } = w;
  for (let i = 0; i < length; i++) {
    if (pos + MAX_VARINT > buf.length) buf = grow(w, pos, length - i);
    pos = storeUint32(buf, pos, values[i]!);
  }
  w.pos = pos;
  endMessage(w, start);
}

export function writePackedSint32(w: ByteWriter, tag: number, values: readonly number[]): void {
  const { length } = values;
  if (length === 0) return;
  const start = beginMessage(w, tag);
  w.reserve(length + MAX_VARINT);
  let { buf, pos } = w;
  for (let i = 0; i < length; i++) {
    if (pos + MAX_VARINT > buf.length) buf = grow(w, pos, length - i);
    pos = storeSint32(buf, pos, values[i]!);
  }
  w.pos = pos;
  endMessage(w, start);
}

export function writePackedBool(w: ByteWriter, tag: number, values: readonly boolean[]): void {
  const { length } = values;
  if (length === 0) return;
  const start = beginMessage(w, tag);
  w.reserve(length + MAX_VARINT);
  let { buf, pos } = w;
  for (let i = 0; i < length; i++) {
    if (pos + MAX_VARINT > buf.length) buf = grow(w, pos, length - i);
    pos = storeBool(buf, pos, values[i]!);
  }
  w.pos = pos;
  endMessage(w, start);
}

export function writePackedInt64(w: ByteWriter, tag: number, values: readonly Long[]): void {
  const { length } = values;
  if (length === 0) return;
  const start = beginMessage(w, tag);
  w.reserve(length + MAX_VARINT);
  let { buf, pos } = w;
  for (let i = 0; i < length; i++) {
    if (pos + MAX_VARINT > buf.length) buf = grow(w, pos, length - i);
    pos = storeInt64(buf, pos, values[i]!);
  }
  w.pos = pos;
  endMessage(w, start);
}

export function writePackedUint64(w: ByteWriter, tag: number, values: readonly Long[]): void {
  const { length } = values;
  if (length === 0) return;
  const start = beginMessage(w, tag);
  w.reserve(length + MAX_VARINT);
  let { buf, pos } = w;
  for (let i = 0; i < length; i++) {
    if (pos + MAX_VARINT > buf.length) buf = grow(w, pos, length - i);
    pos = storeUint64(buf, pos, values[i]!);
  }
  w.pos = pos;
  endMessage(w, start);
}

export function writePackedSint64(w: ByteWriter, tag: number, values: readonly Long[]): void {
  const { length } = values;
  if (length === 0) return;
  const start = beginMessage(w, tag);
  w.reserve(length + MAX_VARINT);
  let { buf, pos } = w;
  for (let i = 0; i < length; i++) {
    if (pos + MAX_VARINT > buf.length) buf = grow(w, pos, length - i);
    pos = storeSint64(buf, pos, values[i]!);
  }
  w.pos = pos;
  endMessage(w, start);
}

/** Makes room for at least `count` more bytes behind `pos`, and for one value of any length. */
function grow(w: ByteWriter, pos: number, count: number): Uint8Array {
  w.pos = pos;
  w.reserve(count + MAX_VARINT);
  return w.buf;
}

/** Opens a packed field of a known length and returns a view that its values go to, at {@link ByteWriter.pos}. */
function beginFixed(w: ByteWriter, tag: number, bytes: number): DataView {
  w.reserve(MAX_TAG + MAX_TAG + bytes);
  const { buf } = w;
  w.pos = putVarint32(buf, putVarint32(buf, w.pos, tag), bytes);
  return new DataView(buf.buffer, buf.byteOffset, buf.byteLength);
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
