import { isUtf8 } from "node:buffer";
import { type GuessBytes, parseRaw } from "./parse-raw.js";
import { type BytesGuess, RawError } from "./raw-field.js";

/** So many levels are tried as messages: each reads the bytes once more. */
export const GUESSED_LEVELS = 20;

/**
 * What bytes with a length look like: a message, text, packed numbers, or nothing of these. Text that also reads as a message
 * is taken for text if it has no control character: such bytes are seldom a message.
 *
 * @param levels how many levels are tried as messages
 */
export function byteGuesser(levels: number = GUESSED_LEVELS): GuessBytes {
  return (bytes, base) => {
    if (bytes.length === 0) return { kind: "empty" };
    const text = isUtf8(bytes) ? Buffer.from(bytes).toString("utf8") : undefined;
    if (text !== undefined && !/\p{C}/u.test(text)) return { kind: "string", text };
    if (levels > 0) {
      try {
        return { kind: "message", fields: parseRaw(bytes, base, byteGuesser(levels - 1)), text };
      } catch (error) {
        if (!(error instanceof RawError)) throw error;
      }
    }
    if (text !== undefined && !/[^\P{C}\n\r\t]/u.test(text)) return { kind: "string", text };
    return packed(bytes) ?? (text === undefined ? { kind: "bytes" } : { kind: "string", text });
  };
}

function packed(bytes: Uint8Array): BytesGuess | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length % 8 === 0) {
    const values = Array.from({ length: bytes.length / 8 }, (_, i) => view.getFloat64(i * 8, true));
    if (values.every(isLikely)) return { kind: "doubles", values };
  }
  if (bytes.length % 4 === 0) {
    const values = Array.from({ length: bytes.length / 4 }, (_, i) => view.getFloat32(i * 4, true));
    if (values.every(isLikely)) return { kind: "floats", values };
  }
  const values = varints(bytes);
  return values === undefined ? undefined : { kind: "varints", values };
}

/** Whether somebody may have meant this number: most bit patterns are far too large or small. */
export function isLikely(value: number): boolean {
  const size = Math.abs(value);
  return value === 0 || (size > 1e-6 && size < 1e12);
}

/** The varints that bytes are, if each has the shortest form and fits 64 bits. */
function varints(bytes: Uint8Array): bigint[] | undefined {
  const values: bigint[] = [];
  let value = 0n;
  let shift = 0n;
  for (const byte of bytes) {
    value |= BigInt(byte & 127) << shift;
    shift += 7n;
    if (byte > 127) {
      if (shift >= 70n) return undefined;
      continue;
    }
    if ((byte === 0 && shift > 7n) || value >= 1n << 64n) return undefined;
    values.push(value);
    value = shift = 0n;
  }
  return shift === 0n ? values : undefined;
}
