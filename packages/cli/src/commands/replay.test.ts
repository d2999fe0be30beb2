import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { Code, RpcError } from "hawser";
import { CliError } from "../cli-error.js";
import { readRecording } from "../recording/read-recording.js";
import { NOTES_PROTO, NotesServer } from "../testing/notes-server.js";
import { RunningCommand } from "../testing/running-command.js";
import { Sandbox } from "../testing/sandbox.js";

/** Records some calls of each kind to `calls.jsonl`. */
async function record(sandbox: Sandbox, server: NotesServer): Promise<void> {
  await using recorder = await RunningCommand.start(sandbox, "record", server.target, "-o", "calls.jsonl");
  for (const args of [
    ["Notes/Get", '{"id": 7}', "-H", "x-key: k"],
    ["Notes/Get", '{"id": -1}'],
    ["Notes/Watch", '{"id": 7, "times": 3}'],
    ["Notes/Upload", "{} {}"],
    ["Notes/Upload", "{} {} {}"],
    ["Notes/Chat", '{"text":"a"} {"text":"b"}'],
  ]) {
    await sandbox.run("call", recorder.target, ...args);
  }
  await recorder.interrupt();
}

for (const protocol of ["grpc", "grpc-web", "connect", "connect-json"]) {
  test(`a server over ${protocol} that answers as recorded, after the one that was recorded is gone`, async () => {
    using sandbox = new Sandbox();
    {
      await using server = await NotesServer.start();
      await record(sandbox, server);
    }
    await using replay = await RunningCommand.start(sandbox, "replay", "calls.jsonl", "--speed", "max");
    const call = (...args: string[]) =>
      sandbox.run("call", replay.target, ...args, "--compact", "--protocol", protocol);
    const get = await call("Notes/Get", '{"id": 7}', "-v");
    assert.deepEqual(JSON.parse(get.stdout), {
      id: "7",
      text: "splice the hawser",
      state: "STATE_DONE",
      labels: { topic: "rope" },
    });
    assert.match(get.stderr, /< x-key-was: k[\s\S]*< x-cost: 3/);
    const failed = await call("Notes/Get", '{"id": -1}', "-v");
    assert.equal(failed.code, 67);
    assert.match(failed.stderr, /x-hint: positive[\s\S]*no such id\n {2}google\.rpc\.BadRequest .*below 0/);
    const watched = await call("Notes/Watch", '{"id": 7, "times": 3}');
    assert.match(watched.stdout, /version 1.*\n.*version 2.*\n.*version 3/);
    const other = await call("Notes/Get", '{"id": 8}');
    assert.equal(other.code, 73);
    assert.match(other.stderr, /none of the 2 calls of it that are recorded has this request/);
    if (protocol === "grpc-web") return;
    assert.equal((await call("Notes/Upload", "{} {} {}")).stdout, '{"count":3}\n');
    assert.equal((await call("Notes/Upload", "{} {}")).stdout, '{"count":2}\n');
    assert.equal((await call("Notes/Upload", "{} {} {} {}")).code, 73);
    const chat = await call("Notes/Chat", '{"text":"a"} {"text":"b"}');
    assert.equal(chat.stdout, '{"text":"A"}\n{"text":"B"}\n');
  });
}

test("answers to the same request take turns, pauses are kept, and hawser mock makes up the rest", async () => {
  let count = 0;
  const get = () => {
    count++;
    if (count === 2) throw new RpcError(Code.Unavailable, "second");
    return { text: `answer ${count}` };
  };
  async function* watch() {
    yield { id: 1n };
    await new Promise((resolve) => setTimeout(resolve, 300));
    yield { id: 2n };
  }
  using sandbox = new Sandbox();
  {
    await using server = await NotesServer.start({ methods: { get, watch } });
    await using recorder = await RunningCommand.start(sandbox, "record", server.target, "-o", "calls.jsonl");
    for (const method of ["Notes/Get", "Notes/Get", "Notes/Watch"]) await sandbox.run("call", recorder.target, method);
    await recorder.interrupt();
  }
  await using replay = await RunningCommand.start(sandbox, "replay", "calls.jsonl");
  const answers: (string | number | null)[] = [];
  for (let i = 0; i < 3; i++) {
    const { code, stdout } = await sandbox.run("call", replay.target, "Notes/Get");
    answers.push(code === 0 ? JSON.parse(stdout).text : code);
  }
  assert.deepEqual(answers, ["answer 1", 64 + 14, "answer 1"]);
  for (let i = 0; i < 3; i++) await replay.line();
  await sandbox.run("call", replay.target, "Notes/Watch");
  const { ms, from } = await replay.line();
  // Never less than the pause that was recorded; how much more is the machine's affair.
  assert.ok(Number(ms) >= 295, String(ms));
  assert.equal(from, "calls.jsonl:4");
  await using mock = await RunningCommand.start(sandbox, "mock", "--recorded", "calls.jsonl", "--speed", "max");
  const known = await sandbox.run("call", mock.target, "Notes/Get");
  assert.equal(JSON.parse(known.stdout).text, "answer 1");
  const unknown = await sandbox.run("call", mock.target, "Notes/Get", '{"id": 5}');
  assert.deepEqual([unknown.code, JSON.parse(unknown.stdout).id], [0, "5"]);
});

