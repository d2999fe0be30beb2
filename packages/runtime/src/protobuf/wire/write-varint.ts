import type { ByteWriter } from "../../base/byte-writer.js";
import { describeValue } from "./describe-value.js";
import { invalidValue } from "./protobuf-error.js";
import { HIGH, LOW, scratchInt64, scratchWords } from "./scratch.js";

/** What a 64-bit field takes: a `bigint`, a number that is a safe integer, or decimal digits. */
export type Long = bigint | number | string;

/** Stores an unsigned 32-bit varint at `at` (the room is there) and returns where the next byte goes. */
export function putVarint32(buf: Uint8Array, at: number, value: number): number {
  if (value > 127) return putLonger(buf, at, value);
  buf[at] = value;
  return at + 1;
}

/** Two to five bytes. An element of the array takes the low eight bits; without a loop it is a third faster. */
function putLonger(buf: Uint8Array, at: number, value: number): number {
  buf[at] = value | 128;
  if (value < 0x4000) {
    buf[at + 1] = value >>> 7;
    return at + 2;
  }
  buf[at + 1] = (value >>> 7) | 128;
  if (value < 0x200000) {
    buf[at + 2] = value >>> 14;
    return at + 3;
  }
  buf[at + 2] = (value >>> 14) | 128;
  if (value < 0x10000000) {
    buf[at + 3] = value >>> 21;
    return at + 4;
  }
  buf[at + 3] = (value >>> 21) | 128;
  buf[at + 4] = value >>> 28;
  return at + 5;
}

/** Stores the two scratch words as a varint. */
function putScratch(buf: Uint8Array, at: number): number {
  const low = scratchWords[LOW]!;
  const high = scratchWords[HIGH]!;
  if (high === 0) return putVarint32(buf, at, low >>> 0);
  // Four groups of seven bits, one that both words share, and up to five that are the upper word's.
  buf[at] = low | 128;
  buf[at + 1] = (low >>> 7) | 128;
  buf[at + 2] = (low >>> 14) | 128;
  buf[at + 3] = (low >>> 21) | 128;
  const middle = ((low >>> 28) | (high << 4)) & 127;
  let rest = high >>> 3;
  at += 4;
  if (rest === 0) {
    buf[at] = middle;
    return at + 1;
  }
  buf[at++] = middle | 128;
  while (rest > 127) {
    buf[at++] = rest | 128;
    rest >>>= 7;
  }
  buf[at] = rest;
  return at + 1;
}

/** The room that the longest varint takes. */
export const MAX_VARINT = 10;
/** The room that the longest tag takes. */
export const MAX_TAG = 5;

/*
 * Three layers per type. `storeX` stores a value at a position where there is room, and says where the next byte goes;
 * `putX` makes the room first; `writeX` puts a tag before it. All of them check the value before they touch the writer.
 */

export function storeInt32(buf: Uint8Array, at: number, value: number): number {
  if (value !== (value | 0)) throw notInteger("int32", value);
  if (value >= 0) return putVarint32(buf, at, value);
  // Negative numbers are written as 64 bits: ten bytes, the sixth to the ninth all ones.
  buf[at] = (value & 127) | 128;
  buf[at + 1] = ((value >> 7) & 127) | 128;
  buf[at + 2] = ((value >> 14) & 127) | 128;
  buf[at + 3] = ((value >> 21) & 127) | 128;
  buf[at + 4] = ((value >> 28) & 127) | 128;
  buf[at + 5] = 255;
  buf[at + 6] = 255;
  buf[at + 7] = 255;
  buf[at + 8] = 255;
  buf[at + 9] = 1;
  return at + 10;
}

export function storeUint32(buf: Uint8Array, at: number, value: number): number {
  if (value !== value >>> 0) throw notInteger("uint32", value);
  return putVarint32(buf, at, value);
}

export function storeSint32(buf: Uint8Array, at: number, value: number): number {
  if (value !== (value | 0)) throw notInteger("sint32", value);
  return putVarint32(buf, at, ((value << 1) ^ (value >> 31)) >>> 0);
}

export function storeBool(buf: Uint8Array, at: number, value: boolean): number {
  if (value !== true && value !== false) throw invalidValue(`${describeValue(value)} is not a boolean`);
  buf[at] = value ? 1 : 0;
  return at + 1;
}

export function storeInt64(buf: Uint8Array, at: number, value: Long): number {
  loadInt64(value);
  return putScratch(buf, at);
}

export function storeUint64(buf: Uint8Array, at: number, value: Long): number {
  loadUint64(value);
  return putScratch(buf, at);
}

export function storeSint64(buf: Uint8Array, at: number, value: Long): number {
  loadInt64(value);
  const low = scratchWords[LOW]!;
  const high = scratchWords[HIGH]!;
  const sign = high >> 31;
  scratchWords[LOW] = (low << 1) ^ sign;
  scratchWords[HIGH] = ((high << 1) | (low >>> 31)) ^ sign;
  return putScratch(buf, at);
}

