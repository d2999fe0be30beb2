import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { compile, encodePluginRequest, formatDiagnostic, generateFiles } from "./index.js";

/** What scripts/fuzz.mjs has kept: each input reaches a part of the compiler that those before it do not. */
const testdata = fileURLToPath(new URL("../src/testdata/", import.meta.url));

test("the kept inputs of the fuzzer end in descriptors or in diagnostics", () => {
  const library = new Map(
    readdirSync(join(testdata, "lib")).map((name) => [
      `lib/${name}`,
      readFileSync(join(testdata, "lib", name), "utf8"),
    ]),
  );
  const names = readdirSync(join(testdata, "fuzz"));
  assert.ok(names.length > 200);
  for (const name of names) {
    const text = readFileSync(join(testdata, "fuzz", name), "utf8");
    const result = compile({
      files: ["x.proto"],
      read: (path) => (path === "x.proto" ? text : library.get(path)),
      sourceInfo: true,
    });
    for (const diagnostic of result.diagnostics) formatDiagnostic(diagnostic, { color: true });
    assert.equal(result.ok, !result.diagnostics.some(({ severity }) => severity === "error"), name);
    if (!result.ok) continue;
    generateFiles(result.files, { toGenerate: ["x.proto"], importExtension: "js", typesOnly: false });
    encodePluginRequest({ files: result.files, toGenerate: ["x.proto"] });
  }
});
