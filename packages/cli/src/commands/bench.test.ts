import assert from "node:assert/strict";
import { EventEmitter, once } from "node:events";
import { test } from "node:test";
import type { BenchResult } from "../bench/bench-result.js";
import { NOTES_PROTO, NotesServer } from "../testing/notes-server.js";
import { ended, Sandbox } from "../testing/sandbox.js";

const GET = ["notes.v1.Notes/Get", "-d", '{"id": 7}'];

/** Runs `hawser bench --json`. */
async function bench(
  sandbox: Sandbox,
  target: string,
  ...args: string[]
): Promise<{ code: number | null; stderr: string; result: BenchResult }> {
  const { code, stdout, stderr } = await sandbox.run("bench", target, ...args, "--json");
  return { code, stderr, result: JSON.parse(stdout) };
}

test("so many calls, closed loop: every one is counted, on several connections too", async () => {
  await using server = await NotesServer.start();
  using sandbox = new Sandbox();
  const args = [...GET, "--requests", "200", "--concurrency", "8", "--connections", "3"];
  const { code, stderr, result } = await bench(sandbox, server.target, ...args);
  assert.deepEqual([code, stderr], [0, ""]);
  assert.deepEqual([result.ok, result.calls, result.succeeded, result.failed], [true, 200, 200, 0]);
  assert.deepEqual([result.latency?.count, result.lateness, result.failures], [200, undefined, []]);
  assert.equal(result.settings.load, "8 in flight");
});

test("an open loop, with a ramp and a warm-up", async () => {
  await using server = await NotesServer.start();
  using sandbox = new Sandbox();
  const args = [...GET, "--rate", "0", "--ramp", "500ms:200", "--ramp", "500ms:200", "--warmup", "200ms"];
  const { code, result } = await bench(sandbox, server.target, ...args);
  assert.equal(code, 0);
  // Half of 0.5 s at 200/s, and 0.5 s at 200/s.
  assert.equal(result.calls + result.notStarted, 150);
  assert.equal(result.lateness?.count, result.calls);
  const poisson = [...GET, "--rate", "1000", "--arrival", "poisson", "--seed", "7", "--requests", "100"];
  assert.equal((await bench(sandbox, server.target, ...poisson)).result.succeeded, 100);
});

for (const protocol of ["grpc", "grpc-web", "connect"]) {
  test(`streams over ${protocol}`, async () => {
    await using server = await NotesServer.start();
    using sandbox = new Sandbox();
    sandbox.write({ "notes.ndjson": '{"text":"one"}\n{"text":"two"}\n' });
    const run = (...args: string[]) =>
      bench(sandbox, server.target, ...args, "-n", "20", "-c", "4", "--protocol", protocol);
    const watch = await run("Notes/Watch", "-d", '{"id": 1, "times": 3}');
    assert.deepEqual([watch.result.succeeded, watch.result.messagesReceived], [20, 60]);
    assert.equal(watch.result.firstReply?.count, 20);
    // A stream without an end is left.
    const endless = await run("Notes/Watch", "-d", '{"id": 1}', "--replies", "2");
    assert.deepEqual([endless.result.succeeded, endless.result.messagesReceived], [20, 40]);
    if (protocol === "grpc-web") return;
    const upload = await run("Notes/Upload", "-d", "@notes.ndjson", "--interval", "1ms");
    assert.deepEqual([upload.result.succeeded, upload.result.messagesSent], [20, 40]);
    const chat = await run("Notes/Chat", "-d", "@notes.ndjson");
    assert.deepEqual([chat.result.messagesSent, chat.result.messagesReceived], [40, 40]);
  });
}

test("for people: a report, thresholds with their exit code, and HTML; a schema in the place of reflection", async () => {
  await using server = await NotesServer.start({ reflection: false });
  using sandbox = new Sandbox();
  sandbox.write({ "proto/notes/v1/notes.proto": NOTES_PROTO });
  const args = ["bench", server.target, ...GET, "-n", "50", "-s", "proto"];
  const good = await sandbox.run(...args, "--threshold", "p99<1000s", "--html", "report.html");
  assert.deepEqual([good.code, good.stderr], [0, ""]);
  assert.match(good.stdout, /^notes\.v1\.Notes\/Get \(unary\)[\s\S]*50 OK[\s\S]*p99[\s\S]*✓ p99<1000s/);
  assert.match(sandbox.read("report.html"), /^<!doctype html>[\s\S]*notes\.v1\.Notes\/Get/);
  const missed = await sandbox.run(...args, "--threshold", "rate>=1", "--threshold", "max<0.001us");
  assert.equal(missed.code, 1);
  assert.match(missed.stdout, /✓ rate>=1 [\s\S]*✗ max<0\.001us/);
});

test("requests take turns; calls that fail are counted by status", async () => {
  await using server = await NotesServer.start();
  using sandbox = new Sandbox();
  const requests = ["-d", '{"id": 7} {"id": 0}'];
  const args = ["Notes/Get", ...requests, "-n", "40", "--threshold", "errors<1%"];
  const { code, result } = await bench(sandbox, server.target, ...args);
  assert.equal(code, 1);
  assert.deepEqual([result.succeeded, result.failed], [20, 20]);
  assert.deepEqual(
    result.failures.map(({ code, count }) => [code, count]),
    [["NOT_FOUND", 20]],
  );
});

