import type { Location, Range } from "vscode-languageserver";
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

/** The range of the tokens `first` to `last`, both included. */
export function tokenRange(file: FileIndex, first: number, last: number = first): Range {
  const document = documentOf(file);
  const { starts, ends } = file.tokens;
  return {
    start: document.positionAt(starts[first]!),
    end: document.positionAt(Math.max(starts[first]!, ends[last]!)),
  };
}

/** The place of tokens, as the editor names the file. */
export function tokenLocation(file: FileIndex, first: number, last: number, workspace: Workspace): Location {
  return { uri: workspace.uriOf(file.path), range: tokenRange(file, first, last) };
}
