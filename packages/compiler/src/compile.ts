import type { FileDescriptorProto } from "hawser/wkt";
import { BUNDLED_FILES } from "./bundled/bundled-files.js";
import { checkFile } from "./check/check-file.js";
import { ExtensionNumbers } from "./check/extension-numbers.js";
import type { CompileCache } from "./compile-cache.js";
import type { Diagnostic } from "./diagnostics/diagnostic.js";
import { Report } from "./diagnostics/report.js";
import type { FileUnit, MessageDefinition } from "./link/definition.js";
import { buildImportGraph, type ImportGraph, type ParsedFile } from "./link/import-graph.js";
import { linkFile } from "./link/link-file.js";
import { PublicImports } from "./link/public-imports.js";
import { Resolver } from "./link/resolver.js";
import { declareMembers, SymbolTree } from "./link/symbol-tree.js";
import { lowerFile, type SourceInfoKind } from "./lower/lower-file.js";
import { resolveFeatures } from "./options/features.js";
import { OptionInterpreter } from "./options/interpret.js";
import { SourceFile } from "./source/source-file.js";
import { parseFile } from "./syntax/parse.js";

/** What to compile. */
export interface CompileInput {
  /** The names of the files to compile, as they would be imported: with slashes, relative to the root of the sources. */
  readonly files: readonly string[];
  /**
   * Returns the text of a file by that name, or `undefined` if there is none. The google/protobuf files that come with
   * the compiler are used for names that it does not know.
   */
  readonly read: (path: string) => string | undefined;
  /**
   * Whether the descriptors get source info (places and comments); default false. With `"with-option-fields"` it has also the places
   * of fields inside of message values of options, which are not in protoc's.
   */
  readonly sourceInfo?: SourceInfoKind;
  /** Lets unchanged files be taken over from the compilation before. */
  readonly cache?: CompileCache;
}

/** What comes out. */
export interface CompileResult {
  /** False if there is an error: the descriptors are then incomplete. */
  readonly ok: boolean;
  /** The descriptors of all files, imports included and in front of what imports them. */
  readonly files: FileDescriptorProto[];
  /** The names of the files that were asked for, each once. */
  readonly entries: string[];
  /** Errors and warnings: imports first, then file by file in the order of the source. */
  readonly diagnostics: Diagnostic[];
}

/**
 * Compiles `.proto` files to descriptors. Never throws for anything that is wrong with the files: that is in
 * `diagnostics`, as many of them as one run can find.
 */
export function compile(input: CompileInput): CompileResult {
  const entries = [...new Set(input.files)];
  const compilation = new Compilation(input, new Set(entries));
  const graph = buildImportGraph(entries, (name) => compilation.load(name));
  const publicImports = new PublicImports(graph);
  for (const file of graph.sorted) compilation.link(file, graph, publicImports);
  input.cache?.turn();
  const diagnostics = [...graph.diagnostics, ...compilation.diagnostics];
  return {
    ok: !diagnostics.some((diagnostic) => diagnostic.severity === "error"),
    files: compilation.files,
    entries,
    diagnostics,
  };
}

/** What is said of the files to compile only: it is no concern of those who use a library. As in protoc. */
const ENTRIES_ONLY: ReadonlySet<string> = new Set([
  "unused-import",
  "option-import",
  "generic-services",
  "option-deprecated",
]);

class Compilation {
  readonly diagnostics: Diagnostic[] = [];
  readonly files: FileDescriptorProto[] = [];
  readonly #input: CompileInput;
  readonly #entries: ReadonlySet<string>;
  readonly #units = new Map<string, FileUnit>();
  readonly #tree = new SymbolTree();
  readonly #extensionNumbers = new ExtensionNumbers();

  constructor(input: CompileInput, entries: ReadonlySet<string>) {
    this.#input = input;
    this.#entries = entries;
  }

  /** Reads and parses a file, unless the cache has it. */
  load(name: string): ParsedFile | undefined {
    const text = this.#input.read(name) ?? BUNDLED_FILES.get(name);
    if (text === undefined) return undefined;
    const cached = this.#input.cache?.parsed(name, text);
    if (cached !== undefined) return cached;
    const parsed = parseText(name, text);
    this.#input.cache?.keepParsed(name, text, parsed);
    return parsed;
  }

