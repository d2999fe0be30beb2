import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { NOTES_PROTO, NotesServer } from "../testing/notes-server.js";
import { RunningCommand } from "../testing/running-command.js";
import { ended, Sandbox } from "../testing/sandbox.js";

const PROTO = {
  "proto/notes/v1/notes.proto": NOTES_PROTO.replace(
    'import "google/protobuf/timestamp.proto";',
    'import "google/protobuf/timestamp.proto";\nimport "google/api/annotations.proto";',
  ).replace(
    "rpc Get(GetRequest) returns (Note);",
    'rpc Get(GetRequest) returns (Note) { option (google.api.http).get = "/v1/notes/{id}"; }',
  ),
};

test("made-up answers: the four kinds over each protocol, REST, reflection and health", async () => {
  using sandbox = new Sandbox();
  sandbox.write(PROTO);
  await using mock = await RunningCommand.start(sandbox, "mock", "--replies", "4");
  const call = async (method: string, data: string, ...args: string[]): Promise<Record<string, unknown>[]> => {
    const { code, stdout, stderr } = await sandbox.run("call", mock.target, method, data, "--compact", ...args);
    assert.deepEqual([code, stderr], [0, ""]);
    return stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
  };
  for (const protocol of ["grpc", "grpc-web", "connect", "connect-json"]) {
    const [note] = await call("Notes/Get", '{"id": 7}', "--protocol", protocol);
    assert.equal(note?.["id"], "7");
    assert.match(String(note?.["text"]), /^[A-Z].*\.$/);
    assert.match(String(note?.["at"]), /^2025-.*Z$/);
    assert.ok(["STATE_DRAFT", "STATE_DONE"].includes(String(note?.["state"])));
    assert.ok(Object.keys(note?.["labels"] as object).length >= 2);
    const watched = await call("Notes/Watch", '{"id": 7}', "--protocol", protocol);
    assert.deepEqual([watched.length, new Set(watched.map(({ text }) => text)).size > 1], [4, true]);
    if (protocol === "grpc-web") continue;
    assert.deepEqual(await call("Notes/Upload", "{} {} {}", "--protocol", protocol), [{ count: 3 }]);
    const chat = await call("Notes/Chat", '{"id": 1} {"id": 2, "text": "mine"}', "--protocol", protocol);
    assert.deepEqual([chat.length, chat[0]?.["id"], chat[1]?.["text"]], [2, "1", "mine"]);
  }
  const rest = await fetch(`http://${mock.target}/v1/notes/7`);
  assert.deepEqual(await rest.json(), (await call("Notes/Get", '{"id": 7}'))[0]);
  const listed = await sandbox.run("list", mock.target);
  assert.match(listed.stdout, /grpc\.health\.v1\.Health[\s\S]*notes\.v1\.Notes/);
  assert.deepEqual(await call("grpc.health.v1.Health/Check", '{"service": "notes.v1.Notes"}'), [{ status: "SERVING" }]);
  assert.equal(await mock.interrupt(), 130);
});

test("the same request gets the same answer, in whatever order; another seed gives others", async () => {
  using sandbox = new Sandbox();
  sandbox.write(PROTO);
  const answers: string[][] = [];
  for (const [order, seed] of [
    [[1, 2], "1"],
    [[2, 1], "1"],
    [[1, 2], "2"],
  ] as const) {
    await using mock = await RunningCommand.start(sandbox, "mock", "--seed", seed);
    const got: string[] = [];
    for (const id of order) got.push((await sandbox.run("call", mock.target, "Notes/Get", `{"id": ${id}}`)).stdout);
    answers.push(got);
  }
  const [first, swapped, other] = answers as [string[], string[], string[]];
  assert.deepEqual(first, [...swapped].reverse());
  assert.notEqual(first[0], first[1]);
  assert.notEqual(first[0], other[0]);
});

const SCRIPT = `rules:
  - method: Notes/Get
    request: { id: 404 }
    header: { x-from: script }
    trailer: { x-cost: "3" }
    error:
      code: NOT_FOUND
      message: no such note
      details:
        - { "@type": google.rpc.BadRequest, fieldViolations: [{ field: id, description: gone }] }
  - method: notes.v1.Notes.Get
    metadata: { x-tenant: { matches: ^b }, x-other: false }
    reply: { id: "{{request.id}}", text: "for {{metadata.x-tenant}}", state: 1 }
  - method: /notes.v1.Notes/Get
    times: 1
    error: { code: 14, message: come again }
  - method: Notes/Get
    request: { id: { matches: "^9" }, times: 0 }
    fill: true
    delay: 1ms..2ms
    reply: { text: nine }
  - method: Notes/Watch
    replies: [{ text: one }, { text: "{{index}}", id: 9223372036854775807 }]
    repeat: 2
    interval: 1ms
    error: { code: aborted, message: enough }
  - method: Notes/Chat
    each: { text: "{{request.text}}!" }
  - method: Notes/*
    chance: 0%
    error: { code: INTERNAL }
`;

