import type { Reader } from "./reader.js";
import { LITTLE_ENDIAN, scratchBytes, scratchDouble, scratchFloat, scratchInt64, scratchUint64 } from "./scratch.js";

/** Past the end of the array these read zeros and leave `pos` behind the end, which the message's end check reports. */
function load4(r: Reader): void {
  const { buf, pos } = r;
  if (LITTLE_ENDIAN) {
    scratchBytes[0] = buf[pos]!;
    scratchBytes[1] = buf[pos + 1]!;
    scratchBytes[2] = buf[pos + 2]!;
    scratchBytes[3] = buf[pos + 3]!;
  } else {
    for (let i = 0; i < 4; i++) scratchBytes[3 - i] = buf[pos + i]!;
  }
  r.pos = pos + 4;
}

function load8(r: Reader): void {
  const { buf, pos } = r;
  if (LITTLE_ENDIAN) {
    scratchBytes[0] = buf[pos]!;
    scratchBytes[1] = buf[pos + 1]!;
    scratchBytes[2] = buf[pos + 2]!;
    scratchBytes[3] = buf[pos + 3]!;
    scratchBytes[4] = buf[pos + 4]!;
    scratchBytes[5] = buf[pos + 5]!;
    scratchBytes[6] = buf[pos + 6]!;
    scratchBytes[7] = buf[pos + 7]!;
  } else {
    for (let i = 0; i < 8; i++) scratchBytes[7 - i] = buf[pos + i]!;
  }
  r.pos = pos + 8;
}

export function readFixed32(r: Reader): number {
  return readSfixed32(r) >>> 0;
}

export function readSfixed32(r: Reader): number {
  const { buf, pos } = r;
  r.pos = pos + 4;
  return buf[pos]! | (buf[pos + 1]! << 8) | (buf[pos + 2]! << 16) | (buf[pos + 3]! << 24);
}

export function readFixed64(r: Reader): bigint {
  load8(r);
  return scratchUint64[0]!;
}

export function readSfixed64(r: Reader): bigint {
  load8(r);
  return scratchInt64[0]!;
}

export function readFloat(r: Reader): number {
  load4(r);
  return scratchFloat[0]!;
}

export function readDouble(r: Reader): number {
  load8(r);
  return scratchDouble[0]!;
}
