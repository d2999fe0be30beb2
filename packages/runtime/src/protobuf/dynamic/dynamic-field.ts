import type { EnumType } from "../type/enum-type.js";
import { field as makeField } from "../type/field-type.js";
import type { AnyMessageType, FieldType } from "../type/message-type.js";
import { localFieldName } from "../type/names.js";
import type { LongAs, ScalarType } from "../type/scalar-type.js";
import { ProtobufError } from "../wire/protobuf-error.js";
import { isFieldNumber } from "../wire/reader.js";
import { type Features, withFeatures } from "../wkt/features.js";
import type { DescriptorProto, FieldDescriptorProto } from "../wkt/google/protobuf/descriptor.pb.js";
import { defaultValue } from "./default-value.js";

/** A field of a message that was made from its descriptor. */
export interface DynamicField {
  readonly row: FieldType;
  /** Whether a string must be UTF-8. */
  readonly checkUtf8: boolean;
}

/** Finds what a field refers to, by its full name with a leading dot, or by a name that its scopes are searched for. */
export interface TypeFinder {
  /** @throws ProtobufError if there is none. @param place what refers to it, for the error */
  readonly messageOrEnum: (name: string | undefined, place: string) => AnyMessageType | EnumType;
  /** The descriptor of a map's entry; `undefined` if the name is of anything else. */
  readonly mapEntry: (name: string | undefined, place: string) => DescriptorProto | undefined;
}

/** The members of `FieldDescriptorProto.Type` by number. */
const SCALARS: Readonly<Record<number, ScalarType>> = {
  1: "double",
  2: "float",
  3: "int64",
  4: "uint64",
  5: "int32",
  6: "fixed64",
  7: "fixed32",
  8: "bool",
  9: "string",
  12: "bytes",
  13: "uint32",
  15: "sfixed32",
  16: "sfixed64",
  17: "sint32",
  18: "sint64",
};
const TYPE_GROUP = 10;
const LABEL_REQUIRED = 2;
const LABEL_REPEATED = 3;

/** What the keys of a map may be (protobuf.dev, "Maps"). */
const MAP_KEYS: ReadonlySet<ScalarType | undefined> = new Set(
  Object.values(SCALARS).filter((type) => type !== "double" && type !== "float" && type !== "bytes"),
);

/** An error of a descriptor that cannot be used. */
export function badSchema(place: string, reason: string): ProtobufError {
  return new ProtobufError(`${place}: ${reason}`, { kind: "schema", path: place });
}

const IDENTIFIER = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** The name of a declaration. @throws ProtobufError unless it is an identifier */
export function declaredName(name: string | undefined, scope: string): string {
  if (name !== undefined && IDENTIFIER.test(name)) return name;
  throw badSchema(scope, `${JSON.stringify(name?.slice(0, 60))} is no name`);
}

/** The fields of a message, in the order of their declaration. */
export function dynamicFields(
  proto: DescriptorProto,
  typeName: string,
  features: Features,
  find: TypeFinder,
): DynamicField[] {
  const properties = new Set<string>();
  const numbers = new Set<number | undefined>();
  const oneofs = new Map<number, { local: string; cases: Set<string> }>();
  return proto.field.map((field) => {
    const name = declaredName(field.name, typeName);
    const place = `${typeName}.${name}`;
    if (numbers.has(field.number)) throw badSchema(place, `the number ${field.number} is taken by another field`);
    numbers.add(field.number);
    const index = field.proto3Optional === true ? undefined : field.oneofIndex;
    if (index === undefined) {
      return dynamicField(field, place, unique(localFieldName(name), properties), undefined, features, find);
    }
    let oneof = oneofs.get(index);
    if (oneof === undefined) {
      const oneofName = declaredName(proto.oneofDecl[index]?.name, `${place}: its oneof`);
      oneof = { local: unique(localFieldName(oneofName), properties), cases: new Set() };
      oneofs.set(index, oneof);
    }
    return dynamicField(field, place, unique(localFieldName(name), oneof.cases), oneof.local, features, find);
  });
}

