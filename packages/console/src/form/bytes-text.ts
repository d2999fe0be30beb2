/** How bytes are shown and typed. */
export type BytesMode = "base64" | "text" | "hex";

/** Bytes in base64, of either alphabet, in another form; undefined if it is no base64, or the bytes are no text. */
export function fromBase64(base64: string, mode: BytesMode): string | undefined {
  if (mode === "base64") return base64;
  const bytes = bytesOfBase64(base64);
  if (bytes === undefined) return undefined;
  if (mode === "hex") return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join(" ");
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** What was typed as base64; undefined if it is none of this form. */
export function toBase64(text: string, mode: BytesMode): string | undefined {
  if (mode === "base64") return text;
  if (mode === "text") return encodeBase64(new TextEncoder().encode(text));
  const digits = text.replace(/[\s:]/g, "");
  if (!/^(?:[0-9a-fA-F]{2})*$/.test(digits)) return undefined;
  return encodeBase64(Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16)));
}

/** Bytes in base64 with padding. */
export function encodeBase64(bytes: Uint8Array): string {
  let text = "";
  // Arguments have their limit.
  for (let i = 0; i < bytes.length; i += 8192) text += String.fromCharCode(...bytes.subarray(i, i + 8192));
  return btoa(text);
}

function bytesOfBase64(base64: string): Uint8Array | undefined {
  try {
    return Uint8Array.from(atob(base64.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));
  } catch {
    return undefined;
  }
}
