import { parseText } from "./compile.js";
import type { Diagnostic } from "./diagnostics/diagnostic.js";
import type { FileNode } from "./syntax/ast.js";

/** A syntax tree and what the parser had to say. */
export interface ParseResult {
  readonly file: FileNode;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Parses one file without looking at its imports. Never throws for what is wrong with the text; the tree holds every
 * statement that could be understood.
 *
 * @param name the name to give to the file in diagnostics
 */
export function parse(text: string, name: string = "input.proto"): ParseResult {
  const { ast, diagnostics } = parseText(name, text);
  return { file: ast, diagnostics };
}
