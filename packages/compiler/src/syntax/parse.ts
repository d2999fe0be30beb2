import { Edition } from "../descriptor/constants.js";
import type { Report } from "../diagnostics/report.js";
import { closest } from "../diagnostics/suggest.js";
import type { SourceFile } from "../source/source-file.js";
import type { FileElement, FileNode, ImportNode, PackageNode, SyntaxNode } from "./ast.js";
import { Cursor, SYNTAX_ERROR } from "./cursor.js";
import { tokenize } from "./lexer.js";
import { stringValue } from "./literal.js";
import { parseEnum, parseExtend, parseMessage, parseVisibility, recover } from "./parse-message.js";
import { parseOptionStatement } from "./parse-option.js";
import { parseService } from "./parse-service.js";
import { Punctuation, TokenKind } from "./token.js";

/** The editions that exist, by the string that selects them. */
const EDITIONS: ReadonlyMap<string, SyntaxNode["edition"]> = new Map<string, SyntaxNode["edition"]>([
  ["2023", Edition.E2023],
  ["2024", Edition.E2024],
  ["2026", Edition.E2026],
]);

const EDITIONS_AND_SYNTAXES: ReadonlySet<string> = new Set([...EDITIONS.keys(), "proto2", "proto3"]);

const TOP_LEVEL = ["message", "enum", "service", "extend", "import", "package", "option", "export", "local"];

/** What other languages begin a declaration with, and how it is said here. */
const FOREIGN: ReadonlyMap<string, string> = new Map([
  ...["class", "struct", "record", "type"].map((word): [string, string] => [word, 'did you mean "message"?']),
  ["interface", 'did you mean "service"?'],
  ["rpc", "a method belongs into a service"],
  ["oneof", "a oneof belongs into a message"],
  ...["from", "include", "using", "use"].map((word): [string, string] => [
    word,
    'write import "path/of/the/file.proto";',
  ]),
  ["#", 'comments begin with //, and imports read import "path/of/the/file.proto";'],
  ["@", "there are no annotations; options are set with option name = value;"],
]);

/**
 * Parses one file ("Proto file" in the language specifications). Errors go to `report` and never stop the parser: the
 * tree holds every statement that could be understood.
 */
export function parseFile(source: SourceFile, report: Report): FileNode {
  const tokens = tokenize(source.text, report);
  const cursor = new Cursor(source, tokens, report);
  const elements: FileElement[] = [];
  let syntax: SyntaxNode | undefined;
  if (cursor.isWord("syntax") || cursor.isWord("edition")) {
    recover(cursor, () => {
      syntax = parseSyntax(cursor);
    });
    // Without knowing the language nothing sensible can be said about the rest.
    if (syntax === undefined) return { source, tokens, syntax, elements };
  }
  while (!cursor.atEnd && !report.full) {
    recover(cursor, () => {
      elements.push(parseTopLevel(cursor));
    });
    if (cursor.is(Punctuation.RightBrace)) {
      cursor.error('this "}" closes nothing', cursor.at, "remove it, or look for a missing {");
      cursor.advance();
    }
  }
  return { source, tokens, syntax, elements };
}

