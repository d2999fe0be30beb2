import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";
import { compile } from "@hawser/compiler";
import { createServer } from "hawser";
import { createDynamicTypes, encode, toJsonString } from "hawser/protobuf";
import { addReflection } from "hawser/services";
import { FileDescriptorSet } from "hawser/wkt";
import { checkExamples } from "../testing/check-examples.js";
import { Sandbox } from "../testing/sandbox.js";
import { command } from "./breaking.js";

const BEFORE = 'syntax = "proto3";\npackage p;\nmessage M {\n  int32 a = 1;\n  string b = 2;\n}\n';
const NOW = 'syntax = "proto3";\npackage p;\nmessage M {\n  // Changed.\n  int64 a = 1;\n  string b = 2;\n}\n';
const FINDING =
  'proto/p/a.proto:5:3:Field "1" with name "a" on message "M" changed type from "int32" to "int64". (FIELD_SAME_TYPE)\n';

test("the examples print what they say", () => checkExamples(command));

function git(sandbox: Sandbox, ...args: string[]): void {
  const identity = ["-c", "user.name=x", "-c", "user.email=x@example.com", "-c", "init.defaultBranch=main"];
  execFileSync("git", [...identity, ...args], { cwd: sandbox.path, stdio: "pipe" });
}

/** A repository with {@link BEFORE} in its first commit, tagged v1, and {@link NOW} in the work tree. */
function repository(): Sandbox {
  const sandbox = new Sandbox();
  sandbox.write({ "proto/p/a.proto": BEFORE, "other/x.txt": "x" });
  git(sandbox, "init", "-q");
  git(sandbox, "add", ".");
  git(sandbox, "commit", "-qm", "first");
  git(sandbox, "tag", "v1");
  sandbox.write({ "proto/p/a.proto": NOW });
  return sandbox;
}

for (const against of [
  "main",
  "v1",
  "HEAD",
  ".git#branch=main",
  ".git#tag=v1,subdir=proto",
  ".git#ref=HEAD",
  ".#ref=v1",
]) {
  test(`--against ${against}: both lines are shown`, async () => {
    using sandbox = repository();
    const { code, stdout, stderr } = await sandbox.run("breaking", "--against", against);
    assert.deepEqual([code, stderr], [1, ""]);
    assert.equal(stdout, `${FINDING}  - proto/p/a.proto:4   int32 a = 1;\n  + proto/p/a.proto:5   int64 a = 1;\n`);
  });
}

test("--against a repository elsewhere, with a work tree and bare", async () => {
  using sandbox = repository();
  using elsewhere = new Sandbox();
  execFileSync("git", ["clone", "-q", "--bare", sandbox.path, join(elsewhere.path, "bare.git")], { stdio: "pipe" });
  elsewhere.write({ "proto/p/a.proto": NOW });
  for (const against of [`${sandbox.path}/.git#branch=main`, "bare.git#tag=v1", "bare.git#tag=v1,subdir=proto"]) {
    const { code, stdout } = await elsewhere.run("breaking", "--against", against, "--json");
    assert.equal(code, 1, against);
    const { findings } = JSON.parse(stdout);
    assert.deepEqual(
      [findings.length, findings[0].rule, findings[0].old.text],
      [1, "FIELD_SAME_TYPE", "  int32 a = 1;"],
    );
  }
});

test("a buf.yaml of the commit says where its modules were", async () => {
  using sandbox = new Sandbox();
  sandbox.write({ "api/p/a.proto": BEFORE, "buf.yaml": "version: v2\nmodules:\n  - path: api\n" });
  git(sandbox, "init", "-q");
  git(sandbox, "add", ".");
  git(sandbox, "commit", "-qm", "first");
  git(sandbox, "mv", "api", "proto");
  sandbox.write({ "proto/p/a.proto": NOW, "buf.yaml": "version: v2\nmodules:\n  - path: proto\n" });
  const { code, stdout } = await sandbox.run("breaking", "--against", "HEAD");
  assert.equal(code, 1);
  assert.equal(stdout, `${FINDING}  - api/p/a.proto:4   int32 a = 1;\n  + proto/p/a.proto:5   int64 a = 1;\n`);
});

