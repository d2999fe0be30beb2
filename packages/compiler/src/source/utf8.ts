/**
 * UTF-8 in both directions, in plain code: what the compiler converts is short (names, option values), and the
 * platform's encoder is not part of the language that a browser-safe package is checked against.
 */

/** The UTF-8 bytes of `text`; a lone surrogate becomes U+FFFD. */
export function encodeUtf8(text: string): Uint8Array {
  const out = new Uint8Array(text.length * 3);
  return out.slice(0, encodeUtf8Into(text, out, 0));
}

/** Writes the UTF-8 bytes of `text` at `at`, where three times its length must fit, and returns where they end. */
export function encodeUtf8Into(text: string, out: Uint8Array, at: number): number {
  for (let i = 0; i < text.length; i++) {
    let code = text.charCodeAt(i);
    if (code < 0x80) {
      out[at++] = code;
      continue;
    }
    if (code < 0x800) {
      out[at++] = 0xc0 | (code >> 6);
      out[at++] = 0x80 | (code & 0x3f);
      continue;
    }
    if (code >= 0xd800 && code <= 0xdfff) {
      const low = code <= 0xdbff ? text.charCodeAt(i + 1) : 0;
      if (low >= 0xdc00 && low <= 0xdfff) {
        code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
        i++;
        out[at++] = 0xf0 | (code >> 18);
        out[at++] = 0x80 | ((code >> 12) & 0x3f);
        out[at++] = 0x80 | ((code >> 6) & 0x3f);
        out[at++] = 0x80 | (code & 0x3f);
        continue;
      }
      code = 0xfffd;
    }
    out[at++] = 0xe0 | (code >> 12);
    out[at++] = 0x80 | ((code >> 6) & 0x3f);
    out[at++] = 0x80 | (code & 0x3f);
  }
  return at;
}

/** How many bytes the text between two offsets takes in UTF-8. */
export function utf8Length(text: string, start: number, end: number): number {
  let size = end - start;
  for (let i = start; i < end; i++) {
    const code = text.charCodeAt(i);
    if (code < 0x80) continue;
    if (code < 0x800) size += 1;
    else if (code >= 0xd800 && code <= 0xdbff && i + 1 < end) {
      size += 2; // a pair: four bytes from two units
      i++;
    } else size += 2;
  }
  return size;
}

/** The text of UTF-8 bytes; each byte that begins nothing valid becomes U+FFFD. */
export function decodeUtf8(bytes: Uint8Array): string {
  let out = "";
  let at = 0;
  while (at < bytes.length) {
    const lead = bytes[at]!;
    if (lead < 0x80) {
      out += String.fromCharCode(lead);
      at++;
      continue;
    }
    const size = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
    let code = size === 4 ? lead & 0x07 : size === 3 ? lead & 0x0f : lead & 0x1f;
    let valid = lead >= 0xc2 && lead <= 0xf4 && at + size <= bytes.length;
    for (let i = 1; valid && i < size; i++) {
      const next = bytes[at + i]!;
      valid = (next & 0xc0) === 0x80;
      code = (code << 6) | (next & 0x3f);
    }
    const least = size === 4 ? 0x10000 : size === 3 ? 0x800 : 0x80;
    if (!valid || code < least || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) {
      out += "\uFFFD";
      at++;
      continue;
    }
    out += String.fromCodePoint(code);
    at += size;
  }
  return out;
}
