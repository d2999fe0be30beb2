/** Header fields and what RFC 9113 §8.2 and §8.3 ask of each one by itself. */

import { ENTRY_OVERHEAD } from "./hpack/static-table.js";
import type { HttpField } from "./http-types.js";

/** What a field is to the one who assembles a header section. */
export const FieldKind = {
  REGULAR: 0,
  METHOD: 1,
  SCHEME: 2,
  AUTHORITY: 3,
  PATH: 4,
  STATUS: 5,
  HOST: 6,
  CONTENT_LENGTH: 7,
  /** Malformed; {@link describeFlaw} says why. */
  MALFORMED: 8,
} as const;

/** A received field. It is judged once, when it is made: the HPACK table gives the same object again and again. */
export class Field implements HttpField {
  readonly name: string;
  readonly value: string;
  /** One of {@link FieldKind}. */
  readonly kind: number;
  /** Its size as RFC 7541 §4.1 and RFC 9113 §6.5.2 count it. */
  readonly size: number;

  constructor(name: string, value: string, kind: number = kindOf(name, value)) {
    this.name = name;
    this.value = value;
    this.kind = kind;
    this.size = name.length + value.length + ENTRY_OVERHEAD;
  }
}

/** A field with the name of another one; what was found out about the name holds. */
export function sameName(field: Field, value: string): Field {
  if (field.kind !== FieldKind.REGULAR || field.name === "te") return new Field(field.name, value);
  return new Field(field.name, value, isFieldValue(value) ? FieldKind.REGULAR : FieldKind.MALFORMED);
}

/** True for a field name that RFC 9113 §8.2.1 lets through: no upper case, control, space, colon or octet over 0x7e. */
export function isFieldName(name: string): boolean {
  if (name.length === 0) return false;
  for (let i = 0; i < name.length; i++) {
    const c = name.charCodeAt(i);
    if (c <= 0x20 || c >= 0x7f || (c >= 0x41 && c <= 0x5a) || c === 0x3a) return false;
  }
  return true;
}

/** True for a field value without NUL, CR, LF, outer white space or a character over U+00FF (RFC 9113 §8.2.1). */
export function isFieldValue(value: string): boolean {
  const length = value.length;
  if (length === 0) return true;
  for (let i = 0; i < length; i++) {
    const c = value.charCodeAt(i);
    if (c === 0x0a || c === 0x0d || c === 0 || c > 0xff) return false;
  }
  const first = value.charCodeAt(0);
  const last = value.charCodeAt(length - 1);
  return first !== 0x20 && first !== 0x09 && last !== 0x20 && last !== 0x09;
}

function kindOf(name: string, value: string): number {
  if (name.charCodeAt(0) === 0x3a) return pseudoKind(name, value);
  if (!isFieldName(name) || !isFieldValue(value)) return FieldKind.MALFORMED;
  switch (name) {
    case "connection":
    case "keep-alive":
    case "proxy-connection":
    case "transfer-encoding":
    case "upgrade":
      return FieldKind.MALFORMED;
    case "te":
      return value === "trailers" ? FieldKind.REGULAR : FieldKind.MALFORMED;
    case "host":
      return isAuthority(value) ? FieldKind.HOST : FieldKind.MALFORMED;
    case "content-length":
      return isLength(value) ? FieldKind.CONTENT_LENGTH : FieldKind.MALFORMED;
    default:
      return FieldKind.REGULAR;
  }
}

function pseudoKind(name: string, value: string): number {
  if (!isFieldValue(value)) return FieldKind.MALFORMED;
  switch (name) {
    case ":method":
      return isFieldName(value.toLowerCase()) ? FieldKind.METHOD : FieldKind.MALFORMED;
    case ":scheme":
      return isFieldName(value.toLowerCase()) ? FieldKind.SCHEME : FieldKind.MALFORMED;
    case ":authority":
      return isAuthority(value) ? FieldKind.AUTHORITY : FieldKind.MALFORMED;
    case ":path":
      return isPath(value) ? FieldKind.PATH : FieldKind.MALFORMED;
    case ":status":
      return isStatus(value) ? FieldKind.STATUS : FieldKind.MALFORMED;
    default:
      return FieldKind.MALFORMED;
  }
}

/** RFC 9113 §8.3.1: userinfo is not allowed; white space and controls are in no authority. */
function isAuthority(value: string): boolean {
  for (let i = 0; i < value.length; i++) {
    const c = value.charCodeAt(i);
    if (c <= 0x20 || c === 0x40 || c === 0x7f) return false;
  }
  return true;
}

/** RFC 9113 §8.3.1: a path starts with a slash, or is the asterisk of OPTIONS. */
function isPath(value: string): boolean {
  if (value === "*") return true;
  if (value.charCodeAt(0) !== 0x2f) return false;
  for (let i = 1; i < value.length; i++) {
    const c = value.charCodeAt(i);
    if (c <= 0x20 || c === 0x7f) return false;
  }
  return true;
}

function isStatus(value: string): boolean {
  if (value.length !== 3) return false;
  const first = value.charCodeAt(0);
  return first >= 0x31 && first <= 0x39 && isDigit(value.charCodeAt(1)) && isDigit(value.charCodeAt(2));
}

/** At most 15 digits: every such number is exact. */
function isLength(value: string): boolean {
  if (value.length === 0 || value.length > 15) return false;
  for (let i = 0; i < value.length; i++) if (!isDigit(value.charCodeAt(i))) return false;
  return true;
}

function isDigit(c: number): boolean {
  return c >= 0x30 && c <= 0x39;
}

/** Why a field of kind {@link FieldKind.MALFORMED} is malformed, for the message of the error. */
export function describeFlaw(field: HttpField): string {
  const { name } = field;
  if (name.length === 0) return "a field name is empty";
  if (name.charCodeAt(0) === 0x3a) return `the pseudo-field ${quote(name)} is unknown or has an invalid value`;
  if (!isFieldName(name)) return `the field name ${quote(name)} has characters that HTTP/2 does not allow`;
  if (!isFieldValue(field.value))
    return `the value of the field ${quote(name)} has characters that HTTP/2 does not allow`;
  if (name === "te") return 'the field "te" has another value than "trailers"';
  if (name === "host" || name === "content-length") return `the field "${name}" has an invalid value`;
  return `the field "${name}" belongs to a connection of HTTP/1.1`;
}

/** At most the first 64 characters, with whatever is not printable ASCII escaped: hostile text goes into logs. */
export function quote(text: string): string {
  let out = "";
  for (let i = 0; i < text.length && i < 64; i++) {
    const c = text.charCodeAt(i);
    if (c === 0x22 || c === 0x5c) out += `\\${text[i]}`;
    else if (c >= 0x20 && c < 0x7f) out += text[i];
    else out += c <= 0xff ? `\\x${c.toString(16).padStart(2, "0")}` : `\\u${c.toString(16).padStart(4, "0")}`;
  }
  return `"${out}${text.length > 64 ? "…" : ""}"`;
}
