import { ByteWriter } from "../../base/byte-writer.js";
import { decodeUtf8 } from "../../base/utf8.js";
import type { EnumType } from "../type/enum-type.js";
import { isEnumType, isLong } from "../type/field-type.js";
import type { FieldType } from "../type/message-type.js";
import type { LongAs, ScalarType } from "../type/scalar-type.js";
import type { TextLexer } from "./text-lexer.js";
import { unquoteInto } from "./unquote.js";

/** Reads a value that is no message. @throws ProtobufError with line and column */
export function readScalar(lexer: TextLexer, field: FieldType): unknown {
  const type = field.type as ScalarType | EnumType;
  if (isEnumType(type)) return readEnum(lexer, type);
  switch (type) {
    case "string":
      return readString(lexer);
    case "bytes":
      return readBytes(lexer);
    case "bool":
      return readBool(lexer);
    case "double":
    case "float":
      return readFloat(lexer, type);
    default:
      return readInteger(lexer, type, field.longAs);
  }
}

/** String literals that follow each other are one string. */
function readBytes(lexer: TextLexer): Uint8Array {
  if (lexer.kind !== "string") throw lexer.problem("a string in quotes");
  const w = new ByteWriter(lexer.text.length);
  while (lexer.kind === "string") {
    const wrong = unquoteInto(w, lexer.text);
    if (wrong !== undefined) throw lexer.problemAt(lexer.start + wrong.at, wrong.reason);
    lexer.advance();
  }
  return w.finish();
}

function readString(lexer: TextLexer): string {
  const { start } = lexer;
  const bytes = readBytes(lexer);
  const text = decodeUtf8(bytes, 0, bytes.length);
  if (text === undefined) throw lexer.problemAt(start, "the escapes of the string do not make UTF-8");
  return text;
}

const BOOLS: Readonly<Record<string, boolean>> = {
  true: true,
  True: true,
  t: true,
  false: false,
  False: false,
  f: false,
};

function readBool(lexer: TextLexer): boolean {
  const { kind, text } = lexer;
  let value: boolean | undefined;
  if (kind === "identifier") value = Object.hasOwn(BOOLS, text) ? BOOLS[text] : undefined;
  else if (isInteger(lexer)) {
    const number = integerOf(lexer);
    if (number === 0n || number === 1n) value = number === 1n;
  }
  if (value === undefined) throw lexer.problem("true, false, 1 or 0");
  lexer.advance();
  return value;
}

/** What stands for numbers that have no digits, whatever their case. */
const NAMED_FLOATS: Readonly<Record<string, number>> = {
  inf: Number.POSITIVE_INFINITY,
  infinity: Number.POSITIVE_INFINITY,
  nan: Number.NaN,
};

function readFloat(lexer: TextLexer, type: "double" | "float"): number {
  const negative = lexer.skip("-");
  const { kind, text } = lexer;
  let value: number;
  if (kind === "float" || kind === "decimal") value = Number(text.replace(/[fF]$/, ""));
  else if (kind === "identifier" && Object.hasOwn(NAMED_FLOATS, text.toLowerCase())) {
    value = NAMED_FLOATS[text.toLowerCase()]!;
  } else throw lexer.problem(`a decimal number, inf or nan for a ${type}`);
  lexer.advance();
  // JavaScript has one NaN; its sign would show in the bytes, and nowhere else.
  if (negative && !Number.isNaN(value)) value = -value;
  // A number past the range becomes infinite, in the text format as in C.
  return type === "float" ? Math.fround(value) : value;
}

function isInteger(lexer: TextLexer): boolean {
  return lexer.kind === "decimal" || lexer.kind === "octal" || lexer.kind === "hexadecimal";
}

/** So many digits hold every 64-bit number in octal; the bound keeps `BigInt` from chewing on megabytes. */
const MAX_DIGITS = 64;

/** The value of an integer token; `undefined` if it is too long for any field. */
function integerOf(lexer: TextLexer): bigint | undefined {
  const { kind, text } = lexer;
  if (text.length > MAX_DIGITS) return undefined;
  return BigInt(kind === "octal" ? `0o${text.slice(1)}` : text);
}

function readInteger(lexer: TextLexer, type: ScalarType, longAs: LongAs): unknown {
  const { start } = lexer;
  const negative = lexer.skip("-");
  if (!isInteger(lexer)) throw lexer.problem(`a whole number for ${type}`);
  const { text } = lexer;
  const magnitude = integerOf(lexer);
  lexer.advance();
  const signed = type.startsWith("int") || type.startsWith("s");
  const bits = type.endsWith("64") ? 64n : 32n;
  const value = magnitude === undefined ? undefined : negative ? -magnitude : magnitude;
  const low = signed ? -(1n << (bits - 1n)) : 0n;
  const high = (1n << (signed ? bits - 1n : bits)) - 1n;
  if (value === undefined || value < low || value > high || (negative && !signed)) {
    const shown = text.length > 40 ? `${text.slice(0, 40)}…` : text;
    throw lexer.problemAt(start, `${negative ? "-" : ""}${shown} is out of the range of ${type}`);
  }
  if (!isLong(type)) return Number(value);
  if (longAs === "bigint") return value;
  if (longAs === "string") return value.toString();
  if (!Number.isSafeInteger(Number(value))) throw lexer.problemAt(start, `${value} is not a safe integer`);
  return Number(value);
}

function readEnum(lexer: TextLexer, type: EnumType): number {
  if (lexer.kind === "identifier") {
    const value = type.valueOf(lexer.text);
    if (value === undefined) throw lexer.problem(`a value of ${type.typeName}`);
    lexer.advance();
    return value;
  }
  const { start } = lexer;
  const value = readInteger(lexer, "int32", "bigint") as number;
  if (type.closed && type.nameOf(value) === undefined) {
    throw lexer.problemAt(start, `the closed enum ${type.typeName} has no value ${value}`);
  }
  return value;
}
