import {
  CompileCache,
  type Diagnostic as CompilerDiagnostic,
  compile,
  type FileDescriptorProto,
} from "@hawser/compiler";
import { type Diagnostic, DiagnosticSeverity, DiagnosticTag, type Position } from "vscode-languageserver";
import type { TextDocument } from "vscode-languageserver-textdocument";
import type { Finding } from "../check/finding.js";
import { lint } from "../lint/lint.js";
import { findUnusedImports } from "../lint/lint-workspace.js";
import { hasRules, loadProtovalidate } from "../lint/protovalidate/load-protovalidate.js";
import type { MakeProtovalidateChecker } from "../lint/protovalidate/protovalidate-checker.js";
import { documentOf, tokenRange } from "./ranges.js";
import { MAX_FILE_LENGTH, type Workspace } from "./workspace.js";

/** 200: what is wrong with one file at most; an editor shows a few. */
const MAX_DIAGNOSTICS = 200;

/** Finds what is wrong with the files that are open. What has not changed since the last time is not compiled again. */
export class Diagnoser {
  readonly #workspace: Workspace;
  readonly #log: (message: string) => void;
  readonly #cache = new CompileCache();
  #protovalidate: MakeProtovalidateChecker | undefined;
  #hasTriedToLoad = false;
  /** Ends when more can be found than in the last run, which is not worth showing: what checks rules of buf.validate is loaded when there are some. */
  loading: Promise<void> | undefined;

  constructor(workspace: Workspace, log: (message: string) => void) {
    this.#workspace = workspace;
    this.#log = log;
  }

