import assert from "node:assert/strict";
import { test } from "node:test";
import { checkExamples } from "../testing/check-examples.js";
import { NOTES_PROTO } from "../testing/notes-server.js";
import { ended, Sandbox } from "../testing/sandbox.js";
import { command } from "./convert.js";

const NOTE = '{"id":"7","text":"splice","state":"STATE_DONE","labels":{"a":"b"},"at":"2024-02-29T12:00:00.500Z"}';

function project(): Sandbox {
  const sandbox = new Sandbox();
  sandbox.write({ "proto/notes/v1/notes.proto": NOTES_PROTO, "note.json": NOTE });
  return sandbox;
}

test("the example prints what it says", () => checkExamples(command));

test("JSON to binary to text to JSON gives the same", async () => {
  using sandbox = project();
  const convert = (...args: string[]) => sandbox.run("convert", "--type", "notes.v1.Note", ...args);
  for (const [from, to] of [
    ["note.json", "note.binpb"],
    ["note.binpb", "note.txtpb"],
    ["note.txtpb", "again.json"],
  ] as const) {
    assert.deepEqual(await convert(from, "-o", to, "--compact"), { code: 0, stdout: "", stderr: "" });
  }
  assert.equal(sandbox.read("again.json"), `${NOTE}\n`);
  assert.match(sandbox.read("note.txtpb"), /^id: 7 text: "splice" state: STATE_DONE /);
});

test("many messages, by pipes and with lengths in front", async () => {
  using sandbox = project();
  const child = sandbox.start(
    "convert",
    "--type",
    "notes.v1.Note",
    "--from",
    "json",
    "--to",
    "binary",
    "--delimited",
    "-o",
    "all.bin",
  );
  child.stdin.end(Array.from({ length: 300 }, (_, i) => `{"id": ${i + 1}, "text": "${"x".repeat(i)}"}`).join("\n"));
  assert.deepEqual(await ended(child), { code: 0, stdout: "", stderr: "" });
  const back = await sandbox.run(
    "convert",
    "all.bin",
    "--type",
    "notes.v1.Note",
    "--delimited",
    "--compact",
    "--emit-defaults",
  );
  const lines = back.stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  assert.equal(lines.length, 300);
  assert.deepEqual([lines[299].id, lines[299].text.length, lines[0].state], ["300", 299, "STATE_UNSPECIFIED"]);
});

for (const [what, args, message] of [
  ["a type that is not there", ["note.json", "--type", "notes.v1.Gone"], /declares no message notes\.v1\.Gone/],
  ["an input that is not there", ["gone.json", "--type", "notes.v1.Note"], /cannot read gone\.json/],
  [
    "bytes that are no message",
    ["note.json", "--from", "binary", "--type", "notes.v1.Note"],
    /message 1 is no notes\.v1\.Note/,
  ],
  [
    "JSON of another type",
    ["note.json", "--type", "notes.v1.GetRequest"],
    /message 1 is no notes\.v1\.GetRequest: .*text/,
  ],
  [
    "lengths that lead past the end",
    ["note.json", "--from", "binary", "--delimited", "--type", "notes.v1.Note"],
    /is said to have 123 bytes/,
  ],
] as const) {
  test(`bad input: ${what}`, async () => {
    using sandbox = project();
    const { code, stdout, stderr } = await sandbox.run("convert", ...args);
    assert.deepEqual([code, stdout], [1, ""]);
    assert.match(stderr, message);
    assert.match(stderr, /\nhelp: /);
  });
}

test("several messages do not go into one binary, and a type is needed", async () => {
  using sandbox = project();
  sandbox.write({ "two.json": "{}{}" });
  assert.match(
    (await sandbox.run("convert", "two.json", "--to", "binary", "--type", "notes.v1.Note")).stderr,
    /--delimited/,
  );
  assert.equal((await sandbox.run("convert", "two.json")).code, 2);
  assert.equal((await sandbox.run("convert", "two.json", "--delimited", "--type", "notes.v1.Note")).code, 2);
});
