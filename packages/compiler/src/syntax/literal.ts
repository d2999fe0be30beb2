import { decodeUtf8, encodeUtf8, encodeUtf8Into } from "../source/utf8.js";
import type { TokenTable } from "./token.js";

/** 2^64 - 1: the largest integer a literal may have anywhere in the language. */
export const MAX_UINT64: bigint = 2n ** 64n - 1n;

/**
 * The value of an integer literal (decimal, octal or hexadecimal), or `undefined` if it is over `max`. Short literals,
 * which is nearly all of them, never touch a `bigint`.
 */
export function integerValue(literal: string, max: number): number | undefined {
  if (literal.length > 22) return undefined;
  const value = isOctal(literal) ? Number.parseInt(literal, 8) : Number(literal);
  return value <= max ? value : undefined;
}

/** The same for the whole 64-bit range. */
export function bigIntegerValue(literal: string, max: bigint): bigint | undefined {
  // 22 octal digits hold 64 bits. Leading zeros may make a literal as long as one likes; none of these is sensible.
  let digits = literal;
  let base = 10;
  if (literal.length > 2 && (literal[1] === "x" || literal[1] === "X")) {
    base = 16;
    digits = literal.slice(2);
  } else if (isOctal(literal)) {
    base = 8;
    digits = literal.slice(1);
  }
  let from = 0;
  while (from < digits.length - 1 && digits[from] === "0") from++;
  digits = digits.slice(from);
  if (digits.length > 22) return undefined;
  const prefix = base === 16 ? "0x" : base === 8 ? "0o" : "";
  let value: bigint;
  try {
    value = BigInt(prefix + digits);
  } catch {
    return undefined; // the lexer has reported what is wrong with it
  }
  return value <= max ? value : undefined;
}

/** The value of a float literal, or of an integer literal that is too large for an integer. */
export function floatValue(literal: string): number {
  return Number(literal);
}

function isOctal(literal: string): boolean {
  return (
    literal.length > 1 &&
    literal.charCodeAt(0) === 0x30 &&
    literal.charCodeAt(1) >= 0x30 &&
    literal.charCodeAt(1) <= 0x39
  );
}

/** The text of the adjacent string literals in the tokens `first` to `last`, which belong together as in C. */
export function stringValue(tokens: TokenTable, first: number, last: number): string {
  const { text, starts, ends } = tokens;
  let plain = "";
  for (let i = first; i <= last; i++) {
    const body = text.slice(starts[i]! + 1, bodyEnd(tokens, i));
    if (body.includes("\\")) return decodeUtf8(stringBytes(tokens, first, last));
    plain += body;
    if (ends[i] === starts[i]) break;
  }
  return plain;
}

/** The bytes of the adjacent string literals in the tokens `first` to `last`. */
export function stringBytes(tokens: TokenTable, first: number, last: number): Uint8Array {
  const parts: Uint8Array[] = [];
  let size = 0;
  for (let i = first; i <= last; i++) {
    const body = tokens.text.slice(tokens.starts[i]! + 1, bodyEnd(tokens, i));
    const part = body.includes("\\") ? unescapeBody(body) : encodeUtf8(body);
    parts.push(part);
    size += part.length;
  }
  if (parts.length === 1) return parts[0]!;
  const all = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** Where the text between the quotes ends; an unterminated string has no closing quote to leave out. */
function bodyEnd(tokens: TokenTable, index: number): number {
  const start = tokens.starts[index]!;
  const end = tokens.ends[index]!;
  return end > start + 1 && tokens.text[end - 1] === tokens.text[start] ? end - 1 : end;
}

const SIMPLE_ESCAPES: Readonly<Record<string, number>> = {
  a: 7,
  b: 8,
  f: 12,
  n: 10,
  r: 13,
  t: 9,
  v: 11,
  "\\": 0x5c,
  "?": 0x3f,
  "'": 0x27,
  '"': 0x22,
};

function unescapeBody(body: string): Uint8Array {
  // An escape never yields more bytes than three times its characters, which is UTF-8's own bound.
  const out = new Uint8Array(body.length * 3);
  let size = 0;
  let at = 0;
  while (at < body.length) {
    const slash = body.indexOf("\\", at);
    const end = slash < 0 ? body.length : slash;
    if (end > at) size = encodeUtf8Into(body.slice(at, end), out, size);
    if (slash < 0) break;
    at = slash + 2;
    const letter = body[slash + 1] ?? "";
    if (letter >= "0" && letter <= "7") {
      let value = 0;
      at = slash + 1;
      for (let n = 0; n < 3 && body[at] !== undefined && body[at]! >= "0" && body[at]! <= "7"; n++) {
        value = value * 8 + Number(body[at++]);
      }
      out[size++] = value & 0xff;
    } else if (letter === "x" || letter === "X") {
      let value = 0;
      for (let n = 0; n < 2 && isHex(body[at]); n++) value = value * 16 + Number.parseInt(body[at++]!, 16);
      out[size++] = value;
    } else if (letter === "u" || letter === "U") {
      const digits = letter === "u" ? 4 : 8;
      let code = Number.parseInt(body.slice(at, at + digits), 16);
      at += digits;
      // A pair of surrogates written as two escapes is one character.
      if (code >= 0xd800 && code <= 0xdbff && body[at] === "\\" && body[at + 1] === "u") {
        const low = Number.parseInt(body.slice(at + 2, at + 6), 16);
        if (low >= 0xdc00 && low <= 0xdfff) {
          code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
          at += 6;
        }
      }
      if (code <= 0x10ffff) size = encodeUtf8Into(String.fromCodePoint(code), out, size);
      else {
        out[size++] = 0xf0 | (code >> 18);
        for (const shift of [12, 6, 0]) out[size++] = 0x80 | ((code >> shift) & 0x3f);
      }
    } else {
      out[size++] = Object.hasOwn(SIMPLE_ESCAPES, letter) ? SIMPLE_ESCAPES[letter]! : 0x3f;
    }
  }
  return out.slice(0, size);
}

function isHex(char: string | undefined): boolean {
  return (
    char !== undefined && ((char >= "0" && char <= "9") || (char >= "a" && char <= "f") || (char >= "A" && char <= "F"))
  );
}
