import { FieldDescriptorProto_Label as Label } from "hawser/wkt";
import type { SchemaEnum, SchemaField, SchemaMessage } from "../schema/element.js";
import {
  at,
  type BreakingContext,
  type BreakingRule,
  firstOf,
  WIRE_JSON_UP,
  WIRE_UP,
  whole,
  withCategories,
} from "./breaking-rule.js";
import { describeField } from "./field-shape.js";
import { enumRanges, isWithin, messageRanges, missingFrom, type NumberRange, showRange } from "./number-ranges.js";

/** The largest numbers of fields, of fields of a message set, and of enum values. */
const MAX_FIELD = 536_870_911;
const MAX_MESSAGE_SET_FIELD = 2_147_483_646;
const MAX_ENUM_VALUE = 2_147_483_647;

/** Why a change of required fields breaks. */
const REQUIRED =
  "Required fields must always be sent, so if one side does not know about the required field, this will result in a breakage.";
/** `google.protobuf.FeatureSet.JsonFormat` */
const JSON_FORMATS: Readonly<Record<number, string>> = { 1: "ALLOW", 2: "LEGACY_BEST_EFFORT" };

/** What of a message as a whole, and of the numbers and names that it and enums reserve, must not change. */
export const MESSAGE_RULES: readonly BreakingRule[] = [
  {
    id: "EXTENSION_MESSAGE_NO_DELETE",
    ...withCategories(["CSR", "FILE", "PACKAGE"], true),
    purpose: "Checks that extension ranges are not deleted from a given message.",
    message: (now, before, context) =>
      compareRanges(
        "extension",
        [now, messageRanges(now.proto.extensionRange)],
        [before, messageRanges(before.proto.extensionRange)],
        context,
      ),
  },
  fieldNoDelete("FIELD_NO_DELETE", ["CSR", "FILE", "PACKAGE"], true, "", () => undefined),
  fieldNoDelete(
    "FIELD_NO_DELETE_UNLESS_NAME_RESERVED",
    ["CSR", "WIRE_JSON"],
    false,
    " unless the name is reserved",
    (now, field) =>
      now.proto.reservedName.includes(field.name) ? "reserved" : ` without reserving the name "${field.name}"`,
  ),
  fieldNoDelete(
    "FIELD_NO_DELETE_UNLESS_NUMBER_RESERVED",
    ["CSR", "WIRE_JSON", "WIRE"],
    false,
    " unless the number is reserved",
    (now, field) =>
      isWithin(field.number, messageRanges(now.proto.reservedRange))
        ? "reserved"
        : ` without reserving the number "${field.number}"`,
  ),
  {
    id: "MESSAGE_NO_REMOVE_STANDARD_DESCRIPTOR_ACCESSOR",
    ...withCategories(["CSR", "FILE", "PACKAGE"], true),
    purpose:
      "Checks that messages do not change the no_standard_descriptor_accessor option from false or unset to true.",
    message(now, before, { report }) {
      if (before.proto.options?.noStandardDescriptorAccessor === true) return;
      if (now.proto.options?.noStandardDescriptorAccessor !== true) return;
      const location = before.locate(7, 2);
      report(
        at(now, now.locate(7, 2)),
        firstOf(before, location, before.location),
        'Message option "no_standard_descriptor_accessor" changed from "false" to "true".',
      );
    },
  },
  {
    id: "MESSAGE_SAME_JSON_FORMAT",
    ...withCategories(WIRE_JSON_UP, true),
    purpose: "Checks that messages have the same JSON format support.",
    message(now, before, { report }) {
      const [format, formatBefore] = [now.features.jsonFormat, before.features.jsonFormat];
      if (formatBefore !== 1 || format === 1) return;
      report(
        firstOf(now, now.optionLocation(12, 6), now.location),
        firstOf(before, before.optionLocation(12, 6), before.location),
        `Message "${now.name}" JSON format support changed from ${JSON_FORMATS[formatBefore]} to ${JSON_FORMATS[format]}.`,
      );
    },
  },
  {
    id: "MESSAGE_SAME_REQUIRED_FIELDS",
    ...withCategories(WIRE_UP, true),
    purpose: "Checks that messages have no added or deleted required fields.",
    message(now, before, { report }) {
      const [required, requiredBefore] = [requiredFields(now), requiredFields(before)];
      for (const number of requiredBefore.keys()) {
        if (required.has(number)) continue;
        report(
          whole(now),
          whole(before),
          `Message "${before.name}" had required field "${number}" deleted. ${REQUIRED}`,
        );
      }
      for (const [number, field] of required) {
        if (requiredBefore.has(number)) continue;
        report(whole(field), undefined, `Message "${now.name}" had required field "${number}" added. ${REQUIRED}`);
      }
    },
  },
  {
    id: "RESERVED_ENUM_NO_DELETE",
    ...withCategories(WIRE_UP, true),
    purpose: "Checks that reserved ranges and names are not deleted from a given enum.",
    enum(now, before, context) {
      compareRanges(
        "reserved",
        [now, enumRanges(now.proto.reservedRange)],
        [before, enumRanges(before.proto.reservedRange)],
        context,
      );
      compareReservedNames("enum", now, before, context);
    },
  },
  {
    id: "RESERVED_MESSAGE_NO_DELETE",
    ...withCategories(WIRE_UP, true),
    purpose: "Checks that reserved ranges and names are not deleted from a given message.",
    message(now, before, context) {
      compareRanges(
        "reserved",
        [now, messageRanges(now.proto.reservedRange)],
        [before, messageRanges(before.proto.reservedRange)],
        context,
      );
      compareReservedNames("message", now, before, context);
    },
  },
];

