import { isMessageType } from "../type/field-type.js";
import type { AnyMessageType, FieldType, MessageType } from "../type/message-type.js";
import { setEntry } from "../wire/map-entry.js";
import { ProtobufError } from "../wire/protobuf-error.js";
import { RECURSION_LIMIT } from "../wire/wire-type.js";

/** Copies a whole message (one that `decode` or `create` gave), with everything in it, `bytes` and `$unknown` too. */
export function clone<T, Init>(type: MessageType<T, Init>, message: T): T {
  return cloneMessage(type, message as Record<string, unknown>, 0) as T;
}

function cloneMessage(type: AnyMessageType, message: Record<string, unknown>, depth: number): Record<string, unknown> {
  if (depth > RECURSION_LIMIT) {
    throw new ProtobufError(`${type.typeName}: messages nest more than ${RECURSION_LIMIT} deep`, { kind: "encode" });
  }
  const copy = type.empty() as Record<string, unknown>;
  for (const field of type.fields) {
    const value = message[field.oneof ?? field.localName];
    if (value === undefined) continue;
    if (field.oneof === undefined) copy[field.localName] = cloneField(field, value, depth);
    else {
      const chosen = value as { case: string; value: unknown };
      if (chosen.case === field.localName) {
        copy[field.oneof] = { case: chosen.case, value: cloneValue(field, chosen.value, depth) };
      }
    }
  }
  if (message["$unknown"] !== undefined) copy["$unknown"] = (message["$unknown"] as Uint8Array).slice();
  return copy;
}

function cloneField(field: FieldType, value: unknown, depth: number): unknown {
  if (field.mapKey !== undefined) {
    const map: Record<string, unknown> = {};
    for (const [key, entry] of Object.entries(value as object)) setEntry(map, key, cloneValue(field, entry, depth));
    return map;
  }
  if (field.repeated) return (value as unknown[]).map((item) => cloneValue(field, item, depth));
  return cloneValue(field, value, depth);
}

function cloneValue(field: FieldType, value: unknown, depth: number): unknown {
  if (isMessageType(field.type)) return cloneMessage(field.type, value as Record<string, unknown>, depth + 1);
  return value instanceof Uint8Array ? Uint8Array.prototype.slice.call(value) : value;
}
