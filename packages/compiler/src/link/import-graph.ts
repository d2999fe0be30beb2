import type { Diagnostic } from "../diagnostics/diagnostic.js";
import { closest } from "../diagnostics/suggest.js";
import type { FileNode, ImportNode } from "../syntax/ast.js";

/** A file as the graph sees it: parsed, not yet linked. */
export interface ParsedFile {
  readonly name: string;
  readonly ast: FileNode;
  /** What the lexer and parser found. */
  readonly diagnostics: readonly Diagnostic[];
  /** Its imports in the order of the source. */
  readonly imports: readonly ImportNode[];
}

/** The files of a compilation in an order in which every file comes after what it imports. */
export interface ImportGraph {
  readonly sorted: readonly ParsedFile[];
  readonly diagnostics: Diagnostic[];
  /** Entries and imports that do not exist. */
  readonly missing: ReadonlySet<string>;
  /** The imports that would close a cycle; they are treated as if they were missing. */
  readonly cyclic: ReadonlySet<ImportNode>;
}

/** 100: finding the nearest of many names is the most expensive part of an error. */
const MAX_SUGGESTIONS = 100;

interface Visit {
  readonly file: ParsedFile;
  next: number;
  /** The import that led here. */
  readonly from: ImportNode | undefined;
}

/**
 * Follows the imports of `entries`, depth first and without recursion: a chain of imports may be as long as it likes.
 * `load` returns `undefined` for a file that does not exist.
 */
export function buildImportGraph(
  entries: readonly string[],
  load: (name: string) => ParsedFile | undefined,
): ImportGraph {
  const sorted: ParsedFile[] = [];
  const diagnostics: Diagnostic[] = [];
  const missing = new Set<string>();
  const cyclic = new Set<ImportNode>();
  const done = new Set<string>();
  const open = new Map<string, number>();
  const stack: Visit[] = [];

  const visit = (name: string, importer: ParsedFile | undefined, node: ImportNode | undefined): void => {
    if (done.has(name)) return;
    const at = open.get(name);
    if (at !== undefined) {
      cyclic.add(node!);
      const chain = chainText(stack, at);
      diagnostics.push(
        importError(importer!, node!, "import-cycle", `the file imports itself: ${chain} -> ${name}`, undefined),
      );
      return;
    }
    if (missing.has(name) && importer === undefined) return;
    const file = missing.has(name) ? undefined : load(name);
    if (file === undefined) {
      missing.add(name);
      if (importer === undefined) diagnostics.push(missingEntry(name));
      else {
        const near = missing.size > MAX_SUGGESTIONS ? undefined : (closest(name, done) ?? closest(name, open.keys()));
        const help =
          near === undefined
            ? "check the path, which is relative to the root of the sources (-I)"
            : `did you mean "${near}"?`;
        diagnostics.push(
          importError(importer, node!, "import-missing", `the imported file "${name}" was not found`, help),
        );
      }
      return;
    }
    open.set(name, stack.length);
    stack.push({ file, next: 0, from: node });
  };

  for (const entry of entries) {
    visit(entry, undefined, undefined);
    while (stack.length > 0) {
      const step = stack.at(-1)!;
      const node = step.file.imports[step.next++];
      if (node !== undefined) {
        visit(node.path, step.file, node);
        continue;
      }
      stack.pop();
      open.delete(step.file.name);
      done.add(step.file.name);
      sorted.push(step.file);
    }
  }
  return { sorted, diagnostics, missing, cyclic };
}

/** 7 names tell what a cycle is, and its first once more at the end; a long one is cut in the middle. */
function chainText(stack: readonly Visit[], from: number): string {
  const steps = stack.length - from <= 7 ? stack.slice(from) : [...stack.slice(from, from + 4), ...stack.slice(-2)];
  const names = steps.map((step) => step.file.name);
  if (stack.length - from > 7) names.splice(4, 0, "...");
  return names.join(" -> ");
}

function importError(
  importer: ParsedFile,
  node: ImportNode,
  code: string,
  message: string,
  help: string | undefined,
): Diagnostic {
  const { source, tokens } = importer.ast;
  const start = tokens.starts[node.pathFirst]!;
  const end = tokens.ends[node.pathLast]!;
  const { line, column } = source.position(start);
  return { severity: "error", code, message, file: source.name, line, column, start, end, help, source };
}

function missingEntry(name: string): Diagnostic {
  return {
    severity: "error",
    code: "file-missing",
    message: "the file was not found",
    file: name,
    line: 0,
    column: 0,
    start: 0,
    end: 0,
    help: undefined,
    source: undefined,
  };
}