/** A property must be there once, whatever `foo_bar` and `fooBar` become. */
export function unique(name: string, taken: Set<string>): string {
  while (taken.has(name)) name += "$";
  taken.add(name);
  return name;
}

/** A field or an extension. @param outer the features of what it is declared in */
export function dynamicField(
  proto: FieldDescriptorProto,
  place: string,
  local: string,
  oneof: string | undefined,
  outer: Features,
  find: TypeFinder,
): DynamicField {
  // An extension of a message set may have any number that is positive; it is only when it is set that this matters.
  const isSetNumber = proto.extendee !== undefined && proto.number! > 0 && proto.number! < 2 ** 31 - 1;
  if (proto.number === undefined || !(isFieldNumber(proto.number) || isSetNumber)) {
    throw badSchema(place, `${proto.number} is no field number`);
  }
  const features = withFeatures(outer, proto.options?.features);
  const entry = find.mapEntry(proto.typeName, place);
  const valueProto = entry === undefined ? proto : entryField(entry, 2, place);
  const mapKey = entry === undefined ? undefined : SCALARS[entryField(entry, 1, place).type ?? 0];
  if (entry !== undefined && !MAP_KEYS.has(mapKey)) throw badSchema(place, "the key of the map is of no type for keys");
  const scalar = SCALARS[valueProto.type ?? 0];
  const type = scalar ?? find.messageOrEnum(valueProto.typeName, place);
  const isMessage = typeof type === "object" && "readFrom" in type;
  if (isMessage && find.mapEntry(valueProto.typeName, place) !== undefined)
    throw badSchema(place, "a map within a map");
  const repeated = proto.label === LABEL_REPEATED && entry === undefined;
  if ((repeated || entry !== undefined) && oneof !== undefined) throw badSchema(place, "a repeated field in a oneof");
  const plain = !repeated && entry === undefined && oneof === undefined;
  const packable = !isMessage && type !== "string" && type !== "bytes";
  const presence = presenceOf(proto, isMessage, features);
  const longAs = scalar?.endsWith("64") === true ? jstypeOf(proto) : "bigint";
  const fallback =
    proto.defaultValue === undefined || isMessage
      ? undefined
      : defaultValue(proto.defaultValue, type as ScalarType | EnumType, longAs);
  const row = makeField(proto.number, proto.name ?? "", type, {
    local,
    ...(proto.jsonName === undefined ? {} : { json: proto.jsonName }),
    ...(mapKey === undefined ? {} : { map: mapKey }),
    repeated,
    packed: repeated && packable && (proto.options?.packed ?? features.packed),
    optional: plain && presence === "explicit",
    required: plain && presence === "required",
    // A map is written with lengths whatever `message_encoding` says (protobuf.dev, "Feature Settings").
    delimited: isMessage && entry === undefined && (proto.type === TYPE_GROUP || features.delimited),
    ...(oneof === undefined ? {} : { oneof }),
    long: longAs,
    default: fallback,
  });
  return { row, checkUtf8: features.checkUtf8 };
}

function entryField(entry: DescriptorProto, number: number, place: string): FieldDescriptorProto {
  const found = entry.field.find((field) => field.number === number);
  if (found === undefined) throw badSchema(place, `the entry of the map has no field ${number}`);
  return found;
}

function presenceOf(proto: FieldDescriptorProto, isMessage: boolean, features: Features): Features["presence"] {
  if (proto.label === LABEL_REQUIRED) return "required";
  if (proto.proto3Optional === true) return "explicit";
  if (features.presence === "required") return "required";
  return isMessage ? "explicit" : features.presence;
}

function jstypeOf(proto: FieldDescriptorProto): LongAs {
  return (["bigint", "string", "number"] as const)[proto.options?.jstype ?? 0] ?? "bigint";
}
