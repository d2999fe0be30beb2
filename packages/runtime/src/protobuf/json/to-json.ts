import { getExtension, hasExtension } from "../codec/extension.js";
import { valueIfSet, valueInField } from "../codec/presence.js";
import { isEnumType, isMessageType } from "../type/field-type.js";
import type { AnyMessageType, FieldType, MessageType } from "../type/message-type.js";
import { describeValue } from "../wire/describe-value.js";
import { setEntry } from "../wire/map-entry.js";
import { fieldMaskToJson } from "./field-mask-json.js";
import type { ToJsonOptions } from "./json-options.js";
import { checkDepth, isJsonObject, type JsonObject, type JsonValue, jsonProblem, memberPath } from "./json-value.js";
import { scalarToJson } from "./scalar-json.js";
import { durationToJson, timestampToJson } from "./time-json.js";
import { WRAPPERS } from "./wrappers.js";

type Fields = Readonly<Record<string, unknown>>;

/**
 * Writes a whole message (one that `decode` or `create` gave) as ProtoJSON. Unknown fields are left out.
 *
 * @throws ProtobufError naming the path: an `Any` of a type that the registry lacks, a `Timestamp` out of range
 */
export function toJson<T, Init>(type: MessageType<T, Init>, message: T, options: ToJsonOptions = {}): JsonValue {
  return messageToJson(type, message as Fields, options, "$", 0);
}

/** As `toJson`, as text. @param indent how many spaces a level; default 0: all on one line */
export function toJsonString<T, Init>(
  type: MessageType<T, Init>,
  message: T,
  options: ToJsonOptions & { readonly indent?: number } = {},
): string {
  return JSON.stringify(toJson(type, message, options), null, options.indent ?? 0);
}

function messageToJson(
  type: AnyMessageType,
  message: Fields,
  options: ToJsonOptions,
  path: string,
  depth: number,
): JsonValue {
  checkDepth(path, depth);
  if (typeof message !== "object" || message === null) {
    throw jsonProblem(path, `${describeValue(message)} is not a ${type.typeName}`);
  }
  if (type.typeName.startsWith("google.protobuf.")) {
    const special = wellKnownToJson(type.typeName, message, options, path, depth);
    if (special !== undefined) return special;
  }
  const json: JsonObject = {};
  for (const field of type.fields) {
    const value = options.emitDefaults === true ? valueInField(field, message) : valueIfSet(field, message);
    if (value === undefined) continue;
    const name = options.protoNames === true ? field.name : field.jsonName;
    setEntry(json, name, fieldToJson(field, value, options, memberPath(path, name), depth));
  }
  for (const extension of options.registry?.extensionsOf(type.typeName) ?? []) {
    if (!hasExtension(message, extension)) continue;
    const key = `[${extension.typeName}]`;
    json[key] = fieldToJson(extension.field, getExtension(message, extension), options, memberPath(path, key), depth);
  }
  return json;
}

function fieldToJson(field: FieldType, value: unknown, options: ToJsonOptions, path: string, depth: number): JsonValue {
  if (field.mapKey !== undefined) {
    if (!isJsonObject(value)) throw jsonProblem(path, `${describeValue(value)} is not an object`);
    const json: JsonObject = {};
    for (const key of Object.keys(value)) {
      setEntry(json, key, valueToJson(field, value[key], options, memberPath(path, key), depth));
    }
    return json;
  }
  if (!field.repeated) return valueToJson(field, value, options, path, depth);
  if (!Array.isArray(value)) throw jsonProblem(path, `${describeValue(value)} is not an array`);
  return value.map((item, i) => valueToJson(field, item, options, `${path}[${i}]`, depth));
}

function valueToJson(field: FieldType, value: unknown, options: ToJsonOptions, path: string, depth: number): JsonValue {
  const { type } = field;
  if (isMessageType(type)) return messageToJson(type, value as Fields, options, path, depth + 1);
  if (!isEnumType(type)) return scalarToJson(type, value, path);
  if (type.typeName === "google.protobuf.NullValue") return null;
  if (typeof value !== "number") throw jsonProblem(path, `${describeValue(value)} is not a value of ${type.typeName}`);
  return options.enumsAsNumbers === true ? value : (type.nameOf(value) ?? value);
}