test("a script: matching, templates, errors with details, counts, streams, what is left out made up", async () => {
  using sandbox = new Sandbox();
  sandbox.write({ ...PROTO, "mock.yaml": SCRIPT });
  await using mock = await RunningCommand.start(sandbox, "mock", "--script", "mock.yaml");
  const call = (...args: string[]) => sandbox.run("call", mock.target, ...args, "--compact");
  const gone = await call("Notes/Get", '{"id": 404}', "-v");
  assert.equal(gone.code, 69);
  assert.match(
    gone.stderr,
    /< x-from: script[\s\S]*< x-cost: 3[\s\S]*error: NOT_FOUND: no such note\n {2}google\.rpc\.BadRequest .*"gone"/,
  );
  assert.deepEqual(await mock.line().then(({ ms: _, ...rest }) => rest), {
    call: "notes.v1.Notes/Get",
    status: "NOT_FOUND",
    message: "no such note",
    from: "mock.yaml:2",
  });
  const blue = await call("Notes/Get", '{"id": 5}', "-H", "x-tenant: blue");
  assert.deepEqual(JSON.parse(blue.stdout), { id: "5", text: "for blue", state: "STATE_DRAFT" });
  const unavailable = await call("Notes/Get", '{"id": 5}', "-H", "x-tenant: blue", "-H", "x-other: 1");
  assert.deepEqual([unavailable.code, /come again/.test(unavailable.stderr)], [64 + 14, true]);
  const nine = JSON.parse((await call("Notes/Get", '{"id": 99}')).stdout);
  assert.deepEqual([nine.id, nine.text, typeof nine.at], ["99", "nine", "string"]);
  assert.equal((await call("Notes/Get", '{"id": 5}')).code, 0);
  const watched = await call("Notes/Watch");
  const last = `{"id":"9223372036854775807","text":`;
  assert.equal(watched.stdout, `{"text":"one"}\n${last}"2"}\n{"text":"one"}\n${last}"4"}\n`);
  assert.deepEqual([watched.code, watched.stderr.split("\n")[0]], [74, "error: ABORTED: enough"]);
  assert.equal((await call("Notes/Chat", '{"text":"a"} {"text":"b"}')).stdout, '{"text":"a!"}\n{"text":"b!"}\n');
});

test("a script that changes is read again; one that is wrong is told of, and the one before stays", async () => {
  using sandbox = new Sandbox();
  const script = (text: string) => ({ "mock.json": JSON.stringify([{ method: "Notes/Get", reply: { text } }]) });
  sandbox.write({ ...PROTO, ...script("first") });
  await using mock = await RunningCommand.start(sandbox, "mock", "--script", "mock.json");
  const text = async () => JSON.parse((await sandbox.run("call", mock.target, "Notes/Get")).stdout).text;
  assert.equal(await text(), "first");
  await mock.line();
  sandbox.write(script("second"));
  assert.deepEqual(await mock.line(), { reloaded: 1 });
  assert.equal(await text(), "second");
  await mock.line();
  sandbox.write({ "mock.json": '[{"method": "Notes/Gone"}]' });
  let line = await mock.line();
  // A file may be seen before all of it is written.
  while ("reloaded" in line || !JSON.stringify(line).includes("Gone")) line = await mock.line();
  const { fault } = line as { fault: { message: string; help: string } };
  assert.equal(fault.message, "mock.json:1: there is no method Notes/Gone");
  assert.equal(await text(), "second");
});

test("what a server reflects, and a descriptor set", async () => {
  await using server = await NotesServer.start();
  using sandbox = new Sandbox();
  sandbox.write(PROTO);
  const check = async (input: string) => {
    const { code, stdout, stderr } = await sandbox.run("mock", input, "--check", "--json");
    assert.deepEqual([code, stderr], [0, ""]);
    assert.deepEqual(JSON.parse(stdout), { ok: true, services: ["notes.v1.Notes"], rules: 0 });
  };
  await check(`http://${server.target}`);
  assert.equal((await sandbox.run("build", "-o", "notes.binpb")).code, 0);
  await check("notes.binpb");
});

