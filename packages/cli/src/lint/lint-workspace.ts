import type { Diagnostic } from "@hawser/compiler";
import type { FileDescriptorProto } from "hawser/wkt";
import { type Finding, sortFindings } from "../check/finding.js";
import type { Workspace } from "../check/workspace.js";
import { lint } from "./lint.js";
import { protovalidateFor } from "./protovalidate/load-protovalidate.js";

/** Checks each module of a workspace by its own rules. The schema has to be without errors. */
export async function lintWorkspace({ schema, modules }: Workspace): Promise<Finding[]> {
  const protovalidate = await protovalidateFor(schema.files);
  const byPath = findUnusedImports(schema.diagnostics);
  const unusedImports = new Map(schema.entries.map((name) => [name, byPath.get(schema.pathOf(name)) ?? NONE]));
  const findings = modules.flatMap(({ entries, lint: config }) => {
    const files = modules.length > 1 ? withImports(schema.files, entries) : schema.files;
    return lint({ files, entries, unusedImports, protovalidate }, config);
  });
  return sortFindings(findings);
}

const NONE: ReadonlySet<string> = new Set();

/** The imports that the compiler found unused, by file, as its diagnostics call it. */
export function findUnusedImports(diagnostics: readonly Diagnostic[]): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  for (const { code, file, source, start, end } of diagnostics) {
    if (code !== "unused-import" || source === undefined) continue;
    const name = importedName(source.text.slice(start, end));
    const names = found.get(file);
    if (names === undefined) found.set(file, new Set([name]));
    else names.add(name);
  }
  return found;
}

/** The name in an import statement: literals next to each other are one. */
function importedName(statement: string): string {
  return [...statement.matchAll(/"([^"]*)"|'([^']*)'/g)].map(([, double, single]) => double ?? single).join("");
}

/** The files of those names and all that they import, in the order they have. */
function withImports(files: readonly FileDescriptorProto[], names: readonly string[]): FileDescriptorProto[] {
  const byName = new Map(files.map((file) => [file.name, file]));
  const wanted = new Set<string>(names);
  for (const name of wanted) for (const imported of byName.get(name)?.dependency ?? []) wanted.add(imported);
  return files.filter((file) => wanted.has(file.name ?? ""));
}
