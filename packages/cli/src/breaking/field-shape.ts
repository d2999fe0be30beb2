import { FieldDescriptorProto_Type as FieldKind, FieldDescriptorProto_Label as Label } from "hawser/wkt";
import type { SchemaField } from "../schema/element.js";

const KIND_NAMES: ReadonlyMap<number, string> = new Map(
  Object.entries(FieldKind).map(([name, number]) => [number, name.slice("TYPE_".length).toLowerCase()]),
);

/** How many values a field has, and whether it is known that it has none. */
export type Cardinality =
  | "optional with explicit presence"
  | "optional with implicit presence"
  | "required"
  | "repeated"
  | "map";

export function cardinalityOf(field: SchemaField): Cardinality {
  const { label } = field.proto;
  if (label === Label.LABEL_REPEATED) return isMap(field) ? "map" : "repeated";
  // FeatureSet.LEGACY_REQUIRED
  if (
    label === Label.LABEL_REQUIRED ||
    (field.file.proto.syntax === "editions" && field.features.fieldPresence === 3)
  ) {
    return "required";
  }
  const hasPresence =
    field.extendee !== "" ||
    field.features.fieldPresence === 1 ||
    isMessage(field) ||
    field.proto.oneofIndex !== undefined;
  return hasPresence ? "optional with explicit presence" : "optional with implicit presence";
}

/** The type, where a message that is delimited by tags is a group whatever it is called. */
export function kindOf(field: SchemaField): number {
  const { type } = field.proto;
  if (type !== FieldKind.TYPE_MESSAGE || field.features.messageEncoding !== 2) return type ?? 0;
  // Maps are never delimited, even if the file's default says so.
  return isMap(field) || field.parent?.isMapEntry === true ? FieldKind.TYPE_MESSAGE : FieldKind.TYPE_GROUP;
}

/** The type in words. */
export function kindName(field: SchemaField): string {
  const kind = kindOf(field);
  if (kind === FieldKind.TYPE_GROUP && field.file.proto.syntax === "editions") return "message (delimited encoding)";
  return KIND_NAMES.get(kind) ?? String(kind);
}

export function isMap({ parent, typeName, proto }: SchemaField): boolean {
  if (proto.label !== Label.LABEL_REPEATED || proto.type !== FieldKind.TYPE_MESSAGE || proto.extendee !== undefined)
    return false;
  return parent?.messages.some((message) => message.isMapEntry && message.fullName === typeName) === true;
}

/** Whether it is the key or the value of a map: what a map's fields are follows from the map alone. */
export function isInMapEntry(field: SchemaField): boolean {
  return field.extendee === "" && field.parent?.isMapEntry === true;
}

function isMessage({ proto: { type } }: SchemaField): boolean {
  return type === FieldKind.TYPE_MESSAGE || type === FieldKind.TYPE_GROUP;
}

/** Whether it can have a default value. */
export function canHaveDefault(field: SchemaField): boolean {
  return field.proto.label !== Label.LABEL_REPEATED && !isMessage(field);
}

/**
 * The field in words.
 *
 * @param withName whether its name is among them
 */
export function describeField(field: SchemaField, withName: boolean = true): string {
  const isExtension = field.extendee !== "";
  const name = withName ? ` with name "${isExtension ? field.fullName : field.name}"` : "";
  const on = isExtension ? field.extendee : (field.parent?.name ?? "");
  return `${isExtension ? "Extension" : "Field"} "${field.number}"${name} on message "${on}"`;
}
