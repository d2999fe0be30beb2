import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { delimiter, dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { Sandbox } from "../testing/sandbox.js";

const require = createRequire(import.meta.url);
const PROTOC = join(dirname(require.resolve("protoc/package.json")), "protoc.cjs");
const BUF = join(dirname(require.resolve("@bufbuild/buf/package.json")), "bin/buf");
const ES = join(dirname(require.resolve("@bufbuild/protoc-gen-es/package.json")), "bin/protoc-gen-es");
const HAWSER = fileURLToPath(new URL("../../bin/protoc-gen-hawser.js", import.meta.url));

const NOTE =
  'syntax = "proto3";\npackage notes.v1;\nimport "google/protobuf/timestamp.proto";\n// A note.\nmessage Note { int64 id = 1; optional string text = 2; google.protobuf.Timestamp at = 3; }\nservice Notes { rpc Get(Note) returns (Note); }\n';

/** A sandbox with a program `protoc-gen-hawser` in `bin/`. */
function project(): Sandbox {
  const sandbox = new Sandbox();
  sandbox.write({ "proto/notes/v1/note.proto": NOTE });
  sandbox.write({ "bin/protoc-gen-hawser": `#!/bin/sh\nexec "${process.execPath}" "${HAWSER}"\n` });
  chmodSync(join(sandbox.path, "bin/protoc-gen-hawser"), 0o755);
  return sandbox;
}

function run(sandbox: Sandbox, program: string, ...args: string[]): { status: number | null; stderr: string } {
  const env = { ...process.env, PATH: `${join(sandbox.path, "bin")}${delimiter}${process.env["PATH"]}` };
  return spawnSync(process.execPath, [program, ...args], { cwd: sandbox.path, env, encoding: "utf8" });
}

test("protoc-gen-hawser under protoc writes what hawser generate writes", async () => {
  using sandbox = project();
  sandbox.write({ "out/.keep": "" });
  const { status, stderr } = run(sandbox, PROTOC, "-I", "proto", "--hawser_out=out", "notes/v1/note.proto");
  assert.deepEqual([status, stderr], [0, ""]);
  assert.equal((await sandbox.run("generate")).code, 0);
  assert.equal(sandbox.read("out/notes/v1/note.pb.ts"), sandbox.read("src/gen/notes/v1/note.pb.ts"));
});

test("protoc-gen-hawser takes options and refuses others", () => {
  using sandbox = project();
  sandbox.write({ "out/.keep": "" });
  const good = ["--hawser_opt=types_only,import_extension=ts", "--hawser_out=out", "notes/v1/note.proto"];
  assert.equal(run(sandbox, PROTOC, "-I", "proto", ...good).status, 0);
  assert.doesNotMatch(sandbox.read("out/notes/v1/note.pb.ts"), /export const/);
  const bad = run(sandbox, PROTOC, "-I", "proto", "--hawser_opt=fast", "--hawser_out=out", "notes/v1/note.proto");
  assert.notEqual(bad.status, 0);
  assert.match(bad.stderr, /there is no option "fast"/);
});

test("protoc-gen-hawser under buf", async () => {
  using sandbox = project();
  sandbox.write({
    "buf.yaml": "version: v2\nmodules:\n  - path: proto\n",
    "buf.gen.yaml": "version: v2\nplugins:\n  - local: protoc-gen-hawser\n    out: out\n",
  });
  const { status, stderr } = run(sandbox, BUF, "generate");
  assert.equal(status, 0, stderr);
  assert.equal((await sandbox.run("generate")).code, 0);
  assert.equal(sandbox.read("out/notes/v1/note.pb.ts"), sandbox.read("src/gen/notes/v1/note.pb.ts"));
});

test("hawser generate runs other generators, as protoc does", async () => {
  using sandbox = project();
  sandbox.write({ "expected/.keep": "" });
  const flags = ["--plugin", `es=${ES}`, "--plugin-out", "es=es", "--plugin-opt", "es=target=ts"];
  const { code, stdout, stderr } = await sandbox.run("generate", ...flags);
  assert.deepEqual([code, stderr], [0, ""]);
  assert.match(stdout, /^2 files written/);
  const theirs = [`--plugin=protoc-gen-es=${ES}`, "--es_out=expected", "--es_opt=target=ts"];
  assert.equal(run(sandbox, PROTOC, "-I", "proto", ...theirs, "notes/v1/note.proto").status, 0);
  assert.equal(sandbox.read("es/notes/v1/note_pb.ts"), sandbox.read("expected/notes/v1/note_pb.ts"));
});

test("hawser generate has protoc run the generators that are built into it", async () => {
  using sandbox = project();
  sandbox.write({ "expected/.keep": "" });
  const flags = ["--plugin", `java=${PROTOC}`, "--plugin-out", "java=java", "--plugin-opt", "java=lite"];
  const python = ["--plugin", `python=${PROTOC}`, "--plugin-out", "python=python"];
  const { code, stdout, stderr } = await sandbox.run("generate", ...flags, ...python);
  assert.deepEqual([code, stderr], [0, ""]);
  assert.match(stdout, /files written/);
  const compiled = ["--descriptor_set_out=set", "--include_imports", "--include_source_info", "notes/v1/note.proto"];
  assert.equal(run(sandbox, PROTOC, "-I", "proto", ...compiled).status, 0);
  const theirs = ["--java_out=expected", "--java_opt=lite", "--python_out=expected", "notes/v1/note.proto"];
  assert.equal(run(sandbox, PROTOC, "--descriptor_set_in=set", ...theirs).status, 0);
  assert.deepEqual(
    sandbox
      .list("java")
      .concat(sandbox.list("python"))
      .map((path) => path.replace(/^\w+/, "expected"))
      .sort(),
    sandbox.list("expected").filter((path) => !path.endsWith(".keep")),
  );
  for (const path of [...sandbox.list("java"), ...sandbox.list("python")]) {
    assert.ok(sandbox.read(path) === sandbox.read(path.replace(/^\w+/, "expected")), `${path} differs`);
  }
  const wrong = await sandbox.run("generate", "--plugin", `nothing=${PROTOC}`, "--plugin-out", "nothing=x");
  assert.equal(wrong.code, 1);
  assert.match(wrong.stderr, /--nothing_out ended with the exit code 1/);
  assert.equal(sandbox.has("x"), false);
});

test("what a plugin does wrong is said, and none of its files are written", async () => {
  using sandbox = project();
  const cases: [script: string, message: RegExp][] = [
    ["process.exit(3)", /ended with the exit code 3/],
    ["console.error('no such thing'); process.exit(1)", /no such thing/],
    ["process.stdout.write('garbage')", /its output is not a CodeGeneratorResponse/],
    ["process.stdout.write(Buffer.from([10, 3, 98, 97, 100]))", /x: bad/],
    ["process.stdout.write(Buffer.from([122, 6, 10, 4, 46, 46, 47, 97]))", /outside of the directory/],
  ];
  for (const [script, message] of cases) {
    writeFileSync(join(sandbox.path, "x.cjs"), script);
    const { code, stderr } = await sandbox.run("generate", "--plugin", "x=x.cjs", "--plugin-out", "x=out");
    assert.equal(code, 1, script);
    assert.match(stderr, message);
  }
  assert.deepEqual(sandbox.list("out"), []);
  const missing = await sandbox.run("generate", "--plugin-out", "nope=out");
  assert.match(missing.stderr, /there is no program protoc-gen-nope/);
  const incomplete = await sandbox.run("generate", "--plugin-out", "nope");
  assert.match(incomplete.stderr, /--plugin-out nope is incomplete/);
  const homeless = await sandbox.run("generate", "--plugin", "es");
  assert.match(homeless.stderr, /the plugin es has no directory/);
});