function parseSyntax(cursor: Cursor): SyntaxNode {
  const first = cursor.at;
  const isEdition = cursor.isWord("edition");
  cursor.advance();
  const word = isEdition ? "edition" : "syntax";
  cursor.expect(Punctuation.Equals, `after "${word}"`);
  const valueFirst = cursor.at;
  if (!cursor.is(TokenKind.String) && EDITIONS_AND_SYNTAXES.has(cursor.text)) {
    cursor.fail(
      isEdition ? 'expected the edition, such as "2024"' : 'expected "proto2" or "proto3"',
      "put it in quotes",
    );
  }
  const valueLast = cursor.strings(isEdition ? 'the edition, such as "2024"' : '"proto2" or "proto3"');
  const value = stringValue(cursor.tokens, valueFirst, valueLast);
  const edition = isEdition
    ? EDITIONS.get(value)
    : value === "proto2"
      ? Edition.Proto2
      : value === "proto3"
        ? Edition.Proto3
        : undefined;
  if (edition === undefined) {
    const known = isEdition ? [...EDITIONS.keys()] : ["proto2", "proto3"];
    const near = closest(value, known);
    let help = near === undefined ? `there are ${known.join(", ")}` : `did you mean ${word} = "${near}";?`;
    // Its type names do not mean what they mean elsewhere, and change from release to release.
    if (isEdition && value === "UNSTABLE") help = "it exists for the development of the language alone";
    if (!isEdition && EDITIONS.has(value)) help = `write edition = "${value}"; instead of syntax`;
    if (isEdition && value.startsWith("proto")) help = `write syntax = "${value}"; instead of edition`;
    cursor.error(`there is no ${word} "${value}"`, valueFirst, help, valueLast);
    throw SYNTAX_ERROR;
  }
  cursor.edition = edition;
  const last = cursor.expectSemicolon(`after the ${word}`);
  return { kind: "syntax", first, last, edition };
}

function parseTopLevel(cursor: Cursor): FileElement {
  const first = cursor.at;
  if (cursor.accept(Punctuation.Semicolon)) return { kind: "empty", first, last: first };
  const visibility = parseVisibility(cursor);
  const word = cursor.is(TokenKind.Identifier) ? cursor.text : "";
  switch (word) {
    case "message":
      return parseMessage(cursor, first, visibility);
    case "enum":
      return parseEnum(cursor, first, visibility);
    case "service":
      return parseService(cursor);
    case "extend":
      return parseExtend(cursor);
    case "import":
      return parseImport(cursor);
    case "package":
      return parsePackage(cursor);
    case "option":
      return parseOptionStatement(cursor);
    case "syntax":
    case "edition":
      return cursor.fail("expected a declaration", `"${word}" must be the first statement of the file`);
    case "export":
    case "local":
      return cursor.fail("expected a declaration", `"${word}" exists from edition 2024 on`);
  }
  let help = FOREIGN.get(cursor.is(TokenKind.Identifier) ? word : cursor.text) ?? cursor.meant(TOP_LEVEL);
  if (word !== "" && cursor.isNext(Punctuation.Equals)) help = `an option begins with the word: option ${word} = ...;`;
  return cursor.fail('expected a declaration such as "message", "enum" or "service"', help);
}

function parsePackage(cursor: Cursor): PackageNode {
  const first = cursor.advance();
  const name = cursor.dottedName("the package's name", false);
  const last = cursor.expectSemicolon("after the package");
  return { kind: "package", first, last, name: name.text, nameFirst: name.first, nameLast: name.last };
}

function parseImport(cursor: Cursor): ImportNode {
  const first = cursor.advance();
  let modifier: ImportNode["modifier"] = "";
  if (cursor.acceptWord("public")) modifier = "public";
  else if (cursor.isWord("weak")) {
    modifier = "weak";
    if (cursor.edition >= Edition.E2024) {
      cursor.error('"import weak" does not exist from edition 2024 on', cursor.at, 'consider "import option"');
    }
    cursor.advance();
  } else if (cursor.isWord("option")) {
    modifier = "option";
    if (cursor.edition < Edition.E2024) {
      cursor.error('"import option" exists from edition 2024 on', cursor.at, "import the file without it");
    }
    cursor.advance();
  }
  const pathFirst = cursor.at;
  if (cursor.is(TokenKind.Identifier)) cursor.fail("expected the path of the file to import", "put it in quotes");
  const pathLast = cursor.strings("the path of the file to import, in quotes");
  const path = stringValue(cursor.tokens, pathFirst, pathLast);
  const last = cursor.expectSemicolon("after the import");
  return { kind: "import", first, last, modifier, path, pathFirst, pathLast };
}
