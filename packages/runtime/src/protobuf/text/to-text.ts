import { getExtension, hasExtension } from "../codec/extension.js";
import { valueIfSet } from "../codec/presence.js";
import { isEnumType, isLong, isMessageType } from "../type/field-type.js";
import type { AnyMessageType, FieldType, MessageType } from "../type/message-type.js";
import { describeValue } from "../wire/describe-value.js";
import { ProtobufError } from "../wire/protobuf-error.js";
import { shortestFloat } from "../wire/shortest-float.js";
import { RECURSION_LIMIT } from "../wire/wire-type.js";
import { textName } from "./group-name.js";
import type { ToTextOptions } from "./text-options.js";
import { TextPrinter } from "./text-printer.js";
import { quoteBytes, quoteString } from "./text-string.js";
import { printUnknown } from "./unknown-to-text.js";

type Fields = Readonly<Record<string, unknown>>;

/**
 * Writes a whole message (one that `decode` or `create` gave) in the text format (protobuf.dev, "Text Format Language
 * Specification"). An `Any` whose type the registry has is written out.
 *
 * @throws ProtobufError naming the field whose value has no form in text
 */
export function toText<T, Init>(type: MessageType<T, Init>, message: T, options: ToTextOptions = {}): string {
  const out = new TextPrinter(options.indent ?? 2);
  try {
    printMessage(out, type, message as Fields, options, 0);
  } catch (error) {
    if (!(error instanceof ProtobufError)) throw error;
    throw new ProtobufError(`${type.typeName}: ${error.message}`, { kind: "text", cause: error });
  }
  return out.finish();
}

function printMessage(
  out: TextPrinter,
  type: AnyMessageType,
  message: Fields,
  options: ToTextOptions,
  depth: number,
): void {
  if (depth > RECURSION_LIMIT) {
    throw new ProtobufError(`messages nest more than ${RECURSION_LIMIT} deep`, { kind: "text" });
  }
  if (typeof message !== "object" || message === null) {
    throw new ProtobufError(`${describeValue(message)} is not a ${type.typeName}`, { kind: "text" });
  }
  if (type.typeName === "google.protobuf.Any" && printAny(out, message, options, depth)) return;
  for (const field of type.fields) {
    const value = valueIfSet(field, message);
    if (value !== undefined) printField(out, field, textName(field, type.typeName), value, options, depth);
  }
  const printed = new Set<number>();
  for (const extension of options.registry?.extensionsOf(type.typeName) ?? []) {
    if (!hasExtension(message, extension)) continue;
    printed.add(extension.field.number);
    printField(out, extension.field, `[${extension.typeName}]`, getExtension(message, extension), options, depth);
  }
  const unknown = message["$unknown"];
  if (options.unknownFields === true && unknown instanceof Uint8Array) printUnknown(out, unknown, printed);
}

/** Writes what an `Any` holds; `false` if its type is not known or its bytes are not of it. */
function printAny(out: TextPrinter, message: Fields, options: ToTextOptions, depth: number): boolean {
  const typeUrl = message["typeUrl"];
  const bytes = message["value"];
  if (
    typeof typeUrl !== "string" ||
    !(bytes instanceof Uint8Array) ||
    !/^[\w.~%-]+(?:\/[\w.~%-]+)*\/[\w.]+$/.test(typeUrl)
  ) {
    return false;
  }
  const type = options.registry?.message(typeUrl.slice(typeUrl.lastIndexOf("/") + 1));
  if (type === undefined) return false;
  let inner: Fields;
  try {
    inner = type.readFrom(bytes, 0, bytes.length) as Fields;
  } catch (error) {
    // Written as `type_url` and `value`, it can be looked into, and read back.
    if (error instanceof ProtobufError) return false;
    throw error;
  }
  out.message(`[${typeUrl}]`, () => printMessage(out, type, inner, options, depth + 1));
  return true;
}

function printField(
  out: TextPrinter,
  field: FieldType,
  name: string,
  value: unknown,
  options: ToTextOptions,
  depth: number,
): void {
  if (field.mapKey !== undefined) {
    const { mapKey } = field;
    for (const [key, item] of Object.entries(value as object)) {
      out.message(name, () => {
        out.value("key", mapKey === "string" ? quoteString(key) : key);
        printValue(out, field, "value", item, options, depth + 1);
      });
    }
  } else if (field.repeated) {
    if (!Array.isArray(value)) throw new ProtobufError(`${name}: ${describeValue(value)} is not an array`);
    for (const item of value) printValue(out, field, name, item, options, depth);
  } else printValue(out, field, name, value, options, depth);
}

function printValue(
  out: TextPrinter,
  field: FieldType,
  name: string,
  value: unknown,
  options: ToTextOptions,
  depth: number,
): void {
  const { type } = field;
  if (isMessageType(type)) {
    out.message(name, () => printMessage(out, type, value as Fields, options, depth + 1));
    return;
  }
  const text = scalarText(field, value);
  if (text === undefined) {
    const wanted = isEnumType(type) ? type.typeName : type;
    throw new ProtobufError(`${name}: ${describeValue(value)} is not of the type ${wanted}`, { kind: "text" });
  }
  out.value(name, text);
}

/** The literal of a value; `undefined` if it is not of the field's type. */
function scalarText(field: FieldType, value: unknown): string | undefined {
  const { type } = field;
  if (isEnumType(type)) return typeof value === "number" ? (type.nameOf(value) ?? String(value)) : undefined;
  switch (type) {
    case "string":
      return typeof value === "string" ? quoteString(value) : undefined;
    case "bytes":
      return value instanceof Uint8Array ? quoteBytes(value) : undefined;
    case "bool":
      return typeof value === "boolean" ? String(value) : undefined;
    case "float":
    case "double":
      return typeof value === "number" ? floatText(type === "float" ? shortestFloat(value) : value) : undefined;
    default:
      if (isLong(type as never)) {
        if (typeof value === "bigint") return value.toString();
        if (typeof value === "string" && /^-?[0-9]{1,20}$/.test(value)) return value;
      }
      return typeof value === "number" && Number.isInteger(value) ? String(value) : undefined;
  }
}

function floatText(value: number): string {
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf";
  // "-0" would be the integer 0, which has no sign.
  return Object.is(value, -0) ? "-0.0" : String(value);
}
