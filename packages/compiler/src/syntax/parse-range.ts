import { MAX_INT32 } from "../descriptor/constants.js";
import type { ExtensionsNode, RangeNode, ReservedName, ReservedNode } from "./ast.js";
import type { Cursor } from "./cursor.js";
import { integerValue, stringValue } from "./literal.js";
import { parseCompactOptions } from "./parse-option.js";
import { Punctuation, TokenKind } from "./token.js";

const IDENTIFIER = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** `extensions 100 to 199, 1000 to max [options];` */
export function parseExtensions(cursor: Cursor): ExtensionsNode {
  const first = cursor.advance();
  const ranges: RangeNode[] = [];
  do {
    ranges.push(parseRange(cursor, false, "a field number or a range of them"));
  } while (cursor.accept(Punctuation.Comma));
  const options = parseCompactOptions(cursor);
  const last = cursor.expectSemicolon("after the extension ranges");
  return { kind: "extensions", first, last, ranges, options };
}

/** `reserved 1, 5 to 7;` or the names: strings in proto2 and proto3, identifiers in editions. */
export function parseReserved(cursor: Cursor, inEnum: boolean): ReservedNode {
  const first = cursor.advance();
  const ranges: RangeNode[] = [];
  const names: ReservedName[] = [];
  if (cursor.is(TokenKind.String)) {
    if (cursor.isEditions) {
      cursor.fail("expected an identifier: editions reserve names without quotes", "leave the quotes out");
    }
    do {
      names.push(parseQuotedName(cursor));
    } while (cursor.accept(Punctuation.Comma));
  } else if (cursor.is(TokenKind.Identifier)) {
    if (!cursor.isEditions) {
      cursor.fail("expected a quoted name", `write "${cursor.text}" in quotes; only editions go without`);
    }
    do {
      const at = cursor.at;
      names.push({ first: at, last: at, name: cursor.identifier("a name to reserve") });
    } while (cursor.accept(Punctuation.Comma));
  } else {
    const what = inEnum ? "an enum value's number or name, or a range" : "a field's number or name, or a range";
    do {
      ranges.push(parseRange(cursor, inEnum, what));
    } while (cursor.accept(Punctuation.Comma));
  }
  const last = cursor.expectSemicolon("after what is reserved");
  return { kind: "reserved", first, last, ranges, names };
}

function parseQuotedName(cursor: Cursor): ReservedName {
  const first = cursor.at;
  const last = cursor.strings("a quoted name");
  const name = stringValue(cursor.tokens, first, last);
  if (!IDENTIFIER.test(name)) {
    const { starts, ends } = cursor.tokens;
    const message = `the reserved name "${name}" is not a valid identifier`;
    cursor.report.warning("reserved-name", starts[first]!, ends[last]!, message);
  }
  return { first, last, name };
}

function parseRange(cursor: Cursor, inEnum: boolean, what: string): RangeNode {
  const first = cursor.at;
  const start = parseBound(cursor, inEnum, what);
  const startLast = cursor.at - 1;
  if (!cursor.acceptWord("to")) return { first, last: startLast, start, startLast, end: start, endFirst: first };
  const endFirst = cursor.at;
  const end = cursor.acceptWord("max") ? undefined : parseBound(cursor, inEnum, 'the end of the range, or "max"');
  return { first, last: cursor.at - 1, start, startLast, end, endFirst };
}

/** A field number (at most 2^31 - 2, since ranges are stored with an exclusive end) or, in an enum, any int32. */
function parseBound(cursor: Cursor, inEnum: boolean, what: string): number {
  const first = cursor.at;
  const negative = inEnum && cursor.accept(Punctuation.Minus);
  if (!cursor.is(TokenKind.Integer)) cursor.fail(`expected ${what}`);
  const max = negative ? MAX_INT32 + 1 : inEnum ? MAX_INT32 : MAX_INT32 - 1;
  const value = integerValue(cursor.text, max);
  cursor.advance();
  if (value === undefined) {
    cursor.error(
      `the number is out of range: it can be at most ${max}`,
      first,
      'write "max" for the largest',
      cursor.at - 1,
    );
    return 1;
  }
  return negative ? -value : value;
}
