import { encode } from "../codec/encode.js";
import { setExtension } from "../codec/extension.js";
import type { EnumType } from "../type/enum-type.js";
import { isEnumType, isMessageType } from "../type/field-type.js";
import type { AnyMessageType, FieldType, MessageType } from "../type/message-type.js";
import { describeValue } from "../wire/describe-value.js";
import { setEntry } from "../wire/map-entry.js";
import { ProtobufError } from "../wire/protobuf-error.js";
import { fieldMaskFromJson } from "./field-mask-json.js";
import type { FromJsonOptions } from "./json-options.js";
import {
  checkDepth,
  isParsedObject,
  type JsonValue,
  jsonProblem,
  memberPath,
  type ParsedJson,
  type ParsedObject,
} from "./json-value.js";
import { parseJson } from "./parse-json.js";
import { scalarFromJson } from "./scalar-json.js";
import { durationFromJson, timestampFromJson } from "./time-json.js";
import { hasOwnForm } from "./to-json.js";
import { WRAPPERS } from "./wrappers.js";

type Fields = Record<string, unknown>;

/** What stands for a value that is to be skipped: an enum name that is not known, with `ignoreUnknownFields`. */
const SKIPPED = Symbol("skipped");

/**
 * Reads a message from ProtoJSON (what `JSON.parse` gave). Field names are taken in lower camel case, as `json_name`
 * says, and as in the `.proto`; `null` leaves a field unset.
 *
 * @throws ProtobufError naming the path: `notes.v1.Order: $.items[3].quantity: "x" is not an int32`
 */
export function fromJson<T, Init>(type: MessageType<T, Init>, json: JsonValue, options: FromJsonOptions = {}): T {
  return placed(type, () => messageFromJson(type, json, options, "$", 0) as T);
}

/** As `fromJson`, from text. Integers without quotes are read exactly; two members of one name are an error. */
export function fromJsonString<T, Init>(type: MessageType<T, Init>, text: string, options: FromJsonOptions = {}): T {
  return placed(type, () => messageFromJson(type, parseJson(text), options, "$", 0) as T);
}

/** Puts the name of the type in front of errors. */
function placed<T>(type: AnyMessageType, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof ProtobufError)) throw error;
    throw new ProtobufError(`${type.typeName}: ${error.message}`, {
      kind: "json",
      ...(error.path === undefined ? {} : { path: error.path }),
      ...(error.offset === undefined ? {} : { offset: error.offset }),
    });
  }
}

function messageFromJson(
  type: AnyMessageType,
  json: ParsedJson,
  options: FromJsonOptions,
  path: string,
  depth: number,
): Fields {
  checkDepth(path, depth);
  const message = type.empty() as Fields;
  if (type.typeName.startsWith("google.protobuf.") && wellKnownFromJson(type, json, message, options, path, depth)) {
    return message;
  }
  if (!isParsedObject(json))
    throw jsonProblem(path, `${describeValue(json)} is not an object: a ${type.typeName} is due`);
  readMembers(type, json, message, options, path, depth, undefined);
  return message;
}

function readMembers(
  type: AnyMessageType,
  json: ParsedObject,
  message: Fields,
  options: FromJsonOptions,
  path: string,
  depth: number,
  except: string | undefined,
): void {
  const names = fieldNames(type);
  const seen = new Set<FieldType>();
  for (const key of Object.keys(json)) {
    if (key === except) continue;
    const value = json[key]!;
    const field = names.get(key);
    // What a field is called is an identifier as a rule; a path is only looked at if something is wrong.
    const place = field?.name === key ? `${path}.${key}` : memberPath(path, key);
    if (field === undefined) {
      if (!readExtension(type, key, value, message, options, place, depth) && options.ignoreUnknownFields !== true) {
        throw jsonProblem(place, `${type.typeName} has no such field: pass { ignoreUnknownFields: true } to skip it`);
      }
      continue;
    }
    if (seen.has(field)) throw jsonProblem(place, `the field ${field.name} is there twice`);
    seen.add(field);
    if (value === null && !takesNull(field)) continue;
    const read = fieldFromJson(field, value, options, place, depth);
    if (read === SKIPPED) continue;
    if (field.oneof === undefined) message[field.localName] = read;
    else {
      if (message[field.oneof] !== undefined) throw jsonProblem(place, `the oneof ${field.oneof} is set twice`);
      message[field.oneof] = { case: field.localName, value: read };
    }
  }
}

/** The fields by each name they may have in JSON, made once per type. */
const NAMES = new WeakMap<AnyMessageType, ReadonlyMap<string, FieldType>>();

