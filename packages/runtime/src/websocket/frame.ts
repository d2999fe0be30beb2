/** The frame of RFC 6455 §5.2, as a server writes it. */

/** The opcodes of RFC 6455 §11.8. */
export const Opcode = {
  CONTINUATION: 0x0,
  TEXT: 0x1,
  BINARY: 0x2,
  CLOSE: 0x8,
  PING: 0x9,
  PONG: 0xa,
} as const;

/** In the first octet: the last frame of a message. */
export const FIN = 0x80;

/** In the second octet: the payload is masked, as a client's always is (RFC 6455 §5.1). */
export const MASK = 0x80;

/** A control frame has no more payload than this (RFC 6455 §5.5). */
export const MAX_CONTROL_BYTES = 125;

/** The longest header of a frame that a server sends: two octets and a length of eight. */
export const MAX_HEADER_BYTES = 10;

/**
 * Writes the header of a whole, unmasked message so that it ends at `bytes[end]`, where its payload of `length` octets
 * begins. Returns where it starts.
 */
export function writeHeaderBefore(bytes: Uint8Array, end: number, opcode: number, length: number): number {
  if (length < 126) {
    bytes[end - 2] = FIN | opcode;
    bytes[end - 1] = length;
    return end - 2;
  }
  if (length < 0x10000) {
    bytes[end - 4] = FIN | opcode;
    bytes[end - 3] = 126;
    bytes[end - 2] = length >>> 8;
    bytes[end - 1] = length;
    return end - 4;
  }
  bytes[end - 10] = FIN | opcode;
  bytes[end - 9] = 127;
  // A buffer has less than 2^32 octets.
  bytes.fill(0, end - 8, end - 4);
  bytes[end - 4] = length >>> 24;
  bytes[end - 3] = length >>> 16;
  bytes[end - 2] = length >>> 8;
  bytes[end - 1] = length;
  return end - 10;
}

/** A control frame. @param payload at most {@link MAX_CONTROL_BYTES} octets */
export function controlFrame(opcode: number, payload: Uint8Array): Uint8Array {
  const frame = new Uint8Array(2 + payload.length);
  writeHeaderBefore(frame, 2, opcode, payload.length);
  frame.set(payload, 2);
  return frame;
}

/** A Close frame (RFC 6455 §5.5.1); a reason that would be too long is cut off. */
export function closeFrame(code: number, reason: string): Uint8Array {
  const payload = new Uint8Array(MAX_CONTROL_BYTES);
  payload[0] = code >>> 8;
  payload[1] = code;
  // `encodeInto` writes whole characters only.
  const { written } = encoder.encodeInto(reason, payload.subarray(2));
  return controlFrame(Opcode.CLOSE, payload.subarray(0, 2 + written));
}

const encoder = new TextEncoder();
