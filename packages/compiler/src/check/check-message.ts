import { Edition, JsonFormat, MAX_FIELD_NUMBER, MAX_INT32 } from "../descriptor/constants.js";
import type { FieldDefinition, MessageDefinition } from "../link/definition.js";
import { jsonName } from "../lower/names.js";
import type { Node } from "../syntax/ast.js";
import { checkEnum } from "./check-enum.js";
import { checkExtensionRanges } from "./check-extension.js";
import { checkField } from "./check-field.js";
import type { Checker } from "./checker.js";
import { type NumberRange, nextFree, overlaps, RangeIndex } from "./ranges.js";

/** 65,535: what the official implementations can hold. */
const MAX_FIELDS = 65_535;

/** Checks a message and everything in it. */
export function checkMessage(checker: Checker, message: MessageDefinition): void {
  if (!message.isMapEntry) {
    checkNumbers(checker, message);
    checkReservedNames(checker, message);
    checkJsonNames(checker, message);
    checkExtensionRanges(checker, message);
    if (message.fields.length > MAX_FIELDS) {
      checker.errorAt("too-many-fields", message.nameToken, `a message cannot have more than ${MAX_FIELDS} fields`);
    }
    if (checker.unit.edition === Edition.Proto3) checkProto3(checker, message);
    for (const field of message.fields) checkField(checker, field);
  }
  for (const extension of message.extensions) checkField(checker, extension);
  for (const definition of message.enums) checkEnum(checker, definition);
  for (const nested of message.messages) checkMessage(checker, nested);
}

/** "Assigning Field Numbers": each number once, in range, and neither reserved nor left to extensions. */
function checkNumbers(checker: Checker, message: MessageDefinition): void {
  const extensions: NumberRange<Node>[] = [];
  const reserved: NumberRange<Node>[] = [];
  for (const [i, range] of message.proto.extensionRange.entries()) {
    const { node } = message.extensionRanges[i]!;
    if (addRange(checker, node, range.start!, range.end! - 1, "an extension range")) {
      extensions.push({ start: range.start!, end: range.end! - 1, owner: node });
    }
  }
  for (const [i, range] of message.proto.reservedRange.entries()) {
    const node = message.reservedRanges[i]!;
    if (addRange(checker, node, range.start!, range.end! - 1, "a reserved range")) {
      reserved.push({ start: range.start!, end: range.end! - 1, owner: node });
    }
  }
  reportOverlaps(checker, reserved, "reserved range", "reserved");
  reportOverlaps(checker, extensions, "extension range", "declared");
  const reservedIndex = new RangeIndex(reserved);
  for (const range of extensions) {
    const other = reservedIndex.overlapping(range.start, range.end);
    if (other === undefined) continue;
    const problem = `the extension range ${text(range)} overlaps with the reserved range ${text(other)}`;
    checker.error("range-overlap", range.owner, problem);
  }
  checkFieldNumbers(checker, message, extensions, reserved);
}

function addRange(checker: Checker, node: Node, start: number, end: number, what: string): boolean {
  if (start <= 0) checker.error("field-number-range", node, `${what} must begin at 1 or above`);
  else if (end < start) checker.error("range-order", node, `${what} cannot end before it begins`);
  else return true;
  return false;
}

function reportOverlaps(checker: Checker, ranges: readonly NumberRange<Node>[], what: string, verb: string): void {
  for (const [a, b] of overlaps(ranges)) {
    const [before, after] = a.owner.first < b.owner.first ? [a, b] : [b, a];
    checker.error(
      "range-overlap",
      after.owner,
      `the ${what} ${text(after)} overlaps with ${text(before)}, which is already ${verb}`,
    );
  }
}

