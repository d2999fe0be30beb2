import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type Channel,
  Code,
  codeName,
  createChannel,
  createClient,
  createServer,
  Metadata,
  type NodeServer,
  RpcError,
  type ServerCall,
} from "hawser";
import { BadRequest } from "hawser/google-rpc";
import { create, decode, type ServiceType } from "hawser/protobuf";
import { notesTypes } from "../testing/notes-server.js";
import type { PassageWatcher } from "./call-watcher.js";
import { type PassOptions, passService } from "./pass-service.js";

const TYPES = notesTypes();
const NOTES = TYPES.service("notes.v1.Notes")!;
const NOTE = TYPES.message("notes.v1.Note")!;

// biome-ignore lint/suspicious/noExplicitAny: the types are made as the tests run
type Any = any;

/** A target, a proxy in front of it, and clients of both. */
class Way {
  readonly #servers: NodeServer[] = [];
  readonly #channels: Channel[] = [];
  proxy = "";

  static async open(methods: object, options: PassOptions = {}, service: ServiceType = NOTES): Promise<Way> {
    const way = new Way();
    const target = createServer({ onError() {}, maxReceiveBytes: 32 << 20 }).add(service, methods as never);
    const channel = way.connect(await way.#listen(target));
    const passed = passService(service, channel, options);
    const proxy = createServer({ onError() {} }).add(passed.service, passed.implementation, passed.options);
    way.proxy = await way.#listen(proxy);
    return way;
  }

  connect(target: string): Channel {
    const channel = createChannel(target, { maxReceiveBytes: 32 << 20 });
    this.#channels.push(channel);
    return channel;
  }

  client(service: ServiceType = NOTES): Any {
    return createClient(service, this.connect(this.proxy));
  }

  async #listen(server: NodeServer): Promise<string> {
    this.#servers.push(server);
    const { port } = await server.listen("127.0.0.1:0");
    return `127.0.0.1:${port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const channel of this.#channels) await channel.close();
    for (const server of this.#servers) await server.shutdown({ graceMs: 0 });
  }
}

/** What a watcher was told, as lines; `ended` resolves with the last. */
function watching(): { watcher: PassageWatcher; told: string[]; ended: Promise<void> } {
  const told: string[] = [];
  const pairs = (metadata: Metadata) => [...metadata].map(([name, value]) => `${name}=${value}`).join(" ");
  const text = (bytes: Uint8Array) => (decode(NOTE, bytes) as Any).text;
  let end = (): void => {};
  const ended = new Promise<void>((resolve) => (end = resolve));
  const watcher: PassageWatcher = {
    onCall({ method, metadata, deadline, peer }) {
      told.push(`${method.name} x-key=${metadata.get("x-key")} ${deadline === undefined ? "" : "deadline"}`.trim());
      assert.match(peer, /^127\.0\.0\.1:\d+$/);
      return {
        onRequest: (bytes) => told.push(`> ${bytes.length}`),
        onHalfClose: () => told.push("> end"),
        onHeader: (header) => told.push(`< header ${pairs(header)}`.trim()),
        onReply: (bytes) => told.push(`< ${text(bytes)}`),
        onEnd: (error, trailer) => {
          told.push(`< ${error === undefined ? "OK" : codeName(error.code)} ${pairs(trailer)}`.trim());
          end();
        },
      };
    },
  };
  return { watcher, told, ended };
}

const METHODS = {
  get({ id }: { id: bigint }, call: ServerCall) {
    if (id === 0n) {
      const violations = { fieldViolations: [{ field: "id", description: "is 0" }] };
      throw new RpcError(Code.InvalidArgument, "no such id: 100 %", {
        details: [create(BadRequest, violations)],
        metadata: { "x-hint": "positive", "x-bytes-bin": new Uint8Array([0, 255]) },
      });
    }
    call.header.set("x-key-was", call.metadata.get("x-key") ?? "nothing");
    call.trailer.set("x-cost", "3");
    return { id, text: "one" };
  },
  async *watch({ times }: { times: number }, call: ServerCall) {
    call.header.set("x-begun", "yes");
    for (let i = 1; i <= times; i++) yield { text: `${i}` };
    call.trailer.set("x-cost", `${times}`);
  },
  async upload(notes: AsyncIterable<unknown>) {
    let count = 0;
    for await (const _ of notes) count++;
    return { count };
  },
  async *chat(notes: AsyncIterable<{ text: string }>) {
    for await (const { text } of notes) yield { text: text.toUpperCase() };
  },
};

test("a watcher is told what passes, in order: one call of each kind", async () => {
  const unary = watching();
  await using way = await Way.open(METHODS, { watcher: unary.watcher });
  const client = way.client();
  const call = client.get({ id: 7 }, { metadata: { "x-key": "k" }, timeoutMs: 60_000 });
  assert.equal((await call).text, "one");
  assert.equal((await call.header).get("x-key-was"), "k");
  assert.equal((await call.trailer).get("x-cost"), "3");
  const seen: string[] = [];
  for await (const { text } of client.watch({ times: 2 })) seen.push(text);
  assert.deepEqual(seen, ["1", "2"]);
  const chat = client.chat();
  for (const word of ["a", "b"]) {
    await chat.send({ text: word });
    assert.equal((await chat.next()).value.text, word.toUpperCase());
  }
  chat.end();
  assert.equal((await chat.next()).done, true);
  assert.deepEqual(unary.told, [
    ...["Get x-key=k deadline", "> 2", "> end", "< header x-key-was=k", "< one", "< OK x-cost=3"],
    ...["Watch x-key=undefined", "> 2", "> end", "< header x-begun=yes", "< 1", "< 2", "< OK x-cost=2"],
    ...["Chat x-key=undefined", "> 3", "< A", "> 3", "< B", "> end", "< OK"],
  ]);
  assert.equal((await client.upload([{ text: "a" }, { text: "b" }, {}])).count, 3);
});

test("an error passes whole: code, message, details, metadata; there is no header where there was none", async () => {
  const { watcher, told } = watching();
  await using way = await Way.open(METHODS, { watcher });
  await assert.rejects(way.client().get({ id: 0 }), (error) => {
    assert.ok(RpcError.is(error));
    assert.deepEqual([error.code, error.message], [Code.InvalidArgument, "no such id: 100 %"]);
    assert.equal(error.findDetails(BadRequest)[0]?.fieldViolations[0]?.description, "is 0");
    assert.equal(error.metadata.get("x-hint"), "positive");
    assert.deepEqual(error.metadata.get("x-bytes-bin"), new Uint8Array([0, 255]));
    return true;
  });
  assert.deepEqual(told.slice(0, 3), ["Get x-key=undefined", "> 0", "> end"]);
  assert.match(told[3]!, /^< INVALID_ARGUMENT .*x-hint=positive/);
  assert.equal(told.length, 4);
});

test("cancellation and deadline reach the target, and the watcher once", async () => {
  let aborted: (reason: unknown) => void = () => {};
  const ends: Promise<unknown>[] = [];
  const waiting = (call: ServerCall) => {
    ends.push(new Promise((resolve) => (aborted = resolve)));
    const resolve = aborted;
    call.signal.addEventListener("abort", () => resolve(call.signal.reason));
  };
  const methods = {
    get(_: unknown, call: ServerCall) {
      waiting(call);
      return new Promise((_resolve, reject) => call.signal.addEventListener("abort", () => reject(call.signal.reason)));
    },
    async *watch(_: unknown, call: ServerCall) {
      waiting(call);
      for (;;) {
        yield { text: "again" };
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
    },
  };
  const left = watching();
  await using way = await Way.open(methods, { watcher: left.watcher });
  for await (const _ of way.client().watch({})) break;
  assert.equal(((await ends[0]) as RpcError).code, Code.Cancelled);
  await left.ended;
  assert.deepEqual(
    left.told.filter((line) => line.startsWith("< C")),
    ["< CANCELLED"],
  );
  assert.equal(left.told.at(-1), "< CANCELLED");

  const late = watching();
  await using slow = await Way.open(methods, { watcher: late.watcher });
  await assert.rejects(slow.client().get({}, { timeoutMs: 100 }), { code: Code.DeadlineExceeded });
  // Whoever of the two notices first: the target's deadline, or the client that went away.
  assert.match(codeName(((await ends[1]) as RpcError).code), /^(DEADLINE_EXCEEDED|CANCELLED)$/);
  await late.ended;
  assert.match(late.told.at(-1)!, /^< (DEADLINE_EXCEEDED|CANCELLED)$/);
});

test("who reads slowly holds up the target, not the proxy's memory", async () => {
  let sent = 0;
  const text = "x".repeat(1 << 20);
  const methods = {
    async *watch() {
      for (; sent < 2_000; sent++) yield { text };
    },
  };
  await using way = await Way.open(methods);
  const call = way.client().watch({});
  await call.next();
  // Until nothing moves any more.
  for (let before = -1; before !== sent; ) {
    before = sent;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  assert.ok(sent < 200, `${sent} MiB were sent to a reader of 1`);
  for (let read = 0; read < 250; read++) assert.equal((await call.next()).value.text.length, text.length);
  call.cancel();
});

test("large messages pass up to the limit", async () => {
  const methods = {
    async *chat(notes: AsyncIterable<object>) {
      yield* notes;
    },
  };
  await using way = await Way.open(methods, { maxMessageBytes: 16 << 20 });
  const client = way.client();
  const echo = async (length: number) => {
    for await (const { text } of client.chat([{ text: "x".repeat(length) }])) return text.length;
  };
  assert.equal(await echo(15 << 20), 15 << 20);
  await assert.rejects(echo(17 << 20), { code: Code.ResourceExhausted });
});

test("what is about the way to the proxy, and what is left out, goes no further", async () => {
  let seen: string[] = [];
  const methods = {
    get(_: unknown, call: ServerCall) {
      seen = call.metadata.keys().filter((key) => !key.startsWith("user-agent"));
      return { text: call.metadata.getAll("x-who").join() };
    },
  };
  await using way = await Way.open(methods, { metadata: new Metadata({ "x-who": "proxy" }), leftOut: ["cookie"] });
  const metadata = {
    ...{ "x-who": "client", cookie: "a=b", accept: "*/*", "sec-fetch-mode": "cors", referer: "http://x/" },
    "x-bytes-bin": new Uint8Array(3),
  };
  assert.equal((await way.client().get({}, { metadata })).text, "client,proxy");
  assert.deepEqual(seen.sort(), ["x-bytes-bin", "x-who"]);
});

test("methods may be called as they like", async () => {
  const names = ["constructor", "toString", "__proto__", "hasOwnProperty", "then", "call"];
  const proto = `syntax = "proto3"; package odd; message M { string text = 1; }
    service Odd { ${names.map((name) => `rpc ${name}(M) returns (M);`).join(" ")} }`;
  const odd = notesTypes(proto).service("odd.Odd")!;
  const methods = Object.create(null);
  for (const [local, { name }] of Object.entries(odd.methods)) {
    Object.defineProperty(methods, local, { enumerable: true, value: () => ({ text: name }) });
  }
  await using way = await Way.open(methods, {}, odd);
  const client = way.client(odd);
  const locals = Object.keys(odd.methods);
  assert.equal(locals.length, names.length);
  for (const local of locals) assert.equal((await client[local]({})).text, (odd.methods as Any)[local].name);
});

test("requests in JSON are refused with a sentence", async () => {
  await using way = await Way.open(METHODS);
  const response = await fetch(`http://${way.proxy}/notes.v1.Notes/Get`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: '{"id": 7}',
  });
  const body = (await response.json()) as Any;
  assert.deepEqual([response.status, body.code], [501, "unimplemented"]);
  assert.match(body.message, /speak gRPC/);
});

test("a target that is away is said to be so, by its name", async () => {
  const channel = createChannel("127.0.0.1:1", { onWarning() {} });
  const passed = passService(NOTES, channel);
  const server = createServer().add(passed.service, passed.implementation, passed.options);
  const { port } = await server.listen("127.0.0.1:0");
  const front = createChannel(`127.0.0.1:${port}`);
  try {
    await assert.rejects((createClient(NOTES, front) as Any).get({}), (error) => {
      assert.ok(RpcError.is(error) && error.code === Code.Unavailable);
      assert.match(error.message, /127\.0\.0\.1:1/);
      return true;
    });
  } finally {
    await front.close();
    await server.shutdown({ graceMs: 0 });
    await channel.close();
  }
});
