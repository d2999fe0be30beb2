import type { ImportGraph, ParsedFile } from "./import-graph.js";
import { MAX_PACKAGE_DOTS } from "./symbol-tree.js";

/** A run of file numbers, both ends included. */
export interface Run {
  readonly first: number;
  readonly last: number;
}

/**
 * 64: what a file re-exports is a few runs in any layout that people write (a chain and a tree give one, layers that all
 * import one another two). Past this the runs are not kept and the imports are walked instead, so that a graph made to
 * give each file a set of its own does not take memory with the square of its files.
 */
export const MAX_RUNS = 64;

/**
 * What each file of a compilation re-exports by `import public`, all the way down. The files are numbered in the
 * post-order of a depth-first walk along public imports, so that what lies below a file in the walk's tree is one run of
 * numbers, and what it reaches in all is few runs: a question is a binary search, where a walk for each file would be
 * quadratic in a long chain. ("Efficient management of transitive relationships", Agrawal et al. 1989.)
 */
export class PublicImports {
  readonly #graph: Pick<ImportGraph, "sorted" | "cyclic">;
  readonly #numbers = new Map<string, number>();
  readonly #files: ParsedFile[] = [];
  /** By number; `undefined` if there are more than {@link MAX_RUNS}. */
  readonly #runs: (readonly Run[] | undefined)[] = [];
  #byPackage: Map<string, number[]> | undefined;

  constructor(graph: Pick<ImportGraph, "sorted" | "cyclic">) {
    this.#graph = graph;
    const byName = new Map(graph.sorted.map((file) => [file.name, file]));
    for (let i = graph.sorted.length - 1; i >= 0; i--) this.#number(graph.sorted[i]!, byName);
  }

  /** The number of a file, if it is one of the compilation's. */
  numberOf(name: string): number | undefined {
    return this.#numbers.get(name);
  }

  /** What files re-export, with themselves: in order. */
  reachedFrom(names: readonly string[]): readonly Run[] {
    const all: Run[] = [];
    const walked = new Set<number>();
    const pending = [...names];
    for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
      const number = this.#numbers.get(name);
      if (number === undefined) continue;
      const runs = this.#runs[number];
      if (runs !== undefined) all.push(...runs);
      else if (!walked.has(number)) {
        walked.add(number);
        all.push({ first: number, last: number });
        for (const inner of this.#publicImports(this.#files[number]!)) pending.push(inner);
      }
    }
    return merge(all);
  }

  /** True if a file in one of the runs is in the package, or in one below it. */
  hasPackage(runs: readonly Run[], fullName: string): boolean {
    const numbers = this.#packages().get(fullName);
    if (numbers === undefined) return false;
    return runs.some(({ first, last }) => {
      const at = firstAtLeast(numbers, first, (number) => number);
      return at < numbers.length && numbers[at]! <= last;
    });
  }

  /** Numbers a file behind all that can be reached from it and has no number yet; without recursion. */
  #number(root: ParsedFile, byName: ReadonlyMap<string, ParsedFile>): void {
    if (this.#numbers.has(root.name)) return;
    const stack = [{ file: root, imports: this.#publicImports(root), next: 0, first: this.#files.length }];
    while (stack.length > 0) {
      const step = stack.at(-1)!;
      if (step.next < step.imports.length) {
        const file = byName.get(step.imports[step.next++]!);
        if (file === undefined || this.#numbers.has(file.name)) continue;
        stack.push({ file, imports: this.#publicImports(file), next: 0, first: this.#files.length });
        continue;
      }
      stack.pop();
      const last = this.#files.length;
      this.#numbers.set(step.file.name, last);
      this.#files.push(step.file);
      this.#runs.push(this.#joined(step.imports, { first: step.first, last }));
    }
  }

  /** The runs of a file of which `own` is what lies below it in the tree. */
  #joined(imports: readonly string[], own: Run): readonly Run[] | undefined {
    const all = [own];
    for (const name of imports) {
      const number = this.#numbers.get(name);
      const runs = number === undefined ? [] : this.#runs[number];
      if (runs === undefined) return undefined;
      all.push(...runs);
    }
    const runs = merge(all);
    return runs.length <= MAX_RUNS ? runs : undefined;
  }

  /** The imports that would close a cycle are as if they were missing. */
  #publicImports(file: ParsedFile): string[] {
    const names: string[] = [];
    for (const node of file.imports) {
      if (node.modifier === "public" && !this.#graph.cyclic.has(node)) names.push(node.path);
    }
    return names;
  }

  #packages(): Map<string, number[]> {
    if (this.#byPackage !== undefined) return this.#byPackage;
    this.#byPackage = new Map();
    for (const [number, file] of this.#files.entries()) {
      let name = file.ast.elements.find((element) => element.kind === "package")?.name ?? "";
      if (name.split(".").length > MAX_PACKAGE_DOTS + 1) continue; // an error, and in no tree of packages
      for (; name !== ""; name = name.slice(0, Math.max(0, name.lastIndexOf(".")))) {
        const numbers = this.#byPackage.get(name);
        if (numbers === undefined) this.#byPackage.set(name, [number]);
        else numbers.push(number);
      }
    }
    return this.#byPackage;
  }
}

/** True if a number lies in one of the runs, which are in order. */
export function isIn(runs: readonly Run[], number: number): boolean {
  const at = firstAtLeast(runs, number, (run) => run.last);
  return at < runs.length && runs[at]!.first <= number;
}

/** Puts runs in order and joins those that meet or overlap. */
function merge(runs: Run[]): Run[] {
  const merged: { first: number; last: number }[] = [];
  runs.sort((a, b) => a.first - b.first);
  for (const run of runs) {
    const before = merged.at(-1);
    if (before !== undefined && run.first <= before.last + 1) before.last = Math.max(before.last, run.last);
    else merged.push({ ...run });
  }
  return merged;
}

/** The index of the first element whose number is at least this one, in a list that is in order. */
function firstAtLeast<T>(list: readonly T[], number: number, numberOf: (element: T) => number): number {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (numberOf(list[middle]!) < number) low = middle + 1;
    else high = middle;
  }
  return low;
}
