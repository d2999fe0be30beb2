// Bundles the console's page into packages/cli/dist/console/page: files that a server gives out as they are, but for index.html, in
// which it puts `__BASE__` (the path of the other files, with a slash at its end) and `__NONCE__` (of the content security policy).
import { copyFileSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { licenses } from "./licenses.mjs";

const folder = dirname(fileURLToPath(import.meta.url));

/** Writes the page's files. @param outdir where to; what was there is removed */
export async function buildConsole(outdir = join(folder, "../cli/dist/console/page")) {
  const { build } = await import("esbuild");
  const source = join(folder, "src");
  const { outputFiles, metafile } = await build({
    absWorkingDir: folder,
    entryPoints: [
      { in: join(source, "main.tsx"), out: "console" },
      { in: join(source, "theme/console.css"), out: "console" },
    ],
    outdir,
    bundle: true,
    splitting: true,
    minify: true,
    format: "esm",
    platform: "browser",
    target: ["es2022", "chrome120", "firefox120", "safari17.2"],
    jsx: "automatic",
    define: { "process.env.NODE_ENV": '"production"' },
    chunkNames: "console-[hash]",
    // All licences are in one file beside.
    legalComments: "none",
    logLevel: "warning",
    // The runtime's doors name chunks that they want nothing of; the package says that this may be left out.
    logOverride: { "ignored-bare-import": "silent" },
    metafile: true,
    write: false,
  });
  rmSync(outdir, { recursive: true, force: true });
  mkdirSync(outdir, { recursive: true });
  for (const { path, contents } of outputFiles) writeFileSync(join(outdir, basename(path)), contents);
  for (const file of ["index.html", "icon.svg"]) copyFileSync(join(source, file), join(outdir, file));
  writeFileSync(join(outdir, "console.LICENSES.txt"), licenses(Object.keys(metafile.inputs), folder));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildConsole();
