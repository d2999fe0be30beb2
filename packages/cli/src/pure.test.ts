import assert from "node:assert/strict";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

test("lint, breaking and format are for browsers and editors too: nothing of Node is in them", async () => {
  const modules = ["lint/lint.js", "breaking/breaking.js", "format/format.js", "schema/declaration.js"];
  const { errors, outputFiles } = await build({
    entryPoints: modules.map((name) => fileURLToPath(new URL(name, import.meta.url))),
    bundle: true,
    format: "esm",
    platform: "browser",
    outdir: "out",
    write: false,
    logLevel: "silent",
  });
  assert.deepEqual(errors, []);
  assert.equal(outputFiles.length, modules.length);
  for (const { text } of outputFiles) assert.doesNotMatch(text, /\bprocess\.|\bBuffer\b|from "node:/);
});
