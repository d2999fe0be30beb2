/** Makes and reads single frames (RFC 9113 §6) for tests: any frame, broken ones included. */
import { DEFAULT_MAX_FRAME_SIZE, FrameFlag, FrameType } from "../frame/frame-types.js";
import { writeFrameHeader, writeUint32 } from "../frame/frame-writer.js";

/** A frame of any type, flags and payload. */
export function frame(type: number, flags: number, streamId: number, payload: Uint8Array | number[] = []): Uint8Array {
  const bytes = new Uint8Array(9 + payload.length);
  writeFrameHeader(bytes, 0, payload.length, type, flags, streamId);
  bytes.set(payload, 9);
  return bytes;
}

/** DATA; with `padding` octets of padding if that is given. */
export function data(streamId: number, payload: Uint8Array | string, endStream = false, padding = -1): Uint8Array {
  const body = typeof payload === "string" ? ascii(payload) : payload;
  const flags = endStream ? FrameFlag.END_STREAM : 0;
  if (padding < 0) return frame(FrameType.DATA, flags, streamId, body);
  const padded = new Uint8Array(1 + body.length + padding);
  padded[0] = padding;
  padded.set(body, 1);
  return frame(FrameType.DATA, flags | FrameFlag.PADDED, streamId, padded);
}

/** HEADERS with a finished block. */
export function headersFrame(streamId: number, block: Uint8Array, endStream: boolean, endHeaders = true): Uint8Array {
  const flags = (endStream ? FrameFlag.END_STREAM : 0) | (endHeaders ? FrameFlag.END_HEADERS : 0);
  return frame(FrameType.HEADERS, flags, streamId, block);
}

/** CONTINUATION. */
export function continuation(streamId: number, block: Uint8Array, endHeaders: boolean): Uint8Array {
  return frame(FrameType.CONTINUATION, endHeaders ? FrameFlag.END_HEADERS : 0, streamId, block);
}

/** PRIORITY. */
export function priority(streamId: number, dependsOn: number): Uint8Array {
  const payload = new Uint8Array(5);
  writeUint32(payload, 0, dependsOn);
  return frame(FrameType.PRIORITY, 0, streamId, payload);
}

/** PUSH_PROMISE. */
export function pushPromise(streamId: number, promisedId: number, block: Uint8Array, endHeaders = true): Uint8Array {
  const flags = endHeaders ? FrameFlag.END_HEADERS : 0;
  return frame(FrameType.PUSH_PROMISE, flags, streamId, concat(uint32(promisedId), block));
}

/** RST_STREAM. */
export function rstStream(streamId: number, code: number): Uint8Array {
  return frame(FrameType.RST_STREAM, 0, streamId, uint32(code));
}

/** SETTINGS of pairs of identifier and value. */
export function settings(...entries: readonly (readonly [id: number, value: number])[]): Uint8Array {
  const payload = new Uint8Array(entries.length * 6);
  entries.forEach(([id, value], i) => {
    payload[i * 6 + 1] = id;
    writeUint32(payload, i * 6 + 2, value);
  });
  return frame(FrameType.SETTINGS, 0, 0, payload);
}

/** The acknowledgement of SETTINGS. */
export function settingsAck(): Uint8Array {
  return frame(FrameType.SETTINGS, FrameFlag.ACK, 0);
}

/** PING, or its answer. */
export function ping(payload: Uint8Array | number[] = [1, 2, 3, 4, 5, 6, 7, 8], ack = false): Uint8Array {
  return frame(FrameType.PING, ack ? FrameFlag.ACK : 0, 0, payload);
}

/** GOAWAY. */
export function goAway(lastId: number, code: number, debug = ""): Uint8Array {
  return frame(FrameType.GOAWAY, 0, 0, concat(uint32(lastId), uint32(code), ascii(debug)));
}

/** WINDOW_UPDATE. */
export function windowUpdate(streamId: number, increment: number): Uint8Array {
  return frame(FrameType.WINDOW_UPDATE, 0, streamId, uint32(increment));
}

/** A frame that was written. */
export interface ReadFrame {
  readonly type: number;
  readonly flags: number;
  readonly streamId: number;
  readonly payload: Uint8Array;
}

/** Cuts whole frames. @throws Error if the bytes end within a frame, or a frame is over the limit */
export function readFrames(bytes: Uint8Array, maxFrameSize: number = DEFAULT_MAX_FRAME_SIZE): ReadFrame[] {
  const frames: ReadFrame[] = [];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let pos = 0; pos < bytes.length; ) {
    const length = (view.getUint16(pos) << 8) | view.getUint8(pos + 2);
    if (length > maxFrameSize) throw new Error(`a frame of ${length} bytes was written`);
    if (pos + 9 + length > bytes.length) throw new Error("what was written ends within a frame");
    frames.push({
      type: view.getUint8(pos + 3),
      flags: view.getUint8(pos + 4),
      streamId: view.getUint32(pos + 5) & 0x7fffffff,
      payload: bytes.slice(pos + 9, pos + 9 + length),
    });
    pos += 9 + length;
  }
  return frames;
}

/** The octets of a text, one for each character. */
export function ascii(text: string): Uint8Array {
  return Uint8Array.from(text, (c) => c.charCodeAt(0));
}

/** One array of several. */
export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let pos = 0;
  for (const part of parts) {
    whole.set(part, pos);
    pos += part.length;
  }
  return whole;
}

function uint32(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  writeUint32(bytes, 0, value);
  return bytes;
}
