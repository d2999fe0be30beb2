import { type Finding, sortFindings } from "../check/finding.js";
import type { Workspace } from "../check/workspace.js";
import { breaking } from "./breaking.js";

/**
 * Compares two workspaces: each module by its own rules, those of today. Both schemas have to be without errors.
 *
 * @param excludeImports whether only files of the modules are looked at, and not those that they import
 */
export function breakingWorkspace(now: Workspace, before: Workspace, excludeImports: boolean): Finding[] {
  const schemas = { now: now.schema.files, before: before.schema.files };
  const owners = new Map<string, number>();
  const own = (workspace: Workspace, indexOf: (path: string) => number): void => {
    for (const { path, entries } of workspace.modules) for (const name of entries) owners.set(name, indexOf(path));
  };
  // A module that is gone is judged by the first one's rules.
  own(before, (path) =>
    Math.max(
      0,
      now.modules.findIndex((module) => module.path === path),
    ),
  );
  own(now, (path) => now.modules.findIndex((module) => module.path === path));
  const imports = [...schemas.now, ...schemas.before]
    .map((file) => file.name ?? "")
    .filter((name) => !owners.has(name));
  const findings = now.modules.flatMap(({ breaking: config }, i) => {
    const entries = [...owners].filter(([, owner]) => owner === i).map(([name]) => name);
    return breaking({ ...schemas, entries: excludeImports ? entries : [...entries, ...imports] }, config);
  });
  return sortFindings(findings);
}
