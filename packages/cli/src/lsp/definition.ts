import type { Location } from "vscode-languageserver";
import type { FileIndex } from "./declaration.js";
import { findTarget } from "./find-target.js";
import { tokenLocation } from "./ranges.js";
import type { Workspace } from "./workspace.js";

/** Where what is at an offset was declared: a type, a field, an option, the file of an import. */
export function findDefinition(file: FileIndex, offset: number, workspace: Workspace): Location | undefined {
  const target = findTarget(file, offset, workspace);
  if (target === undefined) return undefined;
  if (target.kind === "declaration") {
    const { declaration } = target;
    return tokenLocation(declaration.file, declaration.nameToken, declaration.nameToken, workspace);
  }
  if (target.file === undefined) return undefined;
  const start = { line: 0, character: 0 };
  return { uri: workspace.uriOf(target.file.path), range: { start, end: start } };
}
