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
      const importers = reversed(graph);
      for (const [name, imported] of graph) {
        if (!importers.has(name)) continue;
        const next = waysTo(importers, name);
        for (const [other, imports] of imported) {
          if (!next.has(other)) continue;
          const cycle = [name, ...way(next, other, name), name];
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

/** The packages that import each. */
function reversed(graph: PackageGraph): ReadonlyMap<string, readonly string[]> {
  const importers = new Map<string, string[]>();
  for (const [name, imported] of graph) {
    for (const other of imported.keys()) {
      const others = importers.get(other);
      if (others === undefined) importers.set(other, [name]);
      else others.push(name);
    }
  }
  return importers;
}

/**
 * For each package that imports `name`, itself or through others, the next one on the shortest way there. A search in breadth
 * visits each package once, where following every way would take time that doubles with each package.
 */
function waysTo(importers: ReadonlyMap<string, readonly string[]>, name: string): ReadonlyMap<string, string> {
  const next = new Map<string, string>();
  const pending = [name];
  // An array that grows goes on being walked.
  for (const at of pending) {
    for (const importer of importers.get(at) ?? []) {
      if (importer === name || next.has(importer)) continue;
      next.set(importer, at);
      pending.push(importer);
    }
  }
  return next;
}

/** From `start` to the one in front of `end`. */
function way(next: ReadonlyMap<string, string>, start: string, end: string): string[] {
  const names: string[] = [];
  for (let at = start; at !== end; at = next.get(at)!) names.push(at);
  return names;
}
