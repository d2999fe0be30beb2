import assert from "node:assert/strict";
import { once } from "node:events";
import { statSync } from "node:fs";
import { test } from "node:test";
import { Code, RpcError } from "hawser";
import { NOTES_PROTO, NotesServer } from "../testing/notes-server.js";
import { RunningCommand } from "../testing/running-command.js";
import { Sandbox } from "../testing/sandbox.js";

interface Line {
  readonly [key: string]: unknown;
  readonly metadata: [string, string][];
  readonly events: Record<string, unknown>[];
}

/** The lines of a recording: the header, and the calls. */
function linesOf(sandbox: Sandbox, file = "calls.jsonl"): [Record<string, unknown>, ...Line[]] {
  const lines = sandbox.read(file).trimEnd().split("\n");
  return lines.map((line) => JSON.parse(line)) as [Record<string, unknown>, ...Line[]];
}

/** What happened, without times. */
function kindsOf({ events }: Line): string[] {
  return events.map((event) => Object.keys(event).find((key) => key !== "ms" && key !== "trailer") ?? "");
}

for (const protocol of ["grpc", "grpc-web", "connect", "connect-json"]) {
  test(`calls over ${protocol} pass through as they are, and are in the file with all that they had`, async () => {
    await using server = await NotesServer.start();
    using sandbox = new Sandbox();
    await using record = await RunningCommand.start(sandbox, "record", server.target, "-o", "calls.jsonl");
    const call = (...args: string[]) =>
      sandbox.run("call", record.target, ...args, "--compact", "--protocol", protocol);
    const headers = ["-H", "x-key: k", "-H", "Authorization: Bearer secret", "-H", "data-bin: AAEC"];
    const get = await call("Notes/Get", '{"id": 7}', ...headers, "-t", "30s", "-v");
    assert.match(get.stderr, /< x-key-was: k[\s\S]*< x-cost: 3/);
    assert.equal(JSON.parse(get.stdout).text, "splice the hawser");
    const failed = await call("Notes/Get", '{"id": -1}');
    assert.match(failed.stderr, /INVALID_ARGUMENT: no such id\n {2}google\.rpc\.BadRequest .*below 0/);
    assert.equal((await call("Notes/Watch", '{"id": 7, "times": 3}')).stdout.split("\n").length, 4);
    if (protocol !== "grpc-web") {
      assert.equal((await call("Notes/Upload", "{} {}")).stdout, '{"count":2}\n');
      assert.equal((await call("Notes/Chat", '{"text":"a"}')).stdout, '{"text":"A"}\n');
    }
    assert.equal(await record.interrupt(), 0);
    const [header, first, second, third, ...others] = linesOf(sandbox);
    assert.deepEqual([header["hawser"], header["version"], header["target"]], ["recording", 1, server.target]);
    assert.ok(!sandbox.read("calls.jsonl").includes("secret"));
    const metadata = Object.fromEntries(first!.metadata);
    assert.deepEqual([metadata["x-key"], metadata["authorization"], metadata["data-bin"]], ["k", "<redacted>", "AAEC"]);
    assert.ok(Number(first!["timeoutMs"]) > 0);
    assert.deepEqual(kindsOf(first!), ["request", "halfClose", "header", "reply", "status"]);
    assert.deepEqual(first!.events[0]!["request"], { json: { id: "7" } });
    assert.deepEqual(first!.events.at(-1)!["trailer"], [["x-cost", "3"]]);
    const { status, trailer } = second!.events.at(-1) as Record<string, Record<string, unknown>>;
    assert.deepEqual([status!["code"], status!["message"]], ["INVALID_ARGUMENT", "no such id"]);
    assert.deepEqual(trailer, [["x-hint", "positive"]]);
    assert.equal((status!["details"] as unknown[]).length, 1);
    assert.equal(kindsOf(third!).filter((kind) => kind === "reply").length, 3);
    const times = third!.events.map(({ ms }) => Number(ms));
    assert.deepEqual(
      times,
      [...times].sort((a, b) => a - b),
    );
    assert.equal(others.length, protocol === "grpc-web" ? 0 : 2);
    assert.equal(statSync(`${sandbox.path}/calls.jsonl`).mode & 0o077, 0);
  });
}

