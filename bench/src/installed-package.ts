import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** A package as npm has installed it. */
export interface InstalledPackage {
  readonly folder: string;
  readonly version: string;
  readonly dependencies: readonly string[];
}

const here = dirname(fileURLToPath(import.meta.url));

/** Finds a package as Node would from `from` (default: this suite); undefined if it is not installed. */
export function findPackage(name: string, from: string = here): InstalledPackage | undefined {
  for (let folder = from; ; folder = dirname(folder)) {
    const candidate = join(folder, "node_modules", name);
    if (existsSync(join(candidate, "package.json"))) return readPackage(candidate);
    if (folder === dirname(folder)) return undefined;
  }
}

/** The packages and everything they depend on, each folder once. */
export function closureOf(names: readonly string[]): InstalledPackage[] {
  const found = new Map<string, InstalledPackage>();
  const visit = (name: string, from: string): void => {
    const installed = findPackage(name, from);
    if (installed === undefined || found.has(installed.folder)) return;
    found.set(installed.folder, installed);
    for (const dependency of installed.dependencies) visit(dependency, installed.folder);
  };
  for (const name of names) visit(name, here);
  return [...found.values()];
}

/** Bytes of all files of a package, without those of packages nested in it. */
export function sizeOf(folder: string): number {
  let bytes = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isFile()) bytes += statSync(path).size;
    else if (entry.isDirectory() && entry.name !== "node_modules") bytes += sizeOf(path);
  }
  return bytes;
}

function readPackage(folder: string): InstalledPackage {
  const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as {
    version: string;
    dependencies?: Record<string, string>;
    optionalDependencies?: Record<string, string>;
  };
  const dependencies = Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies });
  return { folder, version: manifest.version, dependencies };
}
