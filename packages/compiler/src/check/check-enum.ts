import { Edition, EnumFeature } from "../descriptor/constants.js";
import type { EnumDefinition, EnumValueDefinition } from "../link/definition.js";
import type { Node } from "../syntax/ast.js";
import { checkEnumJson } from "./check-enum-json.js";
import type { Checker } from "./checker.js";
import { type NumberRange, nextFree, overlaps, RangeIndex } from "./ranges.js";

/** Checks an enum and its values ("Enumerations"). */
export function checkEnum(checker: Checker, definition: EnumDefinition): void {
  const { values, proto } = definition;
  const first = values[0];
  if (first === undefined) {
    checker.errorAt("enum-empty", definition.nameToken, "an enum must have at least one value", "add a value for zero");
    return;
  }
  if (definition.features.enumType !== EnumFeature.Closed && first.proto.number !== 0) {
    const help = "put a value such as UNSPECIFIED = 0 in front";
    checker.error("enum-first-value", valueNumber(first), "the first value of an open enum must be zero", help);
  }
  checkAliases(checker, definition);
  checkNames(checker, definition);
  checkEnumJson(checker, definition);
  if (proto.reservedRange.length > 0 || proto.reservedName.length > 0) checkReserved(checker, definition);
}

function valueNumber(value: EnumValueDefinition): Node {
  return { first: value.node.numberFirst, last: value.node.numberLast };
}

function checkAliases(checker: Checker, definition: EnumDefinition): void {
  const allowAlias = definition.proto.options?.allowAlias === true;
  const byNumber = new Map<number, EnumValueDefinition>();
  let hasAlias = false;
  let taken: Set<number> | undefined;
  for (const value of definition.values) {
    const number = value.proto.number!;
    const other = byNumber.get(number);
    if (other === undefined) {
      byNumber.set(number, value);
      continue;
    }
    hasAlias = true;
    if (allowAlias || checker.unit.report.full) continue;
    taken ??= new Set(definition.values.map((candidate) => candidate.proto.number!));
    checker.error(
      "enum-duplicate-number",
      valueNumber(value),
      `"${value.name}" has the same number as "${other.name}"`,
      `the next free number is ${nextFree(number, taken, [])}; option allow_alias = true; permits two names for a number`,
    );
  }
  if (allowAlias && !hasAlias) {
    const problem = `"${definition.name}" allows aliases, but no two of its values have the same number`;
    checker.errorAt("enum-allow-alias", definition.nameToken, problem, "remove option allow_alias = true;");
  }
}

/** Generated code strips the enum's name from its values and changes their case: they must still differ. */
function checkNames(checker: Checker, definition: EnumDefinition): void {
  const seen = new Map<string, EnumValueDefinition>();
  const prefix = definition.name.replaceAll("_", "").toLowerCase();
  for (const value of definition.values) {
    const short = pascalCase(withoutPrefix(value.name, prefix));
    const other = seen.get(short);
    if (other === undefined) {
      seen.set(short, value);
      continue;
    }
    if (other.name === value.name || other.proto.number === value.proto.number) continue;
    const problem = `"${value.name}" and "${other.name}" are the same without the enum's name, underscores and case`;
    const isLegacy = definition.proto.options?.deprecatedLegacyJsonFieldConflicts === true;
    if (isLegacy && checker.unit.edition === Edition.Proto2) {
      checker.warningAt("enum-value-name", value.nameToken, problem);
    } else {
      checker.errorAt("enum-value-name", value.nameToken, problem, "rename one, or give both the same number");
    }
  }
}

/** Leaves the name of the enum (in lower case, without underscores) out of the front of a value's name. */
function withoutPrefix(name: string, prefix: string): string {
  let at = 0;
  for (let j = 0; at < name.length && j < prefix.length; at++) {
    if (name[at] === "_") continue;
    if (name[at]!.toLowerCase() !== prefix[j]) return name;
    j++;
    if (j === prefix.length) {
      at++;
      while (name[at] === "_") at++;
      return at === name.length ? name : name.slice(at);
    }
  }
  return name;
}

function pascalCase(name: string): string {
  let out = "";
  let upper = true;
  for (const char of name) {
    if (char === "_") upper = true;
    else {
      out += upper ? char.toUpperCase() : char.toLowerCase();
      upper = false;
    }
  }
  return out;
}

function checkReserved(checker: Checker, definition: EnumDefinition): void {
  const ranges: NumberRange<Node>[] = [];
  const names = new Set<string>();
  for (const element of definition.node.elements) {
    if (element.kind !== "reserved") continue;
    for (const range of element.ranges) {
      const end = range.end ?? 2_147_483_647;
      if (end < range.start) checker.error("range-order", range, "a reserved range cannot end before it begins");
      else ranges.push({ start: range.start, end, owner: range });
    }
    for (const name of element.names) {
      if (names.has(name.name)) checker.error("reserved-name", name, `the value name "${name.name}" is reserved twice`);
      names.add(name.name);
    }
  }
  for (const [a, b] of overlaps(ranges)) {
    const [before, after] = a.owner.first < b.owner.first ? [a, b] : [b, a];
    const problem = `the reserved range ${after.start} to ${after.end} overlaps with ${before.start} to ${before.end}`;
    checker.error("range-overlap", after.owner, problem);
  }
  const index = new RangeIndex(ranges);
  for (const value of definition.values) {
    const number = value.proto.number!;
    if (index.find(number) !== undefined) {
      checker.error(
        "reserved-number",
        valueNumber(value),
        `the number ${number} is reserved in "${definition.fullName}"`,
      );
    }
    if (names.has(value.name)) {
      checker.errorAt("reserved-name", value.nameToken, `the value name "${value.name}" is reserved`);
    }
  }
}
