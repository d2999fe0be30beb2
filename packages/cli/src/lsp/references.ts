import type { Location } from "vscode-languageserver";
import type { Declaration, FileIndex } from "./declaration.js";
import { findTarget, mentionsOf } from "./find-target.js";
import { tokenLocation } from "./ranges.js";
import type { Workspace } from "./workspace.js";

/** All places in the workspace that name what is at an offset; of a file, its imports. */
export function findReferences(
  file: FileIndex,
  offset: number,
  withDeclaration: boolean,
  workspace: Workspace,
): Location[] {
  const target = findTarget(file, offset, workspace);
  if (target === undefined) return [];
  if (target.kind === "import") {
    return filesOf(workspace, file).flatMap((each) =>
      each.imports
        .filter(({ path }) => path === target.node.path)
        .map(({ pathFirst, pathLast }) => tokenLocation(each, pathFirst, pathLast, workspace)),
    );
  }
  const { declaration } = target;
  return filesOf(workspace, declaration.file, file).flatMap((each) =>
    mentionsOf(declaration, each, workspace)
      .filter(({ token }) => withDeclaration || !isOwnName(declaration, each, token))
      .map(({ token }) => tokenLocation(each, token, token, workspace)),
  );
}

/** The files of the workspace, with those that a question is about: they may lie outside. */
export function filesOf(workspace: Workspace, ...also: readonly FileIndex[]): FileIndex[] {
  const paths = new Set([...also.map(({ path }) => path), ...workspace.allPaths()]);
  return [...paths].map((path) => workspace.index(path)).filter((index) => index !== undefined);
}

function isOwnName(declaration: Declaration, file: FileIndex, token: number): boolean {
  return file.path === declaration.file.path && token === declaration.nameToken;
}