test("calls that are made again: what differs is told, and what may differ is not", async () => {
  using sandbox = new Sandbox();
  {
    await using server = await NotesServer.start();
    await record(sandbox, server);
    const same = await sandbox.run("replay", "calls.jsonl", server.target, "-v");
    assert.equal(same.code, 0);
    assert.match(same.stdout, /^✓ notes\.v1\.Notes\/Get [\s\S]*6 calls: 6 the same, 0 different\n$/);
  }
  const get = ({ id }: { id: bigint }) => ({ id, text: "spliced", labels: { topic: "chain", new: "1" } });
  async function* watch() {
    yield { id: 7n, text: "version 1" };
    throw new RpcError(Code.Aborted, "enough");
  }
  await using server = await NotesServer.start({ methods: { get, watch } });
  const json = await sandbox.run("replay", "calls.jsonl", server.target, "--json");
  assert.deepEqual([json.code, json.stderr], [1, ""]);
  const lines = json.stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  assert.deepEqual(lines.at(-1), { ok: false, calls: 6, same: 3, different: 3 });
  assert.deepEqual(lines[0].differences, [
    { where: "reply 1: text", before: "splice the hawser", after: "spliced" },
    { where: "reply 1: state", before: "STATE_DONE" },
    { where: 'reply 1: labels["topic"]', before: "rope", after: "chain" },
    { where: 'reply 1: labels["new"]', after: "1" },
  ]);
  assert.deepEqual(lines[1].differences, [
    { where: "replies", before: 0, after: 1 },
    { where: "status", before: "INVALID_ARGUMENT: no such id", after: "OK" },
  ]);
  assert.deepEqual(lines[2].differences, [
    { where: "replies", before: 3, after: 1 },
    { where: "status", before: "OK", after: "ABORTED: enough" },
  ]);
  const ignored = ["text", "state", "labels", "status"].flatMap((path) => ["--ignore", path]);
  const text = await sandbox.run("replay", "calls.jsonl", server.target, ...ignored);
  assert.match(text.stdout, /6 calls: 4 the same, 2 different\n$/);
  assert.match(text.stdout, /✗ notes\.v1\.Notes\/Watch .*calls\.jsonl:4\n {4}replies: 3 -> 1\n/);
  const gone = await sandbox.run("replay", "calls.jsonl", "127.0.0.1:1", "--json");
  assert.equal(JSON.parse(gone.stdout.trimEnd().split("\n").at(-1)!).different, 6);
});

test("a recording with another schema: what both have is answered, in the words of the new one", async () => {
  using sandbox = new Sandbox();
  {
    await using server = await NotesServer.start();
    await record(sandbox, server);
  }
  const proto = NOTES_PROTO.replace("rpc Upload(stream Note) returns (UploadReply);", "")
    .replace("string text = 2;", "string words = 2; repeated string tags = 9;")
    .replace("int32 times = 2;", "int32 times = 2; repeated string more = 3;");
  sandbox.write({ "proto/notes/v1/notes.proto": proto });
  await using mock = await RunningCommand.start(sandbox, "mock", "proto", "--recorded", "calls.jsonl");
  const { stdout } = await sandbox.run("call", mock.target, "Notes/Get", '{"id": 7}');
  const { words, state, tags } = JSON.parse(stdout);
  assert.deepEqual([words, state, tags], ["splice the hawser", "STATE_DONE", undefined]);
  assert.match(String((await mock.line())["from"]), /^calls\.jsonl:/);
});

test("a call that was out of time is out of time again", async () => {
  using sandbox = new Sandbox();
  const get = () => new Promise<never>(() => {});
  await using server = await NotesServer.start({ methods: { get } });
  await using recorder = await RunningCommand.start(sandbox, "record", server.target, "-o", "calls.jsonl");
  await sandbox.run("call", recorder.target, "Notes/Get", "--timeout", "200ms");
  await recorder.interrupt();
  // Whether the deadline or the client's leaving is seen first is chance.
  const calls = sandbox.read("calls.jsonl").replace('"code":"CANCELLED"', '"code":"DEADLINE_EXCEEDED"');
  sandbox.write({ "calls.jsonl": calls, "left.jsonl": calls.replace('"DEADLINE_EXCEEDED"', '"CANCELLED"') });
  const left = await sandbox.run("replay", "left.jsonl", server.target);
  assert.deepEqual([left.code, left.stdout], [0, "1 call: 1 the same, 0 different\n"]);
  const { code, stdout } = await sandbox.run("replay", "calls.jsonl", server.target, "--json");
  assert.equal(JSON.parse(stdout.split("\n")[0]!).status, "DEADLINE_EXCEEDED");
  assert.equal(code, 0);
});

