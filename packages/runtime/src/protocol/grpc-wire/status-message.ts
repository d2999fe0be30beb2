/** What `grpc-message` may hold as it is (gRPC over HTTP2, "Status-Message"). */
const PLAIN = /^[\x20-\x24\x26-\x7e]*$/;

/** Both put U+FFFD in the place of what is not well-formed. */
const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

const HEX = "0123456789ABCDEF";

/** Percent-encodes the UTF-8 bytes of a status message that are not printable ASCII, and `%` itself. */
export function encodeStatusMessage(message: string): string {
  if (PLAIN.test(message)) return message;
  let text = "";
  for (const byte of encoder.encode(message)) {
    if (byte >= 0x20 && byte <= 0x7e && byte !== PERCENT) text += String.fromCharCode(byte);
    else text += `%${HEX[byte >> 4]}${HEX[byte & 15]}`;
  }
  return text;
}

/**
 * The inverse. A decoder must never fail here: what is no valid escape stands for itself, and what is no UTF-8 becomes
 * U+FFFD (ibid.).
 */
export function decodeStatusMessage(text: string): string {
  if (!text.includes("%")) return text;
  const bytes = new Uint8Array(text.length * 3);
  let length = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === PERCENT) {
      const high = hexDigit(text.charCodeAt(i + 1));
      const low = hexDigit(text.charCodeAt(i + 2));
      if (high >= 0 && low >= 0) {
        bytes[length++] = high * 16 + low;
        i += 2;
        continue;
      }
    }
    if (code < 0x80) {
      bytes[length++] = code;
    } else {
      const encoded = encoder.encode(text.charAt(i));
      bytes.set(encoded, length);
      length += encoded.length;
    }
  }
  return decoder.decode(bytes.subarray(0, length));
}

function hexDigit(code: number): number {
  if (code >= 48 && code <= 57) return code - 48;
  if (code >= 65 && code <= 70) return code - 55;
  if (code >= 97 && code <= 102) return code - 87;
  return -1;
}

const PERCENT = 37;
