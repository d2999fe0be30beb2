// Writes packages/compiler/src/bundled/bundled-files.ts: the texts of the files that every user of the compiler can import,
// from the packages protoc (google/protobuf) and google-proto-files (google/api, google/rpc). Build again after it.
//
//   node scripts/bundle-protos.mjs [--check]      --check: write nothing, exit 1 if the file is out of date
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const root = join(import.meta.dirname, "..");
const target = join(root, "packages/compiler/src/bundled/bundled-files.ts");

/** Of Google's API files those that people write rules with, and what errors are made of. */
const API_FILES = [
  "google/api/annotations.proto",
  "google/api/field_behavior.proto",
  "google/api/http.proto",
  "google/api/httpbody.proto",
  "google/rpc/code.proto",
  "google/rpc/error_details.proto",
  "google/rpc/status.proto",
];

function folderOf(workspace, packageName) {
  let folder = dirname(createRequire(join(root, workspace, "package.json")).resolve(packageName));
  while (!existsSync(join(folder, "package.json"))) folder = dirname(folder);
  return folder;
}

const protoc = join(root, "node_modules/protoc");
const include = join(protoc, "include");
const { version } = JSON.parse(readFileSync(join(protoc, "package.json"), "utf8"));
const apis = folderOf("packages/compiler", "google-proto-files");

const files = [
  ...readdirSync(join(include, "google/protobuf"), { recursive: true })
    .filter((name) => name.endsWith(".proto"))
    .map((name) => [`google/protobuf/${name}`, join(include, "google/protobuf", name)]),
  ...API_FILES.map((name) => [name, join(apis, name)]),
].sort(([a], [b]) => (a < b ? -1 : 1));

const text = `// Written by scripts/bundle-protos.mjs from protoc ${version} and google-proto-files. Do not edit.
// biome-ignore-all format: generated
// biome-ignore-all lint: generated

/** The files that come with every compiler, by the name they are imported by: google/protobuf, HTTP rules, errors. */
export const BUNDLED_FILES: ReadonlyMap<string, string> = new Map([
${files.map(([name, path]) => `  ["${name}", ${JSON.stringify(readFileSync(path, "utf8"))}],\n`).join("")}]);
`;
if (readFileSync(target, "utf8") === text) process.exit(0);
if (process.argv.includes("--check")) {
  console.error("bundled-files.ts is out of date: run node scripts/bundle-protos.mjs");
  process.exit(1);
}
writeFileSync(target, text);
console.log("written: packages/compiler/src/bundled/bundled-files.ts");
