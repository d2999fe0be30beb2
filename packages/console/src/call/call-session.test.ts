import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Code, createServer, RpcError } from "hawser";
import { createChannel, type WebChannel } from "hawser/web";
import { Console } from "../layout/console-context.js";
import type { MethodInfo } from "../schema/console-schema.js";
import { compileSchema } from "../testing/compile-schema.js";
import type { CallDraft, CallRecord } from "./call-draft.js";
import { CallSession, type CallSnapshot, DraftError } from "./call-session.js";
import { CallWatch } from "./call-watch.js";

const schema = compileSchema(
  `syntax = "proto3";
package dock.v1;
service Dock {
  rpc Moor(Ship) returns (Ship);
  rpc Watch(Ship) returns (stream Ship);
  rpc Load(stream Ship) returns (Ship);
}
message Ship { string name = 1; int32 count = 2; }`,
  ["dock.v1.Dock"],
);
type Ship = { name: string; count: number };

const service = schema.services[0]!.type;
let gone = 0;
const server = createServer().add(service, {
  async moor(
    ship: Ship,
    call: {
      header: { set(k: string, v: string): void };
      trailer: { set(k: string, v: string): void };
      signal: AbortSignal;
    },
  ) {
    call.header.set("x-berth", "7");
    call.trailer.set("x-cost", "12");
    if (ship.name === "") throw new RpcError(Code.InvalidArgument, "ships have names");
    if (ship.name === "slow") {
      await new Promise((resolve) => call.signal.addEventListener("abort", resolve));
      gone++;
    }
    return ship;
  },
  async *watch({ count }: Ship) {
    for (let i = 1; i <= count; i++) yield { name: "Hawser", count: i };
  },
  async load(ships: AsyncIterable<Ship>) {
    let count = 0;
    for await (const ship of ships) count += ship.count;
    return { name: "all", count };
  },
  // biome-ignore lint/suspicious/noExplicitAny: the types of the service are made at run time
} as any);

let channel: WebChannel;
let page: Console;
const records: CallRecord[] = [];
before(async () => {
  const { port } = await server.listen("127.0.0.1:0");
  const watch = new CallWatch();
  channel = createChannel(`http://127.0.0.1:${port}`, { observer: watch });
  page = new Console(schema, channel, watch);
  page.onCallEnd((record) => records.push(record));
});
after(async () => {
  await channel.close();
  await server.shutdown({ graceMs: 0 });
});

const methodOf = (name: string): MethodInfo => schema.methods.get(`dock.v1.Dock/${name}`)!;

function start(name: string, json: string, more: Partial<CallDraft> = {}): CallSession {
  const method = methodOf(name);
  return new CallSession(page, method, { ...page.draft(method).get(), json, ...more });
}

/** What subscribers are told when a call has ended. */
function ended(session: CallSession): Promise<CallSnapshot> {
  return new Promise((resolve) => {
    const stop = session.subscribe(() => {
      if (session.snapshot().state.kind !== "ended") return;
      stop();
      resolve(session.snapshot());
    });
  });
}

test("a unary call: both messages with their sizes, header, trailer, status, and a record for the history", async () => {
  const session = start("Moor", '{"name": "Hawser"}');
  assert.equal(session.state.kind, "half-closed");
  const end = await ended(session);
  assert.deepEqual(end.state, { kind: "ended", code: Code.Ok, message: "", error: undefined });
  assert.equal(end.header?.get("x-berth"), "7");
  assert.equal(end.trailer?.get("x-cost"), "12");
  const shown = [session.messages.at(0), session.messages.at(1)].map((each) => [
    each?.direction,
    each?.bytes,
    each?.value,
  ]);
  assert.deepEqual(shown, [
    ["out", 8, { name: "Hawser", count: 0 }],
    ["in", 8, { name: "Hawser", count: 0 }],
  ]);
  const { durationMs, startedAt, ...record } = records.at(-1)!;
  assert.ok(durationMs > 0 && startedAt > 0);
  assert.deepEqual(record, {
    draft: session.draft,
    requests: ['{"name": "Hawser"}'],
    sent: 1,
    received: 1,
    code: Code.Ok,
    message: "",
  });
});

