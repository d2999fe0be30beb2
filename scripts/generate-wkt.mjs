// Generates the well-known types of packages/runtime/src/protobuf/wkt with the compiler of this repository, from the
// google/protobuf files that come with it, and those of google/rpc that errors carry, from the package google-proto-files.
// Run it after a build, and build again.
//
//   node scripts/generate-wkt.mjs [--check]      --check: write nothing, exit 1 if a file is out of date
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative } from "node:path";
import { compile } from "../packages/compiler/dist/compile.js";
import { generateFiles } from "../packages/compiler/dist/emit/index.js";

const root = join(import.meta.dirname, "..");
const target = join(root, "packages/runtime/src/protobuf/wkt");
const names =
  "any api compiler/plugin descriptor duration empty field_mask source_context struct timestamp type wrappers"
    .split(" ")
    .map((name) => `google/protobuf/${name}.proto`);

names.push("google/rpc/status.proto", "google/rpc/error_details.proto");

const protos = dirname(createRequire(join(root, "packages/compiler/package.json")).resolve("google-proto-files/package.json"));
const read = (name) => (name.startsWith("google/rpc/") ? readFileSync(join(protos, name), "utf8") : undefined);

const { ok, files, diagnostics } = compile({ files: names, sourceInfo: true, read });
if (!ok) throw new Error(diagnostics.map((diagnostic) => diagnostic.message).join("\n"));
const options = { toGenerate: names, importExtension: "js", typesOnly: false, genModule: "../gen.js" };

const check = process.argv.includes("--check");
let changed = 0;
for (const { path, content } of generateFiles(files, options)) {
  const file = join(target, path);
  if (current(file) === content) continue;
  changed++;
  console.log(`${check ? "out of date" : "written"}: ${relative(root, file)}`);
  if (check) continue;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
}
if (changed === 0) console.log(`${names.length} files are up to date`);
else if (check) process.exitCode = 1;

function current(file) {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}
