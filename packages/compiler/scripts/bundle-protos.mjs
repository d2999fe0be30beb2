// Writes src/bundled/bundled-files.ts from the include folder of the npm package `protoc`, which is a dev dependency:
// the google/protobuf files that every protoc brings along, so that an import of them needs no file.
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const FILES = [
  "any",
  "api",
  "c_sharp_features",
  "compiler/plugin",
  "cpp_features",
  "cpp_file_options",
  "cpp_options",
  "descriptor",
  "duration",
  "empty",
  "field_mask",
  "go_features",
  "java_features",
  "json_enumvalue_options",
  "json_options",
  "source_context",
  "struct",
  "timestamp",
  "type",
  "wrappers",
];

const manifest = createRequire(import.meta.url).resolve("protoc/package.json");
const include = join(dirname(manifest), "include");
const { version } = JSON.parse(readFileSync(manifest, "utf8"));
const lines = [
  `// Written by scripts/bundle-protos.mjs from protoc ${version}. Do not edit.`,
  "// biome-ignore-all format: generated",
  "// biome-ignore-all lint: generated",
  "",
  "/** The google/protobuf files that come with every compiler, by the name they are imported by. */",
  "export const BUNDLED_FILES: ReadonlyMap<string, string> = new Map([",
];
for (const file of FILES) {
  const name = `google/protobuf/${file}.proto`;
  lines.push(`  [${JSON.stringify(name)}, ${JSON.stringify(readFileSync(join(include, name), "utf8"))}],`);
}
lines.push("]);", "");
const target = join(dirname(fileURLToPath(import.meta.url)), "../src/bundled/bundled-files.ts");
writeFileSync(target, lines.join("\n"));
