import type { SchemaEnum, SchemaEnumValue } from "../schema/element.js";
import { at, type BreakingRule, FILE_PACKAGE, firstOf, WIRE_JSON_UP, whole, withCategories } from "./breaking-rule.js";
import { enumRanges, isWithin } from "./number-ranges.js";

/** What of an enum and its values must not change. */
export const ENUM_RULES: readonly BreakingRule[] = [
  {
    id: "ENUM_SAME_TYPE",
    ...withCategories(FILE_PACKAGE, true),
    purpose: "Checks that enums have the same type (open vs closed).",
    enum(now, before, { report }) {
      const [isClosed, wasClosed] = [now.features.enumType === 2, before.features.enumType === 2];
      if (isClosed === wasClosed) return;
      const [from, to] = wasClosed ? ["closed", "open"] : ["open", "closed"];
      report(
        firstOf(now, now.optionLocation(7, 2), now.location),
        firstOf(before, before.optionLocation(7, 2), before.location),
        `Enum "${now.name}" changed from ${from} to ${to}.`,
      );
    },
  },
  {
    id: "ENUM_SAME_JSON_FORMAT",
    ...withCategories(WIRE_JSON_UP, true),
    purpose: "Checks that enums have the same JSON format support.",
    enum(now, before, { report }) {
      if (before.features.jsonFormat !== 1 || now.features.jsonFormat === 1) return;
      report(
        firstOf(now, now.optionLocation(7, 6), now.location),
        firstOf(before, before.optionLocation(7, 6), before.location),
        `Enum "${now.name}" JSON format support changed from ALLOW to LEGACY_BEST_EFFORT.`,
      );
    },
  },
  valueNoDelete("ENUM_VALUE_NO_DELETE", ["CSR", "FILE", "PACKAGE"], true, "", () => ""),
  valueNoDelete(
    "ENUM_VALUE_NO_DELETE_UNLESS_NAME_RESERVED",
    ["CSR", "WIRE_JSON"],
    false,
    " unless the name is reserved",
    (now, values) => {
      const names = values.map((value) => value.name).sort();
      if (names.every((name) => now.proto.reservedName.includes(name))) return undefined;
      return ` without reserving the name${names.length > 1 ? "s" : ""} ${quoted(names)}`;
    },
  ),
  valueNoDelete(
    "ENUM_VALUE_NO_DELETE_UNLESS_NUMBER_RESERVED",
    ["CSR", "WIRE_JSON", "WIRE"],
    false,
    " unless the number is reserved",
    (now, [value]) =>
      isWithin(value!.number, enumRanges(now.proto.reservedRange))
        ? undefined
        : ` without reserving the number "${value!.number}"`,
  ),
  {
    id: "ENUM_VALUE_SAME_NAME",
    ...withCategories(WIRE_JSON_UP, true),
    purpose: "Checks that enum values have the same name.",
    enumValues(now, before, { report }) {
      const [names, namesBefore] = [now, before].map((values) => values.map((value) => value.name).sort()) as [
        string[],
        string[],
      ];
      // An alias may be added, but a name may not go.
      if (namesBefore.every((name) => names.includes(name))) return;
      const plural = namesBefore.length > 1 && names.length > 1 ? "s" : "";
      for (const value of now) {
        const valueBefore = before.find((each) => each.name === value.name);
        report(
          at(value, value.numberLocation),
          valueBefore && at(valueBefore, valueBefore.numberLocation),
          `Enum value "${value.number}" on enum "${value.enum.name}" changed name${plural} from ${quoted(namesBefore)} to ${quoted(names)}.`,
        );
      }
    },
  },
];

/** @param excuse `undefined` if the values may go, else what to add to the message */
function valueNoDelete(
  id: string,
  categories: readonly string[],
  isDefault: boolean,
  unless: string,
  excuse: (now: SchemaEnum, values: readonly SchemaEnumValue[]) => string | undefined,
): BreakingRule {
  return {
    id,
    ...withCategories(categories, isDefault),
    purpose: `Checks that enum values are not deleted from a given enum${unless}.`,
    enum(now, before, { report }) {
      const numbers = new Set(now.values.map((value) => value.number));
      for (const [number, values] of valuesByNumber(before)) {
        if (numbers.has(number)) continue;
        const suffix = excuse(now, values);
        if (suffix === undefined) continue;
        report(
          whole(now),
          whole(values[0]!),
          `Previously present enum value "${number}" on enum "${now.name}" was deleted${suffix}.`,
        );
      }
    },
  };
}

/** The values of an enum by number: several for one number if it allows aliases. */
export function valuesByNumber(each: SchemaEnum): Map<number, SchemaEnumValue[]> {
  const found = new Map<number, SchemaEnumValue[]>();
  for (const value of each.values) {
    const others = found.get(value.number);
    if (others === undefined) found.set(value.number, [value]);
    else others.push(value);
  }
  return found;
}

function quoted(names: readonly string[]): string {
  return names.map((name) => `"${name}"`).join(", ");
}
