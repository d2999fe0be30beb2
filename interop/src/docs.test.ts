/** The examples of docs/ that say that they run do run. */
import { ok, strictEqual } from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { transform } from "esbuild";

const root = fileURLToPath(new URL("../..", import.meta.url));
const folder = join(root, "interop/dist/docs");
/** Where the code is that a page imports from "./gen/". */
const generated = new URL("../../examples/notes/dist/gen/", import.meta.url).href;
const signUp = new URL("../../conformance/validate/dist/gen/signup/", import.meta.url).href;

before(() => mkdirSync(folder, { recursive: true }));

for (const page of readdirSync(join(root, "docs")).filter((name) => name.endsWith(".md"))) {
  const blocks = readFileSync(join(root, "docs", page), "utf8").matchAll(/```ts\n\/\/ runs\n(.*?)```/gs);
  for (const [index, [, source = ""]] of [...blocks].entries()) {
    test(`docs/${page}, example ${index + 1}`, async () => {
      const text = source.replaceAll('"./gen/signup/', `"${signUp}`).replaceAll('"./gen/', `"${generated}`);
      const { code } = await transform(text, { loader: "ts", target: "node20", format: "esm" });
      const path = join(folder, `${page.replace(".md", "")}-${index + 1}.mjs`);
      writeFileSync(path, code);
      // For programs whose processes must agree on an address.
      const address = `unix:${join(tmpdir(), `hawser-docs-${process.pid}.sock`)}`;
      const { status, stdout, stderr } = spawnSync(process.execPath, [path], {
        encoding: "utf8",
        timeout: 120_000,
        env: { ...process.env, NODE_TEST_CONTEXT: undefined, NOTES_ADDRESS: address },
      });
      strictEqual(status, 0, stderr);
      ok(stdout !== "", "an example that shows nothing");
    });
  }
}
