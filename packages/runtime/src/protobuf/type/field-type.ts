import type { EnumType } from "./enum-type.js";
import type { AnyMessageType, FieldType } from "./message-type.js";
import { localFieldName, protoJsonName } from "./names.js";
import type { LongAs, ScalarType } from "./scalar-type.js";

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
