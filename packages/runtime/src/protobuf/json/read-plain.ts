import { decodeBase64 } from "../../base/base64.js";
import { isWellFormed } from "../../base/utf8.js";
import type { EnumType } from "../type/enum-type.js";
import type { AnyMessageType } from "../type/message-type.js";
import type { LongAs } from "../type/scalar-type.js";
import { RECURSION_LIMIT } from "../wire/wire-type.js";
import {
  BOOL,
  BYTES,
  ENUM,
  FLOAT,
  INT,
  LONG,
  MESSAGE,
  type PlainField,
  type PlainType,
  plainType,
  STRING,
} from "./plain-type.js";

type Fields = Record<string, unknown>;

/**
 * Reads a message from the text of ProtoJSON straight into its fields, as `fromJsonString` does. Undefined if the message is not plain,
 * or anything is unusual: a member that is not known or there twice, a value of another form than the usual one, text that is no JSON. Then
 * `fromJsonString` reads it, or says what is wrong with it; nothing that it refuses is taken here.
 */
export function readPlain(type: AnyMessageType, text: string): Fields | undefined {
  const plain = plainType(type);
  return plain === undefined ? undefined : new PlainReader(text).whole(plain);
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const MINUS = 0x2d;
const POINT = 0x2e;
const ZERO = 0x30;
const COLON = 0x3a;
const OPEN_BRACKET = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_BRACKET = 0x5d;
const LOWER_E = 0x65;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

/** Each method reads one thing at `pos`; undefined means that all is given up. */
class PlainReader {
  private readonly text: string;
  /** No string in the text needs a closer look. */
  private readonly usual: boolean;
  private pos = 0;

  constructor(text: string) {
    this.text = text;
    this.usual = !UNUSUAL.test(text);
  }

  whole(plain: PlainType): Fields | undefined {
    this.space();
    const message = this.message(plain, 0);
    if (message === undefined) return undefined;
    this.space();
    return this.pos === this.text.length ? message : undefined;
  }

  private space(): void {
    for (;;) {
      const c = this.text.charCodeAt(this.pos);
      if (c > 0x20 || (c !== 0x20 && c !== 0x0a && c !== 0x0d && c !== 0x09)) return;
      this.pos++;
    }
  }

  private message({ type, fields, indices }: PlainType, depth: number): Fields | undefined {
    const { text } = this;
    if (text.charCodeAt(this.pos) !== OPEN_BRACE || depth > RECURSION_LIMIT) return undefined;
    const message = type.empty() as Fields;
    this.pos++;
    this.space();
    if (text.charCodeAt(this.pos) === CLOSE_BRACE) {
      this.pos++;
      return message;
    }
    // Members come mostly in the order in which the fields are declared.
    let due = 0;
    // One bit for each of the first fields that was there.
    let seen = 0;
    for (;;) {
      let index = due;
      if (due < fields.length && text.startsWith(fields[due]!.key, this.pos)) this.pos += fields[due]!.key.length;
      else {
        const named = this.name(indices);
        if (named === undefined) return undefined;
        index = named;
      }
      if (index > MAX_INDEX || (seen & (1 << index)) !== 0) return undefined;
      seen |= 1 << index;
      const field = fields[index]!;
      this.space();
      if (!this.into(message, field, depth)) return undefined;
      this.space();
      const c = text.charCodeAt(this.pos);
      if (c === CLOSE_BRACE) break;
      if (c !== COMMA) return undefined;
      this.pos++;
      this.space();
      due = index + 1;
    }
    this.pos++;
    return message;
  }

  /** The name of a member and what follows it. */
  private name(indices: ReadonlyMap<string, number>): number | undefined {
    const { text } = this;
    if (text.charCodeAt(this.pos) !== QUOTE) return undefined;
    const end = text.indexOf('"', this.pos + 1);
    if (end < 0) return undefined;
    const index = indices.get(text.slice(this.pos + 1, end));
    this.pos = end + 1;
    this.space();
    if (text.charCodeAt(this.pos) !== COLON) return undefined;
    this.pos++;
    return index;
  }

  private into(message: Fields, plain: PlainField, depth: number): boolean {
    const { field, property } = plain;
    if (plain.isMap) return false;
    if (plain.kind <= MESSAGE && this.text.startsWith("null", this.pos)) {
      this.pos += 4;
      return true;
    }
    const value = plain.repeated ? this.list(plain, depth) : this.single(plain, depth);
    if (value === undefined) return false;
    if (field.oneof === undefined) message[property] = value;
    else if (message[property] !== undefined) return false;
    else message[property] = { case: field.localName, value };
    return true;
  }

  private list(plain: PlainField, depth: number): unknown[] | undefined {
    const { text } = this;
    if (text.charCodeAt(this.pos) !== OPEN_BRACKET) return undefined;
    const values: unknown[] = [];
    this.pos++;
    this.space();
    if (text.charCodeAt(this.pos) === CLOSE_BRACKET) {
      this.pos++;
      return values;
    }
    for (;;) {
      const value = this.single(plain, depth);
      if (value === undefined) return undefined;
      values.push(value);
      this.space();
      const c = text.charCodeAt(this.pos);
      if (c === CLOSE_BRACKET) break;
      if (c !== COMMA) return undefined;
      this.pos++;
      this.space();
    }
    this.pos++;
    return values;
  }

  private single(plain: PlainField, depth: number): unknown {
    const { field } = plain;
    switch (plain.kind) {
      case STRING:
        return this.string();
      case BOOL:
        return this.bool();
      case INT: {
        const value = this.integer();
        return value === undefined || value < plain.low || value > plain.high ? undefined : value;
      }
      case LONG:
        return this.long(field.longAs, field.type === "uint64" || field.type === "fixed64");
      case FLOAT:
        return this.float(field.type === "float");
      case BYTES: {
        const text = this.string();
        return text === undefined ? undefined : decodeBase64(text);
      }
      case ENUM: {
        const name = this.string();
        return name === undefined ? undefined : (field.type as EnumType).valueOf(name);
      }
      case MESSAGE:
        return this.message(plainType(field.type as AnyMessageType)!, depth + 1);
      default:
        return undefined;
    }
  }

  private bool(): boolean | undefined {
    if (this.text.startsWith("true", this.pos)) {
      this.pos += 4;
      return true;
    }
    if (!this.text.startsWith("false", this.pos)) return undefined;
    this.pos += 5;
    return false;
  }

  private string(): string | undefined {
    const { text } = this;
    if (text.charCodeAt(this.pos) !== QUOTE) return undefined;
    const start = this.pos + 1;
    const end = text.indexOf('"', start);
    if (end < 0) return undefined;
    const raw = text.slice(start, end);
    if (!this.usual && UNUSUAL.test(raw)) return this.unusualString();
    this.pos = end + 1;
    return raw;
  }

  /** With escapes, or with characters of which some may not be in a string. */
  private unusualString(): string | undefined {
    const { text } = this;
    let end = this.pos + 1;
    for (let c = text.charCodeAt(end); c !== QUOTE; c = text.charCodeAt(end)) {
      // The end of the text has no code.
      if (!(c >= 0x20)) return undefined;
      end += c === BACKSLASH ? 2 : 1;
    }
    let value: string;
    try {
      value = JSON.parse(text.slice(this.pos, end + 1)) as string;
    } catch {
      return undefined;
    }
    this.pos = end + 1;
    return isWellFormed(value) ? value : undefined;
  }

  /** An integer of up to 15 digits; not "-0", which is no integer for some types. */
  private integer(): number | undefined {
    const { text } = this;
    let at = this.pos;
    const negative = text.charCodeAt(at) === MINUS;
    if (negative) at++;
    const first = at;
    let value = 0;
    let c = text.charCodeAt(at);
    for (; c >= ZERO && c <= ZERO + 9; c = text.charCodeAt(++at)) value = value * 10 + (c - ZERO);
    const count = at - first;
    if (count === 0 || count > MAX_DIGITS || (count > 1 && text.charCodeAt(first) === ZERO)) return undefined;
    if (c === POINT || (c | 0x20) === LOWER_E || (negative && value === 0)) return undefined;
    this.pos = at;
    return negative ? -value : value;
  }

  private long(longAs: LongAs, unsigned: boolean): bigint | number | string | undefined {
    let digits: string;
    if (this.text.charCodeAt(this.pos) === QUOTE) {
      const text = this.string();
      if (text === undefined || !LONG_TEXT.test(text)) return undefined;
      digits = text;
    } else {
      const value = this.integer();
      if (value === undefined) return undefined;
      digits = String(value);
    }
    if (unsigned && digits.charCodeAt(0) === MINUS) return undefined;
    if (longAs === "string") return digits;
    if (longAs === "bigint") return BigInt(digits);
    const number = Number(digits);
    return Number.isSafeInteger(number) ? number : undefined;
  }

  private float(single: boolean): number | undefined {
    NUMBER.lastIndex = this.pos;
    const literal = NUMBER.exec(this.text)?.[0];
    if (literal === undefined) return undefined;
    const value = Number(literal);
    if (!Number.isFinite(value) || (single && Math.abs(value) > MAX_FLOAT)) return undefined;
    this.pos += literal.length;
    return single ? Math.fround(value) : value;
  }
}

/** 31: the bits that a number has without its sign. Fields behind them are seldom met, and not read here. */
const MAX_INDEX = 30;

/** 15: so many digits a number holds exactly. */
const MAX_DIGITS = 15;

/** The largest float; what lies above it by less than half a step is left to who knows better. */
const MAX_FLOAT = 3.4028234663852886e38;

/** Escapes, what must be escaped, and surrogates, of which lone ones are refused. */
const UNUSUAL = /[\\\x00-\x1f\ud800-\udfff]/;

/** What fits in 64 bits without a closer look. */
const LONG_TEXT = /^(?:0|-?[1-9]\d{0,17})$/;

/** A number (RFC 8259 §6) where it stands. */
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
