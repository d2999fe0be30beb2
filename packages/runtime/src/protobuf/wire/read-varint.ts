import { malformed } from "./protobuf-error.js";
import type { Reader } from "./reader.js";
import { HIGH, LOW, scratchInt64, scratchUint64, scratchWords } from "./scratch.js";

/** One-byte numbers are the most frequent, and a `bigint` is an allocation. */
const SMALL: readonly bigint[] = Array.from({ length: 128 }, (_, i) => BigInt(i));

/** Any varint; bits past the 32nd are dropped, as the spec says of a 32-bit field. */
function readVarint32(r: Reader): number {
  const { buf } = r;
  let pos = r.pos;
  let byte = buf[pos++]!;
  let value = byte & 127;
  if (byte < 128) {
    r.pos = pos;
    return value;
  }
  byte = buf[pos++]!;
  value |= (byte & 127) << 7;
  if (byte < 128) {
    r.pos = pos;
    return value;
  }
  byte = buf[pos++]!;
  value |= (byte & 127) << 14;
  if (byte < 128) {
    r.pos = pos;
    return value;
  }
  byte = buf[pos++]!;
  value |= (byte & 127) << 21;
  if (byte < 128) {
    r.pos = pos;
    return value;
  }
  byte = buf[pos++]!;
  value |= byte << 28;
  // The rest of a negative number, or of a 64-bit one: up to ten bytes in all.
  for (let i = 0; byte >= 128; i++) {
    if (i === 5) throw badVarint(r);
    byte = buf[pos++]!;
  }
  if (!(byte < 128)) throw badVarint(r);
  r.pos = pos;
  return value;
}

function badVarint(r: Reader): Error {
  return malformed("a varint of more than ten bytes, or cut short", r.pos);
}

/** Reads any varint into the two words of the scratch. */
function readVarint64(r: Reader): void {
  const { buf } = r;
  let pos = r.pos;
  let low = 0;
  let high = 0;
  let byte = 128;
  for (let shift = 0; shift < 28; shift += 7) {
    byte = buf[pos++]!;
    low |= (byte & 127) << shift;
    if (byte < 128) break;
  }
  if (!(byte < 128)) {
    byte = buf[pos++]!;
    low |= (byte & 127) << 28;
    high = (byte & 127) >> 4;
    for (let shift = 3; !(byte < 128); shift += 7) {
      if (shift > 31) throw badVarint(r);
      byte = buf[pos++]!;
      high |= (byte & 127) << shift;
    }
  }
  r.pos = pos;
  scratchWords[LOW] = low;
  scratchWords[HIGH] = high;
}

export function readInt32(r: Reader): number {
  const byte = r.buf[r.pos]!;
  if (byte < 128) {
    r.pos++;
    return byte;
  }
  return readVarint32(r) | 0;
}

export function readUint32(r: Reader): number {
  const byte = r.buf[r.pos]!;
  if (byte < 128) {
    r.pos++;
    return byte;
  }
  return readVarint32(r) >>> 0;
}

export function readSint32(r: Reader): number {
  const value = readVarint32(r);
  return (value >>> 1) ^ -(value & 1);
}

/** Any varint that is not zero is true, so all ten bytes count. */
export function readBool(r: Reader): boolean {
  const byte = r.buf[r.pos]!;
  if (byte < 128) {
    r.pos++;
    return byte !== 0;
  }
  readVarint64(r);
  return (scratchWords[0]! | scratchWords[1]!) !== 0;
}

export function readInt64(r: Reader): bigint {
  const byte = r.buf[r.pos]!;
  if (byte < 128) {
    r.pos++;
    return SMALL[byte]!;
  }
  readVarint64(r);
  return scratchInt64[0]!;
}

export function readUint64(r: Reader): bigint {
  const byte = r.buf[r.pos]!;
  if (byte < 128) {
    r.pos++;
    return SMALL[byte]!;
  }
  readVarint64(r);
  return scratchUint64[0]!;
}

export function readSint64(r: Reader): bigint {
  readVarint64(r);
  const low = scratchWords[LOW]!;
  const high = scratchWords[HIGH]!;
  const sign = -(low & 1);
  scratchWords[LOW] = ((low >>> 1) | (high << 31)) ^ sign;
  scratchWords[HIGH] = (high >>> 1) ^ sign;
  return scratchInt64[0]!;
}

/** For `[jstype = JS_NUMBER]`: the number must be exact. */
export function toSafeNumber(value: bigint, r: Reader): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number)) {
    throw malformed(`${value} is not a safe integer; take [jstype = JS_NUMBER] off the field to read it`, r.pos);
  }
  return number;
}