test("Ctrl-C: what was measured is reported", async () => {
  let calls = 0;
  const busy = new EventEmitter();
  const isBusy = once(busy, "busy");
  const get = () => {
    if (++calls === 500) busy.emit("busy");
    return {};
  };
  await using server = await NotesServer.start({ methods: { get } });
  using sandbox = new Sandbox();
  const child = sandbox.start("bench", server.target, ...GET, "--duration", "1h", "--warmup", "0", "--json");
  const end = ended(child);
  await isBusy;
  child.kill("SIGINT");
  const { code, stdout, stderr } = await end;
  assert.deepEqual([code, stderr], [130, ""]);
  const result = JSON.parse(stdout) as BenchResult;
  // All but the probing call.
  assert.deepEqual([result.interrupted, result.calls, result.failed], [true, calls - 1, 0]);
});

test("Ctrl-C while streams go on without an end: they are cut off, and what was measured is reported", async () => {
  let streams = 0;
  const busy = new EventEmitter();
  const isBusy = once(busy, "busy");
  async function* watch(_: object, call: { readonly signal: AbortSignal }) {
    yield {};
    // The probing call ends.
    if (++streams === 1) return;
    if (streams === 5) busy.emit("busy");
    await new Promise<void>((resolve) => call.signal.addEventListener("abort", () => resolve(), { once: true }));
  }
  await using server = await NotesServer.start({ methods: { watch } });
  using sandbox = new Sandbox();
  const args = ["Notes/Watch", "-c", "4", "--duration", "1h", "--warmup", "0", "--timeout", "1h", "--json"];
  const child = sandbox.start("bench", server.target, ...args);
  const end = ended(child);
  await isBusy;
  child.kill("SIGINT");
  const { code, stdout } = await end;
  const result = JSON.parse(stdout) as BenchResult;
  assert.deepEqual([code, result.interrupted, result.calls, result.failed], [130, true, 4, 4]);
});

test("the first call's failure ends it, with what to do", async () => {
  await using server = await NotesServer.start();
  using sandbox = new Sandbox();
  sandbox.write({
    "proto/notes/v1/notes.proto": NOTES_PROTO.replace(
      "service Notes {",
      "service Notes { rpc Gone(Note) returns (Note);",
    ),
  });
  const failed = await sandbox.run("bench", server.target, "Notes/Get", "-d", '{"id": -1}');
  assert.equal(failed.code, 67);
  assert.match(
    failed.stderr,
    /^error: the first call failed, .*INVALID_ARGUMENT: no such id\nhelp: correct the request/,
  );
  const gone = await sandbox.run("bench", server.target, "Notes/Gone", "-s", "proto");
  assert.equal(gone.code, 64 + 12);
  assert.match(gone.stderr, /UNIMPLEMENTED[\s\S]*help: .*hawser list/);
  const nobody = await sandbox.run("bench", "127.0.0.1:1", "Notes/Get", "-s", "proto", "--json");
  assert.deepEqual([nobody.code, nobody.stderr], [64 + 14, ""]);
  assert.match(JSON.parse(nobody.stdout).error.message, /UNAVAILABLE/);
  const late = await sandbox.run("bench", server.target, "Notes/Watch", "-d", '{"id": 1}', "--timeout", "50ms");
  assert.equal(late.code, 68);
  assert.match(late.stderr, /help: .*--replies 10/);
});

for (const [what, args, exitCode, message] of [
  ["a rate and calls at once", [...GET, "--rate", "1", "-c", "1"], 2, /exclude each other/],
  ["a seed without a rate", [...GET, "--seed", "1"], 2, /--seed is given without --rate/],
  ["no rate at all", [...GET, "--rate", "0"], 2, /the rate is 0/],
  ["a ramp to nothing with requests", [...GET, "-r", "1", "--ramp", "1s:0", "-n", "9"], 2, /may never be reached/],
  ["no calls at once", [...GET, "-c", "0"], 2, /whole number from 1/],
  ["a rate that is none", [...GET, "-r", "fast"], 2, /calls a second/],
  ["a ramp that is none", [...GET, "--ramp", "1s"], 2, /DURATION:VALUE/],
  ["a duration that is none", [...GET, "--duration", "soon"], 2, /duration/],
  ["a threshold that is none", [...GET, "--threshold", "fast"], 2, /METRIC OP VALUE/],
  ["too many connections", [...GET, "--connections", "10001"], 2, /too many/],
  ["messages as JSON", [...GET, "--protocol", "connect-json"], 2, /as bytes/],
  ["standard input twice", ["Notes/Get", "-d", "-", "-d", "@-"], 2, /named twice/],
  ["a report in no folder", [...GET, "--html", "no/report.html"], 1, /cannot write no\/report\.html/],
  ["a request that is no JSON", ["Notes/Get", "-d", "{id}"], 1, /request 1 is no notes\.v1\.GetRequest/],
  ["a method that is not there", ["Notes/Gone"], 1, /has no method Gone/],
] as const) {
  test(`bad input: ${what}`, async () => {
    await using server = await NotesServer.start();
    using sandbox = new Sandbox();
    const { code, stdout, stderr } = await sandbox.run("bench", server.target, ...args);
    assert.match(stderr, message);
    assert.deepEqual([code, stdout], [exitCode, ""]);
  });
}
