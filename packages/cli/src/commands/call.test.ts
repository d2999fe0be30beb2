import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:net";
import { test } from "node:test";
import { NOTES_PROTO, NotesServer } from "../testing/notes-server.js";
import { RunningCommand } from "../testing/running-command.js";
import { ended, Sandbox } from "../testing/sandbox.js";

const GET = "notes.v1.Notes/Get";
const FILES = { "proto/notes/v1/notes.proto": NOTES_PROTO };

test("a unary call: the reply as JSON, nothing on stderr", async () => {
  await using server = await NotesServer.start();
  using sandbox = new Sandbox();
  const { code, stdout, stderr } = await sandbox.run("call", server.target, GET, '{"id": 7}');
  assert.deepEqual([code, stderr], [0, ""]);
  assert.deepEqual(JSON.parse(stdout), {
    id: "7",
    text: "splice the hawser",
    state: "STATE_DONE",
    labels: { topic: "rope" },
  });
});

for (const protocol of ["grpc", "grpc-web", "connect", "connect-json"]) {
  test(`the kinds of calls over ${protocol}`, async () => {
    await using server = await NotesServer.start();
    using sandbox = new Sandbox();
    sandbox.write({ "notes.ndjson": '{"text":"one"}\n{"text":"two"}\n' });
    const call = (...args: string[]) =>
      sandbox.run("call", server.target, ...args, "--protocol", protocol, "--compact");
    assert.equal((await call("Notes/Get", "-d", '{"id": 1}')).code, 0);
    const watch = await call("Notes/Watch", '{"id": 1, "times": 3}');
    assert.equal(watch.stdout.match(/version \d/g)?.length, 3);
    if (protocol === "grpc-web") {
      const upload = await call("Notes/Upload", "@notes.ndjson");
      assert.equal(upload.code, 64 + 12);
      assert.match(upload.stderr, /gRPC-Web/);
      return;
    }
    assert.equal((await call("Notes/Upload", "@notes.ndjson", '{"text":"three"}')).stdout, '{"count":3}\n');
    const chat = await call("notes.v1.Notes.Chat", "-d", "@notes.ndjson");
    assert.equal(chat.stdout, '{"text":"ONE"}\n{"text":"TWO"}\n');
  });
}

test("stdin is sent as it comes, and replies are shown as they arrive", async () => {
  await using server = await NotesServer.start();
  using sandbox = new Sandbox();
  const child = sandbox.start("call", server.target, "Notes/Chat", "-", "--compact");
  const replies = child.stdout.setEncoding("utf8")[Symbol.asyncIterator]();
  for (const word of ["ahoy", "make fast"]) {
    child.stdin.write(`{"text": "${word}"}\n`);
    assert.equal((await replies.next()).value, `{"text":"${word.toUpperCase()}"}\n`);
  }
  child.stdin.end();
  const [code] = await once(child, "close");
  assert.equal(code, 0);
});

test("Ctrl-C cancels a call that does not end, and the exit code says so", async () => {
  await using server = await NotesServer.start();
  using sandbox = new Sandbox();
  const child = sandbox.start("call", server.target, "Notes/Watch", '{"id": 1}', "--compact");
  await once(child.stdout, "data");
  child.kill("SIGINT");
  const { code, stderr } = await ended(child);
  assert.equal(code, 130);
  assert.match(stderr, /CANCELLED/);
});

test("who reads the output may leave: the call ends", async () => {
  await using server = await NotesServer.start();
  using sandbox = new Sandbox();
  const child = sandbox.start("call", server.target, "Notes/Watch", '{"id": 1}', "--compact");
  await once(child.stdout, "data");
  child.stdout.destroy();
  const [code] = await once(child, "close");
  assert.equal(code, 0);
});

test("a failed call: status, details and what to do; the exit code is 64 and the status", async () => {
  await using server = await NotesServer.start();
  using sandbox = new Sandbox();
  const missing = await sandbox.run("call", server.target, GET);
  assert.deepEqual([missing.code, missing.stdout], [69, ""]);
  assert.match(missing.stderr, /^error: NOT_FOUND: no note 0\nhelp: /);
  const wrong = await sandbox.run("call", server.target, GET, '{"id": -1}');
  assert.equal(wrong.code, 67);
  assert.match(
    wrong.stderr,
    /google\.rpc\.BadRequest \{"fieldViolations":\[\{"field":"id","description":"below 0"\}\]\}/,
  );
  const late = await sandbox.run("call", server.target, "Notes/Watch", '{"id": 1}', "--timeout", "100ms");
  assert.equal(late.code, 68);
  assert.match(late.stderr, /DEADLINE_EXCEEDED/);
});

