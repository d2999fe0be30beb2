import { Edition, MAX_INT32, Visibility } from "../descriptor/constants.js";
import type {
  EnumNode,
  EnumValueNode,
  ExtendNode,
  FieldNode,
  MessageBody,
  MessageElement,
  MessageNode,
  OneofNode,
} from "./ast.js";
import { type Cursor, SYNTAX_ERROR } from "./cursor.js";
import { integerValue } from "./literal.js";
import { parseField } from "./parse-field.js";
import { parseCompactOptions, parseOptionStatement } from "./parse-option.js";
import { parseExtensions, parseReserved } from "./parse-range.js";
import { Punctuation, TokenKind } from "./token.js";

/** 31: messages and groups nest this deep in protoc too (its limit is 32, and the file counts). */
export const MAX_MESSAGE_DEPTH = 31;

/** Runs `parse` for each statement of a block; one that fails is skipped, so that the rest is still checked. */
export function parseBlock(cursor: Cursor, what: string, open: number, parse: () => void): number {
  while (!cursor.is(Punctuation.RightBrace)) {
    if (cursor.atEnd || cursor.report.full) cursor.failAtEnd(what, open);
    recover(cursor, parse);
  }
  return cursor.advance();
}

/** Runs `parse`; if it gives up on the statement, skips what is left of it. */
export function recover(cursor: Cursor, parse: () => void): void {
  const before = cursor.at;
  try {
    parse();
  } catch (error) {
    if (error !== SYNTAX_ERROR) throw error;
    if (cursor.atEnd) return;
    cursor.skipStatement();
    // A closing brace where a statement should begin must not be met for ever.
    if (cursor.at === before && !cursor.is(Punctuation.RightBrace)) cursor.advance();
  }
}

/**
 * `export` or `local` in front of a message or enum (edition 2024 and later); 0 without. Before 2024 the words are
 * ordinary identifiers.
 */
export function parseVisibility(cursor: Cursor): MessageNode["visibility"] {
  if (cursor.edition < Edition.E2024) return 0;
  const visibility = cursor.isWord("export") ? Visibility.Export : cursor.isWord("local") ? Visibility.Local : 0;
  if (visibility === 0) return 0;
  cursor.advance();
  if (!cursor.isWord("message") && !cursor.isWord("enum")) {
    cursor.fail('expected "message" or "enum" after "export" or "local"');
  }
  return visibility;
}

/** `message Name { ... }` */
export function parseMessage(cursor: Cursor, first: number, visibility: MessageNode["visibility"]): MessageNode {
  cursor.expectWord("message", "here");
  const nameToken = cursor.at;
  const name = cursor.identifier("the message's name");
  const body = parseMessageBody(cursor);
  return { kind: "message", first, last: body.close, name, nameToken, visibility, body };
}

/** The body of a message or group, braces included. */
function parseMessageBody(cursor: Cursor): MessageBody {
  if (cursor.depth >= MAX_MESSAGE_DEPTH) {
    cursor.fail(`expected at most ${MAX_MESSAGE_DEPTH} messages inside each other`, "move the inner messages out");
  }
  const open = cursor.expect(Punctuation.LeftBrace, "to begin the message");
  const elements: MessageElement[] = [];
  cursor.depth++;
  try {
    const close = parseBlock(cursor, "the message", open, () => elements.push(parseMessageElement(cursor)));
    return { open, close, elements };
  } finally {
    cursor.depth--;
  }
}

function parseMessageElement(cursor: Cursor): MessageElement {
  const first = cursor.at;
  if (cursor.accept(Punctuation.Semicolon)) return { kind: "empty", first, last: first };
  const visibility = parseVisibility(cursor);
  if (cursor.is(TokenKind.Identifier)) {
    switch (cursor.text) {
      case "message":
        return parseMessage(cursor, first, visibility);
      case "enum":
        return parseEnum(cursor, first, visibility);
      case "extensions":
        return parseExtensions(cursor);
      case "reserved":
        return parseReserved(cursor, false);
      case "extend":
        return parseExtend(cursor);
      case "option":
        return parseOptionStatement(cursor);
      case "oneof":
        return parseOneof(cursor);
    }
  }
  return parseField(cursor, "message", parseMessageBody);
}

/** `oneof name { ... }`: fields without labels, and options; not empty. */
function parseOneof(cursor: Cursor): OneofNode {
  const first = cursor.advance();
  const nameToken = cursor.at;
  const name = cursor.identifier("the oneof's name");
  const open = cursor.expect(Punctuation.LeftBrace, "to begin the oneof");
  const elements: OneofNode["elements"] = [];
  if (cursor.is(Punctuation.RightBrace)) cursor.error("a oneof must have at least one field", nameToken);
  const last = parseBlock(cursor, "the oneof", open, () => {
    elements.push(
      cursor.isWord("option") ? parseOptionStatement(cursor) : parseField(cursor, "oneof", parseMessageBody),
    );
  });
  return { kind: "oneof", first, last, name, nameToken, open, elements };
}

/** `extend Type { ... }`: fields only; not empty. */
export function parseExtend(cursor: Cursor): ExtendNode {
  const first = cursor.advance();
  const extendee = cursor.dottedName("the name of the message to extend", true);
  const open = cursor.expect(Punctuation.LeftBrace, "to begin the extensions");
  const fields: FieldNode[] = [];
  if (cursor.is(Punctuation.RightBrace)) cursor.error('"extend" must have at least one field', first);
  const last = parseBlock(cursor, '"extend"', open, () => {
    fields.push(parseField(cursor, "extend", parseMessageBody));
  });
  return { kind: "extend", first, last, extendee, open, fields };
}

/** `enum Name { ... }` */
export function parseEnum(cursor: Cursor, first: number, visibility: MessageNode["visibility"]): EnumNode {
  cursor.expectWord("enum", "here");
  const nameToken = cursor.at;
  const name = cursor.identifier("the enum's name");
  const open = cursor.expect(Punctuation.LeftBrace, "to begin the enum");
  const elements: EnumNode["elements"] = [];
  const last = parseBlock(cursor, "the enum", open, () => {
    const at = cursor.at;
    if (cursor.accept(Punctuation.Semicolon)) elements.push({ kind: "empty", first: at, last: at });
    else if (cursor.isWord("option")) elements.push(parseOptionStatement(cursor));
    else if (cursor.isWord("reserved")) elements.push(parseReserved(cursor, true));
    else elements.push(parseEnumValue(cursor));
  });
  return { kind: "enum", first, last, name, nameToken, visibility, open, elements };
}

function parseEnumValue(cursor: Cursor): EnumValueNode {
  const first = cursor.at;
  const name = cursor.identifier("the name of an enum value");
  if (!cursor.is(Punctuation.Equals)) cursor.fail('expected "=" and a number after the enum value\'s name');
  cursor.advance();
  const numberFirst = cursor.at;
  const negative = cursor.accept(Punctuation.Minus);
  if (!cursor.is(TokenKind.Integer)) cursor.fail("expected the enum value's number");
  const value = integerValue(cursor.text, negative ? MAX_INT32 + 1 : MAX_INT32);
  cursor.advance();
  const numberLast = cursor.at - 1;
  if (value === undefined) {
    cursor.error(
      "the enum value's number is out of range: it must fit into 32 bits",
      numberFirst,
      undefined,
      numberLast,
    );
  }
  const options = parseCompactOptions(cursor);
  const last = cursor.expectSemicolon("after the enum value");
  const number = negative && value !== 0 ? -(value ?? 0) : (value ?? 0);
  return { kind: "enumValue", first, last, name, nameToken: first, number, numberFirst, numberLast, options };
}
