import { scalarType } from "../descriptor/constants.js";
import type { MethodNode, NameNode, ServiceNode } from "./ast.js";
import type { Cursor } from "./cursor.js";
import { parseBlock } from "./parse-message.js";
import { parseOptionStatement } from "./parse-option.js";
import { Punctuation, TokenKind } from "./token.js";

/** `service Name { ... }` */
export function parseService(cursor: Cursor): ServiceNode {
  const first = cursor.advance();
  const nameToken = cursor.at;
  const name = cursor.identifier("the service's name");
  const open = cursor.expect(Punctuation.LeftBrace, "to begin the service");
  const elements: ServiceNode["elements"] = [];
  const last = parseBlock(cursor, "the service", open, () => {
    const at = cursor.at;
    if (cursor.accept(Punctuation.Semicolon)) elements.push({ kind: "empty", first: at, last: at });
    else if (cursor.isWord("option")) elements.push(parseOptionStatement(cursor));
    else elements.push(parseMethod(cursor));
  });
  return { kind: "service", first, last, name, nameToken, open, elements };
}

/** `rpc Name(Request) returns (stream Response);` or with a block of options in place of the semicolon. */
function parseMethod(cursor: Cursor): MethodNode {
  const first = cursor.at;
  if (!cursor.acceptWord("rpc")) cursor.fail('expected "rpc" or "option"', cursor.meant(["rpc", "option"]));
  const nameToken = cursor.at;
  const name = cursor.identifier("the method's name");
  const input = parseMethodType(cursor, "the request's type");
  cursor.expectWord("returns", "after the request's type");
  const output = parseMethodType(cursor, "the response's type");
  let open = -1;
  let last: number;
  const elements: MethodNode["elements"] = [];
  if (cursor.is(Punctuation.LeftBrace)) {
    open = cursor.advance();
    last = parseBlock(cursor, "the method's options", open, () => {
      const at = cursor.at;
      if (cursor.accept(Punctuation.Semicolon)) elements.push({ kind: "empty", first: at, last: at });
      else elements.push(parseOptionStatement(cursor));
    });
  } else {
    last = cursor.expectSemicolon("after the method");
  }
  return {
    kind: "method",
    first,
    last,
    name,
    nameToken,
    input: input.name,
    inputStream: input.stream,
    output: output.name,
    outputStream: output.stream,
    open,
    elements,
  };
}

function parseMethodType(cursor: Cursor, what: string): { name: NameNode; stream: number } {
  cursor.expect(Punctuation.LeftParen, `before ${what}`);
  // Here `stream` is always the keyword: a message of that name must be written with its package or a leading dot.
  const stream = cursor.isWord("stream") ? cursor.advance() : -1;
  if (cursor.is(TokenKind.Identifier) && scalarType(cursor.text) !== undefined) {
    cursor.fail(`expected a message type as ${what}`, "wrap the scalar in a message");
  }
  const name = cursor.dottedName(what, true);
  cursor.expect(Punctuation.RightParen, `after ${what}`);
  return { name, stream };
}
