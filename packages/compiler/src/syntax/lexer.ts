import type { Report } from "../diagnostics/report.js";
import { TokenKind, TokenTable } from "./token.js";

/**
 * Splits a file into tokens ("Lexical Elements" of the language specifications). One pass over the character codes, no
 * regular expression, nothing looked at twice; every error is reported and stepped over, so that the parser always
 * gets a whole table.
 */
export function tokenize(text: string, report: Report): TokenTable {
  return new Lexer(text, report).run();
}

/** Classes of ASCII characters, looked up by code. */
const LETTER = 1;
const DIGIT = 2;
const SPACE = 3;
const NEWLINE = 4;
const QUOTE = 5;
const CONTROL = 6;
const SLASH = 7;
const DOT = 8;

const CLASSES: Uint8Array = new Uint8Array(128);
for (let code = 0; code < 128; code++) {
  const char = String.fromCharCode(code);
  if (/[A-Za-z_]/.test(char)) CLASSES[code] = LETTER;
  else if (/[0-9]/.test(char)) CLASSES[code] = DIGIT;
  else if (/[ \t\r\v\f]/.test(char)) CLASSES[code] = SPACE;
  else if (char === "\n") CLASSES[code] = NEWLINE;
  else if (char === '"' || char === "'") CLASSES[code] = QUOTE;
  else if (code < 0x20) CLASSES[code] = CONTROL;
  else if (char === "/") CLASSES[code] = SLASH;
  else if (char === ".") CLASSES[code] = DOT;
}

class Lexer {
  readonly #text: string;
  readonly #report: Report;
  #kinds: Uint8Array;
  #starts: Int32Array;
  #ends: Int32Array;
  #count = 0;

  constructor(text: string, report: Report) {
    this.#text = text;
    this.#report = report;
    const guess = (text.length >> 3) + 16;
    this.#kinds = new Uint8Array(guess);
    this.#starts = new Int32Array(guess);
    this.#ends = new Int32Array(guess);
  }

  run(): TokenTable {
    const text = this.#text;
    const length = text.length;
    const nul = text.indexOf("\0");
    if (nul >= 0) this.#error("control-character", nul, nul + 1, "a NUL character is not allowed in a .proto file");
    let at = text.charCodeAt(0) === 0xfeff ? 1 : 0; // a byte order mark, at the very start only
    while (at < length) {
      const code = text.charCodeAt(at);
      if (code >= 128) {
        at = this.#nonAscii(at);
        continue;
      }
      switch (CLASSES[code]) {
        case SPACE:
        case NEWLINE:
          at++;
          break;
        case LETTER: {
          const start = at++;
          while (at < length && isWordCode(text.charCodeAt(at))) at++;
          this.#push(TokenKind.Identifier, start, at);
          break;
        }
        case DIGIT:
          at = this.#number(at, false);
          break;
        case DOT:
          if (isDigit(text.charCodeAt(at + 1))) {
            const last = this.#count - 1;
            if (last >= 0 && this.#kinds[last] === TokenKind.Identifier && this.#ends[last] === at) {
              this.#error("number-syntax", at, at + 1, "a space is needed between an identifier and a decimal point");
            }
            at = this.#number(at, true);
          } else {
            this.#push(code, at, at + 1);
            at++;
          }
          break;
        case QUOTE:
          at = this.#string(at, code);
          break;
        case SLASH:
          at = this.#slash(at);
          break;
        case CONTROL:
          at = this.#control(at);
          break;
        default:
          this.#push(code, at, at + 1);
          at++;
      }
    }
    this.#push(TokenKind.End, length, length);
    const count = this.#count;
    return new TokenTable(text, this.#kinds.slice(0, count), this.#starts.slice(0, count), this.#ends.slice(0, count));
  }

  #push(kind: number, start: number, end: number): void {
    const index = this.#count++;
    if (index === this.#kinds.length) {
      this.#kinds = grown(this.#kinds, new Uint8Array(index * 2));
      this.#starts = grown(this.#starts, new Int32Array(index * 2));
      this.#ends = grown(this.#ends, new Int32Array(index * 2));
    }
    this.#kinds[index] = kind;
    this.#starts[index] = start;
    this.#ends[index] = end;
  }