function fieldNames(type: AnyMessageType): ReadonlyMap<string, FieldType> {
  let names = NAMES.get(type);
  if (names === undefined) {
    const all = new Map<string, FieldType>();
    for (const field of type.fields) all.set(field.name, field);
    for (const field of type.fields) all.set(field.jsonName, field);
    NAMES.set(type, (names = all));
  }
  return names;
}

/** `null` is a value of `google.protobuf.Value` and of `NullValue`; anywhere else it means that nothing is there. */
function takesNull(field: FieldType): boolean {
  if (field.repeated || field.mapKey !== undefined) return false;
  return isMessageType(field.type)
    ? field.type.typeName === "google.protobuf.Value"
    : isEnumType(field.type) && field.type.typeName === "google.protobuf.NullValue";
}

function readExtension(
  type: AnyMessageType,
  key: string,
  value: ParsedJson,
  message: Fields,
  options: FromJsonOptions,
  path: string,
  depth: number,
): boolean {
  if (!key.startsWith("[") || !key.endsWith("]")) return false;
  const extension = options.registry?.extension(key.slice(1, -1));
  if (extension === undefined || extension.extendee.typeName !== type.typeName) return false;
  if (value === null && !takesNull(extension.field)) return true;
  const read = fieldFromJson(extension.field, value, options, path, depth);
  if (read !== SKIPPED) setExtension(message, extension, read);
  return true;
}

function fieldFromJson(
  field: FieldType,
  json: ParsedJson,
  options: FromJsonOptions,
  path: string,
  depth: number,
): unknown {
  if (field.mapKey !== undefined) return mapFromJson(field, json, options, path, depth);
  if (!field.repeated) return valueFromJson(field, json, options, path, depth);
  if (!Array.isArray(json)) throw jsonProblem(path, `${describeValue(json)} is not an array`);
  const values: unknown[] = [];
  json.forEach((item, i) => {
    const place = `${path}[${i}]`;
    if (item === null && !takesNull({ ...field, repeated: false })) throw jsonProblem(place, "null is not a value");
    const read = valueFromJson(field, item, options, place, depth);
    if (read !== SKIPPED) values.push(read);
  });
  return values;
}

function mapFromJson(
  field: FieldType,
  json: ParsedJson,
  options: FromJsonOptions,
  path: string,
  depth: number,
): Fields {
  if (!isParsedObject(json)) throw jsonProblem(path, `${describeValue(json)} is not an object`);
  const map: Fields = {};
  for (const key of Object.keys(json)) {
    const place = memberPath(path, key);
    const item = json[key]!;
    if (item === null && !takesNull({ ...field, mapKey: undefined })) throw jsonProblem(place, "null is not a value");
    const read = valueFromJson(field, item, options, place, depth);
    if (read !== SKIPPED) setEntry(map, mapKeyFromJson(field, key, place), read);
  }
  return map;
}

function mapKeyFromJson(field: FieldType, key: string, path: string): string {
  const type = field.mapKey!;
  if (type === "string") return scalarFromJson("string", key, "string", path) as string;
  if (type !== "bool") return String(scalarFromJson(type, key, "string", path));
  if (key === "true" || key === "false") return key;
  throw jsonProblem(path, "the key of a bool map is true or false");
}

function valueFromJson(
  field: FieldType,
  json: ParsedJson,
  options: FromJsonOptions,
  path: string,
  depth: number,
): unknown {
  const { type } = field;
  if (isMessageType(type)) return messageFromJson(type, json, options, path, depth + 1);
  return isEnumType(type) ? enumFromJson(type, json, options, path) : scalarFromJson(type, json, field.longAs, path);
}

function enumFromJson(type: EnumType, json: ParsedJson, options: FromJsonOptions, path: string): unknown {
  if (type.typeName === "google.protobuf.NullValue") {
    if (json === null || json === 0 || json === "NULL_VALUE") return 0;
    throw jsonProblem(path, `${describeValue(json)} is not null`);
  }
  if (typeof json === "string") {
    const value = type.valueOf(json);
    if (value !== undefined) return value;
    if (options.ignoreUnknownFields === true) return SKIPPED;
    throw jsonProblem(path, `${type.typeName} has no value ${describeValue(json)}`);
  }
  if (typeof json !== "number" && typeof json !== "bigint") {
    throw jsonProblem(path, `${describeValue(json)} is not a value of ${type.typeName}`);
  }
  const value = scalarFromJson("int32", json, "number", path) as number;
  if (type.closed && type.nameOf(value) === undefined) {
    if (options.ignoreUnknownFields === true) return SKIPPED;
    throw jsonProblem(path, `the closed enum ${type.typeName} has no value ${value}`);
  }
  return value;
}