test("--verbose shows metadata and timings on stderr", async () => {
  await using server = await NotesServer.start();
  using sandbox = new Sandbox();
  const { stderr } = await sandbox.run("call", server.target, GET, '{"id": 7}', "-v", "-H", "x-key: a: b");
  assert.match(
    stderr,
    /^> \/notes\.v1\.Notes\/Get\n> x-key: a: b\n< header from 127\.0\.0\.1:\d+\n< x-key-was: a: b\n/,
  );
  assert.match(
    stderr,
    /< trailer\n< x-cost: 3\n\* OK in [\d.]+ ms \(connect [\d.]+ ms, first byte [\d.]+ ms\), 1 reply\n$/,
  );
});

test("--json: a line for each reply, and one for the end", async () => {
  await using server = await NotesServer.start();
  using sandbox = new Sandbox();
  const good = await sandbox.run("call", server.target, "Notes/Watch", '{"id": 1, "times": 2}', "--json");
  const lines = good.stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  assert.deepEqual(lines.slice(0, 2), [
    { message: { id: "1", text: "version 1" } },
    { message: { id: "1", text: "version 2" } },
  ]);
  assert.deepEqual([lines[2].ok, lines[2].status.name], [true, "OK"]);
  assert.equal(typeof lines[2].timings.totalMs, "number");
  const bad = await sandbox.run("call", server.target, GET, '{"id": -1}', "--json");
  assert.deepEqual([bad.code, bad.stderr], [67, ""]);
  const end = JSON.parse(bad.stdout);
  assert.deepEqual([end.ok, end.status.code, end.trailer["x-hint"]], [false, 3, "positive"]);
  assert.equal(end.status.details[0].type, "google.rpc.BadRequest");
  assert.match(end.error.message, /^INVALID_ARGUMENT: no such id/);
});

test("text format in and out, defaults shown, a schema in the place of reflection", async () => {
  await using server = await NotesServer.start({ reflection: false });
  using sandbox = new Sandbox();
  sandbox.write({ ...FILES, "chat.txtpb": 'text: "one"\u001etext: "two" # last\n' });
  const schema = ["--schema", "proto"];
  const chat = await sandbox.run("call", server.target, "Notes/Chat", "@chat.txtpb", "--format", "text", ...schema);
  assert.deepEqual([chat.code, chat.stdout, chat.stderr], [0, 'text: "ONE"\n\u001e\ntext: "TWO"\n', ""]);
  const upload = ["call", server.target, "Notes/Upload", "--emit-defaults", "--compact"];
  assert.equal((await sandbox.run(...upload, ...schema)).stdout, '{"count":0}\n');
  const none = await sandbox.run(...upload);
  assert.equal(none.code, 1);
  assert.match(none.stderr, /has no reflection\nhelp: .*--schema/);
});

test("TLS: an authority, a name, any certificate, and what is said without", async () => {
  const { generate } = await import("selfsigned");
  const pems = await generate([{ name: "commonName", value: "notes.test" }], {
    extensions: [{ name: "subjectAltName", altNames: [{ type: 2, value: "notes.test" }] }],
  });
  await using server = await NotesServer.start({ tls: { cert: pems.cert, key: pems.private } });
  using sandbox = new Sandbox();
  sandbox.write({ "ca.pem": pems.cert, "no.pem": "nothing" });
  const list = (...flags: string[]) => sandbox.run("list", server.target, ...flags);
  assert.equal((await list("--ca", "ca.pem", "--server-name", "notes.test")).code, 0);
  assert.equal((await list("--insecure")).code, 0);
  assert.equal((await sandbox.run("list", `https://${server.target}`, "--insecure")).code, 0);
  const untrusted = await list("--tls");
  assert.equal(untrusted.code, 64 + 14);
  assert.match(untrusted.stderr, /certificate/);
  assert.match((await list("--ca", "no.pem")).stderr, /no\.pem \(--ca\) is not PEM/);
  assert.equal((await list("--cert", "ca.pem")).code, 2);
});

for (const [what, args, exitCode, message] of [
  ["a request that is no JSON", [GET, "{id}"], 1, /request 1 is no notes\.v1\.GetRequest/],
  ["a field that is not there", [GET, '{"no": 1}'], 1, /\$\.no: .*has no such field/],
  ["the second of two", ["Notes/Chat", '{"text": "a"} {"text": 1}'], 1, /request 2 is no notes\.v1\.Note/],
  ["two requests for a unary method", [GET, "{}", "{}"], 1, /takes one request/],
  ["a file that is not there", [GET, "@gone.json"], 1, /cannot read the requests from gone\.json/],
  ["a method that is not there", ["Notes/Gone", "{}"], 1, /has no method Gone\nhelp: it has: Get, Watch/],
  ["a service that is not there", ["Gone/Get", "{}"], 1, /has no service Gone\nhelp: it has: .*notes\.v1\.Notes/],
  ["no method at all", ["Get"], 1, /names no method/],
  ["a header without a name", [GET, "-H", "x"], 2, /has no name/],
  ["a header that nobody may send", [GET, "-H", "te: x"], 2, /belongs to HTTP or gRPC itself/],
  ["a -bin header that is no base64", [GET, "-H", "x-bin: ?"], 2, /not base64/],
  ["a duration that is none", [GET, "-t", "soon"], 2, /duration/],
  ["standard input twice", [GET, "-", "@-"], 2, /standard input is named twice/],
  ["an import root without a schema", [GET, "-I", "x"], 2, /without --schema/],
  ["a schema that is not there", [GET, "-s", "gone"], 1, /gone does not exist/],
] as const) {
  test(`bad input: ${what}`, async () => {
    await using server = await NotesServer.start();
    using sandbox = new Sandbox();
    const { code, stdout, stderr } = await sandbox.run("call", server.target, ...args);
    assert.match(stderr, message);
    assert.match(stderr, exitCode === 1 ? /\nhelp: / : /./);
    assert.equal(code, exitCode);
    if (what !== "the second of two") assert.equal(stdout, "");
  });
}

