import { FieldDescriptorProto_Type as FieldKind } from "hawser/wkt";
import type { SchemaEnum, SchemaField } from "../schema/element.js";
import type { Location } from "../schema/location.js";
import { at, type BreakingContext, type BreakingRule, withCategories } from "./breaking-rule.js";
import { describeField, kindName, kindOf } from "./field-shape.js";

/** Types that can be exchanged for each other on the wire (protobuf.dev, "Updating A Message Type"). */
const WIRE_GROUPS: readonly (readonly number[])[] = [
  [FieldKind.TYPE_INT32, FieldKind.TYPE_INT64, FieldKind.TYPE_UINT32, FieldKind.TYPE_UINT64, FieldKind.TYPE_BOOL],
  [FieldKind.TYPE_SINT32, FieldKind.TYPE_SINT64],
  [FieldKind.TYPE_FIXED32, FieldKind.TYPE_SFIXED32],
  [FieldKind.TYPE_FIXED64, FieldKind.TYPE_SFIXED64],
];

/** Those for which that is so in JSON too. */
const WIRE_JSON_GROUPS: readonly (readonly number[])[] = [
  [FieldKind.TYPE_INT32, FieldKind.TYPE_UINT32],
  [FieldKind.TYPE_INT64, FieldKind.TYPE_UINT64],
  [FieldKind.TYPE_FIXED32, FieldKind.TYPE_SFIXED32],
  [FieldKind.TYPE_FIXED64, FieldKind.TYPE_SFIXED64],
];

const WIRE_HELP =
  "See https://developers.google.com/protocol-buffers/docs/proto3#updating for wire compatibility rules.";
const BYTES_HELP =
  "Note that while string and bytes are compatible if the data is valid UTF-8, there is no way to enforce that a bytes field is UTF-8, so these fields may be incompatible.";
const WIRE_JSON_HELP =
  "See https://developers.google.com/protocol-buffers/docs/proto3#updating for wire compatibility rules and https://developers.google.com/protocol-buffers/docs/proto3#json for JSON compatibility rules.";

/** What types a field may change to. */
export const TYPE_RULES: readonly BreakingRule[] = [
  {
    id: "FIELD_SAME_TYPE",
    ...withCategories(["CSR", "FILE", "PACKAGE"], true),
    purpose: "Checks that fields have the same types in a given message.",
    field(now, before, context) {
      if (kindOf(now) !== kindOf(before)) reportKind(now, before, context);
      else if (isNamed(now.proto.type) && now.typeName !== before.typeName) reportTypeName(now, before, context);
    },
  },
  {
    id: "FIELD_WIRE_COMPATIBLE_TYPE",
    ...withCategories(["WIRE"], false),
    purpose: "Checks that fields have wire-compatible types in a given message.",
    field(now, before, context) {
      const [kind, kindBefore] = [kindOf(now), kindOf(before)];
      if (groupOf(kind, WIRE_GROUPS) !== groupOf(kindBefore, WIRE_GROUPS)) {
        // A string is bytes that happen to be UTF-8; the other way round that is not certain.
        if (kindBefore === FieldKind.TYPE_STRING && kind === FieldKind.TYPE_BYTES) return;
        const fromBytes = kindBefore === FieldKind.TYPE_BYTES && kind === FieldKind.TYPE_STRING;
        reportKind(now, before, context, ` ${WIRE_HELP}${fromBytes ? ` ${BYTES_HELP}` : ""}`);
      } else compareTypeNames(now, before, context);
    },
  },
  {
    id: "FIELD_WIRE_JSON_COMPATIBLE_TYPE",
    ...withCategories(["CSR", "WIRE_JSON"], false),
    purpose: "Checks that fields have wire and JSON compatible types in a given message.",
    field(now, before, context) {
      if (groupOf(kindOf(now), WIRE_JSON_GROUPS) !== groupOf(kindOf(before), WIRE_JSON_GROUPS)) {
        reportKind(now, before, context, ` ${WIRE_JSON_HELP}`);
      } else compareTypeNames(now, before, context);
    },
  },
];

/** Types that stand alone are groups of their own. */
function groupOf(kind: number, groups: readonly (readonly number[])[]): number {
  const found = groups.findIndex((group) => group.includes(kind));
  return found < 0 ? -kind : found;
}

/** An enum may be exchanged for one of the same name that has all its values; a message for no other. */
function compareTypeNames(now: SchemaField, before: SchemaField, context: BreakingContext): void {
  if (!isNamed(now.proto.type) || now.typeName === before.typeName) return;
  if (now.proto.type === FieldKind.TYPE_ENUM) {
    const type = context.now.enums.get(now.typeName);
    const typeBefore = context.before.enums.get(before.typeName);
    if (type !== undefined && typeBefore !== undefined && type.name === typeBefore.name && includes(type, typeBefore)) {
      return;
    }
  }
  reportTypeName(now, before, context);
}

function includes(type: SchemaEnum, before: SchemaEnum): boolean {
  const numbers = new Map(type.values.map((value) => [value.name, value.number]));
  return before.values.every((value) => numbers.get(value.name) === value.number);
}

function isNamed(type: number | undefined): boolean {
  return type === FieldKind.TYPE_ENUM || type === FieldKind.TYPE_GROUP || type === FieldKind.TYPE_MESSAGE;
}

function reportTypeName(now: SchemaField, before: SchemaField, { report }: BreakingContext): void {
  report(
    at(now, now.typeNameLocation),
    at(before, before.typeNameLocation),
    `${describeField(now)} changed type from "${before.typeName}" to "${now.typeName}".`,
  );
}

function reportKind(now: SchemaField, before: SchemaField, { report }: BreakingContext, more = ""): void {
  report(
    at(now, typePlace(now)),
    at(before, typePlace(before)),
    `${describeField(now)} changed type from "${kindName(before)}" to "${kindName(now)}".${more}`,
  );
}

function typePlace(field: SchemaField): Location | undefined {
  return isNamed(kindOf(field)) ? field.typeNameLocation : field.typeLocation;
}
