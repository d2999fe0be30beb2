import type { EnumDefinition, EnumValueDefinition } from "../link/definition.js";
import { readRecord } from "../options/wire-record.js";
import { decodeUtf8 } from "../source/utf8.js";
import type { Node } from "../syntax/ast.js";
import type { Checker } from "./checker.js";

/** pb.enumvalue.json of google/protobuf/json_enumvalue_options.proto, an extension of EnumValueOptions. */
const JSON_EXTENSION = 998;
/** JsonEnumValueOptions.string */
const STRING_FIELD = 1;

/** The number that a text spells to protoc: decimal digits of an int32, with white space around them. */
const INTEGER = /^[ \t-\r]*([+-]?[0-9]+)[ \t-\r]*$/;

/**
 * Checks the strings that JSON has for enum values in the place of their names: JSON that was written must be read as
 * the same number again.
 */
export function checkEnumJson(checker: Checker, definition: EnumDefinition): void {
  if (!definition.values.some((value) => value.proto.options?.$unknown !== undefined)) return;
  const strings = new Map(definition.values.map((value) => [value, jsonString(value)]));
  if (definition.proto.options?.allowAlias === true) checkAliases(checker, definition, strings);
  const taken = new Map<string, { value: EnumValueDefinition; kind: "name" | "JSON string" }>();
  const take = (value: EnumValueDefinition, text: string, kind: "name" | "JSON string"): void => {
    const other = taken.get(text);
    if (other === undefined) {
      taken.set(text, { value, kind });
      return;
    }
    if (other.value.proto.number === value.proto.number) return;
    const problem = `the ${kind} ${JSON.stringify(text)} of "${value.name}" is the ${other.kind} of "${other.value.name}" as well`;
    checker.error("enum-json", jsonNode(value), problem, "give one of them another JSON string");
  };
  for (const [value, text] of strings) {
    take(value, value.name, "name");
    if (text === undefined) continue;
    take(value, text ?? "", "JSON string");
    checkString(checker, value, text ?? "");
  }
}

function checkString(checker: Checker, value: EnumValueDefinition, text: string): void {
  if (text.includes("\0")) {
    checker.error("enum-json", jsonNode(value), "a JSON string cannot have a NUL character in it");
  }
  const number = Number(INTEGER.exec(text)?.[1] ?? Number.NaN);
  if (number === value.proto.number || Number.isNaN(number) || number > 2 ** 31 - 1 || number < -(2 ** 31)) return;
  const problem = `the JSON string ${JSON.stringify(text)} would be read as ${number}, but "${value.name}" has the number ${value.proto.number}`;
  checker.error("enum-json", jsonNode(value), problem, "use a string that is no number");
}

/** Values of one number are written as one string. */
function checkAliases(
  checker: Checker,
  definition: EnumDefinition,
  strings: ReadonlyMap<EnumValueDefinition, string | null | undefined>,
): void {
  const first = new Map<number, EnumValueDefinition>();
  for (const value of definition.values) {
    const primary = first.get(value.proto.number!);
    if (primary === undefined) {
      first.set(value.proto.number!, value);
      continue;
    }
    const [expected, actual] = [strings.get(primary) ?? undefined, strings.get(value) ?? undefined];
    if (expected === actual) continue;
    const say = (text: string | undefined): string => (text === undefined ? "has none" : `has ${JSON.stringify(text)}`);
    const problem = `"${primary.name}" and "${value.name}" have one number but not one JSON string: the first ${say(expected)}, the second ${say(actual)}`;
    checker.error("enum-json", jsonNode(value), problem, "set the same JSON string on all aliases");
  }
}

/** The string that was set; `null` if the option was set without one, `undefined` if it was not set. */
function jsonString(value: EnumValueDefinition): string | null | undefined {
  let found: string | null | undefined;
  for (const option of contents(value.proto.options?.$unknown, JSON_EXTENSION)) {
    found ??= null;
    for (const text of contents(option, STRING_FIELD)) found = decodeUtf8(text);
  }
  return found;
}

/** What is in the records of one number: the last one of a string counts, those of a message are merged. */
function* contents(bytes: Uint8Array | undefined, number: number): IterableIterator<Uint8Array> {
  if (bytes === undefined) return;
  for (let at = 0; at < bytes.length; ) {
    const record = readRecord(bytes, at);
    if (record.number === number && record.content !== undefined) yield record.content;
    at = record.end;
  }
}

/** The option that set the string, or else the name of the value. */
function jsonNode(value: EnumValueDefinition): Node {
  const option = value.node.options?.options.find(({ name }) => /^\.?(pb\.)?(enumvalue\.)?json$/.test(name[0]!.name));
  return option ?? { first: value.nameToken, last: value.nameToken };
}
