import { join } from "node:path";
import {
  CompileCache,
  type CompileResult,
  compile,
  type Diagnostic,
  type GeneratedFile,
  generateFiles,
} from "@hawser/compiler";
import { CliError } from "../cli-error.js";
import { displayPath } from "./display-path.js";
import { OutputFolder, type WriteResult } from "./output-folder.js";
import { findSources, type SourceSet } from "./source-set.js";

/** What to generate, and how. */
export interface GenerateSettings {
  /** Directories and files; none means `proto/`. */
  readonly inputs: readonly string[];
  /** Where the code goes. */
  readonly out: string;
  /** The import roots, in the order in which they are searched. */
  readonly protoPaths: readonly string[];
  readonly importExtension: "js" | "ts" | "none";
  readonly typesOnly: boolean;
  readonly includeImports: boolean;
}

/** What became of one run. */
export interface GenerateResult extends WriteResult {
  /** False if a file has an error: nothing was written then. */
  readonly ok: boolean;
  /** Errors and warnings; their files are paths relative to the working directory. */
  readonly diagnostics: readonly Diagnostic[];
}

/** Generates the code of a set of inputs, again and again: what has not changed since the run before is taken from it. */
export class Generator {
  readonly #settings: GenerateSettings;
  readonly #cache = new CompileCache();
  readonly #output: OutputFolder;

  constructor(settings: GenerateSettings) {
    this.#settings = settings;
    this.#output = new OutputFolder(settings.out);
  }

  /**
   * Reads, compiles and generates everything, then writes it. Errors in the files are in the result.
   *
   * @throws CliError if an input cannot be found or read, or the output not be written
   */
  run(): GenerateResult {
    const sources = findSources(this.#settings.inputs, this.#settings.protoPaths);
    this.#output.check();
    const result = compile({
      files: [...sources.entries.keys()],
      read: (name) => sources.read(name),
      sourceInfo: true,
      cache: this.#cache,
    });
    const diagnostics = result.diagnostics.map((diagnostic) => located(diagnostic, sources));
    if (!result.ok) return { ok: false, diagnostics, written: [], unchanged: [] };
    const toGenerate = this.#settings.includeImports
      ? result.files.map((file) => file.name ?? "").filter((name) => sources.locate(name) !== undefined)
      : result.entries;
    const { importExtension, typesOnly } = this.#settings;
    const generated = generateFiles(linked(result.files), { toGenerate, importExtension, typesOnly });
    requireDistinct(generated, toGenerate, sources);
    return { ok: true, diagnostics, ...this.#output.write(generated) };
  }
}

type LinkedFiles = Parameters<typeof generateFiles>[0];

/** The compiler writes the numbers of enums where the generator reads them as the enums' closed types. */
function linked(files: CompileResult["files"]): LinkedFiles {
  return files as unknown as LinkedFiles;
}

/** The diagnostic with the path of the file in the place of its name. */
function located(diagnostic: Diagnostic, sources: SourceSet): Diagnostic {
  const path = sources.locate(diagnostic.file);
  return path === undefined ? diagnostic : { ...diagnostic, file: displayPath(path) };
}

/** An import may name a file that does not end in `.proto`, so that different names can give the same path. */
function requireDistinct(generated: readonly GeneratedFile[], names: readonly string[], sources: SourceSet): void {
  const seen = new Map<string, string>();
  for (const [i, { path }] of generated.entries()) {
    const name = names[i]!;
    const other = seen.get(path);
    if (other !== undefined) {
      const both = [other, name].map((each) => displayPath(sources.locate(each) ?? each));
      throw new CliError(`${both.join(" and ")} would both be generated to ${join(path)}`, "rename one of them");
    }
    seen.set(path, name);
  }
}
