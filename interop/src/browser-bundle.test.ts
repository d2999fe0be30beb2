/** What is for browsers and edge runtimes can be bundled for them: no Node, and no code that a page does not use. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { build } from "esbuild";

async function bundle(program: string): Promise<{ entry: string; all: string[] }> {
  const { outputFiles } = await build({
    stdin: { contents: program, resolveDir: import.meta.dirname },
    bundle: true,
    minify: true,
    splitting: true,
    format: "esm",
    outdir: "out",
    // Refuses what is Node's.
    platform: "browser",
    conditions: ["worker", "browser"],
    write: false,
    logLevel: "silent",
  });
  const all = outputFiles.map(({ text }) => text);
  return { entry: outputFiles.find(({ path }) => path.endsWith("stdin.js"))?.text ?? "", all };
}

for (const door of ["web", "fetch", "protobuf", "gen", "wkt", "google-rpc", "services"]) {
  test(`bundle: hawser/${door} needs nothing of Node`, async () => {
    const { all } = await bundle(`export * from "hawser/${door}"`);
    // A method of that name is none of Node's.
    const found = all.map((text) => /["']node:|(?<![.\w$])require\(["']|process\.getBuiltinModule/.exec(text)?.[0]);
    assert.deepEqual(
      found.filter((each) => each !== undefined),
      [],
    );
  });
}

test("bundle: a page that streams no requests loads no WebSocket, and no server", async () => {
  const program =
    'import { createClient } from "hawser/web"; globalThis.client = createClient(globalThis.Service, "https://a.test")';
  const { entry, all } = await bundle(program);
  assert.equal(all.filter((text) => text.includes("grpc-websockets")).length, 1, "the code is somewhere");
  assert.ok(!entry.includes("grpc-websockets") && entry.includes("import("), "but not in what is loaded first");
  assert.ok(!all.some((text) => text.includes("may not call here")), "no server");
});
