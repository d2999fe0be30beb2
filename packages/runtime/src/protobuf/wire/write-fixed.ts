import type { ByteWriter } from "../../base/byte-writer.js";
import { describeValue } from "./describe-value.js";
import { invalidValue } from "./protobuf-error.js";
import { LITTLE_ENDIAN, scratchBytes, scratchDouble, scratchFloat } from "./scratch.js";
import { type Long, loadInt64, loadUint64, MAX_TAG, notInteger, putVarint32 } from "./write-varint.js";

/** The largest finite float; a finite number past it would silently become infinite. */
const FLOAT_MAX = 3.4028234663852886e38;
/** Half a step above {@link FLOAT_MAX}: what rounds to infinity. */
const FLOAT_OVERFLOW = 3.4028235677973366e38;

/** The four bytes of the scratch, lowest first. */
function putScratch4(buf: Uint8Array, at: number): number {
  if (LITTLE_ENDIAN) {
    buf[at] = scratchBytes[0]!;
    buf[at + 1] = scratchBytes[1]!;
    buf[at + 2] = scratchBytes[2]!;
    buf[at + 3] = scratchBytes[3]!;
  } else {
    for (let i = 0; i < 4; i++) buf[at + i] = scratchBytes[3 - i]!;
  }
  return at + 4;
}

function putScratch8(buf: Uint8Array, at: number): number {
  if (LITTLE_ENDIAN) {
    buf[at] = scratchBytes[0]!;
    buf[at + 1] = scratchBytes[1]!;
    buf[at + 2] = scratchBytes[2]!;
    buf[at + 3] = scratchBytes[3]!;
    buf[at + 4] = scratchBytes[4]!;
    buf[at + 5] = scratchBytes[5]!;
    buf[at + 6] = scratchBytes[6]!;
    buf[at + 7] = scratchBytes[7]!;
  } else {
    for (let i = 0; i < 8; i++) buf[at + i] = scratchBytes[7 - i]!;
  }
  return at + 8;
}

function store32(buf: Uint8Array, at: number, value: number): number {
  buf[at] = value;
  buf[at + 1] = value >>> 8;
  buf[at + 2] = value >>> 16;
  buf[at + 3] = value >>> 24;
  return at + 4;
}

/** Throws unless `value` is a uint32. */
export function checkFixed32(value: number): void {
  if (value !== value >>> 0) throw notInteger("uint32", value);
}

/** Throws unless `value` is an int32. */
export function checkSfixed32(value: number): void {
  if (value !== (value | 0)) throw notInteger("int32", value);
}

/** Throws unless `value` is a number that a float can hold, rounded. */
export function checkFloat(value: number): void {
  if (typeof value !== "number") throw invalidValue(`${describeValue(value)} is not a number`);
  if ((value > FLOAT_MAX || value < -FLOAT_MAX) && Math.abs(value) >= FLOAT_OVERFLOW && Number.isFinite(value)) {
    throw invalidValue(`${value} is out of the range of a float`);
  }
}

/** Throws unless `value` is a number. */
export function checkDouble(value: number): void {
  if (typeof value !== "number") throw invalidValue(`${describeValue(value)} is not a number`);
}

function storeFixed32(buf: Uint8Array, at: number, value: number): number {
  checkFixed32(value);
  return store32(buf, at, value);
}

function storeSfixed32(buf: Uint8Array, at: number, value: number): number {
  checkSfixed32(value);
  return store32(buf, at, value);
}

export function storeFixed64(buf: Uint8Array, at: number, value: Long): number {
  loadUint64(value);
  return putScratch8(buf, at);
}

export function storeSfixed64(buf: Uint8Array, at: number, value: Long): number {
  loadInt64(value);
  return putScratch8(buf, at);
}

function storeFloat(buf: Uint8Array, at: number, value: number): number {
  checkFloat(value);
  scratchFloat[0] = value;
  return putScratch4(buf, at);
}

function storeDouble(buf: Uint8Array, at: number, value: number): number {
  checkDouble(value);
  scratchDouble[0] = value;
  return putScratch8(buf, at);
}

export function putFixed32(w: ByteWriter, value: number): void {
  w.reserve(8);
  w.pos = storeFixed32(w.buf, w.pos, value);
}

export function putSfixed32(w: ByteWriter, value: number): void {
  w.reserve(8);
  w.pos = storeSfixed32(w.buf, w.pos, value);
}

export function putFixed64(w: ByteWriter, value: Long): void {
  w.reserve(8);
  w.pos = storeFixed64(w.buf, w.pos, value);
}

export function putSfixed64(w: ByteWriter, value: Long): void {
  w.reserve(8);
  w.pos = storeSfixed64(w.buf, w.pos, value);
}

export function putFloat(w: ByteWriter, value: number): void {
  w.reserve(8);
  w.pos = storeFloat(w.buf, w.pos, value);
}

export function putDouble(w: ByteWriter, value: number): void {
  w.reserve(8);
  w.pos = storeDouble(w.buf, w.pos, value);
}

export function writeFixed32(w: ByteWriter, tag: number, value: number): void {
  w.reserve(MAX_TAG + 8);
  const { buf } = w;
  w.pos = storeFixed32(buf, putVarint32(buf, w.pos, tag), value);
}

export function writeSfixed32(w: ByteWriter, tag: number, value: number): void {
  w.reserve(MAX_TAG + 8);
  const { buf } = w;
  w.pos = storeSfixed32(buf, putVarint32(buf, w.pos, tag), value);
}

export function writeFixed64(w: ByteWriter, tag: number, value: Long): void {
  w.reserve(MAX_TAG + 8);
  const { buf } = w;
  w.pos = storeFixed64(buf, putVarint32(buf, w.pos, tag), value);
}

export function writeSfixed64(w: ByteWriter, tag: number, value: Long): void {
  w.reserve(MAX_TAG + 8);
  const { buf } = w;
  w.pos = storeSfixed64(buf, putVarint32(buf, w.pos, tag), value);
}

export function writeFloat(w: ByteWriter, tag: number, value: number): void {
  w.reserve(MAX_TAG + 8);
  const { buf } = w;
  w.pos = storeFloat(buf, putVarint32(buf, w.pos, tag), value);
}

export function writeDouble(w: ByteWriter, tag: number, value: number): void {
  w.reserve(MAX_TAG + 8);
  const { buf } = w;
  w.pos = storeDouble(buf, putVarint32(buf, w.pos, tag), value);
}
