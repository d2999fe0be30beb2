import { isMessageType } from "../type/field-type.js";
import type { AnyMessageType, FieldType, MessageType } from "../type/message-type.js";
import { setEntry } from "../wire/map-entry.js";
import { ProtobufError } from "../wire/protobuf-error.js";
import { RECURSION_LIMIT } from "../wire/wire-type.js";
import { clone } from "./clone.js";
import { valueIfSet } from "./presence.js";

type Fields = Record<string, unknown>;

/**
 * Merges a whole message into another one, as decoding the second behind the first would (protobuf.dev, "Encoding",
 * "Last One Wins"): fields that are set in `source` replace those of `target`, messages are merged field by field,
 * lists are appended, entries of maps replaced one by one, unknown fields appended. `source` is copied, not shared.
 *
 * @returns `target`
 */
export function merge<T, Init>(type: MessageType<T, Init>, target: T, source: T): T {
  mergeMessage(type, target as Fields, source as Fields, 0);
  return target;
}

function mergeMessage(type: AnyMessageType, target: Fields, source: Fields, depth: number): void {
  if (depth > RECURSION_LIMIT) {
    throw new ProtobufError(`${type.typeName}: messages nest more than ${RECURSION_LIMIT} deep`, { kind: "encode" });
  }
  for (const field of type.fields) {
    const value = valueIfSet(field, source);
    if (value !== undefined) mergeField(field, target, value, depth);
  }
  const unknown = source["$unknown"] as Uint8Array | undefined;
  if (unknown !== undefined) {
    const before = (target["$unknown"] as Uint8Array | undefined) ?? new Uint8Array(0);
    const both = new Uint8Array(before.length + unknown.length);
    both.set(before);
    both.set(unknown, before.length);
    target["$unknown"] = both;
  }
}

/** Merges the value of a field, which is set, into a message. @param depth how deep the message is */
export function mergeField(field: FieldType, target: Fields, value: unknown, depth: number): void {
  const { localName, oneof, type } = field;
  if (field.mapKey !== undefined) {
    const map = target[localName] as Fields;
    for (const [key, item] of Object.entries(value as object)) setEntry(map, key, copyValue(type, item));
  } else if (field.repeated) {
    const list = target[localName] as unknown[];
    for (const item of value as unknown[]) list.push(copyValue(type, item));
  } else if (oneof !== undefined) {
    const before = target[oneof] as { readonly case: string; readonly value: unknown } | undefined;
    if (isMessageType(type) && before?.case === localName) {
      mergeMessage(type, before.value as Fields, value as Fields, depth + 1);
    } else target[oneof] = { case: localName, value: copyValue(type, value) };
  } else if (isMessageType(type) && target[localName] !== undefined) {
    mergeMessage(type, target[localName] as Fields, value as Fields, depth + 1);
  } else target[localName] = copyValue(type, value);
}

function copyValue(type: FieldType["type"], value: unknown): unknown {
  if (isMessageType(type)) return clone(type, value);
  return value instanceof Uint8Array ? Uint8Array.prototype.slice.call(value) : value;
}
