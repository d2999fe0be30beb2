import type { FieldType } from "../type/message-type.js";

/**
 * The value of a field of a whole message, if the field is set: given at all if it has presence, other than the default
 * if it has none, not empty if it is a list or map; else `undefined`.
 */
export function valueIfSet(field: FieldType, message: Readonly<Record<string, unknown>>): unknown {
  const value = valueInField(field, message);
  return value === undefined || isDefault(field, value) ? undefined : value;
}

/** The value of a field of a whole message; `undefined` if nothing is there, or another member of its oneof. */
export function valueInField(field: FieldType, message: Readonly<Record<string, unknown>>): unknown {
  if (field.oneof === undefined) return message[field.localName];
  const chosen = message[field.oneof] as { readonly case: string; readonly value: unknown } | undefined;
  return chosen !== undefined && chosen.case === field.localName ? chosen.value : undefined;
}

/** Whether a field that has no presence has the value that it has anyway. */
export function isDefault(field: FieldType, value: unknown): boolean {
  if (field.oneof !== undefined) return false;
  if (field.repeated) return Array.isArray(value) && value.length === 0;
  if (field.mapKey !== undefined) return Object.keys(value as object).length === 0;
  if (field.optional || field.required) return false;
  if (value instanceof Uint8Array) return value.length === 0;
  if (field.longAs === "string" && value === "0") return true;
  return value === "" || value === false || value === 0n || Object.is(value, 0);
}
