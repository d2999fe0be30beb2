import { FieldDescriptorProto_Type as FieldKind } from "hawser/wkt";
import type { SchemaField } from "../schema/element.js";
import {
  at,
  type BreakingRule,
  FILE_PACKAGE,
  firstOf,
  type Place,
  WIRE_JSON_UP,
  WIRE_UP,
  whole,
  withCategories,
} from "./breaking-rule.js";
import { defaultOf, isSameDefault, isZero } from "./default-value.js";
import { type Cardinality, canHaveDefault, cardinalityOf, describeField, isInMapEntry, kindOf } from "./field-shape.js";

/** `google.protobuf.FieldOptions.JSType` */
const JS_TYPES: readonly string[] = ["JS_NORMAL", "JS_STRING", "JS_NUMBER"];
const INTEGERS_64: ReadonlySet<number> = new Set([
  FieldKind.TYPE_INT64,
  FieldKind.TYPE_UINT64,
  FieldKind.TYPE_SINT64,
  FieldKind.TYPE_FIXED64,
  FieldKind.TYPE_SFIXED64,
]);

/** What of a field apart from its type must not change. */
export const FIELD_RULES: readonly BreakingRule[] = [
  {
    id: "FIELD_SAME_NAME",
    ...withCategories(WIRE_JSON_UP, true),
    purpose: "Checks that fields have the same names in a given message.",
    field(now, before, { report }) {
      const nameOf = (field: SchemaField): string => (before.extendee === "" ? field.name : field.fullName);
      if (nameOf(now) === nameOf(before)) return;
      report(
        at(now, now.nameLocation),
        at(before, before.nameLocation),
        `${describeField(now, false)} changed name from "${nameOf(before)}" to "${nameOf(now)}".`,
      );
    },
  },
  {
    id: "FIELD_SAME_JSON_NAME",
    ...withCategories(WIRE_JSON_UP, true),
    purpose: "Checks that fields have the same value for the json_name option.",
    field(now, before, { report }) {
      if (before.extendee !== "" || now.proto.jsonName === before.proto.jsonName) return;
      const [name, nameBefore] = [now.proto.jsonName ?? "", before.proto.jsonName ?? ""];
      report(
        firstOf(now, now.locate(10), now.location),
        firstOf(before, before.locate(10), before.location),
        `${describeField(now)} changed option "json_name" from "${nameBefore}" to "${name}".`,
      );
    },
  },
  {
    id: "FIELD_SAME_JSTYPE",
    ...withCategories(FILE_PACKAGE, true),
    purpose: "Checks that fields have the same value for the jstype option.",
    field(now, before, { report }) {
      if (!INTEGERS_64.has(now.proto.type ?? 0) || !INTEGERS_64.has(before.proto.type ?? 0)) return;
      const [type, typeBefore] = [now.proto.options?.jstype ?? 0, before.proto.options?.jstype ?? 0];
      if (type === typeBefore) return;
      report(
        firstOf(now, now.locate(8, 6), now.location),
        firstOf(before, before.locate(8, 6), before.location),
        `${describeField(now)} changed option "jstype" from "${JS_TYPES[typeBefore]}" to "${JS_TYPES[type]}".`,
      );
    },
  },
  {
    id: "FIELD_SAME_ONEOF",
    ...withCategories(WIRE_UP, true),
    purpose: "Checks that fields have the same oneofs in a given message.",
    field(now, before, { report }) {
      if (before.extendee !== "") return;
      const [oneof, oneofBefore] = [writtenOneof(now), writtenOneof(before)];
      if (oneof === oneofBefore) return;
      const how =
        oneof !== undefined && oneofBefore !== undefined
          ? `from oneof "${oneofBefore}" to oneof "${oneof}"`
          : oneof === undefined
            ? "from inside to outside a oneof"
            : "from outside to inside a oneof";
      report(whole(now), whole(before), `${describeField(now)} moved ${how}.`);
    },
  },
  {
    id: "FIELD_SAME_DEFAULT",
    ...withCategories(WIRE_UP, true),
    purpose: "Checks that fields have the same default value, if a default is specified.",
    v1: "unknown",
    field(now, before, context) {
      if (!canHaveDefault(now) || !canHaveDefault(before)) return;
      const value = defaultOf(now, context.now);
      const valueBefore = defaultOf(before, context.before);
      if ((isZero(value) && isZero(valueBefore)) || isSameDefault(value, valueBefore)) return;
      context.report(
        firstOf(now, now.locate(7), now.location),
        firstOf(before, before.locate(7), before.location),
        `${describeField(now)} changed default value from ${valueBefore.shown} to ${value.shown}.`,
      );
    },
  },
  cardinality("FIELD_SAME_CARDINALITY", FILE_PACKAGE, true, (each) => each),
  // On the wire a message with one value is one with several that has one (protobuf.dev, "Updating A Message Type").
  cardinality("FIELD_WIRE_COMPATIBLE_CARDINALITY", ["WIRE"], false, (each) =>
    each.startsWith("optional") ? "optional" : each === "map" ? "repeated" : each,
  ),
  cardinality("FIELD_WIRE_JSON_COMPATIBLE_CARDINALITY", ["CSR", "WIRE_JSON"], false, (each) =>
    each.startsWith("optional") ? "optional" : each,
  ),
  {
    id: "FIELD_SAME_CPP_STRING_TYPE",
    ...withCategories(FILE_PACKAGE, true),
    purpose:
      "Checks that fields have the same C++ string type, based on ctype field option or (pb.cpp).string_type feature.",
    field(now, before, { report }) {
      if ((isInMapEntry(now) && isInMapEntry(before)) || !isText(now) || !isText(before)) return;
      const [type, typeBefore] = [cppStringType(now), cppStringType(before)];
      if (type === typeBefore || (typeBefore === "STRING_PIECE" && type === "STRING")) return;
      const place = (field: SchemaField): Place =>
        firstOf(field, field.locate(8, 1), field.optionLocation(21, 1000, 2), field.location);
      report(
        place(now),
        place(before),
        `${describeField(now)} changed C++ string type from "${typeBefore}" to "${type}".`,
      );
    },
  },
  {
    id: "FIELD_SAME_JAVA_UTF8_VALIDATION",
    ...withCategories(FILE_PACKAGE, true),
    purpose:
      "Checks that fields have the same Java string UTF8 validation, based on java_string_check_utf8 file option or (pb.java).utf8_validation feature.",
    field(now, before, { report }) {
      if (kindOf(now) !== FieldKind.TYPE_STRING || kindOf(before) !== FieldKind.TYPE_STRING) return;
      const [validation, validationBefore] = [javaValidation(now), javaValidation(before)];
      if (validation === validationBefore) return;
      const place = (field: SchemaField): Place =>
        firstOf(field, field.file.locateOption(27), field.optionLocation(21, 1001, 2), field.location);
      report(
        place(now),
        place(before),
        `${describeField(now)} changed Java string UTF8 validation from "${validationBefore}" to "${validation}".`,
      );
    },
  },
  {
    id: "FIELD_SAME_UTF8_VALIDATION",
    ...withCategories(FILE_PACKAGE, true),
    purpose: "Checks that string fields have the same UTF8 validation mode.",
    field(now, before, { report }) {
      if (kindOf(now) !== FieldKind.TYPE_STRING || kindOf(before) !== FieldKind.TYPE_STRING) return;
      const [validation, validationBefore] = [utf8Validation(now), utf8Validation(before)];
      if (validation === validationBefore) return;
      report(
        firstOf(now, now.optionLocation(21, 4), now.location),
        firstOf(before, before.optionLocation(21, 4), before.location),
        `${describeField(now)} changed UTF8 validation from ${validationBefore} to ${validation}.`,
      );
    },
  },
];

