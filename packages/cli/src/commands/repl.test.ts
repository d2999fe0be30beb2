import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import { schemaContract } from "../contract/schema-contract.js";
import { completeLine } from "../repl/complete-line.js";
import { NOTES_PROTO, NotesServer } from "../testing/notes-server.js";
import { ended, Sandbox } from "../testing/sandbox.js";

test("lines of a pipe: calls, list, describe, use, header, timeout", async () => {
  await using server = await NotesServer.start();
  using sandbox = new Sandbox();
  const child = sandbox.start("repl", server.target, "-v");
  child.stdin.end(
    [
      "list notes.v1.Notes",
      "describe notes.v1.UploadReply",
      "use Notes",
      "header x-key: k",
      'Get {"id": 7}',
      'Upload {"text": "a"} {"text": "b"}',
      "header x-key",
      "timeout 50ms",
      'Watch {"id": 1}',
      "timeout off",
      'notes.v1.Notes/Watch {"id": 1, "times": 2}',
      "exit",
      "never read",
    ].join("\n"),
  );
  const { code, stdout, stderr } = await ended(child);
  assert.equal(code, 0);
  assert.match(stdout, /^notes\.v1\.Notes\/Get\n[\s\S]*message UploadReply \{\n {2}int32 count = 1;\n\}/);
  assert.match(stdout, /"text": "splice the hawser"[\s\S]*"count": 2[\s\S]*"version 2"/);
  assert.match(stderr, /x-key-was: k[\s\S]*DEADLINE_EXCEEDED/);
});

test("a call that streams both ways: a reply to each line as it is typed, and on to the next call", async () => {
  await using server = await NotesServer.start();
  using sandbox = new Sandbox();
  const child = sandbox.start("repl", server.target);
  const output = child.stdout.setEncoding("utf8")[Symbol.asyncIterator]();
  child.stdin.write("Notes/Chat\n");
  for (const word of ["ahoy", "make fast"]) {
    child.stdin.write(`{"text": "${word}"}\n`);
    assert.equal((await output.next()).value, `{\n  "text": "${word.toUpperCase()}"\n}\n`);
  }
  child.stdin.write('\nNotes/Get {"id": 7}\n');
  assert.match((await output.next()).value ?? "", /splice/);
  child.stdin.end();
  assert.equal((await once(child, "close"))[0], 0);
});

test("bad lines are said, and the session goes on", async () => {
  await using server = await NotesServer.start();
  using sandbox = new Sandbox();
  const child = sandbox.start("repl", server.target);
  child.stdin.end(
    'nonsense\nNotes/Gone {}\nNotes/Get {x}\ntimeout soon\nuse Gone\nNotes/Chat\n{x}\n\nNotes/Get {"id": 7}\n',
  );
  const { code, stdout, stderr } = await ended(child);
  assert.equal(code, 1);
  assert.match(stdout, /splice the hawser/);
  for (const message of [
    /no command nonsense/,
    /no method Gone/,
    /request 1 is no notes/,
    /no duration/,
    /no service Gone/,
  ]) {
    assert.match(stderr, message);
  }
  const nobody = sandbox.start("repl", "127.0.0.1:1");
  nobody.stdin.end();
  assert.equal((await ended(nobody)).code, 64 + 14);
});

test("completion: words, services, methods, fields, enum values", async () => {
  using sandbox = new Sandbox();
  sandbox.write({ "proto/notes/v1/notes.proto": NOTES_PROTO });
  const contract = await schemaContract({ inputs: [`${sandbox.path}/proto`], protoPaths: [] });
  const complete = async (line: string, service?: string) => (await completeLine(line, contract, service))[0];
  assert.deepEqual(await complete("li"), ["list"]);
  assert.deepEqual(await complete("not"), ["notes.v1.Notes/"]);
  assert.deepEqual(await complete("notes.v1.Notes/U"), ["notes.v1.Notes/Upload "]);
  assert.deepEqual(await complete("U", "notes.v1.Notes"), ["Upload "]);
  assert.deepEqual(await complete("use no"), ["notes.v1.Notes"]);
  assert.deepEqual(
    await complete("describe notes.v1.No"),
    ["notes.v1.Note", "notes.v1.Notes"]
      .concat((await complete("describe notes.v1.No")).filter((each) => /^notes\.v1\.Notes?\./.test(each)))
      .sort(),
  );
  assert.deepEqual(await complete("Notes/Chat "), ["{"]);
  assert.deepEqual(await complete('Notes/Chat {"st'), ['"state": ']);
  assert.deepEqual(await complete('Notes/Chat {"text": "a", "l'), ['"labels": ']);
  assert.deepEqual(await complete('Notes/Chat {"state": "STATE_D'), ['"STATE_DONE"', '"STATE_DRAFT"']);
  assert.deepEqual(await complete('Notes/Chat {"at": {"s'), ['"seconds": ']);
  assert.deepEqual(await complete('Notes/Chat {"text": "'), []);
  assert.deepEqual(await complete("Gone/Method {"), []);
});
