import type { Location, Position, Range } from "vscode-languageserver";
import { TextDocument } from "vscode-languageserver-textdocument";
import type { FileIndex } from "./declaration.js";
import type { Workspace } from "./workspace.js";

const documents = new WeakMap<FileIndex, TextDocument>();

/**
 * A file as the protocol counts it: lines end with CR LF, LF or CR, and columns are UTF-16 code units, which is what the
 * compiler's offsets are as well (LSP 3.17, "Text Documents").
 */
export function documentOf(file: FileIndex): TextDocument {
  let document = documents.get(file);
  if (document === undefined) {
    document = TextDocument.create("", "proto", 0, file.text);
    documents.set(file, document);
  }
  return document;
}

/** The line of each token, and where the lines begin. */
interface TokenLines {
  readonly lines: Int32Array;
  readonly starts: readonly number[];
}

const tokenLines = new WeakMap<FileIndex, TokenLines>();

/** An outline asks for the places of ten thousands of tokens: they are found in one pass, and no search for each. */
function linesOf(file: FileIndex): TokenLines {
  const known = tokenLines.get(file);
  if (known !== undefined) return known;
  const { text, tokens } = file;
  const starts = [0];
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code !== LF && (code !== CR || text.charCodeAt(at + 1) === LF)) continue;
    starts.push(at + 1);
  }
  const lines = new Int32Array(tokens.count);
  let line = 0;
  for (let i = 0; i < tokens.count; i++) {
    while (line + 1 < starts.length && starts[line + 1]! <= tokens.starts[i]!) line++;
    lines[i] = line;
  }
  const found = { lines, starts };
  tokenLines.set(file, found);
  return found;
}

const [LF, CR] = [0x0a, 0x0d];

/** The range of the tokens `first` to `last`, both included. */
export function tokenRange(file: FileIndex, first: number, last: number = first): Range {
  const { lines } = linesOf(file);
  const end = Math.max(first, last);
  return {
    start: positionFrom(file, lines[first]!, file.tokens.starts[first]!),
    end: positionFrom(file, lines[end]!, file.tokens.ends[end]!),
  };
}

/** The place of an offset that lies in that line, or a few lines behind: what the lexer takes for one line may be several here. */
function positionFrom(file: FileIndex, from: number, offset: number): Position {
  const { starts } = linesOf(file);
  let line = from;
  while (line + 1 < starts.length && starts[line + 1]! <= offset) line++;
  let at = offset;
  while (at > starts[line]! && isLineEnd(file.text.charCodeAt(at - 1))) at--;
  return { line, character: at - starts[line]! };
}

function isLineEnd(code: number): boolean {
  return code === LF || code === CR;
}

/** The place of tokens, as the editor names the file. */
export function tokenLocation(file: FileIndex, first: number, last: number, workspace: Workspace): Location {
  return { uri: workspace.uriOf(file.path), range: tokenRange(file, first, last) };
}
