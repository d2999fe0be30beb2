/** The programs of docs/balancing.md and docs/retries.md, run as they stand there. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { transformSync } from "esbuild";

const root = join(import.meta.dirname, "../..");
const gen = pathToFileURL(join(root, "examples/notes/dist/gen/")).href;

for (const page of ["balancing", "retries"]) {
  const programs = [...readFileSync(join(root, `docs/${page}.md`), "utf8").matchAll(/^```ts\n(.*?)^```$/gms)];
  if (programs.length === 0) throw new Error(`docs/${page}.md has no program`);
  for (const [index, [, program]] of programs.entries()) {
    test(`docs/${page}.md, program ${index + 1}`, { timeout: 60_000 }, async () => {
      // The page imports what `npm start` has generated.
      const source = (program ?? "").replaceAll('from "./gen/', `from "${gen}`);
      const { code } = transformSync(source, { loader: "ts", format: "esm", target: "es2022" });
      const file = join(import.meta.dirname, `docs-${page}-${index}.mjs`);
      writeFileSync(file, code);
      await import(pathToFileURL(file).href);
    });
  }
}
