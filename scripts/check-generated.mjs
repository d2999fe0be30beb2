// Compiles .proto files of the npm package google-proto-files with the compiler of this repository, writes the generated
// code to .cache/generated and runs tsc over it under the strictest flags. Run it after a build.
//
//   node scripts/check-generated.mjs [folder ...]      default: api rpc type longrunning pubsub spanner storage
import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative, sep } from "node:path";
import { compile } from "../packages/compiler/dist/compile.js";
import { generateFiles } from "../packages/compiler/dist/emit/index.js";

const root = join(import.meta.dirname, "..");
const require = createRequire(join(root, "packages/compiler/package.json"));
const protos = dirname(require.resolve("google-proto-files/package.json"));
const folders =
  process.argv.length > 2 ? process.argv.slice(2) : "api rpc type longrunning pubsub spanner storage".split(" ");

const names = folders.flatMap((folder) => protosIn(join(protos, "google", folder)));
if (names.length === 0) throw new Error(`no .proto files in ${folders.join(", ")}`);
let start = performance.now();
const { ok, files, diagnostics } = compile({ files: names, sourceInfo: true, read });
if (!ok) {
  for (const diagnostic of diagnostics) if (diagnostic.severity === "error") console.error(diagnostic.message);
  process.exit(1);
}
report(`compiled ${files.length} files`);

// What they import from elsewhere is generated too, the well-known types aside.
const toGenerate = files.map((file) => file.name).filter((name) => !wellKnown(name));
start = performance.now();
const generated = generateFiles(files, { toGenerate, importExtension: "js", typesOnly: false });
report(`generated ${generated.length} files`);

const out = join(root, ".cache/generated");
rmSync(out, { recursive: true, force: true });
for (const { path, content } of generated) {
  mkdirSync(dirname(join(out, path)), { recursive: true });
  writeFileSync(join(out, path), content);
}
writeFileSync(join(out, "package.json"), '{ "type": "module" }\n');
writeFileSync(
  join(out, "tsconfig.json"),
  JSON.stringify({
    compilerOptions: {
      target: "ES2023",
      lib: ["ES2023"],
      module: "NodeNext",
      moduleResolution: "NodeNext",
      types: [],
      strict: true,
      exactOptionalPropertyTypes: true,
      isolatedDeclarations: true,
      isolatedModules: true,
      erasableSyntaxOnly: true,
      verbatimModuleSyntax: true,
      noUnusedLocals: true,
      noUnusedParameters: true,
      noFallthroughCasesInSwitch: true,
      noUncheckedIndexedAccess: true,
      noImplicitReturns: true,
      declaration: true,
      noEmit: true,
    },
  }),
);
start = performance.now();
const { status } = spawnSync(join(root, "node_modules/.bin/tsc"), ["-p", out], {
  stdio: "inherit",
  shell: process.platform === "win32",
});
report(status === 0 ? "tsc passed" : "tsc FAILED");
process.exitCode = status ?? 1;

function protosIn(folder) {
  return readdirSync(folder, { recursive: true })
    .filter((name) => name.endsWith(".proto"))
    .map((name) => relative(protos, join(folder, name)).split(sep).join("/"))
    .sort();
}

function read(path) {
  if (wellKnown(path)) return undefined;
  try {
    return readFileSync(join(protos, path), "utf8");
  } catch {
    return undefined;
  }
}

function report(what) {
  console.log(`${what} in ${Math.round(performance.now() - start)} ms`);
}

function wellKnown(name) {
  return name.startsWith("google/protobuf/");
}
