import { FieldType, Label, MAX_INT32, scalarType } from "../descriptor/constants.js";
import type { FieldNode, MessageBody, TypeNode } from "./ast.js";
import type { Cursor } from "./cursor.js";
import { integerValue } from "./literal.js";
import { parseCompactOptions } from "./parse-option.js";
import { Punctuation, TokenKind } from "./token.js";

/** Where a field stands, which decides what it may look like. */
export type FieldPlace = "message" | "oneof" | "extend";

/**
 * One field, map field or group. `parseBody` reads a group's body, which is a message's; it is handed in because a
 * message is made of fields.
 */
export function parseField(cursor: Cursor, place: FieldPlace, parseBody: (cursor: Cursor) => MessageBody): FieldNode {
  const first = cursor.at;
  let label = labelAt(cursor);
  let labelToken = -1;
  if (label !== 0) {
    labelToken = cursor.at;
    checkLabel(cursor, label, place);
    cursor.advance();
    if (place === "oneof") label = 0;
  }
  if (labelToken >= 0 && labelAt(cursor) !== 0 && isTypeNext(cursor)) {
    cursor.fail("expected the field's type after its label", "a field has one label");
  }
  const typeFirst = cursor.at;
  const isMap = cursor.isWord("map") && cursor.isNext(Punctuation.Less);
  let mapKey: TypeNode | undefined;
  let type: TypeNode;
  if (isMap) {
    checkMap(cursor, place, label);
    cursor.at += 2;
    mapKey = parseType(cursor, "the type of the map's keys");
    cursor.expect(Punctuation.Comma, "between the map's key and value type");
    if (cursor.isWord("map") && cursor.isNext(Punctuation.Less)) {
      cursor.fail("expected a type other than a map for the map's values", "put the inner map into a message");
    }
    const value = parseType(cursor, "the type of the map's values");
    const last = cursor.expect(Punctuation.Greater, "after the map's value type");
    type = { first: typeFirst, last, scalar: value.scalar, name: value.name };
  } else {
    if (labelToken < 0 && !cursor.isEditions && cursor.edition < 999 && place !== "oneof" && isFieldStart(cursor)) {
      cursor.error(
        'expected "optional", "repeated" or "required" before the type: proto2 fields have a label',
        cursor.at,
        'write "optional" in front, or begin the file with syntax = "proto3";',
      );
      label = Label.Optional;
    }
    type = parseType(cursor, place === "message" ? "a field or another element of a message" : "a field");
  }
  const nameToken = cursor.at;
  if (!cursor.is(TokenKind.Identifier)) cursor.fail("expected the field's name", HELP_AFTER_TYPE.get(cursor.kind));
  const name = cursor.identifier("the field's name");
  if (!cursor.is(Punctuation.Equals)) failAfterName(cursor, type.name, place);
  cursor.advance();
  const numberToken = cursor.at;
  const number = parseFieldNumber(cursor);
  const options = parseCompactOptions(cursor);
  let group: MessageBody | undefined;
  let last: number;
  if (type.scalar === FieldType.Group && !isMap) {
    checkGroup(cursor, typeFirst, nameToken, name);
    if (!cursor.is(Punctuation.LeftBrace)) cursor.fail('expected "{" and the body of the group');
    group = parseBody(cursor);
    last = group.close;
  } else {
    last = cursor.expectSemicolon("after the field");
  }
  return {
    kind: "field",
    first,
    last,
    label,
    labelToken,
    type,
    mapKey,
    name,
    nameToken,
    number,
    numberToken,
    options,
    group,
  };
}

/** A type keyword or a dotted name. */
function parseType(cursor: Cursor, what: string): TypeNode {
  const first = cursor.at;
  if (cursor.is(TokenKind.Identifier)) {
    const scalar = scalarType(cursor.text);
    if (scalar !== undefined) {
      cursor.advance();
      return { first, last: first, scalar, name: "" };
    }
  }
  const name = cursor.dottedName(what, true);
  return { first, last: name.last, scalar: 0, name: name.text };
}