test("an error is kept with its message", async () => {
  const end = await ended(start("Moor", "{}"));
  assert.ok(end.state.kind === "ended");
  assert.deepEqual([end.state.code, end.state.message], [Code.InvalidArgument, "ships have names"]);
  assert.equal(records.at(-1)?.code, Code.InvalidArgument);
});

test("a deadline passes, and a call is cancelled; the server sees both", async () => {
  const late = await ended(start("Moor", '{"name": "slow"}', { timeoutMs: 50 }));
  assert.ok(late.state.kind === "ended" && late.state.code === Code.DeadlineExceeded);
  const session = start("Moor", '{"name": "slow"}');
  session.cancel();
  const end = await ended(session);
  assert.ok(end.state.kind === "ended" && end.state.code === Code.Cancelled);
  session.cancel();
  for (let i = 0; gone < 1 && i < 200; i++) await new Promise((resolve) => setTimeout(resolve, 10));
  assert.ok(gone >= 1);
});

test("a stream of replies: each with its size, in order, and subscribers are not told of each", async () => {
  const session = start("Watch", '{"count": 3000}');
  let told = 0;
  session.subscribe(() => told++);
  const end = await ended(session);
  assert.equal(end.received, 3000);
  assert.equal(end.count, 3001);
  assert.ok(told < 1000, `${told}`);
  for (const index of [1, 1500, 3000]) {
    const message = session.messages.at(index)!;
    assert.equal((message.value as Ship).count, index);
    assert.equal(message.bytes, index < 128 ? 10 : 11);
  }
});

test("a stream of requests is opened, sent to, and half-closed", async () => {
  const session = start("Load", "{}");
  assert.equal(session.state.kind, "open");
  session.send('{"count": 2}');
  session.send('{"count": 5}');
  assert.throws(() => session.send('{"count": "x"}'), DraftError);
  session.halfClose();
  session.halfClose();
  session.send('{"count": 100}');
  const end = await ended(session);
  assert.deepEqual([end.sent, end.received], [2, 1]);
  assert.deepEqual(session.messages.at(2)?.value, { name: "all", count: 7 });
  assert.deepEqual(records.at(-1)?.requests, ['{"count": 2}', '{"count": 5}']);
});

test("what can't be sent is said, and nothing is called", () => {
  const count = records.length;
  assert.throws(() => start("Moor", '{"name": 1}'), /dock\.v1\.Ship.*\$\.name/);
  assert.throws(() => start("Moor", "{"), DraftError);
  assert.throws(() => start("Moor", '{"name": "{{ship}}"}'), /\{\{ship\}\}.*no value/);
  const row = { name: "x-key", value: "{{key}}", on: true };
  assert.throws(() => start("Moor", "{}", { metadata: [row] }), /\{\{key\}\}.*no value/);
  assert.throws(() => start("Moor", "{}", { metadata: [{ ...row, name: "a b", value: "" }] }), DraftError);
  assert.equal(records.length, count);
});

test("variables are filled in", async () => {
  page.fill = {
    text: (text) => ({ text: text.replace("{{a}}", "1"), missing: [] }),
    json: (text) => ({ text: text.replace("{{ship}}", "Cable"), missing: [] }),
  };
  const session = start("Moor", '{"name": "{{ship}}"}');
  await ended(session);
  assert.deepEqual(session.messages.at(1)?.value, { name: "Cable", count: 0 });
  assert.deepEqual(records.at(-1)?.requests, ['{"name": "Cable"}']);
  assert.equal(records.at(-1)?.draft.json, '{"name": "{{ship}}"}');
});