/** The messages that have a form of their own in JSON; `undefined` for any other. */
function wellKnownToJson(
  typeName: string,
  message: Fields,
  options: ToJsonOptions,
  path: string,
  depth: number,
): JsonValue | undefined {
  switch (typeName) {
    case "google.protobuf.Timestamp":
      return timestampToJson(message["seconds"] as bigint, message["nanos"] as number, path);
    case "google.protobuf.Duration":
      return durationToJson(message["seconds"] as bigint, message["nanos"] as number, path);
    case "google.protobuf.FieldMask":
      return fieldMaskToJson(message["paths"] as string[], path);
    case "google.protobuf.Struct":
      return structToJson(message, path, depth);
    case "google.protobuf.ListValue":
      return listToJson(message, path, depth);
    case "google.protobuf.Value":
      return valueMessageToJson(message, path, depth);
    case "google.protobuf.Any":
      return anyToJson(message, options, path, depth);
    default: {
      const wrapped = WRAPPERS[typeName];
      return wrapped === undefined ? undefined : scalarToJson(wrapped, message["value"], path);
    }
  }
}

function structToJson(message: Fields, path: string, depth: number): JsonValue {
  checkDepth(path, depth);
  const json: JsonObject = {};
  for (const [key, value] of Object.entries(message["fields"] as Record<string, Fields>)) {
    setEntry(json, key, valueMessageToJson(value, memberPath(path, key), depth + 1));
  }
  return json;
}

function listToJson(message: Fields, path: string, depth: number): JsonValue {
  checkDepth(path, depth);
  return (message["values"] as Fields[]).map((value, i) => valueMessageToJson(value, `${path}[${i}]`, depth + 1));
}

function valueMessageToJson(message: Fields, path: string, depth: number): JsonValue {
  checkDepth(path, depth);
  const kind = message["kind"] as { case: string; value: unknown } | undefined;
  switch (kind?.case) {
    case "nullValue":
      return null;
    case "boolValue":
    case "stringValue":
      return kind.value as string | boolean;
    case "numberValue":
      if (Number.isFinite(kind.value)) return kind.value as number;
      throw jsonProblem(path, `${String(kind.value)} has no form in JSON`);
    case "structValue":
      return structToJson(kind.value as Fields, path, depth + 1);
    case "listValue":
      return listToJson(kind.value as Fields, path, depth + 1);
    default:
      throw jsonProblem(path, "a google.protobuf.Value must have a kind");
  }
}

function anyToJson(message: Fields, options: ToJsonOptions, path: string, depth: number): JsonValue {
  const typeUrl = message["typeUrl"] as string;
  const bytes = message["value"] as Uint8Array;
  if (typeUrl === "" && bytes.length === 0) return {};
  const typeName = typeUrl.slice(typeUrl.lastIndexOf("/") + 1);
  const type = options.registry?.message(typeName);
  if (type === undefined) {
    throw jsonProblem(
      path,
      `the Any holds ${describeValue(typeName)}, which is not in the registry: pass { registry }`,
    );
  }
  const json = messageToJson(type, type.readFrom(bytes, 0, bytes.length), options, path, depth + 1);
  if (hasOwnForm(typeName) || !isJsonObject(json)) return { "@type": typeUrl, value: json };
  return { "@type": typeUrl, ...json };
}

/** Whether a message has a form of its own in JSON, which an `Any` puts under `value`. */
export function hasOwnForm(typeName: string): boolean {
  return OWN_FORM.has(typeName) || Object.hasOwn(WRAPPERS, typeName);
}

const OWN_FORM: ReadonlySet<string> = new Set([
  "google.protobuf.Any",
  "google.protobuf.Duration",
  "google.protobuf.FieldMask",
  "google.protobuf.ListValue",
  "google.protobuf.Struct",
  "google.protobuf.Timestamp",
  "google.protobuf.Value",
]);