  /** Links a file whose imports have been linked. */
  link(file: ParsedFile, graph: ImportGraph, publicImports: PublicImports): void {
    const imports = file.imports.map((node) => (graph.cyclic.has(node) ? undefined : this.#units.get(node.path)));
    const sourceInfo = this.#input.sourceInfo ?? false;
    // What other files have taken already says nothing about this one: it is not kept with it.
    const clashes = new Report(file.ast.source);
    const cached = this.#input.cache?.linked(file.name, imports, sourceInfo);
    if (cached !== undefined) {
      this.#tree.add(cached, clashes);
      this.#extensionNumbers.add(cached, clashes);
      this.#finish(cached, file, clashes.diagnostics);
      return;
    }
    const source = file.ast.source;
    const hasSyntaxErrors = file.diagnostics.some((diagnostic) => diagnostic.severity === "error");
    const unit = lowerFile(file.ast, new Report(source), hasSyntaxErrors ? false : sourceInfo);
    for (const [i, link] of unit.imports.entries()) link.unit = imports[i];
    unit.incomplete = hasSyntaxErrors || unit.imports.some((link) => link.unit === undefined || link.unit.incomplete);
    this.#tree.add(unit, unit.report);
    linkUnit(unit, this.#tree, publicImports);
    // After syntax errors there are statements missing, so that what else seems wrong may be fine.
    if (hasSyntaxErrors) unit.report.clear();
    else this.#extensionNumbers.add(unit, clashes);
    if (unit.report.errorCount === 0 && clashes.errorCount === 0 && !unit.incomplete) {
      this.#input.cache?.keepLinked(file.name, unit, imports, sourceInfo);
    }
    this.#finish(unit, file, clashes.diagnostics);
  }

  #finish(unit: FileUnit, file: ParsedFile, clashes: readonly Diagnostic[]): void {
    this.#units.set(unit.name, unit);
    this.files.push(unit.proto);
    const isEntry = this.#entries.has(unit.name);
    const found = [...file.diagnostics, ...unit.report.diagnostics, ...clashes].filter(
      (diagnostic) => isEntry || !ENTRIES_ONLY.has(diagnostic.code),
    );
    found.sort((a, b) => a.start - b.start);
    for (const diagnostic of found) this.diagnostics.push(diagnostic);
  }
}

/** Parses a text as the file `name`. */
export function parseText(name: string, text: string): ParsedFile {
  const source = new SourceFile(name, text);
  const report = new Report(source);
  const ast = parseFile(source, report);
  const imports = ast.elements.filter((element) => element.kind === "import");
  return { name, ast, diagnostics: report.diagnostics, imports };
}

/** Runs the phases from names to checks over one file. */
function linkUnit(unit: FileUnit, tree: SymbolTree, publicImports: PublicImports): void {
  declareMembers(unit);
  const resolver = new Resolver(unit, tree, publicImports);
  linkFile(unit, resolver);
  const options = new OptionInterpreter(unit, resolver, (name) => optionsType(tree, name));
  options.run(false);
  resolveFeatures(unit);
  options.run(true);
  unit.optionPlaces?.finish();
  unit.optionPlaces = undefined;
  checkFile(unit, resolver);
}

let builtin: SymbolTree | undefined;

/** A message of descriptor.proto: of the compiled one if there is one, else of the bundled one. */
function optionsType(tree: SymbolTree, fullName: string): MessageDefinition {
  const found = tree.find(fullName);
  if (found?.kind === "message") return found;
  builtin ??= linkBuiltin();
  return builtin.find(fullName) as MessageDefinition;
}

function linkBuiltin(): SymbolTree {
  const name = "google/protobuf/descriptor.proto";
  const { ast } = parseText(name, BUNDLED_FILES.get(name)!);
  const unit = lowerFile(ast, new Report(ast.source), false);
  const tree = new SymbolTree();
  tree.add(unit, unit.report);
  linkUnit(unit, tree, new PublicImports({ sorted: [], cyclic: new Set() })); // it imports nothing
  return tree;
}