function checkFieldNumbers(
  checker: Checker,
  message: MessageDefinition,
  extensions: readonly NumberRange<Node>[],
  reserved: readonly NumberRange<Node>[],
): void {
  const byNumber = new Map<number, FieldDefinition>();
  const extensionIndex = new RangeIndex(extensions);
  const reservedIndex = new RangeIndex(reserved);
  let free: string | undefined;
  const suggestion = (): string => {
    if (free === undefined) {
      const taken = new Set(message.fields.map((field) => field.proto.number!));
      const number = nextFree(1, taken, [...extensions, ...reserved]);
      free = number <= MAX_FIELD_NUMBER ? `the next free number is ${number}` : "there is no free number left";
    }
    return free;
  };
  for (const field of message.fields) {
    const number = field.proto.number!;
    const token = field.node.numberToken;
    if (number <= 0) {
      checker.errorAt("field-number-range", token, "field numbers begin at 1", suggestion());
      continue;
    }
    if (number > MAX_FIELD_NUMBER) {
      checker.errorAt("field-number-range", token, `field numbers end at ${MAX_FIELD_NUMBER}`, suggestion());
      continue;
    }
    const other = byNumber.get(number);
    if (other === undefined) byNumber.set(number, field);
    else {
      const problem = `the number ${number} is already used in "${message.fullName}" by the field "${other.name}"`;
      checker.errorAt("duplicate-field-number", token, problem, suggestion());
    }
    if (reservedIndex.find(number) !== undefined) {
      checker.errorAt(
        "reserved-number",
        token,
        `the number ${number} is reserved in "${message.fullName}"`,
        suggestion(),
      );
    }
    const range = extensionIndex.find(number);
    if (range !== undefined) {
      const problem = `the number ${number} belongs to the extension range ${text(range)} of "${message.fullName}"`;
      checker.errorAt("extension-number", token, problem, suggestion());
    }
  }
}

function text(range: NumberRange<unknown>): string {
  if (range.start === range.end) return String(range.start);
  return `${range.start} to ${range.end === MAX_FIELD_NUMBER || range.end === MAX_INT32 - 1 ? "max" : range.end}`;
}

function checkReservedNames(checker: Checker, message: MessageDefinition): void {
  if (message.proto.reservedName.length === 0) return;
  const body = message.node.kind === "message" ? message.node.body : message.node.group;
  const names = new Set<string>();
  for (const element of body?.elements ?? []) {
    if (element.kind !== "reserved") continue;
    for (const name of element.names) {
      if (names.has(name.name)) checker.error("reserved-name", name, `the field name "${name.name}" is reserved twice`);
      names.add(name.name);
    }
  }
  for (const field of message.fields) {
    if (names.has(field.name)) {
      checker.errorAt("reserved-name", field.nameToken, `the field name "${field.name}" is reserved`);
    }
  }
}

/** "JSON Mapping": two fields cannot have one JSON name, be it given by hand or made from the field's name. */
function checkJsonNames(checker: Checker, message: MessageDefinition): void {
  if (message.proto.options?.deprecatedLegacyJsonFieldConflicts === true) return;
  if (!mayConflict(message)) return;
  const isLegacy = message.features.jsonFormat === JsonFormat.LegacyBestEffort;
  for (const useCustom of [false, true]) {
    const seen = new Map<string, { field: FieldDefinition; custom: boolean }>();
    for (const field of message.fields) {
      const standard = jsonName(field.name);
      const custom = useCustom && field.proto.jsonName !== standard;
      const name = custom ? field.proto.jsonName! : standard;
      if (custom && name.startsWith("[") && name.endsWith("]")) {
        const help = "JSON writes the names of extensions in brackets";
        checker.errorAt(
          "json-name",
          field.nameToken,
          `the JSON name "${name}" cannot begin with "[" and end with "]"`,
          help,
        );
        continue;
      }
      const other = seen.get(name);
      if (other === undefined) {
        seen.set(name, { field, custom });
        continue;
      }
      if (useCustom && !custom && !other.custom) continue; // found the first time
      if (field.name === other.field.name) continue; // the names conflict already
      const kind = (isCustom: boolean): string => (isCustom ? "custom" : "default");
      const problem = `the ${kind(custom)} JSON name "${name}" of "${field.name}" conflicts with the ${kind(other.custom)} JSON name of "${other.field.name}"`;
      const help = "rename one of the fields, or give it a json_name";
      if (isLegacy && (!custom || !other.custom)) checker.warningAt("json-name", field.nameToken, problem, help);
      else checker.errorAt("json-name", field.nameToken, problem, help);
    }
  }
}

/** Nearly every message has names that differ, and none of its own for JSON: that is quickly seen. */
function mayConflict(message: MessageDefinition): boolean {
  const names = new Set<string>();
  for (const { name, proto } of message.fields) {
    const standard = jsonName(name);
    if (proto.jsonName !== standard || names.has(standard)) return true;
    names.add(standard);
  }
  return false;
}

function checkProto3(checker: Checker, message: MessageDefinition): void {
  const range = message.extensionRanges[0];
  if (range !== undefined) {
    checker.error("proto3", range.node, "proto3 messages cannot be extended", "use google.protobuf.Any");
  }
  if (message.proto.options?.messageSetWireFormat === true) {
    checker.errorAt("proto3", message.nameToken, "proto3 has no message sets");
  }
}