test("a stream that was left is compared as far as it went, and left again", async () => {
  using sandbox = new Sandbox();
  async function* watch(_: object, call: { readonly signal: AbortSignal }) {
    for (let id = 1n; !call.signal.aborted; id++) {
      yield { id };
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }
  await using server = await NotesServer.start({ methods: { watch } });
  await using recorder = await RunningCommand.start(sandbox, "record", server.target, "-o", "calls.jsonl");
  await sandbox.run("call", recorder.target, "Notes/Watch", "--timeout", "500ms");
  await recorder.interrupt();
  const { code, stdout } = await sandbox.run("replay", "calls.jsonl", server.target);
  assert.deepEqual([code, stdout], [0, "1 call: 1 the same, 0 different\n"]);
});

test("a recording that is broken: where, and what to do", async () => {
  using sandbox = new Sandbox();
  {
    await using server = await NotesServer.start();
    await record(sandbox, server);
  }
  const good = sandbox.read("calls.jsonl");
  const [header = "", ...calls] = good.trimEnd().split("\n");
  for (const [text, message] of [
    ["", /^a\.jsonl:1: this is no recording$/],
    ["\u0000\u0001", /^a\.jsonl:1: this is no recording$/],
    ["[]", /^a\.jsonl:1: this is no recording$/],
    ['{"a": 1}', /^a\.jsonl:1: this is no recording$/],
    [good.replace('"version":1', '"version":2'), /^a\.jsonl:1: version 2 of a recording is not known$/],
    [good.replace(/"schema":"[^"]*"/, '"schema":"AAAA"'), /the schema in a\.jsonl:1/],
    [good.replace(/"schema":"[^"]*"/, '"schema":7'), /^a\.jsonl:1: there is no schema in it$/],
    [good.slice(0, -20), /^a\.jsonl:7: this is not JSON/],
    [`${header}\n{"call"\n${calls[0]}`, /^a\.jsonl:2: this is not JSON/],
    [`${header}\n7\n`, /^a\.jsonl:2: this is no call$/],
    [`${header}\n{}\n`, /^a\.jsonl:2: call should be a number$/],
    [
      good.replace("Notes/Watch", "Notes/Gone"),
      /^a\.jsonl:4: the schema in the first line has no method "notes\.v1\.Notes\/Gone"$/,
    ],
    [good.replace('"id":"7"', '"id":"x"'), /^a\.jsonl:2: event 1: .*"x" is not an int64/],
    [good.replace('"request":{"json"', '"request":{"bytes"'), /^a\.jsonl:2: event 1: a message is/],
    [good.replace('"code":"OK"', '"code":"FINE"'), /^a\.jsonl:2: event \d: "FINE" is no status code$/],
    [good.replace('"events":[', '"events":[5,'), /^a\.jsonl:2: event 1 should be an object$/],
    [good.replace(/"ms":[\d.]+/, '"ms":"soon"'), /^a\.jsonl:2: event 1 has no time/],
    [good.replace('"halfClose":true', '"half":true'), /^a\.jsonl:2: event 2: it is no request, reply/],
    [good.replace('"metadata":[', '"metadata":[5,'), /^a\.jsonl:2: metadata should be a list of pairs$/],
    [good.replace('["x-key","k"]', '["x key","k"]'), /^a\.jsonl:2: metadata key "x key"/],
    [
      good.replace('"call":1', '"call":1,"__proto__":{"a":1}').replace('"json":{', '"json":{"__proto__":1,'),
      /^a\.jsonl:2: event 1: .*no such field/,
    ],
  ] as const) {
    sandbox.write({ "a.jsonl": text });
    const read = () => readRecording(join(sandbox.path, "a.jsonl"));
    assert.throws(read, (error) => {
      assert.ok(error instanceof CliError && error.help.length > 0, String(error));
      assert.match(error.message.replace(`${sandbox.path}/`, ""), message);
      return true;
    });
  }
  // As a user sees it.
  sandbox.write({ "a.jsonl": good.slice(0, -20) });
  const { code, stdout, stderr } = await sandbox.run("replay", "a.jsonl", "127.0.0.1:1");
  assert.match(stderr, /^error: a\.jsonl:7: this is not JSON: .*\nhelp: the recording was cut off there/);
  assert.deepEqual([code, stdout], [1, ""]);
});

for (const [what, args, exitCode, message] of [
  ["no recording", ["no.jsonl"], 1, /cannot read no\.jsonl: no such file/],
  ["a folder", ["."], 1, /cannot read \.: it is a directory/],
  ["a speed that is none", ["a.jsonl", "--speed", "0"], 2, /Give a number above 0/],
  ["a schema", ["a.jsonl", "-s", "proto"], 2, /a recording has its schema in it/],
  ["a command and a target", ["a.jsonl", "localhost:1", "--run", "true"], 2, /--run is for a server/],
] as const) {
  test(`bad input: ${what}`, async () => {
    using sandbox = new Sandbox();
    const { code, stdout, stderr } = await sandbox.run("replay", ...args);
    assert.match(stderr, message);
    assert.deepEqual([code, stdout], [exitCode, ""]);
  });
}
