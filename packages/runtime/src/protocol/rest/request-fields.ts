import type { JsonObject, JsonValue } from "../../protobuf/json/json-value.js";
import { isEnumType, isMessageType } from "../../protobuf/type/field-type.js";
import type { AnyMessageType, FieldType } from "../../protobuf/type/message-type.js";
import { Code } from "../../rpc/code.js";
import { RpcError } from "../../rpc/rpc-error.js";

/**
 * Puts a value that came as text, in the path or the query, where a field path leads in a request that is being put
 * together as ProtoJSON. Names may be those of the `.proto` or those of JSON.
 *
 * @param where for errors: `the query parameter "page_size"`
 * @throws RpcError INVALID_ARGUMENT if there is no such field, or the value does not fit
 */
export function setField(
  type: AnyMessageType,
  json: JsonObject,
  fieldPath: readonly string[],
  text: string,
  where: string,
): void {
  let at = json;
  let message = type;
  for (const [i, name] of fieldPath.entries()) {
    const field = message.fields.find((each) => each.name === name || each.jsonName === name);
    if (field === undefined) throw wrong(`${where}: ${message.typeName} has no field "${name}"`);
    if (i === fieldPath.length - 1) {
      setLeaf(at, field, text, where);
      return;
    }
    if (!isMessageType(field.type) || field.repeated || field.mapKey !== undefined || isLeaf(field.type)) {
      throw wrong(`${where}: "${name}" is no message that has fields`);
    }
    const next = Object.hasOwn(at, field.jsonName) ? at[field.jsonName] : undefined;
    const inner: JsonObject = (next as JsonObject | undefined) ?? {};
    define(at, field.jsonName, inner);
    at = inner;
    message = field.type;
  }
}

function setLeaf(json: JsonObject, field: FieldType, text: string, where: string): void {
  if (field.mapKey !== undefined || (isMessageType(field.type) && !isLeaf(field.type))) {
    throw wrong(`${where}: "${field.name}" can't be written as one value; name the fields in it, as ${field.name}.x`);
  }
  const value = leafValue(field, text, where);
  if (!field.repeated) {
    if (Object.hasOwn(json, field.jsonName)) throw wrong(`${where}: "${field.name}" is given twice`);
    define(json, field.jsonName, value);
    return;
  }
  const list = Object.hasOwn(json, field.jsonName) ? (json[field.jsonName] as JsonValue[]) : [];
  list.push(value);
  define(json, field.jsonName, list);
}

/** Numbers may be strings in ProtoJSON; booleans, and enum values by number, may not. */
function leafValue({ type }: FieldType, text: string, where: string): JsonValue {
  if (isEnumType(type)) return /^-?\d+$/.test(text) ? Number(text) : text;
  if (type === "bool" || (isMessageType(type) && type.typeName === "google.protobuf.BoolValue")) {
    if (text === "true") return true;
    if (text === "false") return false;
    throw wrong(`${where}: ${JSON.stringify(text)} is neither "true" nor "false"`);
  }
  return text;
}

/** Messages that are one string or number in JSON. */
function isLeaf({ typeName }: AnyMessageType): boolean {
  return LEAVES.has(typeName);
}

const LEAVES: ReadonlySet<string> = new Set(
  ["Timestamp", "Duration", "FieldMask"]
    .concat(
      ["Double", "Float", "Int64", "UInt64", "Int32", "UInt32", "Bool", "String", "Bytes"].map((n) => `${n}Value`),
    )
    .map((name) => `google.protobuf.${name}`),
);

/** A field may be called "__proto__". */
function define(json: JsonObject, name: string, value: JsonValue): void {
  Object.defineProperty(json, name, { value, writable: true, enumerable: true, configurable: true });
}

function wrong(message: string): RpcError {
  return new RpcError(Code.InvalidArgument, message);
}
