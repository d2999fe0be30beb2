import { encodeBase64 } from "../../base/base64.js";
import type { EnumType } from "../type/enum-type.js";
import type { AnyMessageType } from "../type/message-type.js";
import { shortestFloat } from "../wire/shortest-float.js";
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

type Fields = Readonly<Record<string, unknown>>;

/**
 * Writes a message, which need not be whole, as the text of ProtoJSON that `toJsonString` gives for it. Undefined if it is not plain,
 * or something is wrong: then `toJsonString` says what.
 */
export function writePlain(type: AnyMessageType, init: unknown): string | undefined {
  const plain = plainType(type);
  return plain === undefined ? undefined : message(plain, init, 0);
}

function message({ fields }: PlainType, value: unknown, depth: number): string | undefined {
  if (typeof value !== "object" || value === null || depth > RECURSION_LIMIT) return undefined;
  const given = value as Fields;
  // Extensions are among the unknown fields.
  if (given["$unknown"] !== undefined) return undefined;
  let text = "{";
  for (let i = 0; i < fields.length; i++) {
    const plain = fields[i]!;
    let member = given[plain.property];
    if (member === undefined) continue;
    if (plain.field.oneof !== undefined) {
      if (typeof member !== "object" || member === null) return undefined;
      if ((member as { case?: unknown }).case !== plain.field.localName) continue;
      member = (member as { value?: unknown }).value;
    }
    if (plain.repeated) {
      if (!Array.isArray(member)) return undefined;
      if (member.length === 0) continue;
    } else if (plain.isMap) {
      if (typeof member !== "object" || member === null) return undefined;
      if (Object.keys(member).length === 0) continue;
    } else if (!plain.always && isDefault(plain, member)) continue;
    const written = plain.repeated
      ? list(plain, member as readonly unknown[], depth)
      : plain.isMap
        ? map(plain, member as Fields, depth)
        : single(plain, member, depth);
    if (written === undefined) return undefined;
    text += text.length === 1 ? plain.key + written : `,${plain.key}${written}`;
  }
  return `${text}}`;
}

function isDefault({ kind, field }: PlainField, value: unknown): boolean {
  switch (kind) {
    case STRING:
      return value === "";
    case BOOL:
      return value === false;
    case LONG:
      return value === 0n || Object.is(value, 0) || (value === "0" && field.longAs === "string");
    case BYTES:
      return value instanceof Uint8Array && value.length === 0;
    default:
      return Object.is(value, 0);
  }
}

function list(plain: PlainField, values: readonly unknown[], depth: number): string | undefined {
  let text = "[";
  for (let i = 0; i < values.length; i++) {
    const written = single(plain, values[i], depth);
    if (written === undefined) return undefined;
    text += i === 0 ? written : `,${written}`;
  }
  return `${text}]`;
}

function map(plain: PlainField, values: Fields, depth: number): string | undefined {
  let text = "{";
  for (const key of Object.keys(values)) {
    const written = single(plain, values[key], depth);
    if (written === undefined) return undefined;
    text += `${text.length === 1 ? "" : ","}${quote(key)}:${written}`;
  }
  return `${text}}`;
}

function single({ kind, field }: PlainField, value: unknown, depth: number): string | undefined {
  switch (kind) {
    case STRING:
      return typeof value === "string" ? quote(value) : undefined;
    case BOOL:
      return value === true ? "true" : value === false ? "false" : undefined;
    case INT:
      return typeof value === "number" && Number.isFinite(value) ? String(value) : undefined;
    case LONG:
      return long(field.longAs, value);
    case FLOAT:
      if (typeof value !== "number") return undefined;
      if (!Number.isFinite(value)) return Number.isNaN(value) ? '"NaN"' : value > 0 ? '"Infinity"' : '"-Infinity"';
      return String(field.type === "float" ? shortestFloat(value) : value);
    case BYTES:
      return value instanceof Uint8Array ? `"${encodeBase64(value)}"` : undefined;
    case ENUM: {
      if (typeof value !== "number" || !Number.isFinite(value)) return undefined;
      const name = (field.type as EnumType).nameOf(value);
      return name === undefined ? String(value) : `"${name}"`;
    }
    case MESSAGE:
      return message(plainType(field.type as AnyMessageType)!, value, depth + 1);
    default:
      return undefined;
  }
}

function long(longAs: string, value: unknown): string | undefined {
  if (typeof value === "bigint" || (Number.isSafeInteger(value) && !Object.is(value, -0))) return `"${String(value)}"`;
  return typeof value === "string" && longAs === "string" ? quote(value) : undefined;
}

function quote(text: string): string {
  return text.length <= MAX_LOOKED_AT && !ESCAPED.test(text) ? `"${text}"` : JSON.stringify(text);
}

/** 1,024: to look through a longer text costs more than to have it quoted natively. */
const MAX_LOOKED_AT = 1_024;

/** What JSON escapes, and surrogates, of which it escapes lone ones. */
const ESCAPED = /["\\\x00-\x1f\ud800-\udfff]/;
