import type { SchemaField } from "../../schema/element.js";

/** `google.protobuf.FieldDescriptorProto.Type` */
export const FieldType = {
  Double: 1,
  Float: 2,
  Int64: 3,
  Uint64: 4,
  Int32: 5,
  Fixed64: 6,
  Fixed32: 7,
  Bool: 8,
  String: 9,
  Group: 10,
  Message: 11,
  Bytes: 12,
  Uint32: 13,
  Enum: 14,
  Sfixed32: 15,
  Sfixed64: 16,
  Sint32: 17,
  Sint64: 18,
} as const;

/** `google.protobuf.FieldDescriptorProto.LABEL_REPEATED` */
const LABEL_REPEATED = 3;
/** `google.protobuf.FeatureSet.IMPLICIT` */
const IMPLICIT = 2;

export function isRepeated(field: SchemaField): boolean {
  return field.proto.label === LABEL_REPEATED;
}

export function isMessage(field: SchemaField): boolean {
  return field.proto.type === FieldType.Message || field.proto.type === FieldType.Group;
}

/** The key and the value of a map field, as the fields of the message that stands for an entry; `undefined` for other fields. */
export function mapEntry(field: SchemaField): readonly [key: SchemaField, value: SchemaField] | undefined {
  if (!isRepeated(field) || !isMessage(field)) return undefined;
  const entry = field.parent?.messages.find((each) => each.isMapEntry && each.fullName === field.typeName);
  return entry === undefined ? undefined : [entry.fields[0]!, entry.fields[1]!];
}

/** Whether a field that was set to its default can be told from one that was not set. */
export function hasPresence(field: SchemaField): boolean {
  if (isRepeated(field)) return false;
  if (isMessage(field) || field.extendee !== "" || field.proto.oneofIndex !== undefined) return true;
  return field.features.fieldPresence !== IMPLICIT;
}

const KINDS: readonly string[] = Object.keys(FieldType).map((name) => name.toLowerCase());

/** A field's type as buf's messages have it. */
export function typeName(field: SchemaField): string {
  if (!isMessage(field)) return KINDS[(field.proto.type ?? 1) - 1]!;
  const entry = mapEntry(field);
  return entry === undefined ? field.typeName : `map<${typeName(entry[0])}, ${typeName(entry[1])}>`;
}
