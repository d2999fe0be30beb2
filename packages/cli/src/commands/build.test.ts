import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { gunzipSync } from "node:zlib";
import { decode, fromJsonString, fromText } from "hawser/protobuf";
import { FileDescriptorSet } from "hawser/wkt";
import { checkExamples } from "../testing/check-examples.js";
import { NOTES_PROTO } from "../testing/notes-server.js";
import { Sandbox } from "../testing/sandbox.js";
import { command } from "./build.js";

const require = createRequire(import.meta.url);
const PROTOC = join(dirname(require.resolve("protoc/package.json")), "protoc.cjs");

const FILES = {
  "proto/notes/v1/notes.proto": NOTES_PROTO,
  "proto/notes/v1/more.proto": `syntax = "proto2";
package notes.v1;
import "google/protobuf/descriptor.proto";
import "notes/v1/notes.proto";
extend google.protobuf.FieldOptions {
  // Gone after compilation.
  optional string hint = 50000 [retention = RETENTION_SOURCE];
  optional string mark = 50001;
}
message More {
  required Note note = 1 [(hint) = "x", (mark) = "y"];
  optional int32 only = 3 [(hint) = "z"];
  optional bytes raw = 2 [default = "\\001\\"", json_name = "RAW"];
}
`,
};

test("the example prints what it says", () => checkExamples(command));

for (const [ours, theirs] of [
  [[], ["--include_imports", "--include_source_info"]],
  [["--exclude-imports"], ["--include_source_info"]],
  [["--exclude-source-info"], ["--include_imports"]],
  [["--exclude-imports", "--exclude-source-info"], []],
  [["--retain-options"], ["--include_imports", "--include_source_info", "--retain_options"]],
] as const) {
  test(`build ${ours.join(" ")}: the bytes of protoc ${theirs.join(" ")}`, async () => {
    using sandbox = new Sandbox();
    sandbox.write(FILES);
    const { code, stderr } = await sandbox.run("build", "-o", "ours.binpb", ...ours);
    assert.deepEqual([code, stderr], [0, ""]);
    const args = ["-I", "proto", ...theirs, "-otheirs.binpb", "notes/v1/more.proto", "notes/v1/notes.proto"];
    const protoc = spawnSync(process.execPath, [PROTOC, ...args], { cwd: sandbox.path, encoding: "utf8" });
    assert.deepEqual([protoc.status, protoc.stderr], [0, ""]);
    const [a, b] = ["ours.binpb", "theirs.binpb"].map((name) => readFileSync(join(sandbox.path, name)));
    assert.ok(a!.equals(b!), "the bytes differ");
  });
}

test("JSON, text, gzip and stdout hold the same set, and a set can be built from a set", async () => {
  using sandbox = new Sandbox();
  sandbox.write(FILES);
  for (const out of ["a.binpb", "a.json", "a.txtpb", "a.binpb.gz"])
    assert.equal((await sandbox.run("build", "-o", out)).code, 0);
  const bytes = readFileSync(join(sandbox.path, "a.binpb"));
  const sets = [
    fromJsonString(FileDescriptorSet, sandbox.read("a.json")),
    fromText(FileDescriptorSet, sandbox.read("a.txtpb")),
  ];
  // Options that are extensions need a registry in these formats; the binary has them all.
  const names = decode(FileDescriptorSet, bytes).file.map(({ name }) => name);
  for (const set of sets)
    assert.deepEqual(
      set.file.map(({ name }) => name),
      names,
    );
  assert.ok(gunzipSync(readFileSync(join(sandbox.path, "a.binpb.gz"))).equals(bytes));
  assert.equal((await sandbox.run("build", "a.binpb", "-o", "b.binpb")).code, 0);
  assert.ok(readFileSync(join(sandbox.path, "b.binpb")).equals(bytes));
});

test("errors are shown with their lines, and nothing is written", async () => {
  using sandbox = new Sandbox();
  sandbox.write({ "proto/a.proto": 'syntax = "proto3";\nmessage A { Gone b = 1; }\n' });
  const { code, stdout, stderr } = await sandbox.run("build", "-o", "a.binpb");
  assert.deepEqual([code, stdout, sandbox.has("a.binpb")], [1, "", false]);
  assert.match(stderr, /^proto\/a\.proto:2:13: error: [\s\S]*1 error: nothing was written\n$/);
  const json = JSON.parse((await sandbox.run("build", "--json")).stdout);
  assert.deepEqual([json.ok, json.diagnostics[0].line], [false, 2]);
  assert.equal((await sandbox.run("build", "--json", "-o", "-")).code, 2);
  sandbox.write({ "proto/a.proto": 'syntax = "proto3";\n' });
  assert.equal((await sandbox.run("build")).stdout, "1 file, no errors\n");
  const nowhere = await sandbox.run("build", "-o", "no/a.binpb");
  assert.equal(nowhere.code, 1);
  assert.match(nowhere.stderr, /cannot write no\/a\.binpb: no such file or directory\nhelp: /);
});
