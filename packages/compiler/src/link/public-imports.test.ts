import assert from "node:assert/strict";
import { test } from "node:test";
import { compile } from "../compile.js";
import type { ImportNode } from "../syntax/ast.js";
import type { ParsedFile } from "./import-graph.js";
import { isIn, MAX_RUNS, PublicImports } from "./public-imports.js";

/** A graph of public imports, each given as the files that it imports, all of which come before it. */
interface Layout {
  readonly imports: readonly (readonly number[])[];
  /** How many imports have been looked at. */
  steps: number;
}

function layout(imports: readonly (readonly number[])[]): Layout {
  return { imports, steps: 0 };
}

function indexOf(graph: Layout): PublicImports {
  const sorted = graph.imports.map((targets, i) => {
    const nodes = targets.map((target) => ({ kind: "import", modifier: "public", path: `f${target}` }));
    const counted = new Proxy(nodes as ImportNode[], {
      get(list, property) {
        if (typeof property === "string" && /^\d+$/.test(property)) graph.steps++;
        return Reflect.get(list, property) as unknown;
      },
    });
    return { name: `f${i}`, ast: { elements: [] }, diagnostics: [], imports: counted } as unknown as ParsedFile;
  });
  return new PublicImports({ sorted, cyclic: new Set() });
}

/** f1 imports f0, f2 imports f1, ... */
function chain(length: number): Layout {
  return layout(Array.from({ length }, (_, i) => (i === 0 ? [] : [i - 1])));
}

/** Layers of `width` files, each of which imports all of the layer before: twice as many ways with each layer. */
function diamond(layers: number, width: number): Layout {
  const below = (layer: number): number[] => Array.from({ length: width }, (_, i) => (layer - 1) * width + i);
  return layout(Array.from({ length: layers * width }, (_, i) => (i < width ? [] : below(Math.floor(i / width)))));
}

/** A chain each of whose files has a leaf of its own as well. */
function comb(length: number): Layout {
  return layout(Array.from({ length }, (_, i) => (i % 2 === 0 ? [] : i < 3 ? [i - 1] : [i - 2, i - 1])));
}

/** A random graph from a seed (mulberry32). */
function tangle(length: number, seed: number, fewest: number = 0): Layout {
  let state = seed;
  const random = (below: number): number => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
  return layout(
    Array.from({ length }, (_, i) => (i === 0 ? [] : Array.from({ length: fewest + random(4) }, () => random(i)))),
  );
}

function reachable(graph: Layout, from: number): Set<number> {
  const reached = new Set<number>([from]);
  for (const file of reached) for (const next of graph.imports[file]!) reached.add(next);
  return reached;
}

test("what a file reaches by public imports, in graphs of all kinds", () => {
  const graphs = [chain(50), diamond(6, 5), comb(40), layout([[], [], [0, 1], [0], [1, 2, 3], []])];
  for (let seed = 1; seed <= 60; seed++) graphs.push(tangle(5 + seed * 3, seed));
  graphs.push(tangle(1500, 99, 1)); // whose files reach sets of more runs than are kept
  for (const graph of graphs) {
    const index = indexOf(graph);
    const files = graph.imports.keys();
    for (const file of graph.imports.length > 1000 ? [1499, 1400, 700] : files) {
      const runs = index.reachedFrom([`f${file}`]);
      const expected = reachable(graph, file);
      for (const other of graph.imports.keys()) {
        assert.equal(isIn(runs, index.numberOf(`f${other}`)!), expected.has(other), `f${file} and f${other}`);
      }
    }
  }
});

