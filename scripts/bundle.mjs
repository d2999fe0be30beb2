// Joins the runtime's modules into one file for each door and a few that doors share: a program that starts loads ten
// files and not two hundred, which halves the time to its first call, and the package is installed without the rest.
import { readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { ignoreUnreached } from "./reached-declarations.mjs";

const runtime = join(dirname(fileURLToPath(import.meta.url)), "../packages/runtime");

/** Bundles what `tsc` has built. Doors and their modules are read from the package's `exports`. */
export async function bundle() {
  const { build } = await import("esbuild");
  const { exports } = JSON.parse(readFileSync(join(runtime, "package.json"), "utf8"));
  const entryPoints = Object.values(exports).map((door) => ({
    in: join(runtime, door.types.replace(/\.d\.ts$/, ".js")),
    out: door.default.replace("./dist/bundle/", "").replace(/\.js$/, ""),
  }));
  const outdir = join(runtime, "dist/bundle");
  rmSync(outdir, { recursive: true, force: true });
  await build({
    entryPoints,
    outdir,
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "neutral",
    target: "es2023",
    external: ["node:*"],
    chunkNames: "shared-[hash]",
    // Names stay, for stack traces; white space is a fifth of what is installed and parsed.
    minifyWhitespace: true,
    minifySyntax: true,
    legalComments: "none",
    logLevel: "warning",
  });
  ignoreUnreached(runtime);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await bundle();