/** Appends a tag alone. */
export function writeTag(w: ByteWriter, tag: number): void {
  w.reserve(MAX_TAG);
  w.pos = putVarint32(w.buf, w.pos, tag);
}

export function putInt32(w: ByteWriter, value: number): void {
  w.reserve(MAX_VARINT);
  w.pos = storeInt32(w.buf, w.pos, value);
}

export function putUint32(w: ByteWriter, value: number): void {
  w.reserve(MAX_VARINT);
  w.pos = storeUint32(w.buf, w.pos, value);
}

export function putSint32(w: ByteWriter, value: number): void {
  w.reserve(MAX_VARINT);
  w.pos = storeSint32(w.buf, w.pos, value);
}

export function putBool(w: ByteWriter, value: boolean): void {
  w.reserve(MAX_VARINT);
  w.pos = storeBool(w.buf, w.pos, value);
}

export function putInt64(w: ByteWriter, value: Long): void {
  w.reserve(MAX_VARINT);
  w.pos = storeInt64(w.buf, w.pos, value);
}

export function putUint64(w: ByteWriter, value: Long): void {
  w.reserve(MAX_VARINT);
  w.pos = storeUint64(w.buf, w.pos, value);
}

export function putSint64(w: ByteWriter, value: Long): void {
  w.reserve(MAX_VARINT);
  w.pos = storeSint64(w.buf, w.pos, value);
}

/** Leaves a signed 64-bit number in the scratch. */
export function loadInt64(value: Long): void {
  if (typeof value === "bigint") {
    if (BigInt.asIntN(64, value) !== value) throw notInteger("int64", value);
    scratchInt64[0] = value;
  } else if (typeof value === "number") {
    if (!Number.isSafeInteger(value)) throw notInteger("int64", value);
    scratchWords[LOW] = value | 0;
    scratchWords[HIGH] = Math.floor(value / 0x100000000);
  } else loadInt64(parseLong(value, "int64"));
}

/** Leaves an unsigned 64-bit number in the scratch. */
export function loadUint64(value: Long): void {
  if (typeof value === "bigint") {
    if (BigInt.asUintN(64, value) !== value) throw notInteger("uint64", value);
    scratchInt64[0] = value;
  } else if (typeof value === "number") {
    if (!Number.isSafeInteger(value) || value < 0) throw notInteger("uint64", value);
    scratchWords[LOW] = value | 0;
    scratchWords[HIGH] = Math.floor(value / 0x100000000);
  } else loadUint64(parseLong(value, "uint64"));
}

/** Twenty characters hold any 64-bit number; the bound keeps `BigInt` from chewing on megabytes of digits. */
const DECIMAL = /^-?[0-9]{1,20}$/;

function parseLong(value: unknown, type: string): bigint {
  if (typeof value !== "string" || !DECIMAL.test(value)) throw notInteger(type, value);
  return BigInt(value);
}

/** The error for a value that is no integer of the range. */
export function notInteger(type: string, value: unknown): Error {
  const unsafe = typeof value === "number" && Number.isInteger(value) && type.endsWith("64");
  return invalidValue(
    `${describeValue(value)} is not ${/^[aeiou]/.test(type) && !type.startsWith("u") ? "an" : "a"} ${type}` +
      (unsafe ? ": give a bigint, a number of this size is not exact" : ""),
  );
}

export function writeInt32(w: ByteWriter, tag: number, value: number): void {
  w.reserve(MAX_TAG + MAX_VARINT);
  const { buf } = w;
  w.pos = storeInt32(buf, putVarint32(buf, w.pos, tag), value);
}

export function writeUint32(w: ByteWriter, tag: number, value: number): void {
  w.reserve(MAX_TAG + MAX_VARINT);
  const { buf } = w;
  w.pos = storeUint32(buf, putVarint32(buf, w.pos, tag), value);
}

export function writeSint32(w: ByteWriter, tag: number, value: number): void {
  w.reserve(MAX_TAG + MAX_VARINT);
  const { buf } = w;
  w.pos = storeSint32(buf, putVarint32(buf, w.pos, tag), value);
}

export function writeBool(w: ByteWriter, tag: number, value: boolean): void {
  w.reserve(MAX_TAG + MAX_VARINT);
  const { buf } = w;
  w.pos = storeBool(buf, putVarint32(buf, w.pos, tag), value);
}

export function writeInt64(w: ByteWriter, tag: number, value: Long): void {
  w.reserve(MAX_TAG + MAX_VARINT);
  const { buf } = w;
  w.pos = storeInt64(buf, putVarint32(buf, w.pos, tag), value);
}

export function writeUint64(w: ByteWriter, tag: number, value: Long): void {
  w.reserve(MAX_TAG + MAX_VARINT);
  const { buf } = w;
  w.pos = storeUint64(buf, putVarint32(buf, w.pos, tag), value);
}

export function writeSint64(w: ByteWriter, tag: number, value: Long): void {
  w.reserve(MAX_TAG + MAX_VARINT);
  const { buf } = w;
  w.pos = storeSint64(buf, putVarint32(buf, w.pos, tag), value);
}