test("a long chain, a comb and wide layers are looked at once, whoever asks, and kept in few runs", () => {
  const shapes: Record<string, (size: number) => Layout> = {
    chain,
    comb,
    diamond: (size) => diamond(size / 20, 20),
  };
  for (const [name, shape] of Object.entries(shapes)) {
    const steps: number[] = [];
    for (const size of [4_000, 8_000]) {
      const graph = shape(size);
      const index = indexOf(graph);
      const edges = graph.imports.reduce((sum, targets) => sum + targets.length, 0);
      let runs = 0;
      for (let i = 0; i < size; i++) {
        const reached = index.reachedFrom([`f${i}`]);
        assert.ok(isIn(reached, index.numberOf(`f${i}`)!));
        runs += reached.length;
      }
      // For the number of a file and for its runs: nothing more, although each of the files has asked.
      assert.ok(graph.steps <= 2 * edges, `${name} of ${size}: ${graph.steps} steps for ${edges} imports`);
      assert.ok(runs <= 2 * size, `${name} of ${size}: ${runs} runs`);
      steps.push(graph.steps);
    }
    assert.ok(steps[1]! <= 2.1 * steps[0]!, `${name}: ${steps.join(", then ")} steps for twice the size`);
  }
});

test("what is kept of a graph is bounded, however tangled", () => {
  const graph = tangle(20_000, 7, 1);
  const index = indexOf(graph);
  const edges = graph.imports.reduce((sum, targets) => sum + targets.length, 0);
  assert.ok(graph.steps <= 2 * edges);
  const runs = Array.from({ length: 20 }, (_, i) => index.reachedFrom([`f${19_999 - i}`]).length);
  assert.ok(Math.max(...runs) > MAX_RUNS);
});

test("packages are seen where one of their files is", () => {
  const file = (name: string, packageName: string, imports: string[]): ParsedFile =>
    ({
      name,
      ast: { elements: packageName === "" ? [] : [{ kind: "package", name: packageName }] },
      diagnostics: [],
      imports: imports.map((path) => ({ kind: "import", modifier: "public", path })),
    }) as unknown as ParsedFile;
  const sorted = [file("a", "x.y.z", []), file("b", "x.q", []), file("c", "", ["a"]), file("d", "w", ["b", "c"])];
  const index = new PublicImports({ sorted, cyclic: new Set() });
  const sees = (name: string, packageName: string): boolean => index.hasPackage(index.reachedFrom([name]), packageName);
  for (const name of ["x", "x.y", "x.y.z"]) assert.ok(sees("c", name));
  for (const name of ["x.q", "w", "y", "x.y.z.a"]) assert.ok(!sees("c", name));
  for (const name of ["x.q", "x.y.z", "w"]) assert.ok(sees("d", name));
});

test("each file of a chain of public imports uses a name at its far end", () => {
  const length = 5_000;
  const read = (path: string): string | undefined => {
    const number = Number(/^f(\d+)\.proto$/.exec(path)?.[1] ?? length);
    if (number >= length) return undefined;
    const next = number + 1 < length ? `import public "f${number + 1}.proto";` : "message Last {}";
    return `syntax = "proto3"; package p${number % 7}.q; ${next} message M${number} { .p${(length - 1) % 7}.q.Last a = 1; }`;
  };
  const { ok, files, diagnostics } = compile({ files: ["f0.proto"], read });
  assert.deepEqual(diagnostics, []);
  assert.ok(ok);
  assert.equal(files.length, length);
});

test("every file of a chain closes a cycle, and each misses a file", () => {
  const length = 3_000;
  const read = (path: string): string | undefined => {
    const number = Number(/^f(\d+)\.proto$/.exec(path)?.[1] ?? length);
    if (number >= length) return undefined;
    return `syntax = "proto3"; import public "f${number + 1}.proto"; import "f0.proto"; import "f_${number}.proto";`;
  };
  const { diagnostics } = compile({ files: ["f0.proto"], read });
  const cycle = diagnostics.filter(({ code }) => code === "import-cycle").at(0);
  assert.equal(
    cycle?.message,
    "the file imports itself: f0.proto -> f1.proto -> f2.proto -> f3.proto -> ... -> f2998.proto -> f2999.proto -> f0.proto",
  );
  assert.equal(diagnostics.filter(({ code }) => code === "import-missing").length, length + 1);
});