/** @param groupOf what cardinalities may be exchanged for each other */
function cardinality(
  id: string,
  categories: readonly string[],
  isDefault: boolean,
  groupOf: (each: Cardinality) => string,
): BreakingRule {
  const compatible =
    id === "FIELD_SAME_CARDINALITY" ? "the same" : id.includes("JSON") ? "wire and JSON compatible" : "wire-compatible";
  return {
    id,
    ...withCategories(categories, isDefault),
    purpose: `Checks that fields have ${compatible} cardinalities in a given message.`,
    field(now, before, { report }) {
      if (isInMapEntry(now) && isInMapEntry(before)) return;
      const [is, was] = [cardinalityOf(now), cardinalityOf(before)];
      if (groupOf(is) === groupOf(was)) return;
      report(whole(now), whole(before), `${describeField(now)} changed cardinality from "${was}" to "${is}".`);
    },
  };
}

/** The name of the oneof that the field was written in; not of one that was made up for an `optional` field. */
function writtenOneof(field: SchemaField): string | undefined {
  const { oneof } = field;
  return oneof === undefined || oneof.isSynthetic ? undefined : oneof.name;
}

function isText(field: SchemaField): boolean {
  const kind = kindOf(field);
  return kind === FieldKind.TYPE_STRING || kind === FieldKind.TYPE_BYTES;
}

/** `google.protobuf.Edition.EDITION_2024`, from which on only the feature counts. */
const E2024 = 1001;

function cppStringType(field: SchemaField): string {
  const ctype = field.proto.options?.ctype;
  if (ctype !== undefined && (field.file.proto.edition ?? 0) < E2024) {
    return ["STRING", "CORD", "STRING_PIECE"][ctype] ?? "STRING";
  }
  return ["VIEW", "CORD", "STRING"][field.features.cppStringType - 1] ?? "STRING";
}

function javaValidation(field: SchemaField): string {
  const { syntax, options } = field.file.proto;
  const isByOption = syntax !== "editions" || options?.javaStringCheckUtf8 !== undefined;
  const verifies = isByOption ? options?.javaStringCheckUtf8 === true : field.features.javaUtf8Validation === 2;
  return verifies ? "VERIFY" : utf8Validation(field);
}

function utf8Validation(field: SchemaField): string {
  return field.features.utf8Validation === 2 ? "VERIFY" : "NONE";
}
