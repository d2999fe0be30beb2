import { compile } from "@hawser/compiler";
import type { Range, TextEdit, WorkspaceEdit } from "vscode-languageserver";
import type { Declaration, FileIndex } from "./declaration.js";
import { findTarget, mentionsOf } from "./find-target.js";
import { tokenRange } from "./ranges.js";
import { filesOf } from "./references.js";
import type { Workspace } from "./workspace.js";

/** Why something cannot be renamed, for the user. */
export class RenameError extends Error {
  override readonly name = "RenameError";
}

/**
 * The name that would be renamed.
 *
 * @throws RenameError if there is none, or it cannot be
 */
export function prepareRename(
  file: FileIndex,
  offset: number,
  workspace: Workspace,
): { range: Range; placeholder: string } {
  const { token, declaration } = renamed(file, offset, workspace);
  return { range: tokenRange(file, token), placeholder: declaration.name };
}

/**
 * The edits that rename what is at an offset, in all files.
 *
 * @throws RenameError if it cannot be renamed to that, or files that compile would no longer
 */
export function rename(file: FileIndex, offset: number, newName: string, workspace: Workspace): WorkspaceEdit {
  const { declaration } = renamed(file, offset, workspace);
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(newName)) {
    throw new RenameError(`"${newName}" is no name: it has to begin with a letter and have letters, digits and _ only`);
  }
  const changes: Record<string, TextEdit[]> = {};
  const after = new Map<string, string>();
  for (const each of filesOf(workspace, declaration.file, file)) {
    const mentions = mentionsOf(declaration, each, workspace);
    if (mentions.length === 0) continue;
    changes[workspace.uriOf(each.path)] = mentions.map(({ token }) => ({
      range: tokenRange(each, token),
      newText: newName,
    }));
    let text = each.text;
    for (const { token } of mentions.toReversed()) {
      text = text.slice(0, each.tokens.starts[token]) + newName + text.slice(each.tokens.ends[token]);
    }
    after.set(each.name, text);
  }
  requireSameErrors(after, workspace, newName);
  return { changes };
}

function renamed(file: FileIndex, offset: number, workspace: Workspace): { token: number; declaration: Declaration } {
  const target = findTarget(file, offset, workspace);
  if (target === undefined) throw new RenameError("there is no name here that could be renamed");
  if (target.kind === "import") throw new RenameError("a file is renamed in the editor's list of files, not here");
  const { declaration } = target;
  if (workspace.isBundled(declaration.file)) {
    throw new RenameError(`${declaration.fullName} is in ${declaration.file.name}, which comes with hawser`);
  }
  if (declaration.isGroup === true) {
    throw new RenameError("a group is a field and a message at once, with names that differ: rename it by hand");
  }
  return target;
}

/** A new name may be taken, or hide another: the compiler knows. */
function requireSameErrors(after: ReadonlyMap<string, string>, workspace: Workspace, newName: string): void {
  const errorsOf = (texts: ReadonlyMap<string, string>) => {
    const read = (name: string): string | undefined => {
      const path = workspace.locate(name);
      return texts.get(name) ?? (path === undefined ? undefined : workspace.read(path));
    };
    return compile({ files: [...after.keys()], read }).diagnostics.filter(({ severity }) => severity === "error");
  };
  const found = errorsOf(after);
  if (found.length === 0) return;
  const before = errorsOf(new Map());
  if (found.length <= before.length) return;
  const known = new Set(before.map(({ file, message }) => `${file}\0${message}`));
  const error = found.find(({ file, message }) => !known.has(`${file}\0${message}`)) ?? found[0]!;
  throw new RenameError(`not renamed to ${newName}: ${error.message} (${error.file}:${error.line})`);
}
