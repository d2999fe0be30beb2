import { resolve } from "node:path";
import {
  CompileCache,
  type CompileResult,
  compile,
  type Diagnostic,
  type GeneratedFile,
  runtimeDoor,
} from "@hawser/compiler";
import { CliError } from "../cli-error.js";
import { displayPath } from "../input/display-path.js";
import { locatedDiagnostic } from "../input/located-diagnostic.js";
import { findSources, type SourceSet } from "../input/source-set.js";
import { TextCache } from "../input/text-cache.js";
import { type PluginSettings, runPlugin } from "../plugin/run-plugin.js";
import { IncrementalEmit } from "./incremental-emit.js";
import { OutputFolder, type WriteResult } from "./output-folder.js";
import { TextVersions } from "./text-versions.js";

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
  /** Programs that generate code of other kinds from the same files. */
  readonly plugins: readonly PluginSettings[];
}

/** What became of one run. */
export interface GenerateResult extends WriteResult {
  /** False if a file has an error: nothing was written then. */
  readonly ok: boolean;
  /** Errors and warnings; their files are paths relative to the working directory. */
  readonly diagnostics: readonly Diagnostic[];
  /** Whether anything was read that the run before had not read, or written. */
  readonly isNews: boolean;
  /** The absolute paths of the imports that are no inputs. */
  readonly imports: readonly string[];
  /** The absolute paths at which an import was looked for and not found. */
  readonly missed: readonly string[];
}

/** Generates the code of a set of inputs, again and again: what has not changed since the run before is taken from it. */
export class Generator {
  readonly #settings: GenerateSettings;
  readonly #compiled = new CompileCache();
  readonly #texts = new TextCache();
  readonly #versions = new TextVersions();
  readonly #emit: IncrementalEmit;
  readonly #output: OutputFolder;
  /** What the plugins have generated, by directory. */
  readonly #pluginFiles = new Map<string, GeneratedFile[]>();
  readonly #pluginOutputs = new Map<string, OutputFolder>();
  /** For what the plugins have run last. */
  #pluginsRan: string | undefined;
  #seen = "";

  constructor(settings: GenerateSettings) {
    this.#settings = settings;
    this.#emit = new IncrementalEmit(settings, this.#versions);
    this.#output = new OutputFolder(settings.out);
  }

  /** Has the next run read this file even if it looks unchanged. */
  forget(path: string): void {
    this.#texts.forget(path);
  }

