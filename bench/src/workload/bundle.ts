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
  const { outputFiles } = await build({
    // This module runs from bench/dist/src/workload; the programs are bundled from their source.
    entryPoints: [fileURLToPath(new URL(`../../../bundles/${name}.ts`, import.meta.url))],
    bundle: true,
    minify: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
    write: false,
    logLevel: "silent",
  });
  const code = outputFiles[0]!.contents;
  return { gzipKib: gzipSync(code, { level: 9 }).length / 1024, minifiedKib: code.length / 1024 };
}
