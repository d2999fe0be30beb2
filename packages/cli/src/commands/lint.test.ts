import assert from "node:assert/strict";
import { test } from "node:test";
import { checkExamples } from "../testing/check-examples.js";
import { Sandbox } from "../testing/sandbox.js";
import { command } from "./lint.js";

const GOOD = 'syntax = "proto3";\npackage notes.v1;\nmessage Note {\n  string text = 1;\n}\n';

test("the examples print what they say", () => checkExamples(command));

test("nothing to find fault with: no output, exit code 0", async () => {
  using sandbox = new Sandbox();
  sandbox.write({ "proto/notes/v1/note.proto": GOOD });
  assert.deepEqual(await sandbox.run("lint"), { code: 0, stdout: "", stderr: "" });
  const { stdout } = await sandbox.run("lint", "--json");
  assert.deepEqual(JSON.parse(stdout), { ok: true, findings: [], diagnostics: [] });
});

test("--json has rule, place and message", async () => {
  using sandbox = new Sandbox();
  sandbox.write({ "proto/notes/v1/note.proto": GOOD.replace("Note", "note") });
  const { code, stdout, stderr } = await sandbox.run("lint", "--json");
  assert.deepEqual([code, stderr], [1, ""]);
  assert.deepEqual(JSON.parse(stdout).findings, [
    {
      rule: "MESSAGE_PASCAL_CASE",
      file: "proto/notes/v1/note.proto",
      line: 3,
      column: 9,
      endLine: 3,
      endColumn: 13,
      message: 'Message name "note" should be PascalCase, such as "Note".',
    },
  ]);
});

test("a descriptor set has places if it was made with them", async () => {
  using sandbox = new Sandbox();
  const file = { name: "notes/v1/note.proto", package: "notes.v1", syntax: "proto3", messageType: [{ name: "note" }] };
  sandbox.write({ "set.json": JSON.stringify({ file: [file] }) });
  const { code, stdout } = await sandbox.run("lint", "set.json");
  assert.equal(code, 1);
  assert.match(stdout, /^notes\/v1\/note\.proto:1:1:Message name "note" should be PascalCase/);
});

test("--list-rules", async () => {
  using sandbox = new Sandbox();
  const { code, stdout } = await sandbox.run("lint", "--list-rules");
  assert.equal(code, 0);
  assert.match(stdout, /^ENUM_ZERO_VALUE_SUFFIX +STANDARD +default {2}Checks that enum zero values/m);
  assert.equal(JSON.parse((await sandbox.run("lint", "--list-rules", "--json")).stdout).rules.length, 45);
});

const MISTAKES: [what: string, files: Record<string, string>, args: string[], says: RegExp][] = [
  ["no input", {}, [], /there is no directory proto\/ here/],
  ["a missing input", {}, ["nope"], /the input nope does not exist/],
  ["a broken file", { "proto/a.proto": "message {" }, [], /^proto\/a\.proto:1:9: error: /],
  [
    "a rule that does not exist",
    { "buf.yaml": "version: v2\nlint:\n  use: [NOPE]\n", "a.proto": GOOD },
    [],
    /"NOPE", which does not exist\nhelp: .*--list-rules/,
  ],
  [
    "a key that nobody knows",
    { "buf.yaml": "version: v2\nlint:\n  uses: []\n", "a.proto": GOOD },
    [],
    /buf\.yaml: lint\.uses is not a key/,
  ],
  [
    "a list that is none",
    { "buf.yaml": "version: v2\nlint:\n  use: STANDARD\n", "a.proto": GOOD },
    [],
    /buf\.yaml: lint\.use should be a list/,
  ],
  ["no version", { "buf.yaml": "lint: {}\n", "a.proto": GOOD }, [], /buf\.yaml has no version/],
  ["an old version", { "buf.yaml": "version: v1beta1\n", "a.proto": GOOD }, [], /version v1beta1 is not supported/],
  ["no YAML", { "buf.yaml": "a: [\n", "a.proto": GOOD }, [], /buf\.yaml is not YAML: /],
  [
    "a path that leads out",
    { "buf.yaml": "version: v2\nlint:\n  ignore: [../x]\n", "a.proto": GOOD },
    [],
    /lint\.ignore\.1 should be a path below/,
  ],
  [
    "a prototype in the place of a key",
    { "buf.yaml": "version: v2\n__proto__:\n  lint: {}\n", "a.proto": GOOD },
    [],
    /is not a key that is known here|has no version/,
  ],
  ["a missing buf.yaml", { "a.proto": GOOD }, ["a.proto", "--config", "nope.yaml"], /there is no nope\.yaml/],
  ["no descriptor set", { "a.binpb": "nonsense" }, ["a.binpb"], /a\.binpb is not a FileDescriptorSet/],
  ["a bomb in gzip", { "a.binpb": "\x1f\x8bnonsense" }, ["a.binpb"], /a\.binpb is not a FileDescriptorSet/],
  [
    "two kinds of input",
    { "a.proto": GOOD, "b.binpb": "" },
    ["a.proto", "b.binpb"],
    /b\.binpb is a descriptor set, a\.proto is not/,
  ],
];

for (const [what, files, args, says] of MISTAKES) {
  test(`${what} is an error that says what to do`, async () => {
    using sandbox = new Sandbox();
    sandbox.write(files);
    const { code, stdout, stderr } = await sandbox.run("lint", ...args);
    assert.deepEqual([code, stdout], [1, ""]);
    assert.match(stderr, says);
    const json = await sandbox.run("lint", ...args, "--json");
    assert.deepEqual([json.code, json.stderr], [1, ""]);
    assert.equal(JSON.parse(json.stdout).ok, false);
  });
}
