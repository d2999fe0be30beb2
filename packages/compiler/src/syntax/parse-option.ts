import type { CompactOptions, OptionNamePart, OptionNode, OptionValue } from "./ast.js";
import type { Cursor } from "./cursor.js";
import { Punctuation, TokenKind } from "./token.js";

/** `option name = value;` */
export function parseOptionStatement(cursor: Cursor): OptionNode {
  const first = cursor.expectWord("option", "here");
  const node = parseNameAndValue(cursor, first);
  node.last = cursor.expectSemicolon("after the option");
  return node;
}

/** `[name = value, ...]`, or `undefined` if there is no bracket. */
export function parseCompactOptions(cursor: Cursor): CompactOptions | undefined {
  if (!cursor.is(Punctuation.LeftBracket)) return undefined;
  const first = cursor.advance();
  const options: OptionNode[] = [];
  do {
    options.push(parseNameAndValue(cursor, cursor.at));
  } while (cursor.accept(Punctuation.Comma));
  const last = cursor.expect(Punctuation.RightBracket, "after the options");
  return { first, last, options };
}

function parseNameAndValue(cursor: Cursor, first: number): OptionNode {
  const name = [parseNamePart(cursor)];
  while (cursor.accept(Punctuation.Dot)) name.push(parseNamePart(cursor));
  cursor.expect(Punctuation.Equals, "after the option's name");
  const value = parseValue(cursor);
  return { kind: "option", first, last: value.last, name, value };
}

function parseNamePart(cursor: Cursor): OptionNamePart {
  const first = cursor.at;
  if (!cursor.accept(Punctuation.LeftParen)) {
    const name = cursor.identifier("the name of an option");
    return { first, last: first, extension: false, name };
  }
  const { text } = cursor.dottedName("the name of an extension", true);
  const last = cursor.expect(Punctuation.RightParen, "after the extension's name");
  return { first, last, extension: true, name: text };
}

function parseValue(cursor: Cursor): OptionValue {
  const first = cursor.at;
  const negative = cursor.accept(Punctuation.Minus);
  switch (cursor.kind) {
    case TokenKind.Identifier: {
      const word = cursor.text;
      if (negative && word !== "inf" && word !== "nan") cursor.fail('expected a number, "inf" or "nan" after "-"');
      const last = cursor.advance();
      return { kind: "identifier", negative, first, last };
    }
    case TokenKind.Integer:
    case TokenKind.Float: {
      const kind = cursor.kind === TokenKind.Integer ? "integer" : "float";
      return { kind, negative, first, last: cursor.advance() };
    }
    case TokenKind.String:
      if (negative) cursor.fail('expected a number, "inf" or "nan" after "-"');
      return { kind: "string", negative, first, last: cursor.strings("a string") };
    case Punctuation.LeftBrace:
      if (negative) cursor.fail('expected a number, "inf" or "nan" after "-"');
      return { kind: "aggregate", negative, first, last: skipAggregate(cursor) };
    default:
      return cursor.fail("expected the option's value", "a value is a number, a string, a word or { ... }");
  }
}

/** Steps over a balanced `{ ... }` and returns its last token. What is inside is read when the option is interpreted. */
function skipAggregate(cursor: Cursor): number {
  const open = cursor.at;
  let depth = 0;
  for (;;) {
    const index = cursor.at;
    if (cursor.atEnd) cursor.failAtEnd("the option's value", open);
    if (cursor.is(Punctuation.LeftBrace)) depth++;
    else if (cursor.is(Punctuation.RightBrace)) depth--;
    cursor.advance();
    if (depth === 0) return index;
  }
}
