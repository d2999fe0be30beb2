/** Writes frames; the buffer must have room for them. */
import { FRAME_HEADER_SIZE, FrameFlag, FrameType } from "./frame-types.js";

/** Writes the nine octets in front of a payload (RFC 9113 §4.1). Returns the position after them. */
export function writeFrameHeader(
  buf: Uint8Array,
  pos: number,
  length: number,
  type: number,
  flags: number,
  streamId: number,
): number {
  buf[pos] = length >>> 16;
  buf[pos + 1] = length >>> 8;
  buf[pos + 2] = length;
  buf[pos + 3] = type;
  buf[pos + 4] = flags;
  buf[pos + 5] = streamId >>> 24;
  buf[pos + 6] = streamId >>> 16;
  buf[pos + 7] = streamId >>> 8;
  buf[pos + 8] = streamId;
  return pos + FRAME_HEADER_SIZE;
}

/** Writes 32 bits, high octet first. Returns the position after them. */
export function writeUint32(buf: Uint8Array, pos: number, value: number): number {
  buf[pos] = value >>> 24;
  buf[pos + 1] = value >>> 16;
  buf[pos + 2] = value >>> 8;
  buf[pos + 3] = value;
  return pos + 4;
}

/** 13 octets. */
export function writeRstStream(buf: Uint8Array, pos: number, streamId: number, code: number): number {
  return writeUint32(buf, writeFrameHeader(buf, pos, 4, FrameType.RST_STREAM, 0, streamId), code);
}

/** 13 octets. */
export function writeWindowUpdate(buf: Uint8Array, pos: number, streamId: number, increment: number): number {
  return writeUint32(buf, writeFrameHeader(buf, pos, 4, FrameType.WINDOW_UPDATE, 0, streamId), increment);
}

/** 9 octets. */
export function writeSettingsAck(buf: Uint8Array, pos: number): number {
  return writeFrameHeader(buf, pos, 0, FrameType.SETTINGS, FrameFlag.ACK, 0);
}

/** 17 octets; the payload is `data[at, at + 8)`. */
export function writePing(buf: Uint8Array, pos: number, flags: number, data: Uint8Array, at: number): number {
  pos = writeFrameHeader(buf, pos, 8, FrameType.PING, flags, 0);
  for (let i = 0; i < 8; i++) buf[pos + i] = data[at + i]!;
  return pos + 8;
}

/** 17 octets and those of the debug data. */
export function writeGoAway(buf: Uint8Array, pos: number, lastId: number, code: number, debug: Uint8Array): number {
  pos = writeFrameHeader(buf, pos, 8 + debug.length, FrameType.GOAWAY, 0, 0);
  pos = writeUint32(buf, pos, lastId);
  pos = writeUint32(buf, pos, code);
  buf.set(debug, pos);
  return pos + debug.length;
}
