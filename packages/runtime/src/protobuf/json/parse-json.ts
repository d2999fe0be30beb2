import { setEntry } from "../wire/map-entry.js";
import { ProtobufError } from "../wire/protobuf-error.js";
import { RECURSION_LIMIT } from "../wire/wire-type.js";
import type { ParsedJson, ParsedObject } from "./json-value.js";

/**
 * How deep JSON may nest: each message takes two levels at most (an object, and an array or map in it), and what is
 * not of the message, and skipped, has no need of more.
 */
export const JSON_DEPTH_LIMIT: number = 2 * RECURSION_LIMIT + 2;

/** Integers of up to 15 digits are exact as numbers; longer ones than 40 digits fit no field. */
const EXACT_DIGITS = 15;
const MAX_DIGITS = 40;

/**
 * Reads JSON (RFC 8259). `JSON.parse` will not do: it rounds int64 numbers that come without quotes, and takes the
 * last of several members of one name, where the conformance suite of ProtoJSON wants the first value exactly and the
 * second refused.
 *
 * @throws ProtobufError with line and column
 */
export function parseJson(text: string): ParsedJson {
  const parser = new Parser(text);
  parser.space();
  const value = parser.value(0);
  parser.space();
  if (parser.pos < text.length) throw parser.problem("nothing may follow the value");
  return value;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

const ESCAPES: Readonly<Record<string, string>> = {
  '"': '"',
  "\\": "\\",
  "/": "/",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
};

class Parser {
  readonly text: string;
  pos = 0;

  constructor(text: string) {
    this.text = text;
  }

  space(): void {
    const { text } = this;
    for (;;) {
      const c = text.charCodeAt(this.pos);
      if (c !== 0x20 && c !== 0x0a && c !== 0x0d && c !== 0x09) return;
      this.pos++;
    }
  }

  value(depth: number): ParsedJson {
    const { text } = this;
    switch (text.charCodeAt(this.pos)) {
      case 0x7b:
        return this.object(depth);
      case 0x5b:
        return this.array(depth);
      case QUOTE:
        return this.string();
      case 0x74:
        return this.word("true", true);
      case 0x66:
        return this.word("false", false);
      case 0x6e:
        return this.word("null", null);
      default:
        return this.number();
    }
  }

  word<T>(word: string, value: T): T {
    if (!this.text.startsWith(word, this.pos)) throw this.problem("this is no JSON value");
    this.pos += word.length;
    return value;
  }

  object(depth: number): ParsedObject {
    if (depth >= JSON_DEPTH_LIMIT) throw this.tooDeep();
    const { text } = this;
    const object: ParsedObject = {};
    this.pos++;
    this.space();
    if (text.charCodeAt(this.pos) === 0x7d) {
      this.pos++;
      return object;
    }
    for (;;) {
      if (text.charCodeAt(this.pos) !== QUOTE) throw this.problem("the name of a member, in double quotes, is due");
      const at = this.pos;
      const key = this.string();
      if (Object.hasOwn(object, key)) {
        this.pos = at;
        throw this.problem("a member of this name is there already");
      }
      this.space();
      if (text.charCodeAt(this.pos) !== 0x3a) throw this.problem('":" is due');
      this.pos++;
      this.space();
      setEntry(object, key, this.value(depth + 1));
      this.space();
      const c = text.charCodeAt(this.pos);
      if (c === 0x7d) break;
      if (c !== 0x2c) throw this.problem('"," or "}" is due');
      this.pos++;
      this.space();
    }
    this.pos++;
    return object;
  }

  array(depth: number): ParsedJson[] {
    if (depth >= JSON_DEPTH_LIMIT) throw this.tooDeep();
    const { text } = this;
    const array: ParsedJson[] = [];
    this.pos++;
    this.space();
    if (text.charCodeAt(this.pos) === 0x5d) {
      this.pos++;
      return array;
    }
    for (;;) {
      array.push(this.value(depth + 1));
      this.space();
      const c = text.charCodeAt(this.pos);
      if (c === 0x5d) break;
      if (c !== 0x2c) throw this.problem('"," or "]" is due');
      this.pos++;
      this.space();
    }
    this.pos++;
    return array;
  }

  string(): string {
    const { text } = this;
    const start = ++this.pos;
    for (let i = start; ; i++) {
      const c = text.charCodeAt(i);
      if (c === QUOTE) {
        this.pos = i + 1;
        return text.slice(start, i);
      }
      if (c === BACKSLASH) break;
      if (!(c >= 0x20)) throw this.badCharacter(i);
    }
    return this.escapedString(start);
  }

  escapedString(start: number): string {
    const { text } = this;
    let value = "";
    let copied = start;
    for (let i = start; ; ) {
      const c = text.charCodeAt(i);
      if (c === QUOTE) {
        this.pos = i + 1;
        return value + text.slice(copied, i);
      }
      if (!(c >= 0x20)) throw this.badCharacter(i);
      if (c !== BACKSLASH) {
        i++;
        continue;
      }
      value += text.slice(copied, i);
      const letter = text.charAt(i + 1);
      if (letter === "u") {
        const digits = text.slice(i + 2, i + 6);
        if (!/^[0-9a-fA-F]{4}$/.test(digits)) throw this.problem("\\u takes four hexadecimal digits", i);
        value += String.fromCharCode(Number.parseInt(digits, 16));
        i += 6;
      } else {
        if (letter === "" || !Object.hasOwn(ESCAPES, letter)) throw this.problem("there is no such escape", i);
        value += ESCAPES[letter];
        i += 2;
      }
      copied = i;
    }
  }

  number(): number | bigint {
    const { text } = this;
    const start = this.pos;
    let i = start;
    if (text.charCodeAt(i) === 0x2d) i++;
    const first = i;
    i = digits(text, i);
    if (i === first) throw this.problem(start >= text.length ? "the text ends too early" : "this is no JSON value");
    if (i - first > 1 && text.charCodeAt(first) === 0x30) throw this.problem("a number must not start with a zero");
    const integerEnd = i;
    if (text.charCodeAt(i) === 0x2e) {
      const point = i + 1;
      i = digits(text, point);
      if (i === point) throw this.problem("a digit is due behind the point", i);
    }
    if ((text.charCodeAt(i) | 0x20) === 0x65) {
      i++;
      const sign = text.charCodeAt(i);
      if (sign === 0x2b || sign === 0x2d) i++;
      const exponent = i;
      i = digits(text, i);
      if (i === exponent) throw this.problem("a digit is due in the exponent", i);
    }
    this.pos = i;
    const literal = text.slice(start, i);
    const count = integerEnd - first;
    if (i === integerEnd && count > EXACT_DIGITS && count <= MAX_DIGITS) return BigInt(literal);
    return Number(literal);
  }

  badCharacter(at: number): ProtobufError {
    if (at >= this.text.length) return this.problem("the string has no end", this.text.length);
    return this.problem("a control character in a string must be escaped", at);
  }

  tooDeep(): ProtobufError {
    return this.problem(`JSON nests more than ${JSON_DEPTH_LIMIT} deep`);
  }

  problem(reason: string, at: number = this.pos): ProtobufError {
    const before = this.text.slice(0, at);
    const lines = before.split("\n");
    const column = lines[lines.length - 1]!.length + 1;
    return new ProtobufError(`not JSON: line ${lines.length}, column ${column}: ${reason}`, {
      kind: "json",
      offset: at,
    });
  }
}

/** Where the digits from `at` on end. */
function digits(text: string, at: number): number {
  for (;;) {
    const c = text.charCodeAt(at);
    if (!(c >= 0x30 && c <= 0x39)) return at;
    at++;
  }
}
