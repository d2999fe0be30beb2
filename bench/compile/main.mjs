// How long the compiler takes beside protoc and buf, and how long a change to one file of 500 takes to be generated.
//
//   node bench/compile/main.mjs [rounds]      after a build; default: 3 rounds
//
// The files are those of google-proto-files, 7,238 with what they import, compiled with source info and written as a
// descriptor set. Each program is a process of its own that reads the files itself; the programs take turns, and the
// figure is the median. The machine's noise is in all of them alike: what counts is the ratio.
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { availableParallelism, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { SETS } from "../../conformance/compiler/descriptors.mjs";
import { INCLUDE, PROTOC } from "../../conformance/compiler/protoc.mjs";
import { Generator } from "../../packages/cli/dist/generate/generator.js";

const rounds = Number(process.argv[2] ?? 3);
const require = createRequire(new URL("../../conformance/compiler/", import.meta.url));
const buf = join(dirname(require.resolve("@bufbuild/buf/package.json")), "bin/buf");
const child = fileURLToPath(new URL("compile-all.mjs", import.meta.url));
const { files, roots } = SETS.find(({ name }) => name === "google-proto-files");

const scratch = mkdtempSync(join(tmpdir(), "hawser-"));
try {
  const listed = join(scratch, "files");
  writeFileSync(listed, files.join("\n"));
  const programs = {
    protoc: [
      PROTOC,
      [
        "-I",
        roots[0],
        "-I",
        INCLUDE,
        "--include_source_info",
        "--include_imports",
        `-o${join(scratch, "a.pb")}`,
        `@${listed}`,
      ],
    ],
    "buf build": [
      process.execPath,
      [buf, "build", bufModule(), "--as-file-descriptor-set", "-o", join(scratch, "b.binpb")],
    ],
    hawser: [process.execPath, [child, roots[0], listed, join(scratch, "c.pb")]],
  };
  const times = new Map(Object.keys(programs).map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const [name, [program, args]] of Object.entries(programs)) {
      const start = performance.now();
      const { status, stderr, error } = spawnSync(program, args, { encoding: "utf8", maxBuffer: 1 << 26 });
      if (error !== undefined) throw error;
      if (status !== 0) console.error(`${name} failed: ${stderr.slice(0, 1000)}`);
      else times.get(name).push(performance.now() - start);
    }
  }
  console.log(`${files.length} files, ${rounds} rounds, ${availableParallelism()} processors, Node ${process.version}`);
  const base = median(times.get("protoc"));
  for (const [name, each] of times) {
    if (each.length === 0) continue;
    console.log(
      `${name.padEnd(10)} ${(median(each) / 1000).toFixed(2)} s   ${(median(each) / base).toFixed(2)} x protoc`,
    );
  }
  console.log(`one file of 500 changed: ${incremental().toFixed(1)} ms until its code is written (median of 20)`);
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

/** buf reads whole directories: a copy has only the files that can be built. */
function bufModule() {
  const module = join(scratch, "module");
  for (const file of files) {
    mkdirSync(dirname(join(module, file)), { recursive: true });
    copyFileSync(join(roots[0], file), join(module, file));
  }
  for (const file of readdirSync(join(INCLUDE, "google/protobuf")).filter((name) => name.endsWith(".proto"))) {
    const target = join(module, "google/protobuf", file);
    if (statSync(target, { throwIfNoEntry: false }) === undefined) {
      mkdirSync(dirname(target), { recursive: true });
      copyFileSync(join(INCLUDE, "google/protobuf", file), target);
    }
  }
  writeFileSync(join(module, "buf.yaml"), "version: v2\n");
  return module;
}

/** The time of a run of `hawser generate --watch` after a change to one of 500 files that import each other. */
function incremental() {
  const proto = join(scratch, "proto");
  mkdirSync(proto);
  const text = (i, change) => `syntax = "proto3";\npackage p${i};\n${i > 0 ? `import "f${i - 1}.proto";\n` : ""}
// Number ${i}.
message M${i} { string name = 1; int64 at = 2; repeated int32 list = 3; ${i > 0 ? `p${i - 1}.M${i - 1} before = 4;` : ""} string change${change} = 5; map<string, string> tags = 6; }
enum E${i} { E${i}_NONE = 0; E${i}_ONE = 1; }
service S${i} { rpc Get(M${i}) returns (M${i}); }\n`;
  for (let i = 0; i < 500; i++) writeFileSync(join(proto, `f${i}.proto`), text(i, 0));
  const generator = new Generator({
    inputs: [proto],
    out: join(scratch, "gen"),
    protoPaths: [],
    importExtension: "js",
    typesOnly: false,
    includeImports: false,
    plugins: [],
  });
  generator.run();
  const each = [];
  for (let round = 1; round <= 20; round++) {
    // Half way up the chain: what stands on it is linked again.
    writeFileSync(join(proto, "f250.proto"), text(250, round));
    generator.forget(join(proto, "f250.proto"));
    const start = performance.now();
    const { ok, written } = generator.run();
    each.push(performance.now() - start);
    if (!ok || written.length === 0) throw new Error("nothing was generated");
  }
  return median(each);
}

function median(values) {
  return [...values].sort((a, b) => a - b)[values.length >> 1];
}
