/**
 * What the short ways to read and write ProtoJSON know of a message type: a table of its fields with all that can be worked out
 * beforehand. They take what nearly every message is made of, and give up on anything else; `fromJson` and `toJson`, which know all of
 * ProtoJSON and can say what is wrong, then begin anew.
 */
import { isEnumType, isLong, isMessageType } from "../type/field-type.js";
import type { AnyMessageType, FieldType } from "../type/message-type.js";
import { hasOwnForm } from "./to-json.js";

/** How a value is written in JSON. */
export type PlainKind =
  | typeof STRING
  | typeof BOOL
  | typeof INT
  | typeof LONG
  | typeof FLOAT
  | typeof BYTES
  | typeof ENUM
  | typeof MESSAGE
  | typeof OTHER;

export const STRING = 0;
export const BOOL = 1;
/** 32 bits. */
export const INT = 2;
/** 64 bits, in quotes. */
export const LONG = 3;
/** Also double. */
export const FLOAT = 4;
export const BYTES = 5;
export const ENUM = 6;
export const MESSAGE = 7;
/** Maps where they are read, and types with a form of their own. */
export const OTHER = 8;

/** A field of a {@link PlainType}. */
export interface PlainField {
  readonly field: FieldType;
  readonly kind: PlainKind;
  /** The property of the message that the field is in: that of its oneof, if it has one. */
  readonly property: string;
  /** What stands before the value if there is no white space: `"name":`. */
  readonly key: string;
  /** Whether the value is written if it is the default. */
  readonly always: boolean;
  readonly repeated: boolean;
  readonly isMap: boolean;
  /** The range of an INT. */
  readonly low: number;
  readonly high: number;
}

/** A message type without a form of its own in JSON. */
export interface PlainType {
  readonly type: AnyMessageType;
  readonly fields: readonly PlainField[];
  /** The indices of the fields, by each name that they may have in JSON. */
  readonly indices: ReadonlyMap<string, number>;
}

/** The table of a type, made once; undefined if the type is not plain. */
export function plainType(type: AnyMessageType): PlainType | undefined {
  let plain = KNOWN.get(type);
  if (plain === undefined) KNOWN.set(type, (plain = hasOwnForm(type.typeName) ? null : describe(type)));
  return plain ?? undefined;
}

const KNOWN = new WeakMap<AnyMessageType, PlainType | null>();

function describe(type: AnyMessageType): PlainType {
  const indices = new Map<string, number>();
  for (const [i, { name }] of type.fields.entries()) indices.set(name, i);
  for (const [i, { jsonName }] of type.fields.entries()) indices.set(jsonName, i);
  return { type, fields: type.fields.map(plainField), indices };
}

function plainField(field: FieldType): PlainField {
  const kind = kindOf(field.type);
  const signed = kind === INT && !(field.type === "uint32" || field.type === "fixed32");
  return {
    field,
    kind,
    property: field.oneof ?? field.localName,
    key: `${JSON.stringify(field.jsonName)}:`,
    always: field.oneof !== undefined || field.optional || field.required || kind === MESSAGE,
    repeated: field.repeated,
    isMap: field.mapKey !== undefined,
    low: signed ? -(2 ** 31) : 0,
    high: signed ? 2 ** 31 - 1 : 2 ** 32 - 1,
  };
}

function kindOf(type: FieldType["type"]): PlainKind {
  if (isMessageType(type)) return hasOwnForm(type.typeName) ? OTHER : MESSAGE;
  if (isEnumType(type)) return type.typeName === "google.protobuf.NullValue" ? OTHER : ENUM;
  if (type === "string") return STRING;
  if (type === "bool") return BOOL;
  if (type === "bytes") return BYTES;
  if (type === "double" || type === "float") return FLOAT;
  return isLong(type) ? LONG : INT;
}