  #slash(start: number): number {
    const text = this.#text;
    const next = text.charCodeAt(start + 1);
    if (next === 0x2f) {
      const end = text.indexOf("\n", start + 2);
      return end < 0 ? text.length : end;
    }
    if (next !== 0x2a) {
      this.#push(0x2f, start, start + 1);
      return start + 1;
    }
    const end = text.indexOf("*/", start + 2);
    const inner = text.indexOf("/*", start + 2);
    if (inner >= 0 && inner < (end < 0 ? text.length : end)) {
      this.#error("comment-nested", inner, inner + 2, '"/*" inside a block comment; block comments cannot be nested');
    }
    if (end >= 0) return end + 2;
    this.#error(
      "comment-unterminated",
      start,
      start + 2,
      "this block comment never ends",
      'close it with "*/" before the end of the file',
    );
    return text.length;
  }

  #number(start: number, startedWithDot: boolean): number {
    const text = this.#text;
    let at = start + 1;
    let isFloat = startedWithDot;
    const second = text.charCodeAt(at);
    const startsWithZero = text.charCodeAt(start) === 0x30;
    if (startsWithZero && (second === 0x78 || second === 0x58)) {
      const digits = ++at;
      while (isHexDigit(text.charCodeAt(at))) at++;
      if (at === digits) this.#error("number-syntax", start, at, '"0x" must be followed by hexadecimal digits');
    } else if (startsWithZero && isDigit(second)) {
      let octal = true;
      while (isDigit(text.charCodeAt(at))) {
        if (text.charCodeAt(at) > 0x37) octal = false;
        at++;
      }
      if (!octal) {
        const help = "drop the leading zero if the number is meant to be decimal";
        this.#error(
          "number-syntax",
          start,
          at,
          "a number with a leading zero is octal: its digits go from 0 to 7",
          help,
        );
      }
    } else {
      while (isDigit(text.charCodeAt(at))) at++;
      if (!isFloat && text.charCodeAt(at) === 0x2e) {
        isFloat = true;
        at++;
        while (isDigit(text.charCodeAt(at))) at++;
      }
      const exponent = text.charCodeAt(at);
      if (exponent === 0x65 || exponent === 0x45) {
        isFloat = true;
        at++;
        const sign = text.charCodeAt(at);
        if (sign === 0x2b || sign === 0x2d) at++;
        const digits = at;
        while (isDigit(text.charCodeAt(at))) at++;
        if (at === digits) this.#error("number-syntax", start, at, '"e" must be followed by an exponent');
      }
    }
    const next = text.charCodeAt(at);
    if (next < 128 && CLASSES[next] === LETTER) {
      this.#error("number-syntax", start, at + 1, "a space is needed between a number and an identifier");
    } else if (next === 0x2e) {
      const message = isFloat
        ? "a number cannot have a second decimal point"
        : "hexadecimal and octal numbers must be whole numbers";
      this.#error("number-syntax", start, at + 1, message);
    }
    this.#push(isFloat ? TokenKind.Float : TokenKind.Integer, start, at);
    return at;
  }

  #string(start: number, quote: number): number {
    const text = this.#text;
    const length = text.length;
    let at = start + 1;
    while (at < length) {
      const code = text.charCodeAt(at);
      if (code === quote) {
        this.#push(TokenKind.String, start, at + 1);
        return at + 1;
      }
      if (code === 0x0a) break;
      at = code === 0x5c ? this.#escape(at) : at + 1;
    }
    const mark = String.fromCharCode(quote);
    this.#error("string-unterminated", start, at, "this string never ends", `close it with ${mark} on the same line`);
    this.#push(TokenKind.String, start, at);
    return at;
  }

  /** Steps over the escape sequence at a backslash. */
  #escape(start: number): number {
    const text = this.#text;
    const code = text.charCodeAt(start + 1);
    switch (code) {
      case 0x78: // x
      case 0x58: // X
        if (isHexDigit(text.charCodeAt(start + 2))) return start + 3;
        this.#error("string-escape", start, start + 2, "\\x must be followed by hexadecimal digits");
        return start + 2;
      case 0x75: // u
        return this.#unicodeEscape(start, 4, "\\u must be followed by four hexadecimal digits");
      case 0x55: // U
        return this.#unicodeEscape(start, 8, "\\U must be followed by eight hexadecimal digits, at most 001fffff");
    }
    if (code >= 0x30 && code <= 0x37) return start + 2;
    if (code === 0x0a || Number.isNaN(code)) return start + 1; // the string's end is missing: reported there
    if (code < 128 && ESCAPES.includes(String.fromCharCode(code))) return start + 2;
    this.#error("string-escape", start, start + 2, "invalid escape sequence in a string", "write \\\\ for a backslash");
    return start + 2;
  }

  #unicodeEscape(start: number, digits: number, message: string): number {
    const text = this.#text;
    let value = 0;
    for (let i = 0; i < digits; i++) {
      const code = text.charCodeAt(start + 2 + i);
      if (!isHexDigit(code)) {
        this.#error("string-escape", start, start + 2 + i, message);
        return start + 2 + i;
      }
      value = value * 16 + Number.parseInt(text[start + 2 + i]!, 16);
    }
    // Unicode ends at 10ffff, but protoc lets everything pass that four bytes of UTF-8 can hold.
    if (value > 0x1fffff) this.#error("string-escape", start, start + 2 + digits, message);
    return start + 2 + digits;
  }

  #control(start: number): number {
    const text = this.#text;
    let at = start + 1;
    while (at < text.length && text.charCodeAt(at) < 128 && CLASSES[text.charCodeAt(at)] === CONTROL) at++;
    if (text.charCodeAt(start) !== 0) {
      this.#error("control-character", start, at, "a control character is not allowed in a .proto file");
    }
    return at;
  }

  #nonAscii(start: number): number {
    const text = this.#text;
    let at = start + 1;
    while (at < text.length && text.charCodeAt(at) >= 128) at++;
    this.#error(
      "non-ascii",
      start,
      at,
      "outside strings and comments only ASCII characters are allowed",
      /[\u2018-\u201f]/.test(this.#text.slice(start, at))
        ? "quotes are written \" or '"
        : "names consist of the letters a to z and A to Z, digits and underscores",
    );
    return at;
  }

  #error(code: string, start: number, end: number, message: string, help?: string): void {
    this.#report.error(code, start, Math.min(end, this.#text.length), message, help);
  }
}

/** The characters that stand for something after a backslash. */
const ESCAPES = "abfnrtv\\?'\"";

function grown<T extends Uint8Array | Int32Array>(from: T, to: T): T {
  to.set(from);
  return to;
}

function isWordCode(code: number): boolean {
  if (code >= 128) return false;
  const kind = CLASSES[code];
  return kind === LETTER || kind === DIGIT;
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

function isHexDigit(code: number): boolean {
  return isDigit(code) || (code >= 0x61 && code <= 0x66) || (code >= 0x41 && code <= 0x46);
}
