import { dirname, join, relative, resolve } from "node:path";
import { type BreakingConfig, DEFAULT_BREAKING_CONFIG } from "../breaking/breaking-config.js";
import { CliError } from "../cli-error.js";
import { DISK, type FileTree } from "../input/file-tree.js";
import { compileSourceSet, isDescriptorSet, loadSchema, type Schema, type SchemaInput } from "../input/load-schema.js";
import { contains, findSources, SourceSet } from "../input/source-set.js";
import { DEFAULT_LINT_CONFIG, type LintConfig } from "../lint/lint.js";
import { type BufModule, parseBufWorkYaml, parseBufYaml } from "./buf-yaml.js";

const BUF_YAML = "buf.yaml";
const BUF_WORK_YAML = "buf.work.yaml";

/** Files that are checked by the same rules. */
export interface CheckedModule {
  /** Its directory, relative to that of the configuration; `.` if there is only one. */
  readonly path: string;
  /** The names of its files. */
  readonly entries: readonly string[];
  readonly lint: LintConfig;
  readonly breaking: BreakingConfig;
}

/** A schema with the modules it is made of. */
export interface Workspace {
  readonly schema: Schema;
  readonly modules: readonly CheckedModule[];
}

/** What to load a workspace from. */
export interface WorkspaceInput {
  /** As for a schema; none means the modules of the `buf.yaml`, or `proto/` if there is none. */
  readonly inputs: readonly string[];
  readonly protoPaths: readonly string[];
  /** The path of a `buf.yaml`; default: the nearest at or above the first input. */
  readonly config?: string | undefined;
  /** Where the files are; default the disk. */
  readonly tree?: FileTree;
  readonly cache?: SchemaInput["cache"];
}

/**
 * Compiles the inputs, with places and comments, and finds out which rules apply to which of them. Errors in `.proto` files
 * are in the schema's diagnostics.
 *
 * @throws CliError if an input or a configuration file cannot be found, read or understood
 */
export async function loadWorkspace(input: WorkspaceInput): Promise<Workspace> {
  const { inputs, protoPaths, tree = DISK, cache } = input;
  const modules = findModules(input, tree);
  if (inputs.some(isDescriptorSet)) {
    const schema = await loadSchema({ inputs, protoPaths });
    return { schema, modules: [configured(schema.entries, modules[0])] };
  }
  const directories = modules.map(({ directory }) => directory);
  const found = findSources(
    inputs.length > 0 ? inputs : directories.map((directory) => relative(process.cwd(), directory) || "."),
    // The directory of a module is what its imports are relative to. Those below others come first.
    [...protoPaths, ...directories.sort((a, b) => b.length - a.length)],
    tree,
  );
  const moduleOf = (path: string): FoundModule | undefined =>
    modules
      .filter(({ directory }) => contains(directory, path))
      .sort((a, b) => b.directory.length - a.directory.length)[0];
  const entries = new Map<string, string>();
  const byModule = new Map<FoundModule | undefined, string[]>();
  for (const [name, path] of found.entries) {
    const module = moduleOf(path);
    if (module !== undefined && isLeftOut(module, path)) continue;
    entries.set(name, path);
    const names = byModule.get(module);
    if (names === undefined) byModule.set(module, [name]);
    else names.push(name);
  }
  if (entries.size === 0) throw new CliError("the modules' excludes leave no .proto files", "change the buf.yaml");
  const schema = compileSourceSet(new SourceSet(entries, found.roots, tree), {
    sourceInfo: "with-option-fields",
    ...(cache === undefined ? {} : { cache }),
  });
  return { schema, modules: [...byModule].map(([module, names]) => configured(names, module)) };
}

interface FoundModule {
  /** Absolute. */
  readonly directory: string;
  /** Relative to where the configuration begins. */
  readonly path: string;
  readonly module: BufModule;
}

function configured(entries: readonly string[], found: FoundModule | undefined): CheckedModule {
  return {
    path: found?.path ?? ".",
    entries,
    lint: found?.module.lint ?? DEFAULT_LINT_CONFIG,
    breaking: found?.module.breaking ?? DEFAULT_BREAKING_CONFIG,
  };
}

function isLeftOut({ directory, module: { includes, excludes } }: FoundModule, path: string): boolean {
  const isIn = (each: string): boolean => contains(join(directory, each), path);
  return (includes.length > 0 && !includes.some(isIn)) || excludes.some(isIn);
}

function findModules({ inputs, config }: WorkspaceInput, tree: FileTree): FoundModule[] {
  if (config !== undefined) {
    const path = resolve(config);
    const text = tree.read(path);
    if (text === undefined) throw new CliError(`there is no ${config}`, "check the path given with --config");
    return modulesOf(text, path);
  }
  const first = inputs.find((each) => !isDescriptorSet(each));
  const start = resolve(first ?? ".");
  const near = nearest(tree.kindOf(start) === "directory" ? start : dirname(start), tree);
  const workspace = near?.work;
  if (workspace !== undefined) {
    const listed = parseBufWorkYaml(workspace.text, display(workspace.path));
    return listed.flatMap((each) => {
      const directory = join(dirname(workspace.path), each);
      const path = join(directory, BUF_YAML);
      return modulesOf(tree.read(path) ?? "version: v1\n", path).map((module) => ({ ...module, path: each }));
    });
  }
  return near?.own === undefined ? [] : modulesOf(near.own.text, near.own.path);
}

interface ConfigFile {
  readonly path: string;
  readonly text: string;
}

/** The nearest `buf.yaml`, and the `buf.work.yaml` above it if that lists its directory. Ends where the repository does. */
function nearest(start: string, tree: FileTree): { own?: ConfigFile; work?: ConfigFile } | undefined {
  let own: ConfigFile | undefined;
  for (let directory = start; ; directory = dirname(directory)) {
    const workPath = join(directory, BUF_WORK_YAML);
    const work = tree.read(workPath);
    if (work !== undefined) {
      const listed = parseBufWorkYaml(work, display(workPath)).map((each) => join(directory, each));
      const ownDirectory = own === undefined ? undefined : dirname(own.path);
      if (ownDirectory === undefined || listed.includes(ownDirectory)) return { work: { path: workPath, text: work } };
    }
    const path = join(directory, BUF_YAML);
    const text = own === undefined ? tree.read(path) : undefined;
    if (text !== undefined) own = { path, text };
    if (dirname(directory) === directory || DISK.kindOf(join(directory, ".git")) !== undefined) break;
  }
  return own === undefined ? undefined : { own };
}

function modulesOf(text: string, path: string): FoundModule[] {
  return parseBufYaml(text, display(path)).modules.map((module) => ({
    directory: join(dirname(path), module.path),
    path: module.path,
    module,
  }));
}

function display(path: string): string {
  return relative(process.cwd(), path) || path;
}
