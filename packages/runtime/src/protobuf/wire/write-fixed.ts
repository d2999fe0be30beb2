import type { ByteWriter } from "../../base/byte-writer.js";
import { describeValue } from "./describe-value.js";
import { invalidValue } from "./protobuf-error.js";
import { LITTLE_ENDIAN, scratchBytes, scratchDouble, scratchFloat } from "./scratch.js";
import { type Long, loadInt64, loadUint64, notInteger, writeTag } from "./write-varint.js";

/** The largest finite float; a finite number past it would silently become infinite. */
const FLOAT_MAX = 3.4028234663852886e38;
/** Half a step above {@link FLOAT_MAX}: what rounds to infinity. */
const FLOAT_OVERFLOW = 3.4028235677973366e38;

function store4(w: ByteWriter): void {
  const { buf, pos } = w;
  if (LITTLE_ENDIAN) {
    buf[pos] = scratchBytes[0]!;
    buf[pos + 1] = scratchBytes[1]!;
    buf[pos + 2] = scratchBytes[2]!;
    buf[pos + 3] = scratchBytes[3]!;
  } else {
    for (let i = 0; i < 4; i++) buf[pos + i] = scratchBytes[3 - i]!;
  }
  w.pos = pos + 4;
}

function store8(w: ByteWriter): void {
  const { buf, pos } = w;
  if (LITTLE_ENDIAN) {
    buf[pos] = scratchBytes[0]!;
    buf[pos + 1] = scratchBytes[1]!;
    buf[pos + 2] = scratchBytes[2]!;
    buf[pos + 3] = scratchBytes[3]!;
    buf[pos + 4] = scratchBytes[4]!;
    buf[pos + 5] = scratchBytes[5]!;
    buf[pos + 6] = scratchBytes[6]!;
    buf[pos + 7] = scratchBytes[7]!;
  } else {
    for (let i = 0; i < 8; i++) buf[pos + i] = scratchBytes[7 - i]!;
  }
  w.pos = pos + 8;
}

function store32(w: ByteWriter, value: number): void {
  w.reserve(4);
  const { buf, pos } = w;
  buf[pos] = value;
  buf[pos + 1] = value >>> 8;
  buf[pos + 2] = value >>> 16;
  buf[pos + 3] = value >>> 24;
  w.pos = pos + 4;
}

export function putFixed32(w: ByteWriter, value: number): void {
  if (value !== value >>> 0) throw notInteger("uint32", value);
  store32(w, value);
}

export function putSfixed32(w: ByteWriter, value: number): void {
  if (value !== (value | 0)) throw notInteger("int32", value);
  store32(w, value);
}

export function putFixed64(w: ByteWriter, value: Long): void {
  loadUint64(value);
  w.reserve(8);
  store8(w);
}

export function putSfixed64(w: ByteWriter, value: Long): void {
  loadInt64(value);
  w.reserve(8);
  store8(w);
}

export function putFloat(w: ByteWriter, value: number): void {
  if (typeof value !== "number") throw invalidValue(`${describeValue(value)} is not a number`);
  if ((value > FLOAT_MAX || value < -FLOAT_MAX) && Math.abs(value) >= FLOAT_OVERFLOW && Number.isFinite(value)) {
    throw invalidValue(`${value} is out of the range of a float`);
  }
  w.reserve(4);
  scratchFloat[0] = value;
  store4(w);
}

export function putDouble(w: ByteWriter, value: number): void {
  if (typeof value !== "number") throw invalidValue(`${describeValue(value)} is not a number`);
  w.reserve(8);
  scratchDouble[0] = value;
  store8(w);
}

export function writeFixed32(w: ByteWriter, tag: number, value: number): void {
  writeTag(w, tag);
  putFixed32(w, value);
}

export function writeSfixed32(w: ByteWriter, tag: number, value: number): void {
  writeTag(w, tag);
  putSfixed32(w, value);
}

export function writeFixed64(w: ByteWriter, tag: number, value: Long): void {
  writeTag(w, tag);
  putFixed64(w, value);
}

export function writeSfixed64(w: ByteWriter, tag: number, value: Long): void {
  writeTag(w, tag);
  putSfixed64(w, value);
}

export function writeFloat(w: ByteWriter, tag: number, value: number): void {
  writeTag(w, tag);
  putFloat(w, value);
}

export function writeDouble(w: ByteWriter, tag: number, value: number): void {
  writeTag(w, tag);
  putDouble(w, value);
}
