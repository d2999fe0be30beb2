// Generates the well-known types of packages/runtime/src/protobuf/wkt with the compiler of this repository, from the
// google/protobuf files that come with it, and those of google/rpc that errors carry, from the package google-proto-files. Those of
// the services that every server may have come from the packages that implement these for grpc-js.
// Run it after a build, and build again.
//
//   node scripts/generate-wkt.mjs [--check]      --check: write nothing, exit 1 if a file is out of date
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
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

/** Where the files come from that the compiler does not bring along: their name, and the place of a package in which they lie. */
const FOREIGN = {
  "google/rpc/status.proto": ["packages/compiler", "google-proto-files", "google/rpc/status.proto"],
  "google/rpc/error_details.proto": ["packages/compiler", "google-proto-files", "google/rpc/error_details.proto"],
  "google/api/http.proto": ["packages/compiler", "google-proto-files", "google/api/http.proto"],
  "google/api/annotations.proto": ["packages/compiler", "google-proto-files", "google/api/annotations.proto"],
  "google/api/httpbody.proto": ["packages/compiler", "google-proto-files", "google/api/httpbody.proto"],
  "google/api/field_behavior.proto": ["packages/compiler", "google-proto-files", "google/api/field_behavior.proto"],
  "grpc/health/v1/health.proto": ["interop", "grpc-health-check", "proto/health/v1/health.proto"],
  "grpc/reflection/v1/reflection.proto": [
    "interop",
    "@grpc/reflection",
    "build/proto/grpc/reflection/v1/reflection.proto",
  ],
  "grpc/reflection/v1alpha/reflection.proto": [
    "interop",
    "@grpc/reflection",
    "build/proto/grpc/reflection/v1alpha/reflection.proto",
  ],
  "grpc/channelz/v1/channelz.proto": ["interop", "@grpc/grpc-js", "proto/channelz.proto"],
  "xds/data/orca/v3/orca_load_report.proto": [
    "interop",
    "@grpc/grpc-js",
    "proto/xds/xds/data/orca/v3/orca_load_report.proto",
  ],
  "xds/service/orca/v3/orca.proto": ["interop", "@grpc/grpc-js", "proto/xds/xds/service/orca/v3/orca.proto"],
};
/** Files that no package brings along. */
const OWN = ["grpc/binarylog/v1/binarylog.proto", "hawser/openapi/v1/openapi.proto"];
names.push(...OWN);
names.push(...Object.keys(FOREIGN).filter((name) => !names.includes(name)));

function read(name) {
  if (OWN.includes(name)) return readFileSync(join(root, "scripts/protos", name), "utf8");
  if (FOREIGN[name] === undefined) return undefined;
  const [workspace, packageName, path] = FOREIGN[name];
  let folder = dirname(createRequire(join(root, workspace, "package.json")).resolve(packageName));
  while (!existsSync(join(folder, "package.json"))) folder = dirname(folder);
  const text = readFileSync(join(folder, path), "utf8");
  return name.startsWith("xds/") ? withoutRules(text) : text;
}

/** A file without its rules of protoc-gen-validate: they say nothing of the wire, and would bring 60 messages along. */
function withoutRules(text) {
  return text
    .replaceAll("\r\n", "\n")
    .replace('import "validate/validate.proto";\n', "")
    .replace(/\s*\[\(validate\.rules\)[^\]]*\]/g, "");
}

const { ok, files, diagnostics } = compile({ files: names, sourceInfo: true, read });
if (!ok) throw new Error(diagnostics.map((diagnostic) => diagnostic.message).join("\n"));
const options = { toGenerate: names, importExtension: "js", typesOnly: false, genModule: "../gen.js" };

const check = process.argv.includes("--check");
let changed = 0;
for (const { path, content: whole } of generateFiles(files, options)) {
  const content = firstParagraphs(whole);
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

/**
 * Comments without what follows their first paragraph: the long ones explain the types to users of every other language, with
 * examples in these, and would be a twentieth of what is installed.
 */
function firstParagraphs(content) {
  return content.replace(/^( *)\/\*\*\n([\s\S]*?)\*\/\n/gm, (comment, indent, body) => {
    const lines = body
      .trimEnd()
      .split("\n")
      .map((line) => line.trim().replace(/^\* ?/, ""));
    const end = lines.indexOf("");
    if (end < 1) return comment;
    // Tags stand at the end.
    const tags = lines.slice(end).filter((line) => line.startsWith("@"));
    const kept = [...lines.slice(0, end), ...(tags.length > 0 ? ["", ...tags] : [])];
    if (kept.length === 1) return `${indent}/** ${kept[0]} */\n`;
    return `${indent}/**\n${kept.map((line) => `${indent} * ${line}`.trimEnd() + "\n").join("")}${indent} */\n`;
  });
}

function current(file) {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}
