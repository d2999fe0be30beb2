import { ProtobufError } from "../wire/protobuf-error.js";
import { RECURSION_LIMIT } from "../wire/wire-type.js";

/** What `JSON.parse` gives and `JSON.stringify` takes. */
export type JsonValue = number | string | boolean | null | JsonObject | JsonValue[];

/** An object of JSON. */
export interface JsonObject {
  [key: string]: JsonValue;
}

/** What `parseJson` gives: as {@link JsonValue}, but an integer that a number cannot hold exactly is a `bigint`. */
export type ParsedJson = number | bigint | string | boolean | null | ParsedObject | ParsedJson[];

/** An object of parsed JSON. */
export interface ParsedObject {
  [key: string]: ParsedJson;
}

/** An error at a place in JSON: `$.items[3].price: "x" is not an int32`. */
export function jsonProblem(path: string, reason: string): ProtobufError {
  return new ProtobufError(`${path}: ${reason}`, { kind: "json", path });
}

/** Whether a value is a JSON object. */
export function isJsonObject(value: unknown): value is JsonObject {
  return isParsedObject(value);
}

/** As {@link isJsonObject}, of parsed JSON. */
export function isParsedObject(value: unknown): value is ParsedObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Every message and every `Any`, `Struct` and `ListValue` counts as one level, whatever it looks like in JSON. */
export function checkDepth(path: string, depth: number): void {
  if (depth > RECURSION_LIMIT) throw jsonProblem(path, `messages nest more than ${RECURSION_LIMIT} deep`);
}

/** The path of a member: `$.items`, `$["odd key"]`. */
export function memberPath(path: string, key: string): string {
  if (key.length <= 60 && /^[A-Za-z_$][\w$]*$/.test(key)) return `${path}.${key}`;
  return `${path}[${JSON.stringify(key.length > 60 ? `${key.slice(0, 60)}…` : key)}]`;
}
