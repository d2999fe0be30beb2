import type { TextEdit } from "vscode-languageserver";
import type { FileIndex } from "./declaration.js";
import { documentOf } from "./ranges.js";

/** The edit that imports a file: at its place among the imports, else behind the package or the syntax. */
export function importEdit(file: FileIndex, name: string): TextEdit {
  const { tokens, imports, text } = file;
  const newline = text.includes("\r\n") ? "\r\n" : "\n";
  const statement = `import "${name}";`;
  const document = documentOf(file);
  const at = (offset: number, newText: string): TextEdit => {
    const position = document.positionAt(offset);
    return { range: { start: position, end: position }, newText };
  };
  const after = imports.find(({ path }) => path > name);
  if (after !== undefined) return at(tokens.starts[after.first]!, statement + newline);
  const last = imports.at(-1);
  if (last !== undefined) return at(tokens.ends[last.last]!, newline + statement);
  const header = Math.max(file.packageLast, file.syntaxLast);
  if (header < 0) return at(0, statement + newline + newline);
  return at(tokens.ends[header]!, newline + newline + statement);
}
