import { FieldType } from "../descriptor/constants.js";
import type { OptionNode } from "../syntax/ast.js";
import { bigIntegerValue, floatValue, MAX_UINT64, stringBytes, stringValue } from "../syntax/literal.js";
import { TokenKind } from "../syntax/token.js";
import type { Lowering } from "./lowering.js";
import { formatDouble, formatFloat } from "./number-text.js";

/**
 * The text of a field's default as descriptors hold it ("default_value" in descriptor.proto), or `undefined` after an
 * error. With `type` 0 the field's type is a name: whether the default is a value of an enum is seen when the name is
 * resolved.
 */
export function defaultValueText(lowering: Lowering, node: OptionNode, type: number): string | undefined {
  const { value } = node;
  const { tokens } = lowering;
  if (type === 0) return tokens.textOf(value.first);
  const fail = (expected: string, help?: string): undefined => {
    lowering.error("default-value", `the default of this field must be ${expected}`, value.first, value.last, help);
    return undefined;
  };
  switch (type) {
    case FieldType.Int32:
    case FieldType.Sint32:
    case FieldType.Sfixed32:
      return integerText(lowering, node, value.negative ? 2n ** 31n : 2n ** 31n - 1n, "a 32-bit integer", fail);
    case FieldType.Int64:
    case FieldType.Sint64:
    case FieldType.Sfixed64:
      return integerText(lowering, node, value.negative ? 2n ** 63n : 2n ** 63n - 1n, "a 64-bit integer", fail);
    case FieldType.Uint32:
    case FieldType.Fixed32:
      if (value.negative) return fail("a number from 0 on: its type is unsigned");
      return integerText(lowering, node, 2n ** 32n - 1n, "an unsigned 32-bit integer", fail);
    case FieldType.Uint64:
    case FieldType.Fixed64:
      if (value.negative) return fail("a number from 0 on: its type is unsigned");
      return integerText(lowering, node, MAX_UINT64, "an unsigned 64-bit integer", fail);
    case FieldType.Float:
    case FieldType.Double:
      return floatText(lowering, node, type, fail);
    case FieldType.Bool: {
      const text = tokens.textOf(value.first);
      return text === "true" || text === "false" ? text : fail('"true" or "false"');
    }
    case FieldType.String:
      return value.kind === "string"
        ? stringValue(tokens, value.first, value.last)
        : fail("a string", "put it in quotes");
    case FieldType.Bytes:
      if (value.kind !== "string") return fail("a string", "put it in quotes");
      return escapeBytes(stringBytes(tokens, value.first, value.last));
    default:
      return fail("absent: a message has no default");
  }
}

type Fail = (expected: string, help?: string) => undefined;

function integerText(lowering: Lowering, node: OptionNode, max: bigint, what: string, fail: Fail): string | undefined {
  if (node.value.kind !== "integer") return fail(what);
  const number = bigIntegerValue(lowering.tokens.textOf(node.value.last), max);
  if (number === undefined) return fail(what, "the number is out of range");
  return `${node.value.negative ? "-" : ""}${number}`;
}

function floatText(lowering: Lowering, node: OptionNode, type: number, fail: Fail): string | undefined {
  const { value } = node;
  const literal = lowering.tokens.textOf(value.last);
  let number: number;
  if (value.kind === "identifier" && (literal === "inf" || literal === "nan")) {
    number = literal === "inf" ? Number.POSITIVE_INFINITY : Number.NaN;
  } else if (value.kind === "float") {
    number = floatValue(literal);
  } else if (value.kind === "integer" && lowering.tokens.kinds[value.last] === TokenKind.Integer) {
    const integer = bigIntegerValue(literal, MAX_UINT64);
    if (integer === undefined && literal.startsWith("0")) return fail("a number in range");
    number = integer === undefined ? floatValue(literal) : Number(integer);
  } else {
    return fail("a number");
  }
  if (value.negative) number = -number;
  return type === FieldType.Float ? formatFloat(number) : formatDouble(number);
}

const NAMED_ESCAPES: ReadonlyMap<number, string> = new Map([
  [0x0a, "\\n"],
  [0x0d, "\\r"],
  [0x09, "\\t"],
  [0x22, '\\"'],
  [0x27, "\\'"],
  [0x5c, "\\\\"],
]);

/** Bytes with C escapes: what a descriptor holds for the default of a bytes field. */
function escapeBytes(bytes: Uint8Array): string {
  let out = "";
  for (const byte of bytes) {
    const named = NAMED_ESCAPES.get(byte);
    if (named !== undefined) out += named;
    else if (byte < 0x20 || byte >= 0x7f) out += `\\${byte.toString(8).padStart(3, "0")}`;
    else out += String.fromCharCode(byte);
  }
  return out;
}