test("a file that is gone has no place", async () => {
  using sandbox = repository();
  sandbox.write({ "proto/p/a.proto": BEFORE, "proto/p/b.proto": "" });
  git(sandbox, "add", ".");
  git(sandbox, "commit", "-qm", "second");
  git(sandbox, "rm", "-q", "proto/p/b.proto");
  const { stdout } = await sandbox.run("breaking", "--against", "HEAD");
  assert.equal(stdout, 'Previously present file "p/b.proto" was deleted. (FILE_NO_DELETE)\n  - proto/p/b.proto\n');
});

test("of what is gone the old line is shown, also of a schema without text", async () => {
  using sandbox = new Sandbox();
  const before = `syntax = "proto3";
package p;
enum E {
  Z = 0;
  Y = 1;
}
message M {
  map<string, E> a = 1;
  repeated M b = 2;
  optional string c = 3;
}
service S {
  rpc Do(stream M) returns (M);
}
`;
  const now = before.replaceAll(/ {2}(Y|map|repeated|optional|rpc).*\n/g, "");
  const { files } = compile({ files: ["a.proto"], read: (path) => (path === "a.proto" ? before : undefined) });
  sandbox.write({ "old/a.proto": before, "new/a.proto": now, "old.binpb": encode(FileDescriptorSet, { file: files }) });
  for (const against of ["old", "old.binpb"]) {
    const { stdout } = await sandbox.run("breaking", "new", "--against", against, "--json");
    const { findings } = JSON.parse(stdout) as { findings: { rule: string; old: { text: string } }[] };
    // A map is a message too, which goes with the field.
    const own = findings.filter(({ rule }) => rule !== "MESSAGE_NO_DELETE");
    const lines = own.map(({ old }) => old.text.trim());
    assert.deepEqual(
      lines.sort(),
      [
        "Y = 1;",
        "map<string, E> a = 1;",
        "optional string c = 3;",
        "repeated M b = 2;",
        "rpc Do(stream M) returns (M);",
      ]
        .map((line) => (against === "old" ? line : line.replaceAll(/\b(E|M)\b(?! =)/g, "p.$1")))
        .sort(),
    );
  }
});

test("nothing has changed: no output, exit code 0", async () => {
  using sandbox = repository();
  sandbox.write({ "proto/p/a.proto": `// Comments may.\n${BEFORE}` });
  assert.deepEqual(await sandbox.run("breaking", "--against", "v1"), { code: 0, stdout: "", stderr: "" });
});

test("a directory that is new is compared with nothing", async () => {
  using sandbox = repository();
  sandbox.write({ "new/q.proto": BEFORE });
  assert.equal((await sandbox.run("breaking", "new", "--against", "v1")).code, 0);
});

for (const name of ["set.binpb", "set.json"]) {
  test(`--against a descriptor set, ${name}`, async () => {
    using sandbox = new Sandbox();
    const { files } = compile({ files: ["p/a.proto"], read: (path) => (path === "p/a.proto" ? BEFORE : undefined) });
    const set = { file: files };
    const content = name.endsWith("json") ? toJsonString(FileDescriptorSet, set) : encode(FileDescriptorSet, set);
    sandbox.write({ "proto/p/a.proto": NOW, [name]: content });
    const { code, stdout } = await sandbox.run("breaking", "--against", name, "--json");
    assert.equal(code, 1);
    const { ok, findings } = JSON.parse(stdout);
    assert.deepEqual([ok, findings.length, findings[0].rule, findings[0].line], [false, 1, "FIELD_SAME_TYPE", 5]);
    assert.deepEqual(findings[0].old, { file: "p/a.proto", line: 0, text: "int32 a = 1;" });
    assert.deepEqual(findings[0].new, { file: "proto/p/a.proto", line: 5, text: "  int64 a = 1;" });
  });
}

