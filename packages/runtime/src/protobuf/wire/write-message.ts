import type { ByteWriter } from "../../base/byte-writer.js";
import { putVarint32 } from "./write-varint.js";

/**
 * Opens a length-delimited value: writes the tag and leaves one byte for the length.
 *
 * @returns where the value starts, for {@link endMessage}
 */
export function beginMessage(w: ByteWriter, tag: number): number {
  w.reserve(6);
  return (w.pos = putVarint32(w.buf, w.pos, tag) + 1);
}

/**
 * Closes what {@link beginMessage} opened. Most messages are shorter than 128 bytes, so their length fits the byte that
 * was left; a longer one is moved up. That beats a first pass over the message for its size (measured by `npm run bench -- codec`).
 */
export function endMessage(w: ByteWriter, start: number): void {
  const length = w.pos - start;
  if (length < 128) w.buf[start - 1] = length;
  else moveUp(w, start, length);
}

function moveUp(w: ByteWriter, start: number, length: number): void {
  const more = length < 0x4000 ? 1 : length < 0x200000 ? 2 : length < 0x10000000 ? 3 : 4;
  w.reserve(more);
  w.buf.copyWithin(start + more, start, start + length);
  putVarint32(w.buf, start - 1, length);
  w.pos = start + more + length;
}