  /** The diagnostics of every open file, by path; an empty list says that there are none. */
  run(): Map<string, Diagnostic[]> {
    const found = new Map<string, Diagnostic[]>();
    const byName = new Map<string, string>();
    const alone: [string, string][] = [];
    for (const [path, document] of this.#workspace.documents) {
      found.set(path, []);
      if (document.getText().length > MAX_FILE_LENGTH) {
        found.get(path)!.push(tooLong());
        continue;
      }
      const name = this.#workspace.nameOf(path);
      // Two files of one name would hide each other, and what is outside every folder has imports of its own.
      if (byName.has(name) || this.#workspace.locate(name) !== path) alone.push([name, path]);
      else byName.set(name, path);
    }
    this.#compile(byName, found, this.#cache);
    for (const [name, path] of alone) this.#compile(new Map([[name, path]]), found, undefined);
    for (const [path, list] of found) found.set(path, list.slice(0, MAX_DIAGNOSTICS));
    return found;
  }

  #compile(
    entries: ReadonlyMap<string, string>,
    found: Map<string, Diagnostic[]>,
    cache: CompileCache | undefined,
  ): void {
    if (entries.size === 0) return;
    const only = entries.size === 1 ? [...entries.values()][0] : undefined;
    const result = compile({
      files: [...entries.keys()],
      read: (name) => {
        const path = entries.get(name) ?? this.#workspace.locate(name, only);
        return path === undefined ? undefined : this.#workspace.read(path);
      },
      sourceInfo: this.#workspace.hasLint ? "with-option-fields" : false,
      ...(cache === undefined ? {} : { cache }),
    });
    for (const diagnostic of result.diagnostics) {
      const path = entries.get(diagnostic.file);
      const document = path === undefined ? undefined : this.#workspace.documents.get(path);
      if (document !== undefined) found.get(path!)!.push(toDiagnostic(diagnostic, document));
    }
    this.#addErrorsOfImports(entries, result.diagnostics, found);
    if (!result.ok || !this.#workspace.hasLint) return;
    const unusedImports = findUnusedImports(result.diagnostics);
    const protovalidate = this.#protovalidateFor(result.files);
    for (const [name, path] of entries) {
      const module = this.#workspace.lintOf(path);
      const document = this.#workspace.documents.get(path);
      if (module === undefined || document === undefined) continue;
      try {
        const findings = lint({ files: result.files, entries: [name], unusedImports, protovalidate }, module.lint);
        for (const finding of findings.slice(0, MAX_DIAGNOSTICS)) {
          // The compiler says this one itself.
          if (finding.rule !== "IMPORT_USED") found.get(path)!.push(fromFinding(finding, document));
        }
      } catch (error) {
        this.#log(`lint: ${error instanceof Error ? error.message : String(error)}`);
        return;
      }
    }
  }

  #protovalidateFor(files: readonly FileDescriptorProto[]): MakeProtovalidateChecker | undefined {
    if (this.#protovalidate === undefined && !this.#hasTriedToLoad && hasRules(files)) {
      this.#hasTriedToLoad = true;
      this.loading = loadProtovalidate()
        .then((loaded) => void (this.#protovalidate = loaded))
        .catch((error: unknown) => this.#log(`PROTOVALIDATE is not checked: ${String(error)}`))
        .finally(() => void (this.loading = undefined));
    }
    return this.#protovalidate;
  }

  /** What is wrong with an imported file that is not open is told where it is imported. */
  #addErrorsOfImports(
    entries: ReadonlyMap<string, string>,
    diagnostics: readonly CompilerDiagnostic[],
    found: Map<string, Diagnostic[]>,
  ): void {
    const errors = firstErrors(diagnostics);
    if (errors.size === 0) return;
    for (const path of entries.values()) {
      const file = this.#workspace.index(path);
      for (const { path: name, pathFirst, pathLast } of file?.imports ?? []) {
        const error = entries.has(name) ? undefined : errors.get(name);
        const imported = error === undefined ? undefined : this.#workspace.imported(name, path);
        if (file === undefined || error === undefined || imported === undefined) continue;
        const place = {
          start: documentOf(imported).positionAt(error.start),
          end: documentOf(imported).positionAt(error.end),
        };
        found.get(path)!.push({
          severity: DiagnosticSeverity.Error,
          range: tokenRange(file, pathFirst, pathLast),
          code: error.code,
          source: "hawser",
          message: `"${name}" has an error in line ${error.line}: ${error.message}`,
          relatedInformation: [
            { location: { uri: this.#workspace.uriOf(imported.path), range: place }, message: error.message },
          ],
        });
      }
    }
  }
}

/** The first error of each file, by name. */
function firstErrors(diagnostics: readonly CompilerDiagnostic[]): Map<string, CompilerDiagnostic> {
  const errors = new Map<string, CompilerDiagnostic>();
  for (const each of diagnostics) if (each.severity === "error" && !errors.has(each.file)) errors.set(each.file, each);
  return errors;
}

function toDiagnostic(diagnostic: CompilerDiagnostic, document: TextDocument): Diagnostic {
  const { severity, code, message, help, start, end } = diagnostic;
  const tags =
    code === "unused-import"
      ? [DiagnosticTag.Unnecessary]
      : code.includes("deprecated")
        ? [DiagnosticTag.Deprecated]
        : [];
  return {
    severity: severity === "error" ? DiagnosticSeverity.Error : DiagnosticSeverity.Warning,
    range: { start: document.positionAt(start), end: document.positionAt(Math.max(start, end)) },
    code,
    source: "hawser",
    message: help === undefined ? message : `${message}\n${help}`,
    ...(tags.length > 0 ? { tags } : {}),
  };
}

function fromFinding({ rule, location, message }: Finding, document: TextDocument): Diagnostic {
  return {
    severity: DiagnosticSeverity.Information,
    range: {
      start: positionAt(document, location.line, location.column),
      end: positionAt(document, location.endLine, location.endColumn),
    },
    code: rule,
    source: "hawser lint",
    message,
  };
}

/** Where a place of source info is, which counts bytes and lets a tab go on to the next multiple of 8, all from 1. */
function positionAt(document: TextDocument, line: number, column: number): Position {
  const text = document.getText({ start: { line: line - 1, character: 0 }, end: { line, character: 0 } });
  let character = 0;
  let at = 1;
  for (const char of text) {
    if (at >= column) break;
    at += char === "\t" ? 8 - ((at - 1) % 8) : Buffer.byteLength(char);
    character += char.length;
  }
  return { line: line - 1, character };
}

function tooLong(): Diagnostic {
  const start = { line: 0, character: 0 };
  return {
    severity: DiagnosticSeverity.Warning,
    range: { start, end: start },
    code: "file-too-long",
    source: "hawser",
    message: `the file is longer than ${MAX_FILE_LENGTH >> 20} MiB and is not looked at in the editor`,
  };
}
