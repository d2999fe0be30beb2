import { malformed } from "./protobuf-error.js";
import { readFixed64, readSfixed64 } from "./read-fixed.js";
import { readBool, readInt32, readInt64, readSint32, readSint64, readUint32, readUint64 } from "./read-varint.js";
import { type Reader, readLength } from "./reader.js";

/*
 * Packed repeated fields. A field may come in several pieces; each function returns `values` with the piece appended.
 *
 * Nearly always there is one piece. Then a fresh array of the right size takes the place of the empty one: growing by
 * `push` takes twice as long. The size is counted in the bytes that are there, never taken from a declared length.
 */

/** Up to this many values the array is made at once; V8 turns much larger ones into dictionaries. */
const MAX_PRESIZED = 1 << 20;

/** Makes the array for `count` more values. */
function arrayFor<T>(values: T[], count: number): T[] {
  return values.length === 0 && count <= MAX_PRESIZED ? new Array<T>(count) : values;
}

/** Where in `array` the first of the new values goes: an array made by {@link arrayFor} is not `values`. */
function firstIndex<T>(array: T[], values: T[]): number {
  return array === values ? values.length : 0;
}

/** Counts varints: each ends with a byte whose highest bit is not set. */
function countVarints(buf: Uint8Array, start: number, end: number): number {
  let count = 0;
  for (let i = start; i < end; i++) count += buf[i]! < 128 ? 1 : 0;
  return count;
}

/** The last value must end where the packed field does. */
function checkPacked(r: Reader, stop: number): void {
  if (r.pos !== stop) throw malformed("the last value of a packed field runs past its end", stop);
}

export function readPackedInt32(r: Reader, end: number, values: number[]): number[] {
  const stop = readLength(r, end);
  const { buf } = r;
  let { pos } = r;
  const array = arrayFor(values, countVarints(buf, pos, stop));
  let i = firstIndex(array, values);
  while (pos < stop) {
    const byte = buf[pos]!;
    if (byte < 128) {
      array[i++] = byte;
      pos++;
      continue;
    }
    const next = buf[pos + 1]!;
    if (next < 128) {
      array[i++] = (byte & 127) | (next << 7);
      pos += 2;
      continue;
    }
    const third = buf[pos + 2]!;
    if (third < 128) {
      array[i++] = (byte & 127) | ((next & 127) << 7) | (third << 14);
      pos += 3;
      continue;
    }
    const fourth = buf[pos + 3]!;
    if (fourth < 128) {
      array[i++] = (byte & 127) | ((next & 127) << 7) | ((third & 127) << 14) | (fourth << 21);
      pos += 4;
      continue;
    }
    r.pos = pos;
    array[i++] = readInt32(r);
    pos = r.pos;
  }
  r.pos = pos;
  checkPacked(r, stop);
  return array;
}

export function readPackedUint32(r: Reader, end: number, values: number[]): number[] {
  const stop = readLength(r, end);
  const { buf } = r;
  let { pos } = r;
  const array = arrayFor(values, countVarints(buf, pos, stop));
  let i = firstIndex(array, values);
  while (pos < stop) {
    const byte = buf[pos]!;
    if (byte < 128) {
      array[i++] = byte;
      pos++;
      continue;
    }
    const next = buf[pos + 1]!;
    if (next < 128) {
      array[i++] = (byte & 127) | (next << 7);
      pos += 2;
      continue;
    }
    const third = buf[pos + 2]!;
    if (third < 128) {
      array[i++] = (byte & 127) | ((next & 127) << 7) | (third << 14);
      pos += 3;
      continue;
    }
    const fourth = buf[pos + 3]!;
    if (fourth < 128) {
      array[i++] = (byte & 127) | ((next & 127) << 7) | ((third & 127) << 14) | (fourth << 21);
      pos += 4;
      continue;
    }
    r.pos = pos;
    array[i++] = readUint32(r);
    pos = r.pos;
  }
  r.pos = pos;
  checkPacked(r, stop);
  return array;
}

export function readPackedSint32(r: Reader, end: number, values: number[]): number[] {
  const stop = readLength(r, end);
  const { buf } = r;
  let { pos } = r;
  const array = arrayFor(values, countVarints(buf, pos, stop));
  let i = firstIndex(array, values);
  while (pos < stop) {
    const byte = buf[pos]!;
    if (byte < 128) {
      array[i++] = (byte >>> 1) ^ -(byte & 1);
      pos++;
      continue;
    }
    const next = buf[pos + 1]!;
    if (next < 128) {
      const value = (byte & 127) | (next << 7);
      array[i++] = (value >>> 1) ^ -(value & 1);
      pos += 2;
      continue;
    }
    r.pos = pos;
    array[i++] = readSint32(r);
    pos = r.pos;
  }
  r.pos = pos;
  checkPacked(r, stop);
  return array;
}