/** Reads one of the messages that have a form of their own into `message`; `false` for any other. */
function wellKnownFromJson(
  type: AnyMessageType,
  json: ParsedJson,
  message: Fields,
  options: FromJsonOptions,
  path: string,
  depth: number,
): boolean {
  switch (type.typeName) {
    case "google.protobuf.Timestamp":
      Object.assign(message, timestampFromJson(json, path));
      return true;
    case "google.protobuf.Duration":
      Object.assign(message, durationFromJson(json, path));
      return true;
    case "google.protobuf.FieldMask":
      message["paths"] = fieldMaskFromJson(json, path);
      return true;
    case "google.protobuf.Struct":
      if (!isParsedObject(json)) throw jsonProblem(path, `${describeValue(json)} is not an object`);
      message["fields"] = structFields(json, path, depth);
      return true;
    case "google.protobuf.ListValue":
      if (!Array.isArray(json)) throw jsonProblem(path, `${describeValue(json)} is not an array`);
      message["values"] = json.map((item, i) => ({ kind: valueKind(item, `${path}[${i}]`, depth + 1) }));
      return true;
    case "google.protobuf.Value":
      message["kind"] = valueKind(json, path, depth);
      return true;
    case "google.protobuf.Any":
      anyFromJson(json, message, options, path, depth);
      return true;
    default: {
      const wrapped = WRAPPERS[type.typeName];
      if (wrapped === undefined) return false;
      message["value"] = scalarFromJson(wrapped, json, "bigint", path);
      return true;
    }
  }
}

function structFields(json: ParsedObject, path: string, depth: number): Fields {
  checkDepth(path, depth);
  const fields: Fields = {};
  for (const key of Object.keys(json)) {
    const place = memberPath(path, key);
    setEntry<unknown>(fields, scalarFromJson("string", key, "string", place) as string, {
      kind: valueKind(json[key]!, place, depth + 1),
    });
  }
  return fields;
}

/** The `kind` of a `google.protobuf.Value`. */
function valueKind(json: ParsedJson, path: string, depth: number): { case: string; value: unknown } {
  checkDepth(path, depth);
  if (json === null) return { case: "nullValue", value: 0 };
  if (typeof json === "number" || typeof json === "bigint") return { case: "numberValue", value: Number(json) };
  if (typeof json === "boolean") return { case: "boolValue", value: json };
  if (typeof json === "string") return { case: "stringValue", value: scalarFromJson("string", json, "string", path) };
  if (Array.isArray(json)) {
    const values = json.map((item, i) => ({ kind: valueKind(item, `${path}[${i}]`, depth + 2) }));
    return { case: "listValue", value: { values } };
  }
  if (!isParsedObject(json)) throw jsonProblem(path, `${describeValue(json)} is not JSON`);
  return { case: "structValue", value: { fields: structFields(json, path, depth + 1) } };
}

function anyFromJson(json: ParsedJson, message: Fields, options: FromJsonOptions, path: string, depth: number): void {
  if (!isParsedObject(json)) throw jsonProblem(path, `${describeValue(json)} is not an object with "@type"`);
  const keys = Object.keys(json);
  if (keys.length === 0) return;
  const typeUrl = Object.hasOwn(json, "@type") ? json["@type"] : undefined;
  if (typeof typeUrl !== "string" || typeUrl.lastIndexOf("/") < 0 || typeUrl.endsWith("/")) {
    throw jsonProblem(path, `an Any needs "@type" with a type URL such as "type.googleapis.com/notes.v1.Note"`);
  }
  const typeName = typeUrl.slice(typeUrl.lastIndexOf("/") + 1);
  const type = options.registry?.message(typeName);
  if (type === undefined) {
    throw jsonProblem(
      path,
      `the Any holds ${describeValue(typeName)}, which is not in the registry: pass { registry }`,
    );
  }
  let inner: Fields;
  if (hasOwnForm(typeName)) {
    const extra = keys.find((key) => key !== "@type" && key !== "value");
    if (extra !== undefined && options.ignoreUnknownFields !== true) {
      throw jsonProblem(memberPath(path, extra), `an Any of ${typeName} has "value" and nothing else`);
    }
    if (!Object.hasOwn(json, "value")) throw jsonProblem(path, `an Any of ${typeName} needs "value"`);
    inner = messageFromJson(type, json["value"]!, options, memberPath(path, "value"), depth + 1);
  } else {
    checkDepth(path, depth + 1);
    inner = type.empty() as Fields;
    readMembers(type, json, inner, options, path, depth + 1, "@type");
  }
  message["typeUrl"] = typeUrl;
  message["value"] = encode(type, inner);
}
