import { isEnumType, isLong, isMessageType } from "../type/field-type.js";
import type { AnyMessageType, FieldType, MessageType } from "../type/message-type.js";
import { describeValue } from "../wire/describe-value.js";
import { setEntry } from "../wire/map-entry.js";
import { ProtobufError } from "../wire/protobuf-error.js";
import { dateToTimestamp } from "../wire/timestamp-date.js";
import { RECURSION_LIMIT } from "../wire/wire-type.js";

/**
 * Makes a whole message of the fields given: every field of the result is an own property, numbers given for 64-bit
 * fields are `bigint`, a `Date` is a `Timestamp`. Messages, arrays and maps are copied, `bytes` are not.
 *
 * Only the shape is looked at; whether a number is in range is checked by `encode`. A proto2 `required` field that is
 * not given stays `undefined`, which `encode` refuses.
 *
 * @throws ProtobufError if a message, array or map is given something else, or a 64-bit field an inexact number
 */
export function create<T, Init>(type: MessageType<T, Init>, init?: Init): T {
  const message = complete(type, init);
  createdTypes.set(message as object, type);
  return message;
}

/** As {@link create}, for a message that nobody will ask for its type. */
export function complete<T, Init>(type: MessageType<T, Init>, init?: Init): T {
  return init === undefined ? type.empty() : (createFrom(type, init, type.typeName, 0) as T);
}

/** Messages are plain objects and don't know their type; what `create` made is remembered for who needs it. */
const createdTypes = new WeakMap<object, AnyMessageType>();

/** The type of a message that {@link create} made; `undefined` for any other object. */
export function createdType(message: object): AnyMessageType | undefined {
  return createdTypes.get(message);
}

function createFrom(type: AnyMessageType, init: unknown, path: string, depth: number): Record<string, unknown> {
  if (depth > RECURSION_LIMIT) throw problem(path, `messages nest more than ${RECURSION_LIMIT} deep`);
  let source = init;
  if (init instanceof Date && type.typeName === "google.protobuf.Timestamp") source = dateToTimestamp(init);
  if (typeof source !== "object" || source === null) {
    throw problem(path, `${describeValue(source)} is not an object with the fields of ${type.typeName}`);
  }
  const given = source as Record<string, unknown>;
  const message = type.empty() as Record<string, unknown>;
  for (const field of type.fields) {
    const value = given[field.oneof ?? field.localName];
    if (value === undefined) continue;
    const place = `${path}.${field.name}`;
    if (field.oneof === undefined) message[field.localName] = createField(field, value, place, depth);
    else if ((value as { case?: unknown }).case === field.localName) {
      const inner = createValue(field, (value as { value?: unknown }).value, place, depth);
      message[field.oneof] = { case: field.localName, value: inner };
    }
  }
  if (given["$unknown"] !== undefined) message["$unknown"] = given["$unknown"];
  return message;
}

function createField(field: FieldType, value: unknown, path: string, depth: number): unknown {
  if (field.mapKey !== undefined) {
    if (typeof value !== "object" || value === null) throw problem(path, `${describeValue(value)} is not an object`);
    const map: Record<string, unknown> = {};
    for (const key of Object.keys(value)) {
      const entry = (value as Record<string, unknown>)[key];
      setEntry(map, key, createValue(field, entry, `${path}[${JSON.stringify(key)}]`, depth));
    }
    return map;
  }
  if (!field.repeated) return createValue(field, value, path, depth);
  if (!Array.isArray(value)) throw problem(path, `${describeValue(value)} is not an array`);
  return value.map((item, i) => createValue(field, item, `${path}[${i}]`, depth));
}

function createValue(field: FieldType, value: unknown, path: string, depth: number): unknown {
  const { type } = field;
  if (isMessageType(type)) return createFrom(type, value, path, depth + 1);
  if (isEnumType(type) || !isLong(type)) return value;
  if (field.longAs === "string") return typeof value === "string" ? value : String(value);
  if (field.longAs === "number") return typeof value === "number" ? value : Number(value);
  if (typeof value !== "number") return value;
  if (!Number.isSafeInteger(value)) throw problem(path, `${value} is not a safe integer: give a bigint`);
  return BigInt(value);
}

function problem(path: string, reason: string): ProtobufError {
  return new ProtobufError(`${path}: ${reason}`, { kind: "encode", path });
}
