import type { FieldType } from "hawser/protobuf";

/** A message of any type. */
export type Fields = Record<string, unknown>;

/** The value of a field if it is set: present, or other than the default if it has no presence, or not empty. */
export function fieldValue(field: FieldType, message: Readonly<Fields>): unknown {
  if (field.oneof !== undefined) {
    const chosen = message[field.oneof] as { readonly case: string; readonly value: unknown } | undefined;
    return chosen?.case === field.localName ? chosen.value : undefined;
  }
  const value = message[field.localName];
  if (value === undefined || field.optional || field.required) return value;
  if (value instanceof Uint8Array || Array.isArray(value)) return value.length === 0 ? undefined : value;
  if (field.mapKey !== undefined) return Object.keys(value as object).length === 0 ? undefined : value;
  const isZero = value === "" || value === false || value === 0 || value === 0n;
  return isZero || (field.longAs === "string" && value === "0") ? undefined : value;
}

/** Sets a field. */
export function setField(field: FieldType, message: Fields, value: unknown): void {
  if (field.oneof === undefined) message[field.localName] = value;
  else message[field.oneof] = { case: field.localName, value };
}

/** Whether the type of a field is a message. */
export function isMessage(type: FieldType["type"]): type is Extract<FieldType["type"], { readonly empty: unknown }> {
  return typeof type === "object" && "empty" in type;
}
