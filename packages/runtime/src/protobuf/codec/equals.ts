import { isMessageType } from "../type/field-type.js";
import type { AnyMessageType, FieldType, MessageType } from "../type/message-type.js";
import { ProtobufError } from "../wire/protobuf-error.js";
import { RECURSION_LIMIT } from "../wire/wire-type.js";

/**
 * Whether two whole messages (that `decode` or `create` gave) are equal: the same fields set to the same values, NaN
 * being equal to NaN and the order of map entries of no account. Unknown fields are compared as the bytes they are.
 */
export function equals<T, Init>(type: MessageType<T, Init>, a: T, b: T): boolean {
  return equalMessages(type, a as Record<string, unknown>, b as Record<string, unknown>, 0);
}

function equalMessages(
  type: AnyMessageType,
  a: Record<string, unknown>,
  b: Record<string, unknown>,
  depth: number,
): boolean {
  if (a === b) return true;
  if (depth > RECURSION_LIMIT) {
    throw new ProtobufError(`${type.typeName}: messages nest more than ${RECURSION_LIMIT} deep`, { kind: "encode" });
  }
  for (const field of type.fields) {
    const name = field.oneof ?? field.localName;
    const [x, y] = [a[name], b[name]];
    if (x === y) continue;
    if (x === undefined || y === undefined) return false;
    if (field.oneof !== undefined) {
      const [p, q] = [x as { case: string; value: unknown }, y as { case: string; value: unknown }];
      if (p.case !== q.case) return false;
      if (p.case === field.localName && !equalValues(field, p.value, q.value, depth)) return false;
    } else if (!equalFields(field, x, y, depth)) return false;
  }
  return equalBytes((a["$unknown"] as Uint8Array) ?? NO_BYTES, (b["$unknown"] as Uint8Array) ?? NO_BYTES);
}

const NO_BYTES = new Uint8Array(0);

function equalFields(field: FieldType, a: unknown, b: unknown, depth: number): boolean {
  if (field.mapKey !== undefined) {
    const [x, y] = [a as Record<string, unknown>, b as Record<string, unknown>];
    const keys = Object.keys(x);
    return (
      keys.length === Object.keys(y).length &&
      keys.every((key) => Object.hasOwn(y, key) && equalValues(field, x[key], y[key], depth))
    );
  }
  if (!field.repeated) return equalValues(field, a, b, depth);
  const [x, y] = [a as unknown[], b as unknown[]];
  return x.length === y.length && x.every((item, i) => equalValues(field, item, y[i], depth));
}

/** Whether two values of a field, or of an element of it, are equal. */
export function equalValues(field: FieldType, a: unknown, b: unknown, depth: number): boolean {
  if (isMessageType(field.type)) {
    return equalMessages(field.type, a as Record<string, unknown>, b as Record<string, unknown>, depth + 1);
  }
  if (a instanceof Uint8Array && b instanceof Uint8Array) return equalBytes(a, b);
  return a === b || (Number.isNaN(a) && Number.isNaN(b));
}

/** Whether two arrays hold the same bytes. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
