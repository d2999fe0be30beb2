import { dirname, isAbsolute, join, relative, resolve, sep } from "node:path";
import { CliError } from "../cli-error.js";
import { displayPath } from "./display-path.js";
import { DISK, type FileTree } from "./file-tree.js";

/** Where `.proto` files are looked for when no input is given; a file below it is named relative to it. */
export const DEFAULT_INPUT = "proto";

/**
 * The `.proto` files of one run: which were asked for, under which names, and where imports are found. Names are
 * those that `import` uses: with forward slashes, relative to an import root.
 */
export class SourceSet {
  /** The absolute paths of the files that were asked for, by name. */
  readonly entries: ReadonlyMap<string, string>;
  /** The directories in which names are looked for, in that order. */
  readonly roots: readonly string[];
  /** Where the files are. */
  readonly tree: FileTree;
  readonly #located = new Map<string, string | undefined>();

  constructor(entries: ReadonlyMap<string, string>, roots: readonly string[], tree: FileTree = DISK) {
    this.entries = entries;
    this.roots = roots;
    this.tree = tree;
  }

  /** The absolute path of the file of that name, or `undefined` if no import root has it. */
  locate(name: string): string | undefined {
    const entry = this.entries.get(name);
    if (entry !== undefined) return entry;
    if (this.#located.has(name)) return this.#located.get(name);
    const path = this.candidates(name).find((candidate) => this.tree.kindOf(candidate) === "file");
    this.#located.set(name, path);
    return path;
  }

  /** The absolute paths at which a file of that name is looked for. */
  candidates(name: string): string[] {
    return isImportName(name) ? this.roots.map((root) => join(root, name)) : [];
  }

  /** The absolute paths of the imports that were found and are no entries. */
  found(): string[] {
    return [...this.#located.values()].filter((path) => path !== undefined);
  }

  /** The absolute paths at which an import was looked for and not found. */
  missed(): string[] {
    return [...this.#located].flatMap(([name, path]) => (path === undefined ? this.candidates(name) : []));
  }
}

/**
 * Finds the files of the inputs.
 *
 * @param inputs directories and files; none means `proto/`
 * @param protoPaths the directories that imports are relative to, in the order in which they are searched
 * @param tree where they are; default the disk
 * @throws CliError if an input or a directory does not exist, there are no .proto files, or two files have one name
 */
export function findSources(
  inputs: readonly string[],
  protoPaths: readonly string[],
  tree: FileTree = DISK,
): SourceSet {
  const importRoots = protoPaths.map((path) => resolve(path));
  for (const root of importRoots) requireDirectory(root, tree);
  const given = (inputs.length > 0 ? inputs : [DEFAULT_INPUT]).map((input) =>
    inspect(input, inputs.length === 0, tree),
  );
  const directories = given.filter((input) => input.isDirectory).map((input) => input.path);
  const roots = new Set(importRoots);
  const entries = new Map<string, string>();
  const seen = new Set<string>();
  const add = (path: string, root: string): void => {
    if (seen.has(path)) return;
    seen.add(path);
    roots.add(root);
    const name = relative(root, path).replaceAll(sep, "/");
    const other = entries.get(name);
    if (other !== undefined) throw sameName(name, other, path);
    entries.set(name, path);
  };
  for (const input of given) {
    const root =
      importRoots.find((candidate) => contains(candidate, input.path)) ??
      (input.isDirectory
        ? outermost(directories, input.path)
        : ([...directories, resolve(DEFAULT_INPUT)].find((directory) => contains(directory, input.path)) ??
          dirname(input.path)));
    for (const path of input.isDirectory ? tree.protoFiles(input.path) : [input.path]) add(path, root);
    roots.add(root);
  }
  if (entries.size === 0) {
    throw new CliError(
      `no .proto files in ${given.map((input) => displayPath(input.path)).join(", ")}`,
      "name a directory that has some, or the files",
    );
  }
  return new SourceSet(entries, [...roots], tree);
}

interface Input {
  readonly path: string;
  readonly isDirectory: boolean;
}

function inspect(input: string, isDefault: boolean, tree: FileTree): Input {
  const path = resolve(input);
  const found = tree.kindOf(path);
  if (found === undefined) {
    throw isDefault
      ? new CliError(
          `there is no directory ${DEFAULT_INPUT}/ here (${process.cwd()})`,
          `create it, or name the directory or the files behind the command`,
        )
      : new CliError(`the input ${input} does not exist`, "check the path, which is relative to the working directory");
  }
  if (found !== "directory" && !(found === "file" && input.endsWith(".proto"))) {
    throw new CliError(`the input ${input} is neither a directory nor a .proto file`, "name one of these");
  }
  return { path, isDirectory: found === "directory" };
}

function requireDirectory(path: string, tree: FileTree): void {
  if (tree.kindOf(path) === "directory") return;
  throw new CliError(
    `the import root ${displayPath(path)} (--proto-path) is not a directory`,
    "name the directory that the paths in import statements are relative to",
  );
}

function sameName(name: string, first: string, second: string): CliError {
  return new CliError(
    `${displayPath(first)} and ${displayPath(second)} are both ${name} to an import: one would hide the other`,
    "give a directory above both as their import root (--proto-path), or name them in two runs",
  );
}

/** The outermost of the directories that contain `path`, or are it. */
function outermost(directories: readonly string[], path: string): string {
  return directories.reduce((best, candidate) => (contains(candidate, best) ? candidate : best), path);
}

/** Whether `path` is `directory` or below it. */
export function contains(directory: string, path: string): boolean {
  const from = relative(directory, path);
  return from !== ".." && !from.startsWith(`..${sep}`) && !isAbsolute(from);
}

/**
 * Whether a name stays below its root whatever the root is. The name comes from the text of an import, so that it could
 * lead to any file of the machine, or with --include-imports write one.
 */
function isImportName(name: string): boolean {
  if (name === "" || /[\0\\]/.test(name) || isAbsolute(name) || /^[A-Za-z]:/.test(name)) return false;
  return name.split("/").every((part) => part !== "" && part !== "." && part !== "..");
}

/** Whether there is a file, or a link to one. */
export function isFile(path: string): boolean {
  return DISK.kindOf(path) === "file";
}
