import { malformed } from "./protobuf-error.js";
import { readDouble, readFixed32, readFixed64, readFloat, readSfixed32, readSfixed64 } from "./read-fixed.js";
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
  while (r.pos < stop) values.push(readInt32(r));
  checkPacked(r, stop);
}

export function readPackedUint32(r: Reader, end: number, values: number[]): void {
  const stop = readLength(r, end);
  while (r.pos < stop) values.push(readUint32(r));
  checkPacked(r, stop);
}

export function readPackedSint32(r: Reader, end: number, values: number[]): void {
  const stop = readLength(r, end);
  while (r.pos < stop) values.push(readSint32(r));
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

export function readPackedFixed32(r: Reader, end: number, values: number[]): void {
  const stop = readLength(r, end);
  while (r.pos < stop) values.push(readFixed32(r));
  checkPacked(r, stop);
}

export function readPackedSfixed32(r: Reader, end: number, values: number[]): void {
  const stop = readLength(r, end);
  while (r.pos < stop) values.push(readSfixed32(r));
  checkPacked(r, stop);
}

export function readPackedFixed64(r: Reader, end: number, values: bigint[]): void {
  const stop = readLength(r, end);
  while (r.pos < stop) values.push(readFixed64(r));
  checkPacked(r, stop);
}

export function readPackedSfixed64(r: Reader, end: number, values: bigint[]): void {
  const stop = readLength(r, end);
  while (r.pos < stop) values.push(readSfixed64(r));
  checkPacked(r, stop);
}

export function readPackedFloat(r: Reader, end: number, values: number[]): void {
  const stop = readLength(r, end);
  while (r.pos < stop) values.push(readFloat(r));
  checkPacked(r, stop);
}

export function readPackedDouble(r: Reader, end: number, values: number[]): void {
  const stop = readLength(r, end);
  while (r.pos < stop) values.push(readDouble(r));
  checkPacked(r, stop);
}