test("REST and curl's Connect pass too", async () => {
  await using server = await NotesServer.start();
  using sandbox = new Sandbox();
  const annotated = NOTES_PROTO.replace(
    "rpc Get(GetRequest) returns (Note);",
    'rpc Get(GetRequest) returns (Note) { option (google.api.http) = { get: "/v1/notes/{id}", response_body: "text" }; }',
  ).replace(
    "rpc Watch(GetRequest) returns (stream Note);",
    'rpc Watch(GetRequest) returns (stream Note) { option (google.api.http).get = "/v1/notes/{id}:watch"; }',
  );
  const imports = 'package notes.v1;\nimport "google/api/annotations.proto";';
  sandbox.write({ "proto/notes/v1/notes.proto": annotated.replace("package notes.v1;", imports) });
  const args = ["record", server.target, "-o", "a.jsonl", "-s", "proto"];
  await using record = await RunningCommand.start(sandbox, ...args);
  const get = await fetch(`http://${record.target}/v1/notes/7`, { headers: { "x-key": "k" } });
  assert.deepEqual([get.status, get.headers.get("x-key-was"), await get.json()], [200, "k", "splice the hawser"]);
  const watch = await fetch(`http://${record.target}/v1/notes/7:watch?times=2`);
  assert.match(await watch.text(), /version 1.*\n.*version 2/);
  const gone = await fetch(`http://${record.target}/v1/notes/0`);
  assert.deepEqual([gone.status, ((await gone.json()) as { message: string }).message], [404, "no note 0"]);
  const post = await fetch(`http://${record.target}/notes.v1.Notes/Get`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: '{"id": 7}',
  });
  assert.equal(((await post.json()) as { id: string }).id, "7");
  await record.interrupt();
  const calls = linesOf(sandbox, "a.jsonl").slice(1) as Line[];
  assert.deepEqual(
    calls.map((call) => call.events[0]!["request"]),
    [{ json: { id: "7" } }, { json: { id: "7", times: 2 } }, { json: {} }, { json: { id: "7" } }],
  );
  assert.equal((await sandbox.run("replay", "a.jsonl", server.target)).code, 0);
});

test("fields that the schema does not know stay: the message is kept as bytes", async () => {
  await using server = await NotesServer.start();
  using sandbox = new Sandbox();
  sandbox.write({
    "old/notes/v1/notes.proto": NOTES_PROTO.replace("int32 times = 2;", ""),
    "new/notes/v1/notes.proto": NOTES_PROTO,
  });
  await using record = await RunningCommand.start(sandbox, "record", server.target, "-o", "a.jsonl", "-s", "old");
  const watched = await sandbox.run("call", record.target, "Notes/Watch", '{"id": 7, "times": 2}', "-s", "new");
  assert.equal(watched.code, 0);
  await record.interrupt();
  const [, call] = linesOf(sandbox, "a.jsonl");
  assert.deepEqual(call!.events[0]!["request"], { base64: "CAcQAg==" });
  const again = await sandbox.run("replay", "a.jsonl", server.target);
  assert.deepEqual([again.code, again.stdout], [0, "1 call: 1 the same, 0 different\n"]);
});

test("a stream that is left, one that goes on when the recording ends, and a server that fails", async () => {
  let streams = 0;
  async function* watch(_: object, call: { readonly signal: AbortSignal }) {
    streams++;
    yield { id: 1n };
    if (!call.signal.aborted) await once(call.signal, "abort");
  }
  const get = () => {
    throw new RpcError(Code.Unavailable, "gone");
  };
  await using server = await NotesServer.start({ methods: { watch, get } });
  using sandbox = new Sandbox();
  await using record = await RunningCommand.start(sandbox, "record", server.target, "-o", "calls.jsonl");
  const watching = async () => {
    const child = sandbox.start("call", record.target, "Notes/Watch", "--compact");
    await once(child.stdout, "data");
    return child;
  };
  const left = await watching();
  left.kill("SIGINT");
  assert.deepEqual(await record.line().then(({ ms: _, message: __, ...rest }) => rest), {
    call: "notes.v1.Notes/Watch",
    number: 1,
    status: "CANCELLED",
  });
  assert.equal((await sandbox.run("call", record.target, "Notes/Get")).code, 64 + 14);
  const open = await watching();
  assert.equal(await record.interrupt(), 0);
  open.kill("SIGKILL");
  const calls = linesOf(sandbox).slice(1) as Line[];
  assert.deepEqual(
    // A header may come ahead of the first reply or not.
    calls.map((call) => kindsOf(call).filter((kind) => kind !== "header")),
    [
      ["request", "halfClose", "reply", "status"],
      ["request", "halfClose", "status"],
      ["request", "halfClose", "reply", "status"],
    ],
  );
  assert.deepEqual(
    calls.map(({ events }) => (events.at(-1)!["status"] as { code: string }).code),
    ["CANCELLED", "UNAVAILABLE", "CANCELLED"],
  );
  assert.equal(streams, 2);
});