test("--against a running server, through reflection", async () => {
  using sandbox = new Sandbox();
  const lib = 'syntax = "proto3";\npackage p;\nmessage Lib {\n  int32 c = 1;\n}\n';
  const text = `${BEFORE.replace("message", 'import "p/lib.proto";\nmessage')}message N {\n  Lib lib = 1;\n}\nservice S {\n  rpc Do(M) returns (N);\n}\n`;
  const files: Readonly<Record<string, string>> = { "p/a.proto": text, "p/lib.proto": lib };
  const types = createDynamicTypes(compile({ files: ["p/a.proto"], read: (name) => files[name] }).files);
  const server = createServer();
  server.add(types.service("p.S")!, { do: () => ({}) });
  addReflection(server);
  const { port } = await server.listen("127.0.0.1:0");
  try {
    const against = `http://127.0.0.1:${port}`;
    sandbox.write({ "proto/p/a.proto": text, "proto/p/lib.proto": lib });
    // The server also tells of its reflection itself, which is nothing of ours: PACKAGE_NO_DELETE is not asked for.
    sandbox.write({ "buf.yaml": "version: v2\nmodules:\n  - path: proto\nbreaking:\n  use: [WIRE]\n" });
    assert.deepEqual(await sandbox.run("breaking", "--against", against), { code: 0, stdout: "", stderr: "" });
    sandbox.write({ "proto/p/lib.proto": lib.replace("int32", "string") });
    const { code, stdout } = await sandbox.run("breaking", "--against", against);
    assert.equal(code, 1);
    assert.match(
      stdout,
      /^proto\/p\/lib\.proto:4:3:Field "1" with name "c" on message "Lib" changed type .*\(FIELD_WIRE_COMPATIBLE_TYPE\)\n/,
    );
  } finally {
    await server.shutdown({ graceMs: 0 });
  }
});

test("a server without reflection, and one that is not there", async () => {
  using sandbox = new Sandbox();
  sandbox.write({ "proto/p/a.proto": NOW });
  const server = createServer();
  const { port } = await server.listen("127.0.0.1:0");
  const without = await sandbox.run("breaking", "--against", `http://127.0.0.1:${port}`);
  await server.shutdown({ graceMs: 0 });
  assert.equal(without.code, 1);
  assert.match(without.stderr, /has no reflection\nhelp: /);
  const gone = await sandbox.run("breaking", "--against", `http://127.0.0.1:${port}`);
  assert.equal(gone.code, 1);
  assert.match(gone.stderr, /gives no reflection: UNAVAILABLE: .*\nhelp: /s);
});

const MISTAKES: [what: string, args: string[], code: number, says: RegExp][] = [
  ["nothing to compare with", [], 2, /there is nothing to compare with\nhelp: .*--against/],
  ["a ref that does not exist", ["--against", "nope"], 1, /nope is no commit of the git repository/],
  ["a ref that looks like an option", ["--against=--all"], 1, /--all is no commit/],
  ["an option that git inputs do not have", ["--against", ".git#brunch=main"], 2, /brunch is no option of a git input/],
  ["a subdir that is not there", ["--against", ".git#ref=v1,subdir=nope"], 1, /the input nope does not exist/],
  ["a directory without files", ["--against", "other"], 1, /no \.proto files in other/],
];

for (const [what, args, exitCode, says] of MISTAKES) {
  test(`${what} is an error that says what to do`, async () => {
    using sandbox = repository();
    const { code, stdout, stderr } = await sandbox.run("breaking", ...args);
    assert.deepEqual([code, stdout], [exitCode, ""]);
    assert.match(stderr, says);
  });
}

test("an error in what is compared with names it", async () => {
  using sandbox = repository();
  sandbox.write({ "old/a.proto": "message {" });
  const { code, stderr } = await sandbox.run("breaking", "--against", "old");
  assert.equal(code, 1);
  assert.match(stderr, /^old:old\/a\.proto:1:9: error: /);
});

test("outside of a repository a name is no ref", async () => {
  using sandbox = new Sandbox();
  sandbox.write({ "proto/p/a.proto": NOW });
  const { code, stderr } = await sandbox.run("breaking", "--against", "main");
  assert.equal(code, 1);
  assert.match(stderr, /there is no main to compare with\nhelp: /);
});
