import { fromJson } from "../json/from-json.js";
import type { JsonObject, JsonValue } from "../json/json-value.js";
import { toJson } from "../json/to-json.js";
import { Struct, Value } from "./google/protobuf/struct.pb.js";

/** The `Struct` of a JSON object. @throws ProtobufError if something in it is not JSON */
export function toStruct(json: JsonObject): Struct {
  return fromJson(Struct, json);
}

/** The JSON object of a `Struct`. @throws ProtobufError if a number in it is not finite, or a value has no kind */
export function fromStruct(struct: Struct): JsonObject {
  return toJson(Struct, struct) as JsonObject;
}

/** The `Value` of any JSON. */
export function toValue(json: JsonValue): Value {
  return fromJson(Value, json);
}

/** The JSON of a `Value`. */
export function fromValue(value: Value): JsonValue {
  return toJson(Value, value);
}