export function readPackedBool(r: Reader, end: number, values: boolean[]): boolean[] {
  const stop = readLength(r, end);
  const array = arrayFor(values, countVarints(r.buf, r.pos, stop));
  for (let i = firstIndex(array, values); r.pos < stop; i++) array[i] = readBool(r);
  checkPacked(r, stop);
  return array;
}

export function readPackedInt64(r: Reader, end: number, values: bigint[]): bigint[] {
  const stop = readLength(r, end);
  const array = arrayFor(values, countVarints(r.buf, r.pos, stop));
  for (let i = firstIndex(array, values); r.pos < stop; i++) array[i] = readInt64(r);
  checkPacked(r, stop);
  return array;
}

export function readPackedUint64(r: Reader, end: number, values: bigint[]): bigint[] {
  const stop = readLength(r, end);
  const array = arrayFor(values, countVarints(r.buf, r.pos, stop));
  for (let i = firstIndex(array, values); r.pos < stop; i++) array[i] = readUint64(r);
  checkPacked(r, stop);
  return array;
}

export function readPackedSint64(r: Reader, end: number, values: bigint[]): bigint[] {
  const stop = readLength(r, end);
  const array = arrayFor(values, countVarints(r.buf, r.pos, stop));
  for (let i = firstIndex(array, values); r.pos < stop; i++) array[i] = readSint64(r);
  checkPacked(r, stop);
  return array;
}

/** Takes the length of a packed field whose values have `size` bytes each. @returns where the values end */
function readFixedLength(r: Reader, end: number, size: number): number {
  const stop = readLength(r, end);
  if ((stop - r.pos) % size !== 0) {
    throw malformed(`a packed field of ${stop - r.pos} bytes, which are not values of ${size} bytes`, r.pos);
  }
  return stop;
}

export function readPackedFixed32(r: Reader, end: number, values: number[]): number[] {
  const stop = readFixedLength(r, end, 4);
  const { buf, pos: start } = r;
  const array = arrayFor(values, (stop - start) / 4);
  const view = new DataView(buf.buffer, buf.byteOffset, buf.byteLength);
  let i = firstIndex(array, values);
  for (let pos = start; pos < stop; pos += 4) array[i++] = view.getUint32(pos, true);
  r.pos = stop;
  return array;
}

export function readPackedSfixed32(r: Reader, end: number, values: number[]): number[] {
  const stop = readFixedLength(r, end, 4);
  const { buf, pos: start } = r;
  const array = arrayFor(values, (stop - start) / 4);
  const view = new DataView(buf.buffer, buf.byteOffset, buf.byteLength);
  let i = firstIndex(array, values);
  for (let pos = start; pos < stop; pos += 4) array[i++] = view.getInt32(pos, true);
  r.pos = stop;
  return array;
}

export function readPackedFloat(r: Reader, end: number, values: number[]): number[] {
  const stop = readFixedLength(r, end, 4);
  const { buf, pos: start } = r;
  const array = arrayFor(values, (stop - start) / 4);
  const view = new DataView(buf.buffer, buf.byteOffset, buf.byteLength);
  let i = firstIndex(array, values);
  for (let pos = start; pos < stop; pos += 4) array[i++] = view.getFloat32(pos, true);
  r.pos = stop;
  return array;
}

export function readPackedDouble(r: Reader, end: number, values: number[]): number[] {
  const stop = readFixedLength(r, end, 8);
  const { buf, pos: start } = r;
  const array = arrayFor(values, (stop - start) / 8);
  const view = new DataView(buf.buffer, buf.byteOffset, buf.byteLength);
  let i = firstIndex(array, values);
  for (let pos = start; pos < stop; pos += 8) array[i++] = view.getFloat64(pos, true);
  r.pos = stop;
  return array;
}

export function readPackedFixed64(r: Reader, end: number, values: bigint[]): bigint[] {
  const stop = readFixedLength(r, end, 8);
  const array = arrayFor(values, (stop - r.pos) / 8);
  for (let i = firstIndex(array, values); r.pos < stop; i++) array[i] = readFixed64(r);
  return array;
}

export function readPackedSfixed64(r: Reader, end: number, values: bigint[]): bigint[] {
  const stop = readFixedLength(r, end, 8);
  const array = arrayFor(values, (stop - r.pos) / 8);
  for (let i = firstIndex(array, values); r.pos < stop; i++) array[i] = readSfixed64(r);
  return array;
}
