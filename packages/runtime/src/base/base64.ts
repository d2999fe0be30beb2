/** Base64 (RFC 4648): the standard alphabet going out, the standard and the URL-safe one coming in. */

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** The value of each ASCII code; 255 = not in either alphabet. */
const VALUES: Uint8Array = valuesOf();

function valuesOf(): Uint8Array {
  const values = new Uint8Array(128).fill(255);
  for (let i = 0; i < 64; i++) values[ALPHABET.charCodeAt(i)] = i;
  values["-".charCodeAt(0)] = 62;
  values["_".charCodeAt(0)] = 63;
  return values;
}

/** Encodes with the standard alphabet, padded. */
export function encodeBase64(bytes: Uint8Array): string {
  const parts: string[] = [];
  let text = "";
  let at = 0;
  for (; at + 2 < bytes.length; at += 3) {
    const group = (bytes[at]! << 16) | (bytes[at + 1]! << 8) | bytes[at + 2]!;
    text +=
      ALPHABET[group >> 18]! + ALPHABET[(group >> 12) & 63]! + ALPHABET[(group >> 6) & 63]! + ALPHABET[group & 63]!;
    // A rope of millions of pieces would be slow to flatten, and deep.
    if (text.length >= 8192) {
      parts.push(text);
      text = "";
    }
  }
  if (at + 1 === bytes.length) {
    const last = bytes[at]!;
    text += `${ALPHABET[last >> 2]!}${ALPHABET[(last & 3) << 4]!}==`;
  } else if (at + 2 === bytes.length) {
    const last = (bytes[at]! << 8) | bytes[at + 1]!;
    text += `${ALPHABET[last >> 10]!}${ALPHABET[(last >> 4) & 63]!}${ALPHABET[(last & 15) << 2]!}=`;
  }
  parts.push(text);
  return parts.join("");
}

/**
 * Decodes either alphabet, padded or not. Anything else (white space, a stray character, padding in the middle, a
 * length that no encoder makes) gives `undefined`. Bits left over in the last character are ignored.
 */
export function decodeBase64(text: string): Uint8Array | undefined {
  let length = text.length;
  if (length % 4 === 0 && text.endsWith("=")) length -= text.endsWith("==") ? 2 : 1;
  if (length % 4 === 1) return undefined;
  const bytes = new Uint8Array(Math.floor((length * 3) / 4));
  let to = 0;
  let bits = 0;
  let group = 0;
  for (let i = 0; i < length; i++) {
    const code = text.charCodeAt(i);
    const value = code < 128 ? VALUES[code]! : 255;
    if (value === 255) return undefined;
    group = ((group << 6) | value) & 0xffff;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes[to++] = group >> bits;
    }
  }
  return bytes;
}
