/** HTTP/2 frames by hand (RFC 9113 §4), for peers that break the rules. */

export const PREFACE: Buffer = Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "latin1");

export const DATA = 0;
export const HEADERS = 1;
export const RST_STREAM = 3;
export const SETTINGS = 4;
export const PING = 6;
export const GOAWAY = 7;
export const CONTINUATION = 9;

export const END_STREAM = 1;
export const END_HEADERS = 4;
export const ACK = 1;

export interface Frame {
  readonly type: number;
  readonly flags: number;
  readonly stream: number;
  readonly payload: Buffer;
}

export function frame(type: number, flags: number, stream: number, payload: Uint8Array = new Uint8Array(0)): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head[3] = type;
  head[4] = flags;
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}

export function uint32(...values: number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4);
  values.forEach((value, i) => {
    bytes.writeUInt32BE(value, i * 4);
  });
  return bytes;
}

/** A header block of literals that are not indexed (RFC 7541 §6.2.2), so that no table is needed. */
export function block(fields: readonly (readonly [name: string, value: string])[]): Buffer {
  const parts: Buffer[] = [];
  for (const [name, value] of fields) parts.push(Buffer.from([0]), text(name), text(value));
  return Buffer.concat(parts);
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value, "latin1");
  if (bytes.length < 127) return Buffer.concat([Buffer.from([bytes.length]), bytes]);
  const length = [127];
  let rest = bytes.length - 127;
  for (; rest > 127; rest >>>= 7) length.push((rest & 127) | 128);
  return Buffer.concat([Buffer.from([...length, rest]), bytes]);
}

/** A message of gRPC behind its prefix; `length` and `flags` may lie. */
export function envelope(message: Uint8Array, flags = 0, length: number = message.length): Buffer {
  return Buffer.concat([Buffer.from([flags]), uint32(length), message]);
}

/** Cuts what a socket brings into frames. `skip` bytes at the beginning are left out, as a client's preface. */
export function onFrames(socket: NodeJS.ReadableStream, skip: number, take: (frame: Frame) => void): void {
  let buffered: Buffer = Buffer.alloc(0);
  let left = skip;
  socket.on("data", (chunk: Buffer) => {
    buffered = Buffer.concat([buffered, chunk]);
    const skipped = Math.min(left, buffered.length);
    left -= skipped;
    buffered = buffered.subarray(skipped);
    while (left === 0 && buffered.length >= 9) {
      const end = 9 + buffered.readUIntBE(0, 3);
      if (buffered.length < end) return;
      const [type = 0, flags = 0] = [buffered[3], buffered[4]];
      const stream = buffered.readUInt32BE(5);
      const payload = buffered.subarray(9, end);
      buffered = buffered.subarray(end);
      take({ type, flags, stream, payload });
    }
  });
}