test("a server that is not there, and one that is none", async () => {
  using sandbox = new Sandbox();
  const none = await sandbox.run("list", "127.0.0.1:1");
  assert.equal(none.code, 64 + 14);
  assert.match(none.stderr, /UNAVAILABLE[\s\S]*help: .*--tls/);
  const garbage = createServer((socket) => void socket.on("error", () => {}).end("garbage\r\n\r\n"));
  await new Promise<void>((resolve) => garbage.listen(0, "127.0.0.1", resolve));
  const { port } = garbage.address() as { port: number };
  const { code } = await sandbox.run("call", `127.0.0.1:${port}`, GET, "{}");
  assert.ok(code !== 0 && code !== 3, `${code}`);
  garbage.close();
  assert.equal((await sandbox.run("list", "http://x/path")).code, 2);
});

test("list and describe, by reflection and from a schema, say the same", async () => {
  await using server = await NotesServer.start();
  using sandbox = new Sandbox();
  sandbox.write(FILES);
  const services = await sandbox.run("list", server.target);
  assert.equal(
    services.stdout,
    "grpc.reflection.v1.ServerReflection\ngrpc.reflection.v1alpha.ServerReflection\nnotes.v1.Notes\n",
  );
  for (const args of [["list"], ["list", "--long"], ["list", "--json"]]) {
    const [there, here] = [
      await sandbox.run(...args, server.target, "Notes"),
      await sandbox.run(...args, "-s", "proto", "Notes"),
    ];
    assert.deepEqual(there, here);
    assert.match(here.stdout, /Upload/);
  }
  for (const name of [
    "notes.v1.Notes",
    "notes.v1.Note",
    "notes.v1.State",
    "notes.v1.Notes.Get",
    "notes.v1.Note.labels",
  ]) {
    const there = await sandbox.run("describe", server.target, name);
    assert.equal(there.code, 0);
    const here = await sandbox.run("describe", "-s", "proto", name);
    const withoutComments = here.stdout.replaceAll(/^ +\/\/.*\n|^\/\/ [KG].*\n/gm, "");
    assert.equal(there.stdout, withoutComments);
  }
  const gone = await sandbox.run("describe", server.target, "notes.v1.Gone");
  assert.equal(gone.code, 1);
  assert.match(gone.stderr, /declares no notes\.v1\.Gone\nhelp: /);
  assert.equal((await sandbox.run("describe")).code, 2);
  assert.equal((await sandbox.run("list")).code, 2);
});

for (const protocol of ["connect", "connect-json"]) {
  test(`an Any both ways over ${protocol}`, async () => {
    using sandbox = new Sandbox();
    sandbox.write({
      "proto/box/v1/box.proto": `syntax = "proto3";
package box.v1;
import "google/protobuf/any.proto";
service Boxes {
  rpc Put(google.protobuf.Any) returns (google.protobuf.Any);
}
message Rope {
  int64 fathoms = 1;
}
`,
    });
    const rope = '{"@type":"type.googleapis.com/box.v1.Rope","fathoms":"12"}';
    sandbox.write({ "script.yaml": `- method: box.v1.Boxes/Put\n  reply: ${rope}\n` });
    await using mock = await RunningCommand.start(sandbox, "mock", "--script", "script.yaml");
    const { code, stdout, stderr } = await sandbox.run(
      ...["call", mock.target, "Boxes/Put", rope, "--compact", "--protocol", protocol, "-s", "proto"],
    );
    assert.deepEqual([code, stdout, stderr], [0, `${rope}\n`, ""]);
    await using record = await RunningCommand.start(sandbox, "record", mock.target, "-o", "calls.jsonl", "-s", "proto");
    const passed = await sandbox.run(
      ...["call", record.target, "Boxes/Put", rope, "--compact", "--protocol", protocol, "-s", "proto"],
    );
    assert.deepEqual([passed.code, passed.stdout, passed.stderr], [0, `${rope}\n`, ""]);
  });
}
