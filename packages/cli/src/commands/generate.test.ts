import assert from "node:assert/strict";
import { chmodSync, readFileSync, statSync, symlinkSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { Sandbox } from "../testing/sandbox.js";

const NOTE = 'syntax = "proto3";\npackage notes.v1;\nmessage Note { int64 id = 1; string text = 2; }\n';
const BOOK =
  'syntax = "proto3";\npackage books.v1;\nimport "notes/v1/note.proto";\nmessage Book { repeated notes.v1.Note notes = 1; }\n';

function project(files: Readonly<Record<string, string | Uint8Array>>): Sandbox {
  const sandbox = new Sandbox();
  sandbox.write(files);
  return sandbox;
}

test("generates proto/ into src/gen without any argument", async () => {
  using sandbox = project({ "proto/notes/v1/note.proto": NOTE, "proto/books/v1/book.proto": BOOK });
  const { code, stdout, stderr } = await sandbox.run("generate");
  assert.deepEqual([code, stderr], [0, ""]);
  assert.match(stdout, /^2 files written to src\/gen \(\d+ ms\)\n$/);
  assert.deepEqual(sandbox.list("src"), ["src/gen/books/v1/book.pb.ts", "src/gen/notes/v1/note.pb.ts"]);
  assert.match(sandbox.read("src/gen/books/v1/book.pb.ts"), /from "\.\.\/\.\.\/notes\/v1\/note\.pb\.js"/);
});

test("leaves alone what has its content already", async () => {
  using sandbox = project({ "proto/a.proto": NOTE, "proto/b.proto": 'syntax = "proto3";\nmessage B {}\n' });
  await sandbox.run("generate");
  const path = join(sandbox.path, "src/gen/a.pb.ts");
  utimesSync(path, 1, 1);
  sandbox.write({ "proto/b.proto": 'syntax = "proto3";\nmessage C {}\n' });
  const { stdout } = await sandbox.run("generate");
  assert.match(stdout, /^1 file written to src\/gen, 1 unchanged/);
  assert.equal(statSync(path).mtimeMs, 1000);
  assert.match(sandbox.read("src/gen/b.pb.ts"), /interface C\b/);
});

test("--out, --import-extension and --types-only", async () => {
  using sandbox = project({ "api/notes/v1/note.proto": NOTE, "api/books/v1/book.proto": BOOK });
  assert.equal((await sandbox.run("generate", "api", "--out", "a", "--import-extension", "ts")).code, 0);
  assert.match(sandbox.read("a/books/v1/book.pb.ts"), /note\.pb\.ts"/);
  assert.equal((await sandbox.run("generate", "api", "-o", "b", "--import-extension", "none")).code, 0);
  assert.match(sandbox.read("b/books/v1/book.pb.ts"), /note\.pb"/);
  assert.equal((await sandbox.run("generate", "api", "--out", "c", "--types-only")).code, 0);
  assert.match(sandbox.read("c/notes/v1/note.pb.ts"), /export interface Note\b/);
  assert.doesNotMatch(sandbox.read("c/notes/v1/note.pb.ts"), /export const/);
});

test("--proto-path finds imports, --include-imports generates them", async () => {
  using sandbox = project({ "vendor/notes/v1/note.proto": NOTE, "proto/books/v1/book.proto": BOOK });
  const without = await sandbox.run("generate", "-I", "vendor");
  assert.equal(without.code, 0);
  assert.match(
    without.stderr,
    /warning: it imports "notes\/v1\/note\.proto", for which there is no code in src\/gen\n/,
  );
  assert.match(without.stderr, /--include-imports/);
  assert.deepEqual(sandbox.list("src"), ["src/gen/books/v1/book.pb.ts"]);
  const { code, stderr } = await sandbox.run("generate", "--proto-path", "vendor", "--include-imports");
  assert.deepEqual([code, stderr], [0, ""]);
  assert.deepEqual(sandbox.list("src"), ["src/gen/books/v1/book.pb.ts", "src/gen/notes/v1/note.pb.ts"]);
  assert.equal((await sandbox.run("generate", "-I", "vendor")).stderr, "", "the code is there now");
});

test("names a file by the import root that contains it", async () => {
  using sandbox = project({
    "proto/notes/v1/note.proto": NOTE,
    "proto/books/v1/book.proto": BOOK,
    "x/y/z.proto": NOTE,
  });
  const file = "proto/books/v1/book.proto";
  await sandbox.run("generate", file, "--out", "a");
  assert.deepEqual(sandbox.list("a"), ["a/books/v1/book.pb.ts"]);
  await sandbox.run("generate", "x/y/z.proto", "--out", "b");
  assert.deepEqual(sandbox.list("b"), ["b/z.pb.ts"]);
  await sandbox.run("generate", "x/y/z.proto", "--out", "c", "-I", "x");
  assert.deepEqual(sandbox.list("c"), ["c/y/z.pb.ts"]);
  await sandbox.run("generate", "proto", file, join(sandbox.path, "proto/notes"), "--out", "d");
  assert.deepEqual(sandbox.list("d"), ["d/books/v1/book.pb.ts", "d/notes/v1/note.pb.ts"]);
});

test("the google/protobuf files come with the command, and their code with the runtime", async () => {
  const text =
    'syntax = "proto3";\nimport "google/protobuf/timestamp.proto";\nmessage A { google.protobuf.Timestamp t = 1; }\n';
  using sandbox = project({ "proto/a.proto": text });
  const { code, stderr } = await sandbox.run("generate", "--include-imports");
  assert.deepEqual([code, stderr], [0, ""]);
  assert.deepEqual(sandbox.list("src"), ["src/gen/a.pb.ts"]);
  assert.match(sandbox.read("src/gen/a.pb.ts"), /from "hawser\/wkt"/);
});

test("a broken file gives diagnostics, exit code 1 and leaves all output as it was", async () => {
  using sandbox = project({ "proto/a.proto": NOTE, "proto/sub/b.proto": 'syntax = "proto3";\nmessage B {}\n' });
  await sandbox.run("generate");
  const before = sandbox.read("src/gen/a.pb.ts");
  sandbox.write({
    "proto/a.proto": NOTE.replace("Note", "Changed"),
    "proto/new.proto": 'syntax = "proto3";\nmessage N {}\n',
    "proto/sub/b.proto": 'syntax = "proto3";\nmessage B { Missing m = 1; }\n',
  });
  const { code, stdout, stderr } = await sandbox.run("generate");
  assert.deepEqual([code, stdout], [1, ""]);
  assert.match(stderr, /^proto\/sub\/b\.proto:2:13: error: .*Missing/);
  assert.match(stderr, /\n2 \| message B \{ Missing m = 1; \}\n {2}\| {13}\^{7}\n/);
  assert.match(stderr, /1 error: nothing was written/);
  assert.equal(sandbox.read("src/gen/a.pb.ts"), before);
  assert.deepEqual(sandbox.list("src"), ["src/gen/a.pb.ts", "src/gen/sub/b.pb.ts"]);
});

test("a missing import names the import root that would have it", async () => {
  using sandbox = project({ "proto/notes/v1/note.proto": NOTE, "proto/books/v1/book.proto": BOOK });
  const { code, stderr } = await sandbox.run("generate", "proto/books");
  assert.equal(code, 1);
  assert.match(stderr, /help: add the directory that has it: --proto-path proto\n/);
});

test("--json prints one object and nothing else", async () => {
  using sandbox = project({ "proto/a.proto": NOTE });
  const good = await sandbox.run("generate", "--json");
  const { durationMs, ...result } = JSON.parse(good.stdout);
  assert.equal(typeof durationMs, "number");
  assert.deepEqual(result, { ok: true, out: "src/gen", written: ["src/gen/a.pb.ts"], unchanged: [], diagnostics: [] });
  sandbox.write({ "proto/a.proto": 'syntax = "proto3";\nmessage A { B b = 1; }\n' });
  const bad = await sandbox.run("generate", "--json");
  const { ok, diagnostics } = JSON.parse(bad.stdout);
  assert.deepEqual([bad.code, bad.stderr, ok, diagnostics.length], [1, "", false, 1]);
  assert.deepEqual([diagnostics[0].file, diagnostics[0].line, diagnostics[0].column], ["proto/a.proto", 2, 13]);
  const none = await sandbox.run("generate", "nowhere", "--json");
  assert.equal(none.code, 1);
  assert.match(JSON.parse(none.stdout).error.message, /nowhere does not exist/);
});

const MISTAKES: [what: string, args: string[], says: RegExp][] = [
  ["no proto/ here", [], /there is no directory proto\/ here .*\nhelp: /],
  ["an input that does not exist", ["nope"], /the input nope does not exist\nhelp: /],
  ["an empty directory", ["empty"], /no \.proto files in empty\nhelp: /],
  ["an input that is no .proto file", ["readme.txt"], /neither a directory nor a \.proto file\nhelp: /],
  [
    "an import root that does not exist",
    ["a", "-I", "nope"],
    /the import root nope \(--proto-path\) is not a directory\nhelp: /,
  ],
  ["a file in the place of the output", ["a", "--out", "readme.txt"], /readme\.txt is a file, not a directory\nhelp: /],
  ["a file above the output", ["a", "--out", "readme.txt/gen"], /readme\.txt is a file, not a directory\nhelp: /],
  ["two files of one name", ["a", "b"], /a\/x\.proto and b\/x\.proto are both x\.proto .*\nhelp: .*--proto-path/],
];

for (const [what, args, says] of MISTAKES) {
  test(`${what} is an error that says what to do`, async () => {
    using sandbox = project({ "a/x.proto": NOTE, "b/x.proto": NOTE, "empty/x.txt": "", "readme.txt": "" });
    const { code, stdout, stderr } = await sandbox.run("generate", ...args);
    assert.deepEqual([code, stdout], [1, ""]);
    assert.match(stderr, /^error: /);
    assert.match(stderr, says);
    assert.equal(sandbox.list("src").length, 0);
  });
}

test("an unreadable file is an error (skipped as root, who reads every file)", {
  skip: process.getuid?.() === 0,
}, async () => {
  using sandbox = project({ "proto/a.proto": NOTE });
  chmodSync(join(sandbox.path, "proto/a.proto"), 0);
  const { code, stderr } = await sandbox.run("generate");
  assert.equal(code, 1);
  assert.match(stderr, /cannot read proto\/a\.proto: permission denied\nhelp: /);
});

test("an output that cannot be written leaves no temporary file", async () => {
  using sandbox = project({ "proto/a.proto": NOTE, "proto/b.proto": 'syntax = "proto3";\nmessage B {}\n' });
  sandbox.write({ "src/gen/b.pb.ts/in-the-way": "" });
  const { code, stderr } = await sandbox.run("generate");
  assert.equal(code, 1);
  assert.match(stderr, /cannot write src\/gen\/b\.pb\.ts: .*\nhelp: /);
  assert.deepEqual(
    sandbox.list("src").filter((name) => name.endsWith(".tmp")),
    [],
  );
});

for (const name of [
  "../secret.proto",
  "/etc/secret.proto",
  "a/../../secret.proto",
  "./secret.proto",
  "C:/secret.proto",
]) {
  test(`an import of ${name} leads nowhere`, async () => {
    using sandbox = project({
      "secret.proto": NOTE,
      "proto/a.proto": `syntax = "proto3";\nimport ${JSON.stringify(name)};\nmessage A {}\n`,
    });
    const { code, stderr } = await sandbox.run("generate", "--include-imports");
    assert.equal(code, 1);
    assert.match(stderr, /proto\/a\.proto:2:8: error: /);
    assert.deepEqual(sandbox.list("."), ["proto/a.proto", "secret.proto"]);
  });
}

test("links that lead in a circle or nowhere do no harm", async () => {
  using sandbox = project({ "proto/a.proto": NOTE });
  symlinkSync(".", join(sandbox.path, "proto/again"));
  symlinkSync("gone.proto", join(sandbox.path, "proto/dangling.proto"));
  assert.equal((await sandbox.run("generate")).code, 0);
  assert.deepEqual(sandbox.list("src"), ["src/gen/a.pb.ts"]);
});

test("node_modules and hidden directories are left out", async () => {
  using sandbox = project({ "a.proto": NOTE, "node_modules/x/b.proto": "broken", ".cache/c.proto": "broken" });
  assert.equal((await sandbox.run("generate", ".")).code, 0);
  assert.deepEqual(sandbox.list("src"), ["src/gen/a.pb.ts"]);
});

test("a byte order mark is no error, and bytes that are not UTF-8 are a warning", async () => {
  const latin1 = Buffer.from('syntax = "proto3";\n// caf\u00e9\nmessage L {}\n', "latin1");
  using sandbox = project({ "proto/bom.proto": `\ufeff${NOTE}`, "proto/latin1.proto": latin1 });
  const { code, stderr } = await sandbox.run("generate");
  assert.equal(code, 0);
  assert.match(stderr, /^proto\/latin1\.proto: warning: the file is not UTF-8.*\nhelp: /);
});

test("help, version and wrong arguments", async () => {
  using sandbox = project({ "proto/a.proto": NOTE });
  const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));
  assert.deepEqual(await sandbox.run("--version"), { code: 0, stdout: `${version}\n`, stderr: "" });
  const help = await sandbox.run("--help");
  assert.equal(help.code, 0);
  assert.match(help.stdout, /Examples:/);
  assert.match((await sandbox.run("generate", "--help")).stdout, /Exit codes:[\s\S]*Examples:/);
  const wrong = [
    [],
    ["genrate"],
    ["generate", "--otu", "x"],
    ["generate", "--out"],
    ["generate", "--import-extension", "mjs"],
  ];
  for (const args of wrong) {
    const { code, stdout, stderr } = await sandbox.run(...args);
    assert.deepEqual([args, code, stdout], [args, 2, ""]);
    assert.notEqual(stderr, "");
  }
  assert.match((await sandbox.run("genrate")).stderr, /Did you mean generate\?/);
  assert.equal(sandbox.list("src").length, 0);
});
