import { decodeBase64, encodeBase64 } from "../../base/base64.js";
import { isWellFormed } from "../../base/utf8.js";
import { isLong } from "../type/field-type.js";
import type { LongAs, ScalarType } from "../type/scalar-type.js";
import { describeValue } from "../wire/describe-value.js";
import { shortestFloat } from "../wire/shortest-float.js";
import { type JsonValue, jsonProblem, type ParsedJson } from "./json-value.js";

/** A scalar in JSON (protobuf.dev, "ProtoJSON", "Representation of each type"). */
export function scalarToJson(type: ScalarType, value: unknown, path: string): JsonValue {
  switch (type) {
    case "double":
    case "float":
      if (typeof value !== "number") break;
      return Number.isFinite(value)
        ? type === "float"
          ? shortestFloat(value)
          : value
        : Number.isNaN(value)
          ? "NaN"
          : value > 0
            ? "Infinity"
            : "-Infinity";
    case "bool":
      if (typeof value === "boolean") return value;
      break;
    case "string":
      if (typeof value === "string") return value;
      break;
    case "bytes":
      if (value instanceof Uint8Array) return encodeBase64(value);
      break;
    default:
      if (isLong(type)) {
        if (typeof value === "bigint" || typeof value === "number") return value.toString();
        if (typeof value === "string") return value;
      } else if (typeof value === "number") return value;
  }
  throw jsonProblem(path, `${describeValue(value)} is not of the type ${type}`);
}

const FLOAT_MAX = 3.4028235677973366e38;

/** Reads a scalar from JSON. @throws ProtobufError naming the path */
export function scalarFromJson(type: ScalarType, json: ParsedJson, longAs: LongAs, path: string): unknown {
  switch (type) {
    case "bool":
      if (typeof json === "boolean") return json;
      throw notOf(type, json, path);
    case "string":
      if (typeof json !== "string") throw notOf(type, json, path);
      if (!isWellFormed(json)) throw jsonProblem(path, "the string has a lone surrogate, which UTF-8 cannot express");
      return json;
    case "bytes": {
      const bytes = typeof json === "string" ? decodeBase64(json) : undefined;
      if (bytes === undefined) throw jsonProblem(path, `${describeValue(json)} is not base64`);
      return bytes;
    }
    case "double":
    case "float":
      return floatFromJson(type, json, path);
    default: {
      // Most integers are small, and a `bigint` of each would cost more than the rest.
      if (typeof json === "number" && json >= 0 && (json | 0) === json && !isLong(type)) return json | 0;
      const value = integerFromJson(type, json, path);
      if (!isLong(type)) return Number(value);
      if (longAs === "string") return value.toString();
      if (longAs === "bigint") return value;
      const number = Number(value);
      if (!Number.isSafeInteger(number)) throw jsonProblem(path, `${value} is not a safe integer`);
      return number;
    }
  }
}

function notOf(type: ScalarType, json: ParsedJson, path: string): Error {
  return jsonProblem(path, `${describeValue(json)} is not ${/^[ai]/.test(type) ? "an" : "a"} ${type}`);
}

/** A number as JSON writes it (RFC 8259 section 6): no white space, no hexadecimal, no leading zero or plus. */
const NUMBER = /^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?$/;

function floatFromJson(type: "double" | "float", json: ParsedJson, path: string): number {
  if (json === "NaN") return Number.NaN;
  if (json === "Infinity") return Number.POSITIVE_INFINITY;
  if (json === "-Infinity") return Number.NEGATIVE_INFINITY;
  if (
    typeof json !== "number" &&
    typeof json !== "bigint" &&
    !(typeof json === "string" && json.length <= 400 && NUMBER.test(json))
  ) {
    throw notOf(type, json, path);
  }
  const value = Number(json);
  if (!Number.isFinite(value) || (type === "float" && Math.abs(value) >= FLOAT_MAX)) {
    throw jsonProblem(path, `${describeValue(json)} is out of the range of a ${type}`);
  }
  return type === "float" ? Math.fround(value) : value;
}

const RANGES: Readonly<Record<string, readonly [bigint, bigint]>> = {
  int32: [-0x8000_0000n, 0x7fff_ffffn],
  uint32: [0n, 0xffff_ffffn],
  int64: [-0x8000_0000_0000_0000n, 0x7fff_ffff_ffff_ffffn],
  uint64: [0n, 0xffff_ffff_ffff_ffffn],
};

/** The range that a type shares with others: sint32 and sfixed32 are int32, fixed64 is uint64. */
function rangeOf(type: ScalarType): readonly [bigint, bigint] {
  const signed = type.startsWith("int") || type.startsWith("s");
  return RANGES[`${signed ? "int" : "uint"}${type.slice(-2)}`]!;
}

function integerFromJson(type: ScalarType, json: ParsedJson, path: string): bigint {
  let value: bigint | undefined;
  if (typeof json === "bigint") value = json;
  else if (typeof json === "number") {
    if (Number.isInteger(json)) value = BigInt(json);
    if (!Number.isSafeInteger(json) && isLong(type) && value !== undefined) {
      throw jsonProblem(path, `${json} has lost digits as a JSON number: write it as a string`);
    }
  } else if (typeof json === "string" && json.length <= 40 && NUMBER.test(json)) {
    if (/^-?[0-9]+$/.test(json)) value = BigInt(json);
    else if (Number.isSafeInteger(Number(json))) value = BigInt(Number(json));
  }
  if (value === undefined) throw notOf(type, json, path);
  const [low, high] = rangeOf(type);
  if (value < low || value > high) throw jsonProblem(path, `${value} is out of the range of ${type}`);
  return value;
}
