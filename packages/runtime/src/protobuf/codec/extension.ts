import { ByteWriter } from "../../base/byte-writer.js";
import type { ExtensionType } from "../type/extension-type.js";
import { isEnumType, isMessageType } from "../type/field-type.js";
import type { FieldType } from "../type/message-type.js";
import { invalidValue, ProtobufError } from "../wire/protobuf-error.js";
import { isFieldNumber, Reader, readGroup, readMessageLength, readTag, skipField } from "../wire/reader.js";
import type { WithUnknown } from "../wire/unknown-fields.js";
import { WireType } from "../wire/wire-type.js";
import { beginMessage, endMessage } from "../wire/write-message.js";
import { writeTag } from "../wire/write-varint.js";
import { putScalar, readScalar, wireTypeOf } from "./scalar.js";

/**
 * The value of an extension: its declared default or `undefined` if it is not set, an empty array if it is repeated.
 *
 * @throws ProtobufError if the bytes in `$unknown` are not of the extension's type
 */
export function getExtension<Extendee extends object, Value, Init>(
  message: Extendee,
  extension: ExtensionType<Extendee, Value, Init>,
): Value {
  const { field } = extension;
  const values: unknown[] = [];
  try {
    for (const { tag, r, end } of occurrences(message, field.number)) readValues(field, tag, r, end, values);
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    throw new ProtobufError(`[${extension.typeName}]: ${text}`, { kind: "decode", path: `[${extension.typeName}]` });
  }
  if (field.repeated) return values as Value;
  return (values.length === 0 ? field.default : values[values.length - 1]) as Value;
}

/** Whether an extension is set; a repeated one: whether it has a value. */
export function hasExtension<Extendee extends object>(
  message: Extendee,
  // biome-ignore lint/suspicious/noExplicitAny: whatever its values are
  extension: ExtensionType<Extendee, any, any>,
): boolean {
  for (const _ of occurrences(message, extension.field.number)) return true;
  return false;
}

/** Takes an extension off a message. */
export function clearExtension<Extendee extends object>(
  message: Extendee,
  // biome-ignore lint/suspicious/noExplicitAny: whatever its values are
  extension: ExtensionType<Extendee, any, any>,
): void {
  const target = message as WithUnknown;
  const unknown = target.$unknown;
  if (unknown === undefined) return;
  const kept = new ByteWriter(unknown.length + 1);
  let copied = 0;
  for (const { start, end } of occurrences(message, extension.field.number)) {
    append(kept, unknown, copied, start);
    copied = end;
  }
  append(kept, unknown, copied, unknown.length);
  if (kept.pos === 0) delete target.$unknown;
  else target.$unknown = kept.finish();
}

/**
 * Sets an extension, in the place of any value it had.
 *
 * @throws ProtobufError if the value is not of the extension's type, or if the number is above 536,870,911: such are those
 *   of message sets (`message_set_wire_format`), which are read and written as unknown fields
 */
export function setExtension<Extendee extends object, Value, Init>(
  message: Extendee,
  extension: ExtensionType<Extendee, Value, Init>,
  value: Init,
): void {
  const w = new ByteWriter(64);
  try {
    if (!isFieldNumber(extension.field.number)) {
      throw invalidValue(
        `the number ${extension.field.number} is one of a message set, whose wire format is not supported`,
      );
    }
    writeValues(extension.field, w, value);
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    throw new ProtobufError(`[${extension.typeName}]: ${text}`, { kind: "encode", path: `[${extension.typeName}]` });
  }
  clearExtension(message, extension);
  const target = message as WithUnknown;
  const all = new ByteWriter(w.pos + (target.$unknown?.length ?? 0) + 1);
  if (target.$unknown !== undefined) append(all, target.$unknown, 0, target.$unknown.length);
  append(all, w.buf, 0, w.pos);
  if (all.pos > 0) target.$unknown = all.finish();
}

function append(w: ByteWriter, bytes: Uint8Array, start: number, end: number): void {
  w.reserve(end - start);
  w.buf.set(bytes.subarray(start, end), w.pos);
  w.pos += end - start;
}

interface Occurrence {
  readonly tag: number;
  /** Where the tag starts. */
  readonly start: number;
  /** At the value. */
  readonly r: Reader;
  /** Behind the value. */
  readonly end: number;
}

/** Each time a field is among the unknown ones. */
function* occurrences(message: object, number: number): Generator<Occurrence> {
  const bytes = (message as WithUnknown).$unknown;
  if (bytes === undefined) return;
  const walk = new Reader(bytes, 0);
  while (walk.pos < bytes.length) {
    const start = walk.pos;
    const tag = readTag(walk);
    const value = new Reader(bytes, walk.pos);
    skipField(walk, tag, bytes.length, 0);
    if (tag >>> 3 === number) yield { tag, start, r: value, end: walk.pos };
  }
}

function readValues(field: FieldType, tag: number, r: Reader, end: number, values: unknown[]): void {
  const wireType = tag & 7;
  const { type } = field;
  if (isMessageType(type)) {
    const previous = field.repeated ? undefined : values.pop();
    if (wireType === WireType.SGROUP) values.push(readGroup(type.read, field.number, r, end, 0, previous));
    else if (wireType === WireType.LEN) values.push(type.read(r, readMessageLength(r, end, 0), 1, previous));
    else if (previous !== undefined) values.push(previous);
    return;
  }
  const scalar = isEnumType(type) ? "int32" : type;
  const expected = wireTypeOf(scalar);
  const add = (value: unknown): void => {
    if (isEnumType(type) && type.closed && type.nameOf(value as number) === undefined) return;
    if (field.longAs === "string") values.push(String(value));
    else if (field.longAs === "number") values.push(Number(value));
    else values.push(value);
  };
  if (wireType === expected) add(readScalar(r, scalar, end));
  else if (wireType === WireType.LEN && field.repeated) {
    const stop = readMessageLength(r, end, 0);
    while (r.pos < stop) add(readScalar(r, scalar, stop));
  }
  if (r.pos > end) throw new ProtobufError("the value runs past its end", { kind: "decode" });
}

function writeValues(field: FieldType, w: ByteWriter, value: unknown): void {
  if (!field.repeated) {
    writeValue(field, w, value);
    return;
  }
  if (!Array.isArray(value)) throw invalidValue("a repeated extension takes an array");
  if (!field.packed) {
    for (const item of value) writeValue(field, w, item);
  } else if (value.length > 0) {
    const start = beginMessage(w, field.number * 8 + WireType.LEN);
    for (const item of value) putScalar(w, typeof field.type === "string" ? field.type : "int32", item);
    endMessage(w, start);
  }
}

function writeValue(field: FieldType, w: ByteWriter, value: unknown): void {
  const { type } = field;
  const base = field.number * 8;
  if (!isMessageType(type)) {
    const scalar = isEnumType(type) ? "int32" : type;
    writeTag(w, base + wireTypeOf(scalar));
    putScalar(w, scalar, value);
  } else if (field.delimited) {
    writeTag(w, base + WireType.SGROUP);
    type.writeTo(w, value);
    writeTag(w, base + WireType.EGROUP);
  } else {
    const start = beginMessage(w, base + WireType.LEN);
    type.writeTo(w, value);
    endMessage(w, start);
  }
}
