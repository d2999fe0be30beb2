import type { ByteWriter } from "../../base/byte-writer.js";
import { encodeUtf8, isWellFormed, utf8Length } from "../../base/utf8.js";

const SIMPLE: Readonly<Record<string, number>> = {
  a: 7,
  b: 8,
  f: 12,
  n: 10,
  r: 13,
  t: 9,
  v: 11,
  "?": 0x3f,
  "\\": 0x5c,
  "'": 0x27,
  '"': 0x22,
};

const OCTAL = /[0-7]{1,3}/y;
const HEXADECIMAL = /[0-9a-fA-F]{1,2}/y;
const UNICODE = /[0-9a-fA-F]{4}/y;
const LONG_UNICODE = /[0-9a-fA-F]{8}/y;

/**
 * Appends the bytes of a string literal, quotes included, to `w` (Text Format Language Specification, "String
 * Literals").
 *
 * @returns `undefined`, or what is wrong and at which character of the literal
 */
export function unquoteInto(w: ByteWriter, literal: string): { reason: string; at: number } | undefined {
  const end = literal.length - 1;
  let copied = 1;
  for (let i = literal.indexOf("\\", 1); i >= 0 && i < end; i = literal.indexOf("\\", i)) {
    if (!append(w, literal.slice(copied, i))) return lone(copied);
    const letter = literal[i + 1]!;
    if (Object.hasOwn(SIMPLE, letter)) {
      byte(w, SIMPLE[letter]!);
      i += 2;
    } else if (letter >= "0" && letter <= "7") {
      const digits = match(OCTAL, literal, i + 1);
      const value = Number.parseInt(digits, 8);
      if (value > 255) return { reason: `\\${digits} is no byte`, at: i };
      byte(w, value);
      i += 1 + digits.length;
    } else if (letter === "x" || letter === "X") {
      const digits = match(HEXADECIMAL, literal, i + 2);
      if (digits === "") return { reason: "\\x takes one or two hexadecimal digits", at: i };
      byte(w, Number.parseInt(digits, 16));
      i += 2 + digits.length;
    } else if (letter === "u" || letter === "U") {
      const found = unicode(literal, i);
      if (typeof found === "string") return { reason: found, at: i };
      append(w, String.fromCodePoint(found.point));
      i += found.length;
    } else return { reason: `there is no escape \\${letter}`, at: i };
    copied = i;
  }
  return append(w, literal.slice(copied, end)) ? undefined : lone(copied);
}

function lone(at: number): { reason: string; at: number } {
  return { reason: "the string has a lone surrogate, which UTF-8 cannot express", at };
}

/** `\uXXXX` or `\UXXXXXXXX`: a code point, never half of a pair of surrogates. */
function unicode(literal: string, at: number): { point: number; length: number } | string {
  const long = literal[at + 1] === "U";
  const digits = match(long ? LONG_UNICODE : UNICODE, literal, at + 2);
  if (digits === "") return `\\${literal[at + 1]} takes ${long ? "eight" : "four"} hexadecimal digits`;
  const point = Number.parseInt(digits, 16);
  if (point > 0x10ffff) return `\\U${digits} is past U+10FFFF`;
  if (point >= 0xd800 && point <= 0xdfff) {
    return `\\${literal[at + 1]}${digits} is half of a pair of surrogates: write the character as \\U and eight digits`;
  }
  return { point, length: 2 + digits.length };
}

function match(pattern: RegExp, text: string, at: number): string {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? "";
}

function byte(w: ByteWriter, value: number): void {
  w.reserve(1);
  w.buf[w.pos++] = value;
}

/** @returns whether the text is well-formed */
function append(w: ByteWriter, text: string): boolean {
  if (text === "") return true;
  if (!isWellFormed(text)) return false;
  const length = utf8Length(text);
  w.reserve(length);
  encodeUtf8(text, w.buf, w.pos);
  w.pos += length;
  return true;
}
