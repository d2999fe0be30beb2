import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { compile, formatDiagnostic } from "./index.js";

/** Files that protoc refuses too: the package lacks what they import, or they declare a name a second time. */
const UNBUILDABLE: ReadonlySet<string> = new Set([
  "google/protobuf/util/json_format_proto3.proto",
  "google/protobuf/compiler/ruby/ruby_generated_code.proto",
  "google/protobuf/compiler/ruby/ruby_generated_code_proto2.proto",
  "google/protobuf/compiler/ruby/ruby_generated_pkg_explicit.proto",
]);

test("every .proto of google-proto-files compiles without an error", (t) => {
  const root = dirname(createRequire(import.meta.url).resolve("google-proto-files/package.json"));
  const files = ["google", "grafeas"]
    .flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, encoding: "utf8" }).map(
        (name) => `${folder}/${name.replaceAll("\\", "/")}`,
      ),
    )
    .filter((name) => name.endsWith(".proto") && !UNBUILDABLE.has(name));
  const read = (path: string): string | undefined => {
    const file = join(root, path);
    return existsSync(file) ? readFileSync(file, "utf8") : undefined;
  };
  const start = performance.now();
  const result = compile({ files, read });
  const ms = Math.round(performance.now() - start);
  const errors = result.diagnostics.filter((diagnostic) => diagnostic.severity === "error");
  assert.equal(
    errors.length,
    0,
    errors
      .slice(0, 10)
      .map((error) => formatDiagnostic(error))
      .join("\n"),
  );
  assert.ok(result.files.length > 7000);
  t.diagnostic(`${result.files.length} files in ${ms} ms, ${result.diagnostics.length} warnings`);
});
