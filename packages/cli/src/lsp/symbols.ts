import {
  type DocumentSymbol,
  type FoldingRange,
  FoldingRangeKind,
  SymbolKind,
  type WorkspaceSymbol,
} from "vscode-languageserver";
import type { Declaration, FileIndex } from "./declaration.js";
import { documentOf, tokenLocation, tokenRange } from "./ranges.js";
import { filesOf } from "./references.js";
import type { Workspace } from "./workspace.js";

/** 500: what a list for a person shows at most. */
const MAX_SYMBOLS = 500;

const SYMBOL_KINDS: Readonly<Record<Declaration["kind"], SymbolKind>> = {
  message: SymbolKind.Struct,
  enum: SymbolKind.Enum,
  enumValue: SymbolKind.EnumMember,
  field: SymbolKind.Field,
  oneof: SymbolKind.Object,
  service: SymbolKind.Interface,
  method: SymbolKind.Method,
};

/** The outline of a file. */
export function documentSymbols(file: FileIndex): DocumentSymbol[] {
  const toSymbol = (declaration: Declaration): DocumentSymbol => {
    const symbol: DocumentSymbol = {
      name: declaration.name,
      kind: SYMBOL_KINDS[declaration.kind],
      range: tokenRange(file, declaration.first, declaration.last),
      selectionRange: tokenRange(file, declaration.nameToken),
    };
    // What is empty is left out: the outline of a long file is a megabyte to write and to read.
    const detail = detailOf(declaration);
    if (detail !== "") symbol.detail = detail;
    if (declaration.children.length > 0) symbol.children = declaration.children.map(toSymbol);
    return symbol;
  };
  let outline = outlines.get(file);
  if (outline === undefined) outlines.set(file, (outline = file.declarations.map(toSymbol)));
  return outline;
}

const outlines = new WeakMap<FileIndex, DocumentSymbol[]>();

/** What the fields and methods of a list have beside their names. */
function detailOf({ scalar, type, output, kind, number }: Declaration): string {
  if (kind === "method") return `${type?.text ?? "?"} → ${output?.text ?? "?"}`;
  return [scalar ?? type?.text, number].filter((each) => each !== undefined).join(" = ");
}

/** Declarations of the whole workspace whose full names have the letters of a query, in order. */
export function workspaceSymbols(query: string, workspace: Workspace): WorkspaceSymbol[] {
  const found: WorkspaceSymbol[] = [];
  const wanted = query.toLowerCase();
  for (const file of filesOf(workspace)) {
    for (const declaration of file.all) {
      if (declaration.kind === "field" && wanted === "") continue;
      if (!hasLetters(declaration.fullName.toLowerCase(), wanted)) continue;
      found.push({
        name: declaration.name,
        kind: SYMBOL_KINDS[declaration.kind],
        containerName: declaration.fullName.slice(0, -declaration.name.length - 1),
        location: tokenLocation(file, declaration.nameToken, declaration.nameToken, workspace),
      });
      if (found.length === MAX_SYMBOLS) return found;
    }
  }
  return found;
}

function hasLetters(text: string, letters: string): boolean {
  let at = 0;
  for (const letter of letters) {
    at = text.indexOf(letter, at) + 1;
    if (at === 0) return false;
  }
  return true;
}

/** What can be folded: blocks, runs of imports, comments. */
export function foldingRanges(file: FileIndex): FoldingRange[] {
  const document = documentOf(file);
  const { starts, ends, count } = file.tokens;
  const found: FoldingRange[] = [];
  const add = (start: number, end: number, kind?: FoldingRangeKind): void => {
    const startLine = document.positionAt(start).line;
    const endLine = document.positionAt(end).line;
    if (endLine > startLine) found.push({ startLine, endLine, ...(kind === undefined ? {} : { kind }) });
  };
  // The line of the closing brace stays.
  for (const { open, close } of file.blocks) add(starts[open]!, Math.max(starts[open]!, starts[close]! - 1));
  const [first, last] = [file.imports[0], file.imports.at(-1)];
  if (first !== undefined && last !== undefined) add(starts[first.first]!, ends[last.last]!, FoldingRangeKind.Imports);
  for (let i = 0; i < count; i++) {
    const from = i === 0 ? 0 : ends[i - 1]!;
    const gap = file.text.slice(from, starts[i]!);
    if (!gap.includes("/")) continue;
    const begin = gap.search(/\/[/*]/);
    if (begin >= 0) add(from + begin, from + gap.trimEnd().length, FoldingRangeKind.Comment);
  }
  return found;
}
