import { type CompileResult, type EmitOptions, type GeneratedFile, generateFiles } from "@hawser/compiler";
import type { TextVersions } from "./text-versions.js";

type LinkedFile = CompileResult["files"][number];

interface Emitted {
  readonly key: string;
  readonly file: GeneratedFile;
}

/**
 * Generates the code of those files for which it can have changed, and remembers the rest. The code of a file follows
 * from its own text and from those of the files it sees: its imports, and what they import publicly, all the way down.
 */
export class IncrementalEmit {
  readonly #options: Pick<EmitOptions, "importExtension" | "typesOnly">;
  readonly #texts: TextVersions;
  #emitted = new Map<string, Emitted>();

  constructor(options: Pick<EmitOptions, "importExtension" | "typesOnly">, texts: TextVersions) {
    this.#options = options;
    this.#texts = texts;
  }

  /** The code of the files `toGenerate`, in that order. */
  emit(files: CompileResult["files"], toGenerate: readonly string[]): GeneratedFile[] {
    const byName = new Map(files.map((file) => [file.name ?? "", file]));
    const generated = new Set(toGenerate);
    const keys = new Map<string, string>();
    const changed: string[] = [];
    const needed = new Set<string>();
    for (const name of toGenerate) {
      const seen = visible(name, byName);
      const key = seen.map((each) => this.#state(each, generated)).join("\n");
      keys.set(name, key);
      if (this.#emitted.get(name)?.key === key) continue;
      changed.push(name);
      for (const each of seen) needed.add(each);
    }
    const fresh = new Map<string, GeneratedFile>();
    if (changed.length > 0) {
      const made = generateFiles(
        files.filter((file) => needed.has(file.name ?? "")),
        { ...this.#options, toGenerate: changed, isGenerated: (name) => generated.has(name) },
      );
      for (const [i, file] of made.entries()) fresh.set(changed[i]!, file);
    }
    const next = new Map<string, Emitted>();
    const all = toGenerate.map((name) => {
      const file = fresh.get(name) ?? this.#emitted.get(name)!.file;
      next.set(name, { key: keys.get(name)!, file });
      return file;
    });
    this.#emitted = next;
    return all;
  }

  #state(name: string, generated: ReadonlySet<string>): string {
    return `${this.#texts.versionOf(name)} ${generated.has(name)} ${name}`;
  }
}

/** The file itself and those whose names it can use. */
function visible(name: string, byName: ReadonlyMap<string, LinkedFile>): string[] {
  const seen = new Set([name]);
  const pending = [...(byName.get(name)?.dependency ?? [])];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (seen.has(next)) continue;
    seen.add(next);
    const file = byName.get(next);
    if (file === undefined) continue;
    for (const index of file.publicDependency) pending.push(file.dependency[index]!);
  }
  return [...seen];
}
