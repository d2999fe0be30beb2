/** Flag byte and big-endian length before each message (gRPC over HTTP2, "Length-Prefixed-Message"). */
export const ENVELOPE_BYTES = 5;

/** The flag of a compressed message. */
export const COMPRESSED = 1;

/** Writes the prefix of a message of `length` bytes at `bytes[at]`. */
export function writeEnvelopePrefix(bytes: Uint8Array, at: number, flags: number, length: number): void {
  bytes[at] = flags;
  bytes[at + 1] = length >>> 24;
  bytes[at + 2] = length >>> 16;
  bytes[at + 3] = length >>> 8;
  bytes[at + 4] = length;
}