test("--run ends with the command's exit code, and tells it where the server is", async () => {
  using sandbox = new Sandbox();
  sandbox.write(PROTO);
  const { code, stdout } = await sandbox.run("mock", "--quiet", "--run", 'echo "at $HAWSER_TARGET"; exit 7');
  assert.equal(code, 7);
  assert.match(stdout, /^at 127\.0\.0\.1:\d+\n$/);
});

test("pages of other origins may call if that is said, and not otherwise", async () => {
  using sandbox = new Sandbox();
  sandbox.write(PROTO);
  const allowed = async (...args: string[]) => {
    await using mock = await RunningCommand.start(sandbox, "mock", ...args);
    const response = await fetch(`http://${mock.target}/v1/notes/7`, { headers: { origin: "http://page.example" } });
    return response.headers.get("access-control-allow-origin");
  };
  assert.equal(await allowed(), null);
  assert.equal(await allowed("--cors", "http://page.example"), "http://page.example");
  assert.equal(await allowed("--cors", "*"), "http://page.example");
});

test("the address is taken: an error that says so", async () => {
  using sandbox = new Sandbox();
  sandbox.write(PROTO);
  await using mock = await RunningCommand.start(sandbox, "mock");
  const second = await sandbox.run("mock", "--listen", mock.target);
  assert.equal(second.code, 1);
  assert.match(second.stderr, /^error: can't listen on .*\nhelp: choose another address/);
});

for (const [what, files, args, exitCode, message] of [
  ["no schema", {}, [], 1, /there is no directory proto\//],
  ["a schema with an error", { "proto/a.proto": "syntax = 'proto3'; message {" }, [], 1, /proto\/a\.proto:1:/],
  ["no services", { "proto/a.proto": "syntax = 'proto3'; message A {}" }, [], 1, /there are no services in/],
  ["a server without a scheme", PROTO, ["localhost:1"], 2, /write http:\/\/localhost:1/],
  ["a server that is not there", PROTO, ["http://127.0.0.1:1"], 1, /gives no reflection: UNAVAILABLE/],
  ["a script that is not there", PROTO, ["--script", "no.yaml"], 1, /cannot read no\.yaml: no such file/],
  ["no replies", PROTO, ["--replies", "0"], 2, /whole number from 1/],
  ["an origin that is none", PROTO, ["--cors", "page"], 2, /page is no origin/],
  ["a certificate without a key", PROTO, ["--cert", "a.pem"], 2, /belong together/],
] as const) {
  test(`bad input: ${what}`, async () => {
    using sandbox = new Sandbox();
    sandbox.write(files);
    const { code, stdout, stderr } = await sandbox.run("mock", ...args);
    assert.match(stderr, message);
    assert.deepEqual([code, stdout], [exitCode, ""]);
  });
}

test("a bad script: where, and what to do", async () => {
  using sandbox = new Sandbox();
  sandbox.write({ ...PROTO, "mock.yaml": "\n- {method: Notes/Get, reply: {count: 1}}" });
  const { code, stdout, stderr } = await sandbox.run("mock", "--script", "mock.yaml");
  const help = "help: notes.v1.Note has the fields id, text, state, labels, at\n";
  assert.equal(
    stderr,
    `error: mock.yaml:2: this is no notes.v1.Note: $.count: notes.v1.Note has no such field\n${help}`,
  );
  assert.deepEqual([code, stdout], [1, ""]);
});

test("the script of docs/mock.md is good", async () => {
  const page = readFileSync(new URL("../../../../docs/mock.md", import.meta.url), "utf8");
  const script = /```yaml\n([\s\S]*?)```/.exec(page)?.[1] ?? "";
  using sandbox = new Sandbox();
  sandbox.write({ ...PROTO, "mock.yaml": script });
  const { stdout } = await sandbox.run("mock", "--script", "mock.yaml", "--check", "--json");
  assert.deepEqual(JSON.parse(stdout), { ok: true, services: ["notes.v1.Notes"], rules: 7 });
});

test("text for people: where it listens, and each call", async () => {
  using sandbox = new Sandbox();
  sandbox.write(PROTO);
  const child = sandbox.start("mock", "--listen", "127.0.0.1:0");
  const end = ended(child);
  const line = await new Promise<string>((resolve) => child.stdout.once("data", (text) => resolve(String(text))));
  const [, target = ""] = /^(\S+) answers for notes\.v1\.Notes\n$/.exec(line) ?? [];
  await sandbox.run("call", target, "Notes/Get");
  child.kill("SIGINT");
  const { code, stderr } = await end;
  assert.equal(code, 130);
  assert.match(stderr, /^notes\.v1\.Notes\/Get OK \(\d+ ms\) generated$/m);
});
