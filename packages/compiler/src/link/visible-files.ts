import type { FileUnit, ImportLink } from "./definition.js";

/**
 * The files whose names one file can use: its imports, and what these import publicly, all the way down. Found when
 * first asked for: a file that names nothing of its imports never walks them.
 */
export class VisibleFiles {
  readonly #unit: FileUnit;
  #all: Set<FileUnit> | undefined;
  #optionsOnly: Set<FileUnit> | undefined;

  constructor(unit: FileUnit) {
    this.#unit = unit;
  }

  /** The files whose every name can be used. */
  get all(): ReadonlySet<FileUnit> {
    this.#all ??= collect(this.#unit.imports.filter((link) => link.node.modifier !== "option"));
    return this.#all;
  }

  /** The files of `import option`, whose extensions can be used as options and nothing else. */
  get optionsOnly(): ReadonlySet<FileUnit> {
    this.#optionsOnly ??= collect(this.#unit.imports.filter((link) => link.node.modifier === "option"));
    return this.#optionsOnly;
  }
}

function collect(links: readonly ImportLink[]): Set<FileUnit> {
  const files = new Set<FileUnit>();
  const pending = [...links];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (next.unit === undefined || files.has(next.unit)) continue;
    files.add(next.unit);
    for (const inner of next.unit.imports) if (inner.node.modifier === "public") pending.push(inner);
  }
  return files;
}
