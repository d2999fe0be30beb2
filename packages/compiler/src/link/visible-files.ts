import type { FileUnit, ImportLink } from "./definition.js";
import { isIn, type PublicImports, type Run } from "./public-imports.js";

/** How one file sees another: not at all, its extensions as options only (`import option`), or all of it. */
export type Sight = "none" | "options" | "all";

/**
 * The files whose names one file can use: its imports, and what these import publicly, all the way down. Found when
 * first asked for: a file that names nothing of its imports never looks.
 */
export class VisibleFiles {
  readonly #unit: FileUnit;
  readonly #publicImports: PublicImports;
  readonly #sights = new Map<FileUnit, Sight>();
  #allRuns: readonly Run[] | undefined;
  #optionRuns: readonly Run[] | undefined;

  constructor(unit: FileUnit, publicImports: PublicImports) {
    this.#unit = unit;
    this.#publicImports = publicImports;
  }

  /** How the file sees another one. */
  sightOf(file: FileUnit): Sight {
    let sight = this.#sights.get(file);
    if (sight === undefined) this.#sights.set(file, (sight = this.#look(file)));
    return sight;
  }

  /** True if a file that can be seen, with all of it or with options only, is in the package or below it. */
  hasPackage(fullName: string): boolean {
    return (
      this.#publicImports.hasPackage(this.#all, fullName) || this.#publicImports.hasPackage(this.#options, fullName)
    );
  }

  /** Some of the files whose every name can be used, the nearest first: at most `count`, for suggestions. */
  nearest(count: number): Set<FileUnit> {
    const files = new Set<FileUnit>();
    const add = (links: readonly ImportLink[]): void => {
      for (const { unit } of links) if (unit !== undefined && files.size < count) files.add(unit);
    };
    add(this.#unit.imports.filter((link) => link.node.modifier !== "option"));
    // What is added while the loop runs is visited by it, too.
    for (const file of files) add(file.imports.filter((link) => link.node.modifier === "public"));
    return files;
  }

  get #all(): readonly Run[] {
    this.#allRuns ??= this.#reached((link) => link.node.modifier !== "option");
    return this.#allRuns;
  }

  get #options(): readonly Run[] {
    this.#optionRuns ??= this.#reached((link) => link.node.modifier === "option");
    return this.#optionRuns;
  }

  #reached(isOf: (link: ImportLink) => boolean): readonly Run[] {
    const links = this.#unit.imports.filter((link) => link.unit !== undefined && isOf(link));
    return this.#publicImports.reachedFrom(links.map((link) => link.node.path));
  }

  #look(file: FileUnit): Sight {
    const number = this.#publicImports.numberOf(file.name);
    if (number === undefined) return "none";
    if (isIn(this.#all, number)) return "all";
    return isIn(this.#options, number) ? "options" : "none";
  }
}
