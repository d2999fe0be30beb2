// Joins the runtime's modules into one file for each door and a few that doors share: a program that starts loads six
// files and not two hundred, which halves the time to its first call, and the package is installed without the rest.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { joinChunks } from "./join-chunks.mjs";
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
  const options = {
    format: "esm",
    platform: "neutral",
    target: "es2023",
    external: ["node:*"],
    // Names stay, for stack traces; white space is a fifth of what is installed and parsed.
    minifyWhitespace: true,
    minifySyntax: true,
    legalComments: "none",
    logLevel: "warning",
  };
  const built = await build({
    ...options,
    entryPoints,
    outdir,
    bundle: true,
    splitting: true,
    chunkNames: "shared-[hash]",
    metafile: true,
    write: false,
  });
  for (const file of built.outputFiles) Object.defineProperty(file, "text", { value: markPure(file.text) });
  mkdirSync(outdir, { recursive: true });
  for (const [file, text] of await joinChunks(built, options)) writeFileSync(join(outdir, file), markPure(text));
  ignoreUnreached(runtime);
}

/**
 * Marks the calls that make types, and other values of modules, as free of side effects, so that bundlers of pages leave out
 * what nobody refers to. The sources have these marks for types, but esbuild drops them together with white space.
 */
function markPure(text) {
  return text.replaceAll(
    /=(?=(?:(?:message|enumType|file|service|extension|rememberLast)\d*|new (?:TextEncoder|TextDecoder|Set))\()/g,
    "=/*@__PURE__*/",
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await bundle();