function labelAt(cursor: Cursor): FieldNode["label"] {
  if (cursor.isWord("optional")) return Label.Optional;
  if (cursor.isWord("repeated")) return Label.Repeated;
  return cursor.isWord("required") ? Label.Required : 0;
}

function checkLabel(cursor: Cursor, label: FieldNode["label"], place: FieldPlace): void {
  if (place === "oneof") {
    cursor.error("a field of a oneof cannot have a label", cursor.at, `remove "${cursor.text}"`);
    return;
  }
  if (!cursor.isEditions) return;
  if (label === Label.Optional) {
    const help = "remove it: singular fields have presence unless features.field_presence says otherwise";
    cursor.error('the label "optional" does not exist in editions', cursor.at, help);
  } else if (label === Label.Required) {
    cursor.error(
      'the label "required" does not exist in editions',
      cursor.at,
      "use [features.field_presence = LEGACY_REQUIRED]",
    );
  }
}

function checkMap(cursor: Cursor, place: FieldPlace, label: number): void {
  if (place === "oneof") {
    cursor.fail("expected a field that is not a map: a oneof cannot hold one", "put the map into a message of its own");
  }
  if (place === "extend") {
    cursor.fail(
      "expected a field that is not a map: an extension cannot be one",
      "extend with a message that holds it",
    );
  }
  if (label !== 0)
    cursor.fail("expected a type other than a map after the label: a map field has none", "remove the label");
}

function checkGroup(cursor: Cursor, typeToken: number, nameToken: number, name: string): void {
  if (cursor.isEditions) {
    cursor.error(
      "groups do not exist in editions",
      typeToken,
      "use a message field with [features.message_encoding = DELIMITED]",
    );
  }
  const code = name.charCodeAt(0);
  if (code < 0x41 || code > 0x5a) {
    cursor.error(
      "the name of a group must begin with a capital letter",
      nameToken,
      "it names the group's message type too",
    );
  }
}

/** True if a type follows the word at the cursor, so that the word is a label and not a type of that name. */
function isTypeNext(cursor: Cursor): boolean {
  const next = cursor.tokens.kinds[cursor.at + 2];
  return cursor.isNext(TokenKind.Identifier) && (next === TokenKind.Identifier || next === Punctuation.Dot);
}

/** There is no number: says what was probably meant. */
function failAfterName(cursor: Cursor, type: string, place: FieldPlace): never {
  if (cursor.is(Punctuation.LeftBrace) && (type === "message" || type === "enum")) {
    const holder = place === "oneof" ? "a oneof" : '"extend"';
    cursor.fail('expected "=" and the number of a field', `${holder} cannot hold a type; declare it outside`);
  }
  const isDash = cursor.is(Punctuation.Minus);
  const help = isDash ? "names consist of letters, digits and underscores" : undefined;
  return cursor.fail(`expected "=" and a number after the field's name`, help);
}

/** What is meant by what other languages write after a type. */
const HELP_AFTER_TYPE: ReadonlyMap<number, string> = new Map<number, string>([
  [Punctuation.Colon, "the type stands in front of the name: string name = 1;"],
  [Punctuation.LeftBracket, "a list is a repeated field: repeated string names = 1;"],
  [Punctuation.Less, "a list is a repeated field, repeated string names = 1; a map is written map<string, string>"],
  [TokenKind.String, "names are written without quotes"],
]);

/** True if what follows reads `type name =`, so that a missing label is the likeliest mistake. */
function isFieldStart(cursor: Cursor): boolean {
  return cursor.is(TokenKind.Identifier) || cursor.is(Punctuation.Dot);
}

function parseFieldNumber(cursor: Cursor): number {
  if (!cursor.is(TokenKind.Integer)) cursor.fail("expected the field's number");
  const value = integerValue(cursor.text, MAX_INT32);
  if (value === undefined) cursor.error("the field's number is out of range: it can be at most 536870911", cursor.at);
  cursor.advance();
  return value ?? 1;
}
