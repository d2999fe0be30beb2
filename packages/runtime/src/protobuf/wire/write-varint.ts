import type { ByteWriter } from "../../base/byte-writer.js";
import { describeValue } from "./describe-value.js";
import { invalidValue } from "./protobuf-error.js";
import { HIGH, LOW, scratchInt64, scratchWords } from "./scratch.js";

/** What a 64-bit field takes: a `bigint`, a number that is a safe integer, or decimal digits. */
export type Long = bigint | number | string;

/** Stores an unsigned 32-bit varint at `at` (the room is there) and returns where the next byte goes. */
export function putVarint32(buf: Uint8Array, at: number, value: number): number {
  while (value > 127) {
    buf[at++] = (value & 127) | 128;
    value >>>= 7;
  }
  buf[at++] = value;
  return at;
}

/** Stores the two scratch words as a varint. */
function putScratch(buf: Uint8Array, at: number): number {
  let low = scratchWords[LOW]! >>> 0;
  let high = scratchWords[HIGH]! >>> 0;
  while (high !== 0) {
    buf[at++] = (low & 127) | 128;
    low = ((low >>> 7) | (high << 25)) >>> 0;
    high >>>= 7;
  }
  return putVarint32(buf, at, low);
}

/** Appends a tag alone. */
export function writeTag(w: ByteWriter, tag: number): void {
  w.reserve(5);
  w.pos = putVarint32(w.buf, w.pos, tag);
}

/** The value of an int32 or enum field, without its tag. Five bytes, ten if negative. */
export function putInt32(w: ByteWriter, value: number): void {
  if (value !== (value | 0)) throw notInteger("int32", value);
  w.reserve(10);
  if (value >= 0) w.pos = putVarint32(w.buf, w.pos, value);
  else {
    scratchWords[LOW] = value;
    scratchWords[HIGH] = -1;
    w.pos = putScratch(w.buf, w.pos);
  }
}

export function putUint32(w: ByteWriter, value: number): void {
  if (value !== value >>> 0) throw notInteger("uint32", value);
  w.reserve(5);
  w.pos = putVarint32(w.buf, w.pos, value);
}

export function putSint32(w: ByteWriter, value: number): void {
  if (value !== (value | 0)) throw notInteger("sint32", value);
  w.reserve(5);
  w.pos = putVarint32(w.buf, w.pos, ((value << 1) ^ (value >> 31)) >>> 0);
}

export function putBool(w: ByteWriter, value: boolean): void {
  if (value !== true && value !== false) throw invalidValue(`${describeValue(value)} is not a boolean`);
  w.reserve(1);
  w.buf[w.pos++] = value ? 1 : 0;
}

export function putInt64(w: ByteWriter, value: Long): void {
  w.reserve(10);
  if (typeof value === "number" && value >= 0 && value <= 0x7fffffff && value === (value | 0)) {
    w.pos = putVarint32(w.buf, w.pos, value);
    return;
  }
  loadInt64(value);
  w.pos = putScratch(w.buf, w.pos);
}

export function putUint64(w: ByteWriter, value: Long): void {
  w.reserve(10);
  if (typeof value === "number" && value >= 0 && value <= 0x7fffffff && value === (value | 0)) {
    w.pos = putVarint32(w.buf, w.pos, value);
    return;
  }
  loadUint64(value);
  w.pos = putScratch(w.buf, w.pos);
}

export function putSint64(w: ByteWriter, value: Long): void {
  w.reserve(10);
  loadInt64(value);
  const low = scratchWords[LOW]!;
  const high = scratchWords[HIGH]!;
  const sign = high >> 31;
  scratchWords[LOW] = (low << 1) ^ sign;
  scratchWords[HIGH] = ((high << 1) | (low >>> 31)) ^ sign;
  w.pos = putScratch(w.buf, w.pos);
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
  if (value !== (value | 0)) throw notInteger("int32", value);
  w.reserve(15);
  const { buf } = w;
  const pos = putVarint32(buf, w.pos, tag);
  if (value >= 0) w.pos = putVarint32(buf, pos, value);
  else {
    scratchWords[LOW] = value;
    scratchWords[HIGH] = -1;
    w.pos = putScratch(buf, pos);
  }
}

export function writeUint32(w: ByteWriter, tag: number, value: number): void {
  if (value !== value >>> 0) throw notInteger("uint32", value);
  w.reserve(10);
  w.pos = putVarint32(w.buf, putVarint32(w.buf, w.pos, tag), value);
}

export function writeSint32(w: ByteWriter, tag: number, value: number): void {
  writeTag(w, tag);
  putSint32(w, value);
}

export function writeBool(w: ByteWriter, tag: number, value: boolean): void {
  if (value !== true && value !== false) throw invalidValue(`${describeValue(value)} is not a boolean`);
  w.reserve(6);
  const pos = putVarint32(w.buf, w.pos, tag);
  w.buf[pos] = value ? 1 : 0;
  w.pos = pos + 1;
}

export function writeInt64(w: ByteWriter, tag: number, value: Long): void {
  writeTag(w, tag);
  putInt64(w, value);
}

export function writeUint64(w: ByteWriter, tag: number, value: Long): void {
  writeTag(w, tag);
  putUint64(w, value);
}

export function writeSint64(w: ByteWriter, tag: number, value: Long): void {
  writeTag(w, tag);
  putSint64(w, value);
}
