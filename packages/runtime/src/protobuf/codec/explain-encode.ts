import { ByteWriter } from "../../base/byte-writer.js";
import { NO_BYTES } from "../../base/no-bytes.js";
import type { EnumType } from "../type/enum-type.js";
import { isMessageType } from "../type/field-type.js";
import type { AnyMessageType, FieldType } from "../type/message-type.js";
import type { ScalarType } from "../type/scalar-type.js";
import { describeValue } from "../wire/describe-value.js";
import { ProtobufError } from "../wire/protobuf-error.js";
import { RECURSION_LIMIT } from "../wire/wire-type.js";

/** Adds to an error of encoding which field it happened in: `notes.v1.Order.items[2].price: 1.5 is not an int64`. */
export function explainEncode(type: AnyMessageType, message: unknown, error: unknown): ProtobufError {
  if (error instanceof RangeError) {
    const reason = /call stack/i.test(error.message) ? "it nests too deep, or contains itself" : error.message;
    return new ProtobufError(`${type.typeName}: cannot be encoded: ${reason}`, { kind: "encode", cause: error });
  }
  const found = findProblem(type, message, type.typeName, 0);
  if (found !== undefined) return found;
  if (error instanceof ProtobufError) {
    return new ProtobufError(`${type.typeName}: ${error.message}`, { kind: "encode", path: type.typeName });
  }
  const text = error instanceof Error ? error.message : String(error);
  return new ProtobufError(`${type.typeName}: cannot be encoded: ${text}`, { kind: "encode", cause: error });
}

function problem(path: string, reason: string): ProtobufError {
  return new ProtobufError(`${path}: ${reason}`, { kind: "encode", path });
}

function findProblem(type: AnyMessageType, message: unknown, path: string, depth: number): ProtobufError | undefined {
  if (depth > RECURSION_LIMIT) return problem(path, `messages nest more than ${RECURSION_LIMIT} deep`);
  if (typeof message !== "object" || message === null) {
    return problem(path, `${describeValue(message)} is not an object with the fields of ${type.typeName}`);
  }
  const w = new ByteWriter(PROBE_SIZE);
  if (message instanceof Date && type.typeName === "google.protobuf.Timestamp") {
    return attempt(path, message, () => type.write(w, message));
  }
  const probe: Probe = { type, whole: wholeMessage(type, 0), w };
  for (const field of type.fields) {
    const found = findInField(probe, field, message as Record<string, unknown>, path, depth);
    if (found !== undefined) return found;
  }
  return undefined;
}

/**
 * Values are tried out with the writer of their own message, one field at a time: a table of writers by type would bring
 * those of every type into every program, also into a page that writes two of them.
 */
interface Probe {
  readonly type: AnyMessageType;
  /** A message that can be encoded, and stays so if one of its fields is replaced by a good value. */
  readonly whole: Record<string, unknown>;
  readonly w: ByteWriter;
}

/** Small values are tried one by one, and thrown away. */
const PROBE_SIZE = 64;

/** A message with no field set but for those that must be. */
function wholeMessage(type: AnyMessageType, depth: number): Record<string, unknown> {
  const whole = type.empty();
  if (depth >= RECURSION_LIMIT) return whole;
  for (const { required, type: inner, localName } of type.fields) {
    if (required) whole[localName] = isMessageType(inner) ? wholeMessage(inner, depth + 1) : goodValue(inner);
  }
  return whole;
}

/** A value that its writer takes. */
function goodValue(type: ScalarType | EnumType): unknown {
  if (type === "bool") return false;
  if (type === "string") return "";
  return type === "bytes" ? NO_BYTES : 0;
}

function findInField(
  probe: Probe,
  field: FieldType,
  message: Record<string, unknown>,
  parent: string,
  depth: number,
): ProtobufError | undefined {
  const path = `${parent}.${field.name}`;
  let value = message[field.oneof ?? field.localName];
  if (value === undefined) return field.required ? problem(path, "required field is not set") : undefined;
  if (field.oneof !== undefined) {
    if (typeof value !== "object" || value === null || !("case" in value)) {
      return problem(`${parent}.${field.oneof}`, `${describeValue(value)} is not { case, value }`);
    }
    if (value.case !== field.localName) return undefined;
    value = (value as { value?: unknown }).value;
    if (value === undefined) return problem(path, "the value of the oneof is undefined");
  }
  if (field.mapKey !== undefined) return findInMap(probe, field, value, path, depth);
  if (!field.repeated) return findInValue(probe, field, value, value, path, depth);
  if (!Array.isArray(value)) return problem(path, `${describeValue(value)} is not an array`);
  // One try for all of them: a list may be long.
  if (!isMessageType(field.type) && tryValue(probe, field, value, value, path) === undefined) return undefined;
  for (let i = 0; i < value.length; i++) {
    const found = findInValue(probe, field, value[i], [value[i]], `${path}[${i}]`, depth);
    if (found !== undefined) return found;
  }
  return undefined;
}

function findInMap(
  probe: Probe,
  field: FieldType,
  value: unknown,
  path: string,
  depth: number,
): ProtobufError | undefined {
  if (typeof value !== "object" || value === null) return problem(path, `${describeValue(value)} is not an object`);
  for (const [key, entry] of Object.entries(value)) {
    const place = `${path}[${JSON.stringify(key)}]`;
    if (isMessageType(field.type)) {
      const found = findProblem(field.type, entry, place, depth + 1);
      if (found !== undefined) return found;
    }
    const found = tryValue(probe, field, entry, Object.fromEntries([[key, entry]]), place);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** @param held `value` as the field holds it */
function findInValue(
  probe: Probe,
  field: FieldType,
  value: unknown,
  held: unknown,
  path: string,
  depth: number,
): ProtobufError | undefined {
  return isMessageType(field.type)
    ? findProblem(field.type, value, path, depth + 1)
    : tryValue(probe, field, value, held, path);
}

function tryValue(
  { type, whole, w }: Probe,
  field: FieldType,
  value: unknown,
  held: unknown,
  path: string,
): ProtobufError | undefined {
  const set =
    field.oneof === undefined ? { [field.localName]: held } : { [field.oneof]: { case: field.localName, value } };
  return attempt(path, value, () => {
    w.pos = 0;
    type.write(w, { ...whole, ...set });
  });
}

function attempt(path: string, value: unknown, write: () => void): ProtobufError | undefined {
  try {
    write();
    return undefined;
  } catch (error) {
    if (error instanceof ProtobufError) return problem(path, error.message);
    // What the writer stumbled over before it could say so itself.
    return problem(path, `${describeValue(value)} is not a value of this field`);
  }
}
