import type { FileUnit } from "./link/definition.js";
import type { ParsedFile } from "./link/import-graph.js";
import type { SourceInfoKind } from "./lower/lower-file.js";

interface CachedFile {
  readonly text: string;
  readonly parsed: ParsedFile;
  unit: FileUnit | undefined;
  imports: readonly (FileUnit | undefined)[];
  sourceInfo: SourceInfoKind;
}

/**
 * What one compilation leaves for the next: a file whose text is the same is not parsed again, and if everything it
 * imports is the same too, not linked again either. Give the same cache to each `compile`; it holds the files of the
 * last one. A cache belongs to one set of files: names mean the same file each time.
 */
export class CompileCache {
  #files = new Map<string, CachedFile>();
  #next = new Map<string, CachedFile>();

  /** @internal The parsed file, if its text has not changed. */
  parsed(name: string, text: string): ParsedFile | undefined {
    const cached = this.#files.get(name);
    if (cached === undefined || cached.text !== text) return undefined;
    this.#next.set(name, cached);
    return cached.parsed;
  }

  /** @internal */
  keepParsed(name: string, text: string, parsed: ParsedFile): void {
    this.#next.set(name, { text, parsed, unit: undefined, imports: [], sourceInfo: false });
  }

  /** @internal The linked file, if neither it nor what it imports has changed. */
  linked(name: string, imports: readonly (FileUnit | undefined)[], sourceInfo: SourceInfoKind): FileUnit | undefined {
    const cached = this.#next.get(name);
    if (cached?.unit === undefined || cached.sourceInfo !== sourceInfo) return undefined;
    if (cached.imports.length !== imports.length) return undefined;
    return cached.imports.every((unit, i) => unit === imports[i]) ? cached.unit : undefined;
  }

  /** @internal */
  keepLinked(
    name: string,
    unit: FileUnit,
    imports: readonly (FileUnit | undefined)[],
    sourceInfo: SourceInfoKind,
  ): void {
    const cached = this.#next.get(name);
    if (cached === undefined) return;
    cached.unit = unit;
    cached.imports = imports;
    cached.sourceInfo = sourceInfo;
  }

  /** @internal Ends a compilation: what it did not use is forgotten. */
  turn(): void {
    this.#files = this.#next;
    this.#next = new Map();
  }
}
