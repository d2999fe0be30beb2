import { malformed } from "./protobuf-error.js";
import { readFixed64, readSfixed64 } from "./read-fixed.js";
import { readBool, readInt32, readInt64, readSint32, readSint64, readUint32, readUint64 } from "./read-varint.js";
import { type Reader, readLength } from "./reader.js";

/*
 * Packed repeated fields. A field may come in several pieces, so each call appends. Nothing is allocated by the
 * declared length: an array grows with the values that are really there.
 */

/** The last value must end where the packed field does. */
function checkPacked(r: Reader, stop: number): void {
  if (r.pos !== stop) throw malformed("the last value of a packed field runs past its end", stop);
}

export function readPackedInt32(r: Reader, end: number, values: number[]): void {
  const stop = readLength(r, end);
  const { buf } = r;
  let { pos } = r;
  while (pos < stop) {
    const byte = buf[pos]!;
    if (byte < 128) {
      values.push(byte);
      pos++;
      continue;
    }
    const next = buf[pos + 1]!;
    if (next < 128) {
      values.push((byte & 127) | (next << 7));
      pos += 2;
      continue;
    }
    r.pos = pos;
    values.push(readInt32(r));
    pos = r.pos;
  }
  r.pos = pos;
  checkPacked(r, stop);
}

export function readPackedUint32(r: Reader, end: number, values: number[]): void {
  const stop = readLength(r, end);
  const { buf } = r;
  let { pos } = r;
  while (pos < stop) {
    const byte = buf[pos]!;
    if (byte < 128) {
      values.push(byte);
      pos++;
      continue;
    }
    const next = buf[pos + 1]!;
    if (next < 128) {
      values.push((byte & 127) | (next << 7));
      pos += 2;
      continue;
    }
    r.pos = pos;
    values.push(readUint32(r));
    pos = r.pos;
  }
  r.pos = pos;
  checkPacked(r, stop);
}

export function readPackedSint32(r: Reader, end: number, values: number[]): void {
  const stop = readLength(r, end);
  const { buf } = r;
  let { pos } = r;
  while (pos < stop) {
    const byte = buf[pos]!;
    if (byte < 128) {
      values.push((byte >>> 1) ^ -(byte & 1));
      pos++;
      continue;
    }
    const next = buf[pos + 1]!;
    if (next < 128) {
      const value = (byte & 127) | (next << 7);
      values.push((value >>> 1) ^ -(value & 1));
      pos += 2;
      continue;
    }
    r.pos = pos;
    values.push(readSint32(r));
    pos = r.pos;
  }
  r.pos = pos;
  checkPacked(r, stop);
}

export function readPackedBool(r: Reader, end: number, values: boolean[]): void {
  const stop = readLength(r, end);
  while (r.pos < stop) values.push(readBool(r));
  checkPacked(r, stop);
}

export function readPackedInt64(r: Reader, end: number, values: bigint[]): void {
  const stop = readLength(r, end);
  while (r.pos < stop) values.push(readInt64(r));
  checkPacked(r, stop);
}

export function readPackedUint64(r: Reader, end: number, values: bigint[]): void {
  const stop = readLength(r, end);
  while (r.pos < stop) values.push(readUint64(r));
  checkPacked(r, stop);
}

export function readPackedSint64(r: Reader, end: number, values: bigint[]): void {
  const stop = readLength(r, end);
  while (r.pos < stop) values.push(readSint64(r));
  checkPacked(r, stop);
}

/** Takes the length of a packed field whose values have `size` bytes each. @returns where the values end */
function readFixedLength(r: Reader, end: number, size: number): number {
  const stop = readLength(r, end);
  if ((stop - r.pos) % size !== 0) {
    throw malformed(`a packed field of ${stop - r.pos} bytes, which are not values of ${size} bytes`, r.pos);
  }
  return stop;
}

export function readPackedFixed32(r: Reader, end: number, values: number[]): void {
  const stop = readFixedLength(r, end, 4);
  const { buf } = r;
  const view = new DataView(buf.buffer, buf.byteOffset, buf.byteLength);
  for (let pos = r.pos; pos < stop; pos += 4) values.push(view.getUint32(pos, true));
  r.pos = stop;
}

export function readPackedSfixed32(r: Reader, end: number, values: number[]): void {
  const stop = readFixedLength(r, end, 4);
  const { buf } = r;
  const view = new DataView(buf.buffer, buf.byteOffset, buf.byteLength);
  for (let pos = r.pos; pos < stop; pos += 4) values.push(view.getInt32(pos, true));
  r.pos = stop;
}

export function readPackedFloat(r: Reader, end: number, values: number[]): void {
  const stop = readFixedLength(r, end, 4);
  const { buf } = r;
  const view = new DataView(buf.buffer, buf.byteOffset, buf.byteLength);
  for (let pos = r.pos; pos < stop; pos += 4) values.push(view.getFloat32(pos, true));
  r.pos = stop;
}

export function readPackedDouble(r: Reader, end: number, values: number[]): void {
  const stop = readFixedLength(r, end, 8);
  const { buf } = r;
  const view = new DataView(buf.buffer, buf.byteOffset, buf.byteLength);
  for (let pos = r.pos; pos < stop; pos += 8) values.push(view.getFloat64(pos, true));
  r.pos = stop;
}

export function readPackedFixed64(r: Reader, end: number, values: bigint[]): void {
  const stop = readFixedLength(r, end, 8);
  while (r.pos < stop) values.push(readFixed64(r));
}

export function readPackedSfixed64(r: Reader, end: number, values: bigint[]): void {
  const stop = readFixedLength(r, end, 8);
  while (r.pos < stop) values.push(readSfixed64(r));
}