  /**
   * Reads, compiles and generates everything, then writes it. Errors in the files are in the result.
   *
   * @throws CliError if an input cannot be found or read, or the output not be written
   */
  run(): GenerateResult {
    const sources = findSources(this.#settings.inputs, this.#settings.protoPaths);
    this.#output.check();
    const notUtf8 = new Set<string>();
    const result = compile({
      files: [...sources.entries.keys()],
      read: (name) => {
        const path = sources.locate(name);
        const text = path === undefined ? undefined : this.#texts.read(path);
        if (path !== undefined && !this.#texts.isUtf8(path)) notUtf8.add(path);
        this.#versions.note(name, text);
        return text;
      },
      sourceInfo: true,
      cache: this.#compiled,
    });
    const diagnostics = [
      ...[...notUtf8].map(encodingWarning),
      ...result.diagnostics.map((diagnostic) => locatedDiagnostic(diagnostic, sources)),
    ];
    const imports = sources.found();
    const missed = sources.missed();
    if (!result.ok) {
      return { ok: false, diagnostics, written: [], unchanged: [], isNews: this.#isNews(sources), imports, missed };
    }
    const toGenerate = this.#settings.includeImports ? withImports(result, sources) : result.entries;
    const generated = this.#emit.emit(result.files, toGenerate);
    requireDistinct(
      generated.map((file) => file.path),
      toGenerate,
      sources,
    );
    const output = this.#write(generated, result, toGenerate);
    diagnostics.push(...this.#withoutCode(result, toGenerate, sources));
    return {
      ok: true,
      diagnostics,
      ...output,
      isNews: this.#isNews(sources) || output.written.length > 0,
      imports,
      missed,
    };
  }

  /** Writes our own code and that of the plugins; nothing if one of these fails. */
  #write(generated: readonly GeneratedFile[], result: CompileResult, toGenerate: readonly string[]): WriteResult {
    const key = `${this.#versions.changes}\n${toGenerate.join("\n")}`;
    if (key !== this.#pluginsRan) {
      this.#pluginFiles.clear();
      for (const plugin of this.#settings.plugins) {
        const path = resolve(plugin.out);
        const before = this.#pluginFiles.get(path) ?? [];
        const files = runPlugin(plugin, result, toGenerate, before);
        const replaced = new Set(files.map((file) => file.path));
        this.#pluginFiles.set(path, [...before.filter((file) => !replaced.has(file.path)), ...files]);
      }
      this.#pluginsRan = key;
    }
    const results = [this.#output.write(generated)];
    for (const [path, files] of this.#pluginFiles) {
      let output = this.#pluginOutputs.get(path);
      if (output === undefined) this.#pluginOutputs.set(path, (output = new OutputFolder(path)));
      output.check();
      results.push(output.write(files));
    }
    return {
      written: results.flatMap(({ written }) => written).sort(),
      unchanged: results.flatMap(({ unchanged }) => unchanged).sort(),
    };
  }

  #isNews(sources: SourceSet): boolean {
    const seen = `${this.#versions.changes}\n${[...sources.entries.keys()].join("\n")}`;
    const isNews = seen !== this.#seen;
    this.#seen = seen;
    return isNews;
  }

  /** Warns of imports whose code is neither generated now nor there already: the code that imports it would not build. */
  #withoutCode(result: CompileResult, toGenerate: readonly string[], sources: SourceSet): Diagnostic[] {
    const generated = new Set(toGenerate);
    const importers = new Map<string, string>();
    for (const file of result.files) {
      if (!generated.has(file.name ?? "")) continue;
      for (const name of file.dependency) if (!importers.has(name)) importers.set(name, file.name ?? "");
    }
    return [...importers]
      .filter(([name]) => !generated.has(name) && sources.locate(name) !== undefined && runtimeDoor(name) === undefined)
      .filter(([name]) => !this.#output.hasCodeOf(name))
      .map(([name, importer]) =>
        fileWarning(
          sources.locate(importer)!,
          "import-without-code",
          `it imports "${name}", for which there is no code in ${displayPath(this.#output.path)}`,
          "generate the imports too (--include-imports), or name that file as an input",
        ),
      );
  }
}

function withImports(result: CompileResult, sources: SourceSet): string[] {
  return result.files
    .map((file) => file.name ?? "")
    .filter(
      (name) => sources.entries.has(name) || (sources.locate(name) !== undefined && runtimeDoor(name) === undefined),
    );
}

function encodingWarning(path: string): Diagnostic {
  return fileWarning(
    path,
    "not-utf8",
    "the file is not UTF-8; bytes that are no part of a character are read as U+FFFD",
    "save it as UTF-8",
  );
}

function fileWarning(path: string, code: string, message: string, help: string): Diagnostic {
  const file = displayPath(path);
  return { severity: "warning", code, message, file, line: 0, column: 0, start: 0, end: 0, help, source: undefined };
}

/** An import may name a file that does not end in `.proto`, so that two names can give one path. */
function requireDistinct(paths: readonly string[], names: readonly string[], sources: SourceSet): void {
  const seen = new Map<string, string>();
  for (const [i, path] of paths.entries()) {
    const name = names[i]!;
    const other = seen.get(path);
    if (other !== undefined) {
      const both = [other, name].map((each) => displayPath(sources.locate(each) ?? each));
      throw new CliError(`${both.join(" and ")} would both be generated to ${path}`, "rename one of them");
    }
    seen.set(path, name);
  }
}
