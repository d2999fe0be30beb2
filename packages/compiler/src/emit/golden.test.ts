import assert from "node:assert/strict";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { FileDescriptorProto } from "hawser/wkt";
import { compile } from "../compile.js";
import { generateFiles } from "./index.js";

/** The sources: tests run from `dist/emit`. */
const TESTDATA = join(import.meta.dirname, "../../src/emit/testdata");

function descriptors(names: readonly string[]): readonly FileDescriptorProto[] {
  const result = compile({
    files: names,
    sourceInfo: true,
    read: (path) => (path.startsWith("google/") ? undefined : readFileSync(join(TESTDATA, path), "utf8")),
  });
  assert.deepEqual(
    result.diagnostics.filter((d) => d.severity === "error").map((d) => d.message),
    [],
  );
  return result.files as unknown as readonly FileDescriptorProto[];
}

const names = readdirSync(TESTDATA)
  .filter((name) => name.endsWith(".proto"))
  .sort();
const options = { toGenerate: names, importExtension: "js", typesOnly: false } as const;

for (const generated of generateFiles(descriptors(names), options)) {
  test(`golden ${generated.path} (UPDATE_GOLDEN=1 rewrites)`, () => {
    const path = join(TESTDATA, generated.path);
    if (process.env["UPDATE_GOLDEN"] === "1") writeFileSync(path, generated.content);
    assert.equal(generated.content, readFileSync(path, "utf8"));
  });
}

test("the same files give the same code", () => {
  assert.deepEqual(generateFiles(descriptors(names), options), generateFiles(descriptors(names), options));
});

test("import extensions", () => {
  for (const [importExtension, expected] of [
    ["ts", 'from "./scalars.pb.ts"'],
    ["none", 'from "./scalars.pb"'],
    ["js", 'from "./scalars.pb.js"'],
  ] as const) {
    const files = generateFiles(descriptors(names), { ...options, importExtension });
    const importing = files.find((file) => file.path === "importing.pb.ts");
    assert.ok(importing?.content.includes(expected), expected);
  }
});

test("types only: nothing is left at run time", () => {
  for (const file of generateFiles(descriptors(names), { ...options, typesOnly: true })) {
    assert.doesNotMatch(file.content, /^export const/m, file.path);
    assert.doesNotMatch(file.content, /^import \{/m, file.path);
  }
});

test("a file that is to be generated must be there", () => {
  assert.throws(() => generateFiles([], { ...options, toGenerate: ["a.proto"] }), /a\.proto/);
});
