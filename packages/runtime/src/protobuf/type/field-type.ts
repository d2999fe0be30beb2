import type { EnumType } from "./enum-type.js";
import type { AnyMessageType } from "./message-type.js";
import { localFieldName, protoJsonName } from "./names.js";

/** The scalar types of the language (protobuf.dev, "Scalar Value Types"). */
export type ScalarType =
  | "double"
  | "float"
  | "int32"
  | "int64"
  | "uint32"
  | "uint64"
  | "sint32"
  | "sint64"
  | "fixed32"
  | "fixed64"
  | "sfixed32"
  | "sfixed64"
  | "bool"
  | "string"
  | "bytes";

/** What a 64-bit field is in JavaScript: `bigint`, or what `jstype` says. */
export type LongAs = "bigint" | "string" | "number";

/** A field, as the generic functions (create, equals, JSON, text) need it. */
export interface FieldType {
  readonly number: number;
  /** The name in the `.proto`. */
  readonly name: string;
  /** The property; of a oneof member the `case`. */
  readonly localName: string;
  /** The name in JSON. */
  readonly jsonName: string;
  /** The type of a value; of a map the type of its values. */
  readonly type: ScalarType | EnumType | AnyMessageType;
  /** The type of the keys, if this is a map. */
  readonly mapKey: ScalarType | undefined;
  readonly repeated: boolean;
  /** Whether the values of a repeated field share one tag. */
  readonly packed: boolean;
  /** Whether an unset field is `undefined`, and the default value is written. */
  readonly optional: boolean;
  /** proto2 `required`. */
  readonly required: boolean;
  /** Whether a message is written as a group. */
  readonly delimited: boolean;
  /** The property of the oneof that the field belongs to. */
  readonly oneof: string | undefined;
  readonly longAs: LongAs;
  /** The default that the schema declares (proto2), else `undefined`. */
  readonly default: unknown;
}

/** What generated code says of a field; absent means no. */
export interface FieldOptions {
  readonly local?: string;
  readonly json?: string;
  readonly map?: ScalarType;
  readonly repeated?: boolean;
  readonly packed?: boolean;
  readonly optional?: boolean;
  readonly required?: boolean;
  readonly delimited?: boolean;
  readonly oneof?: string;
  readonly long?: LongAs;
  readonly default?: unknown;
}

const NONE: FieldOptions = {};

/** Makes a row of the table of a generated message. */
export function field(
  number: number,
  name: string,
  type: ScalarType | EnumType | AnyMessageType,
  options: FieldOptions = NONE,
): FieldType {
  return {
    number,
    name,
    localName: options.local ?? localFieldName(name),
    jsonName: options.json ?? protoJsonName(name),
    type,
    mapKey: options.map,
    repeated: options.repeated === true,
    packed: options.packed === true,
    optional: options.optional === true,
    required: options.required === true,
    delimited: options.delimited === true,
    oneof: options.oneof,
    longAs: options.long ?? "bigint",
    default: options.default,
  };
}

/** Whether the type of a field is a message. */
export function isMessageType(type: FieldType["type"]): type is AnyMessageType {
  return typeof type === "object" && "readFrom" in type;
}

/** Whether the type of a field is an enum. */
export function isEnumType(type: FieldType["type"]): type is EnumType {
  return typeof type === "object" && "nameOf" in type;
}

/** Whether a scalar has 64 bits. */
export function isLong(type: ScalarType): boolean {
  return type.endsWith("64");
}
