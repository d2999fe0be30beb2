import assert from "node:assert/strict";
import { chmodSync, statSync, symlinkSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { checkExamples } from "../testing/check-examples.js";
import { ended, Sandbox } from "../testing/sandbox.js";
import { command } from "./format.js";

const BAD = 'syntax = "proto3";\nmessage  M {}\n';
const GOOD = 'syntax = "proto3";\n\nmessage M {}\n';

test("the examples print what they say", () => checkExamples(command));

test("one file is printed, and stays as it is", async () => {
  using sandbox = new Sandbox();
  sandbox.write({ "proto/a.proto": BAD });
  assert.deepEqual(await sandbox.run("format"), { code: 0, stdout: GOOD, stderr: "" });
  assert.equal(sandbox.read("proto/a.proto"), BAD);
});

test("--write writes what changes, keeps modes and links, and leaves the rest alone", async () => {
  using sandbox = new Sandbox();
  sandbox.write({ "proto/a.proto": BAD, "proto/b.proto": GOOD, "elsewhere/c.proto": BAD });
  symlinkSync(join(sandbox.path, "elsewhere/c.proto"), join(sandbox.path, "proto/c.proto"));
  chmodSync(join(sandbox.path, "proto/a.proto"), 0o640);
  utimesSync(join(sandbox.path, "proto/b.proto"), 1, 1);
  const { code, stdout, stderr } = await sandbox.run("format", "-w");
  assert.deepEqual([code, stdout, stderr], [0, "2 files written, 1 unchanged\n", ""]);
  for (const name of ["proto/a.proto", "elsewhere/c.proto"]) assert.equal(sandbox.read(name), GOOD);
  assert.equal(statSync(join(sandbox.path, "proto/a.proto")).mode & 0o777, 0o640);
  assert.equal(statSync(join(sandbox.path, "proto/b.proto")).mtimeMs, 1000);
  assert.deepEqual(sandbox.list("."), ["elsewhere/c.proto", "proto/a.proto", "proto/b.proto", "proto/c.proto"]);
});

for (const flag of ["--check", "--exit-code"]) {
  test(`${flag} names what would change`, async () => {
    using sandbox = new Sandbox();
    sandbox.write({ "proto/a.proto": BAD, "proto/b.proto": GOOD });
    assert.deepEqual(await sandbox.run("format", flag), { code: 1, stdout: "proto/a.proto\n", stderr: "" });
    assert.equal(sandbox.read("proto/a.proto"), BAD);
    assert.deepEqual(await sandbox.run("format", flag, "proto/b.proto"), { code: 0, stdout: "", stderr: "" });
  });
}

test("--diff with --check: the difference and exit code 1", async () => {
  using sandbox = new Sandbox();
  sandbox.write({ "a.proto": BAD });
  const { code, stdout } = await sandbox.run("format", "a.proto", "--diff", "--check");
  assert.equal(code, 1);
  assert.match(stdout, /^--- a\/a\.proto\n\+\+\+ b\/a\.proto\n@@ /);
});

test("--json", async () => {
  using sandbox = new Sandbox();
  sandbox.write({ "proto/a.proto": BAD, "proto/b.proto": GOOD });
  const { code, stdout, stderr } = await sandbox.run("format", "--json", "--write");
  assert.deepEqual([code, stderr], [0, ""]);
  assert.deepEqual(JSON.parse(stdout), { ok: true, changed: ["proto/a.proto"], written: true, diagnostics: [] });
  assert.equal(sandbox.read("proto/a.proto"), GOOD);
});

async function filter(input: string | Uint8Array, ...args: string[]) {
  using sandbox = new Sandbox();
  const child = sandbox.start("format", "-", ...args);
  const end = ended(child);
  child.stdin.end(input);
  return await end;
}

test("standard input", async () => {
  assert.deepEqual(await filter(BAD), { code: 0, stdout: GOOD, stderr: "" });
  assert.deepEqual(await filter(BAD, "--check"), { code: 1, stdout: "", stderr: "" });
  assert.deepEqual(await filter(GOOD, "--check"), { code: 0, stdout: "", stderr: "" });
  const broken = await filter("message {");
  assert.deepEqual([broken.code, broken.stdout], [1, ""]);
  assert.match(broken.stderr, /^stdin\.proto:1:9: error: /);
  const binary = await filter(new Uint8Array([0xff, 0xfe]));
  assert.equal(binary.code, 1);
  assert.match(binary.stderr, /standard input is not UTF-8\nhelp: /);
});

test("a broken file is left alone, and the others are formatted", async () => {
  using sandbox = new Sandbox();
  sandbox.write({ "proto/a.proto": "message {", "proto/b.proto": BAD });
  const { code, stdout, stderr } = await sandbox.run("format", "-w");
  assert.deepEqual([code, stdout], [1, "1 file written, 0 unchanged\n"]);
  assert.match(stderr, /^proto\/a\.proto:1:9: error: /);
  assert.deepEqual([sandbox.read("proto/a.proto"), sandbox.read("proto/b.proto")], ["message {", GOOD]);
});

const MISTAKES: [what: string, args: string[], code: number, says: RegExp][] = [
  ["several files without a word about what to do", ["."], 2, /there are 2 files\nhelp: .*--write, --check or --diff/],
  ["standard input along with files", ["-", "a.proto"], 2, /give - alone/],
  ["writing to standard input", ["-", "-w"], 2, /standard input cannot be written to/],
  ["a missing file", ["nope.proto"], 1, /the input nope\.proto does not exist/],
  ["bytes that are no text", ["latin1.proto"], 1, /latin1\.proto is not UTF-8\nhelp: /],
];

for (const [what, args, exitCode, says] of MISTAKES) {
  test(`${what} is an error that says what to do`, async () => {
    using sandbox = new Sandbox();
    sandbox.write({ "a.proto": GOOD, "latin1.proto": new Uint8Array([0x2f, 0x2f, 0xe4, 0x0a]) });
    const { code, stdout, stderr } = await sandbox.run("format", ...args);
    assert.deepEqual([code, stdout], [exitCode, ""]);
    assert.match(stderr, says);
  });
}
