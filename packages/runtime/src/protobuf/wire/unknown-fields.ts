import type { ByteWriter } from "../../base/byte-writer.js";
import { invalidValue } from "./protobuf-error.js";
import { endsGroup, type Reader, skipField } from "./reader.js";

/** What a message that came off the wire may carry beside its declared fields. */
export interface WithUnknown {
  /** The fields that the schema does not know: tags and values as they were read, one after the other. */
  $unknown?: Uint8Array;
}

/**
 * What generated code does with a tag that none of its cases took: ends the group that is being read, or keeps the
 * field in `$unknown`.
 *
 * @returns whether the group has ended
 */
export function readOther(r: Reader, tag: number, end: number, depth: number, message: WithUnknown): boolean {
  if (endsGroup(r, tag)) return true;
  const start = r.pos;
  skipField(r, tag, end, depth);
  keepUnknown(message, tag, r.buf, start, r.pos);
  return false;
}

/** Steps over a field of a map entry, whose unknown fields nobody can see. */
export function skipOther(r: Reader, tag: number, end: number, depth: number): void {
  skipField(r, tag, end, depth);
}

/** Puts an enum value that the (closed) enum does not list among the unknown fields (protobuf.dev, "Enum Behavior"). */
export function keepEnum(message: WithUnknown, tag: number, value: number): void {
  const bytes = new Uint8Array(10);
  let high = value < 0 ? 0xffffffff : 0;
  let low = value >>> 0;
  let at = 0;
  while (high !== 0) {
    bytes[at++] = (low & 127) | 128;
    low = ((low >>> 7) | (high << 25)) >>> 0;
    high >>>= 7;
  }
  keepUnknown(message, tag & ~7, bytes, 0, putVarintAt(bytes, at, low));
}

/**
 * Adds a tag and `bytes[start, end)`. The array behind `$unknown` is larger than it and grows by doubling, so that a
 * message made of a million unknown fields takes linear time.
 */
export function keepUnknown(message: WithUnknown, tag: number, bytes: Uint8Array, start: number, end: number): void {
  const kept = message.$unknown;
  const length = kept === undefined ? 0 : kept.length;
  const needed = length + 5 + end - start;
  let room: Uint8Array;
  if (kept !== undefined && kept.byteOffset === 0 && kept.buffer.byteLength >= needed) {
    room = new Uint8Array(kept.buffer, 0, kept.buffer.byteLength);
  } else {
    room = new Uint8Array(kept === undefined ? needed : needed * 2);
    if (kept !== undefined) room.set(kept);
  }
  const at = putVarintAt(room, length, tag);
  room.set(bytes.subarray(start, end), at);
  message.$unknown = room.subarray(0, at + end - start);
}

function putVarintAt(bytes: Uint8Array, at: number, value: number): number {
  while (value > 127) {
    bytes[at++] = (value & 127) | 128;
    value >>>= 7;
  }
  bytes[at++] = value;
  return at;
}

/** Writes `$unknown` behind the known fields. */
export function writeUnknown(w: ByteWriter, unknown: Uint8Array): void {
  if (!(unknown instanceof Uint8Array)) throw invalidValue("$unknown must be a Uint8Array of encoded fields");
  w.reserve(unknown.length);
  w.buf.set(unknown, w.pos);
  w.pos += unknown.length;
}

/** Puts a map entry, whose value a closed enum does not list, among the unknown fields as it stood. */
export function keepEntry(message: WithUnknown, tag: number, bytes: Uint8Array, start: number, end: number): void {
  const length = new Uint8Array(5);
  const size = putVarintAt(length, 0, end - start);
  const entry = new Uint8Array(size + end - start);
  entry.set(length.subarray(0, size));
  entry.set(bytes.subarray(start, end), size);
  keepUnknown(message, tag, entry, 0, entry.length);
}
