import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { type Contestant, type Sample, sessionOf, type Workload } from "./workload.js";

/** The programs of bundles/, which make one unary call from a browser. */
const programs: readonly { readonly name: string; readonly title: string }[] = [
  { name: "hawser", title: "Hawser (gRPC-Web)" },
  { name: "connect-web", title: "connect-web with protobuf-es (gRPC-Web)" },
];

/** What a browser has to load for one unary client. */
export const bundle: Workload = {
  name: "bundle",
  title: "Browser bundle of one unary client",
  metrics: [
    { key: "gzipKib", label: "minified and gzipped, KiB", better: "lower", decimals: 1 },
    { key: "minifiedKib", label: "minified, KiB", better: "lower", decimals: 1 },
  ],
  varies: false,
  contestants: () =>
    programs.map(({ name, title }): Contestant => ({ name, title, open: async () => sessionOf(() => measure(name)) })),
};

async function measure(name: string): Promise<Sample> {
  const { outputFiles, metafile } = await build({
    // This module runs from bench/dist/src/workload; the programs are bundled from their source.
    entryPoints: [fileURLToPath(new URL(`../../../bundles/${name}.ts`, import.meta.url))],
    bundle: true,
    minify: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
    write: false,
    // As bundlers of applications do it: what is loaded by `import()`, when it is needed, gets a file of its own.
    splitting: true,
    outdir: "bundle",
    metafile: true,
    logLevel: "silent",
  });
  const loaded = new Set<string>();
  const load = (path: string): void => {
    if (loaded.has(path)) return;
    loaded.add(path);
    for (const each of metafile.outputs[path]?.imports ?? []) if (each.kind === "import-statement") load(each.path);
  };
  for (const [path, { entryPoint }] of Object.entries(metafile.outputs)) {
    if (entryPoint?.endsWith(`bundles/${name}.ts`)) load(path);
  }
  let gzipped = 0;
  let minified = 0;
  for (const { path, contents } of outputFiles) {
    if (![...loaded].some((each) => path === resolve(each))) continue;
    gzipped += gzipSync(contents, { level: 9 }).length;
    minified += contents.length;
  }
  return { gzipKib: gzipped / 1024, minifiedKib: minified / 1024 };
}
