/** The programs of docs/observability.md and docs/testing.md, run as they stand there. */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { transformSync } from "esbuild";

const docs = join(import.meta.dirname, "../../../docs");

for (const page of ["observability.md", "testing.md"]) {
  if (!readdirSync(docs).includes(page)) throw new Error(`docs/${page} is gone`);
  const programs = [...readFileSync(join(docs, page), "utf8").matchAll(/^```ts\n(.*?)^```$/gms)];
  if (programs.length === 0) throw new Error(`docs/${page} has no program`);
  programs.forEach(([, program], index) => {
    test(`docs/${page}, program ${index + 1}`, { timeout: 60_000 }, async () => {
      const { code } = transformSync(program ?? "", { loader: "ts", format: "esm", target: "es2022" });
      // Beside the generated code that it imports.
      const file = join(import.meta.dirname, `docs-${page.replace(".md", "")}-${index}.mjs`);
      writeFileSync(file, code);
      await import(file);
    });
  });
}
