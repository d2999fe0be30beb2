import { ByteWriter } from "../../base/byte-writer.js";
import { isMessageType } from "../type/field-type.js";
import type { AnyMessageType, FieldType } from "../type/message-type.js";
import type { ScalarType } from "../type/scalar-type.js";
import { describeValue } from "../wire/describe-value.js";
import { boolKey, intKey } from "../wire/map-entry.js";
import { ProtobufError } from "../wire/protobuf-error.js";
import { RECURSION_LIMIT } from "../wire/wire-type.js";
import { putScalar } from "./scalar.js";

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
  if (message instanceof Date && type.typeName === "google.protobuf.Timestamp") {
    return attempt(path, () => type.write(new ByteWriter(), message));
  }
  for (const field of type.fields) {
    const found = findInField(field, message as Record<string, unknown>, path, depth);
    if (found !== undefined) return found;
  }
  return undefined;
}

function findInField(
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
  if (field.mapKey !== undefined) return findInMap(field, field.mapKey, value, path, depth);
  if (!field.repeated) return findInValue(field, value, path, depth);
  if (!Array.isArray(value)) return problem(path, `${describeValue(value)} is not an array`);
  for (let i = 0; i < value.length; i++) {
    const found = findInValue(field, value[i], `${path}[${i}]`, depth);
    if (found !== undefined) return found;
  }
  return undefined;
}

function findInMap(
  field: FieldType,
  keyType: ScalarType,
  value: unknown,
  path: string,
  depth: number,
): ProtobufError | undefined {
  if (typeof value !== "object" || value === null) return problem(path, `${describeValue(value)} is not an object`);
  for (const [key, entry] of Object.entries(value)) {
    const place = `${path}[${JSON.stringify(key)}]`;
    const found =
      attempt(place, () => putScalar(new ByteWriter(), keyType, keyOf(key, keyType))) ??
      findInValue(field, entry, place, depth);
    if (found !== undefined) return found;
  }
  return undefined;
}

function keyOf(key: string, type: ScalarType): unknown {
  if (type === "bool") return boolKey(key);
  return type.endsWith("32") ? intKey(key) : key;
}

function findInValue(field: FieldType, value: unknown, path: string, depth: number): ProtobufError | undefined {
  const type = field.type;
  if (isMessageType(type)) return findProblem(type, value, path, depth + 1);
  return attempt(path, () => putScalar(new ByteWriter(), typeof type === "string" ? type : "int32", value));
}

function attempt(path: string, write: () => void): ProtobufError | undefined {
  try {
    write();
    return undefined;
  } catch (error) {
    return problem(path, error instanceof Error ? error.message : String(error));
  }
}