/**
 * @param excuse "reserved" if the field may go, else what to add to the message
 */
function fieldNoDelete(
  id: string,
  categories: readonly string[],
  isDefault: boolean,
  unless: string,
  excuse: (now: SchemaMessage, field: SchemaField) => string | undefined,
): BreakingRule {
  return {
    id,
    ...withCategories(categories, isDefault),
    purpose: `Checks that fields are not deleted from a given message${unless}.`,
    message(now, before, { report }) {
      const numbers = new Set(now.fields.map((field) => field.number));
      for (const field of before.fields) {
        if (numbers.has(field.number)) continue;
        const suffix = excuse(now, field) ?? "";
        if (suffix === "reserved") continue;
        const description = describeField(field);
        report(
          whole(now),
          whole(field),
          `Previously present ${description[0]!.toLowerCase()}${description.slice(1)} was deleted${suffix}.`,
        );
      }
    },
  };
}

function requiredFields(message: SchemaMessage): Map<number, SchemaField> {
  return new Map(
    message.fields.filter((field) => field.proto.label === Label.LABEL_REQUIRED).map((field) => [field.number, field]),
  );
}

type Ranged = readonly [element: SchemaMessage | SchemaEnum, ranges: readonly NumberRange[]];

function compareRanges(
  what: string,
  [now, ranges]: Ranged,
  [before, rangesBefore]: Ranged,
  { report }: BreakingContext,
): void {
  const [kind, max] = limitOf(now);
  for (const range of rangesBefore) {
    const missing = missingFrom(range, ranges);
    if (missing.length === 0) continue;
    const list = missing.map((each) => showRange(each, max)).join(", ");
    report(
      whole(now),
      whole(before),
      `Previously present ${what} range "${showRange(range, limitOf(before)[1])}" on ${kind} "${now.name}" is missing values: ${list} were removed.`,
    );
  }
}

function limitOf(element: SchemaMessage | SchemaEnum): [kind: string, max: number] {
  if (!("fields" in element)) return ["enum", MAX_ENUM_VALUE];
  return ["message", element.proto.options?.messageSetWireFormat === true ? MAX_MESSAGE_SET_FIELD : MAX_FIELD];
}

function compareReservedNames(
  kind: string,
  now: SchemaMessage | SchemaEnum,
  before: SchemaMessage | SchemaEnum,
  { report }: BreakingContext,
): void {
  for (const name of new Set(before.proto.reservedName)) {
    if (now.proto.reservedName.includes(name)) continue;
    report(
      whole(now),
      whole(before),
      `Previously present reserved name "${name}" on ${kind} "${now.name}" was deleted.`,
    );
  }
}