test("bounds: of one call, and of the file; what passes is not bounded by them", async () => {
  await using server = await NotesServer.start();
  using sandbox = new Sandbox();
  const args = ["record", server.target, "-o", "a.jsonl", "--max-call", "100"];
  await using record = await RunningCommand.start(sandbox, ...args);
  const watched = await sandbox.run("call", record.target, "Notes/Watch", '{"id": 7, "times": 50}', "--compact");
  assert.equal(watched.stdout.trimEnd().split("\n").length, 50);
  await record.interrupt();
  const [, call] = linesOf(sandbox, "a.jsonl");
  assert.ok(call!["truncated"] === true && call!.events.length < 15);
  assert.equal((call!.events.at(-1)!["status"] as { code: string }).code, "OK");
  const small = await sandbox.run("record", server.target, "-o", "b.jsonl", "--max-size", "1k", "--run", "true");
  assert.equal(small.code, 1);
  assert.match(small.stderr, /^0 calls recorded in b\.jsonl\nerror: not all calls .*largest size, 1024 bytes\nhelp: /);
});

test("--redact, --no-redact and --force", async () => {
  await using server = await NotesServer.start();
  using sandbox = new Sandbox();
  const record = async (...args: string[]) => {
    await using recorder = await RunningCommand.start(sandbox, "record", server.target, "-o", "a.jsonl", ...args);
    await sandbox.run("call", recorder.target, "Notes/Get", "-H", "x-tenant: blue", "-H", "authorization: t");
    await recorder.interrupt();
    const { authorization, "x-tenant": tenant } = Object.fromEntries(linesOf(sandbox, "a.jsonl")[1]!.metadata);
    return [authorization, tenant];
  };
  assert.deepEqual(await record("--redact", "X-Tenant"), ["<redacted>", "<redacted>"]);
  assert.deepEqual(await record("--force", "--no-redact"), ["t", "blue"]);
  const again = await sandbox.run("record", server.target, "-o", "a.jsonl");
  assert.deepEqual([again.code, again.stdout], [1, ""]);
  assert.match(again.stderr, /^error: a\.jsonl is there already\nhelp: .*--force/);
});

for (const [what, args, exitCode, message] of [
  ["no file", [], 2, /required option '-o, --out <file>'/],
  ["a size that is none", ["-o", "a.jsonl", "--max-size", "big"], 2, /Give a size above 0/],
  ["a file in no folder", ["-o", "no/a.jsonl"], 1, /cannot write no\/a\.jsonl: no such file or directory/],
  ["an address that is none", ["-o", "a.jsonl", "--listen", "256.0.0.1:1"], 1, /can't listen/],
  ["messages as JSON", ["-o", "a.jsonl", "--protocol", "connect-json"], 2, /as bytes/],
  ["a schema that is not there", ["-o", "a.jsonl", "-s", "no"], 1, /the input no does not exist/],
] as const) {
  test(`bad input: ${what}`, async () => {
    await using server = await NotesServer.start();
    using sandbox = new Sandbox();
    const { code, stdout, stderr } = await sandbox.run("record", server.target, ...args);
    assert.match(stderr, message);
    assert.deepEqual([code, stdout], [exitCode, ""]);
    assert.equal(sandbox.has("a.jsonl"), false);
  });
}

test("a server that is not there, or has no reflection", async () => {
  using sandbox = new Sandbox();
  const gone = await sandbox.run("record", "127.0.0.1:1", "-o", "a.jsonl");
  assert.equal(gone.code, 64 + 14);
  await using server = await NotesServer.start({ reflection: false });
  const silent = await sandbox.run("record", server.target, "-o", "a.jsonl");
  assert.equal(silent.code, 1);
  assert.match(silent.stderr, /no reflection\nhelp: .*--schema/);
});
