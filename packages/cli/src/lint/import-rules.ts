import { packageStability } from "../check/package-version.js";
import type { SchemaFile, SchemaImport } from "../schema/element.js";
import { BASIC, type LintRule, MINIMAL } from "./lint-rule.js";

/** What files may import. */
export const IMPORT_RULES: readonly LintRule[] = [
  {
    id: "IMPORT_NO_PUBLIC",
    categories: BASIC,
    isDefault: true,
    purpose: "Checks that imports are not public.",
    import({ file, name, isPublic, location }, { report }) {
      if (isPublic) report(file, location, `Import "${name}" must not be public.`);
    },
  },
  {
    id: "IMPORT_USED",
    categories: BASIC,
    isDefault: true,
    purpose: "Checks that imports are used.",
    import({ file, name, isUnused, location }, { report }) {
      if (isUnused) report(file, location, `Import "${name}" is unused.`);
    },
  },
  {
    id: "PACKAGE_NO_IMPORT_CYCLE",
    categories: MINIMAL,
    isDefault: true,
    purpose: "Checks that packages do not have import cycles.",
    v1: { categories: [], isDefault: false },
    schema({ allFiles, report }) {
      const graph = packageGraph(allFiles);
      for (const [name, imported] of graph) {
        for (const [other, imports] of imported) {
          const cycle = findCycle(graph, name, other);
          if (cycle === undefined) continue;
          for (const { file, location } of imports) {
            if (!file.isImport) report(file, location, `Package import cycle: ${cycle.join(" -> ")}`);
          }
        }
      }
    },
  },
  {
    id: "STABLE_PACKAGE_NO_IMPORT_UNSTABLE",
    categories: [],
    isDefault: false,
    purpose:
      "Checks that all files that have stable versioned packages do not import packages with unstable version packages.",
    v1: "unknown",
    schema({ files, report }) {
      const packages = new Map(files.map((file) => [file.name, file.package]));
      for (const file of files) {
        if (packageStability(file.package) !== "stable") continue;
        for (const { name, location } of file.imports) {
          const imported = packages.get(name);
          if (imported === undefined || packageStability(imported) !== "unstable") continue;
          report(
            file,
            location,
            `This file is in stable package "${file.package}", so it should not depend on "${name}" from unstable package "${imported}".`,
          );
        }
      }
    },
  },
];

/** Which packages import which others, and by which statements. Files without a package are left out. */
type PackageGraph = ReadonlyMap<string, ReadonlyMap<string, readonly SchemaImport[]>>;

function packageGraph(files: readonly SchemaFile[]): PackageGraph {
  const packages = new Map(files.map((file) => [file.name, file.package]));
  const graph = new Map<string, Map<string, SchemaImport[]>>();
  for (const file of files) {
    if (file.package === "") continue;
    let imported = graph.get(file.package);
    if (imported === undefined) graph.set(file.package, (imported = new Map()));
    for (const each of file.imports) {
      const other = packages.get(each.name);
      if (other === undefined || other === "" || other === file.package) continue;
      const statements = imported.get(other);
      if (statements === undefined) imported.set(other, [each]);
      else statements.push(each);
    }
  }
  return graph;
}

/**
 * The shortest way of imports from `name` over `other` back to `name`, with `name` at both ends. A search in breadth visits
 * each package once, where following every way would take time that doubles with each package.
 */
function findCycle(graph: PackageGraph, name: string, other: string): string[] | undefined {
  const cameFrom = new Map<string, string>([[other, name]]);
  const pending = [other];
  for (let at = pending.shift(); at !== undefined; at = pending.shift()) {
    for (const next of graph.get(at)?.keys() ?? []) {
      if (next === name) return [...wayTo(cameFrom, name, at), name];
      if (cameFrom.has(next)) continue;
      cameFrom.set(next, at);
      pending.push(next);
    }
  }
  return undefined;
}

function wayTo(cameFrom: ReadonlyMap<string, string>, start: string, end: string): string[] {
  const way = [end];
  for (let at = end; at !== start; ) {
    at = cameFrom.get(at)!;
    way.unshift(at);
  }
  return way;
}
