import assert from "node:assert/strict";
import { test } from "node:test";
import { createServer as createNodeServer } from "../node/create-server.js";
import { type MethodType, type ServiceType, service } from "../protobuf/type/service-type.js";
import { StringValue } from "../protobuf/wkt/google/protobuf/wrappers.pb.js";
import { connectProtocol } from "../protocol/connect/client-exchange.js";
import { Code } from "../rpc/code.js";
import type { RpcEvent } from "../rpc/event.js";
import { RpcError } from "../rpc/rpc-error.js";
import type { Implementation } from "../server/implementation.js";
import { createChannel, createClient, createServer, FakeClock, type TestServerOptions } from "./index.js";

type Text = typeof StringValue;
const Echo: ServiceType<{
  echo: MethodType<"unary", Text, Text>;
  repeat: MethodType<"server_streaming", Text, Text>;
  chat: MethodType<"bidi_streaming", Text, Text>;
}> = service("test.Echo", {
  echo: { kind: "unary", name: "Echo", input: StringValue, output: StringValue },
  repeat: { kind: "server_streaming", name: "Repeat", input: StringValue, output: StringValue },
  chat: { kind: "bidi_streaming", name: "Chat", input: StringValue, output: StringValue },
});

function echo(clock: FakeClock): Implementation<typeof Echo> {
  return {
    async echo({ value }, call) {
      if (value === "hang")
        await new Promise<void>((resolve) => call.signal.addEventListener("abort", () => resolve()));
      if (value.startsWith("wait ")) await new Promise<void>((go) => clock.schedule(go, Number(value.slice(5))));
      if (value === "wrong") throw new RpcError(Code.InvalidArgument, "wrong");
      return { value };
    },
    async *repeat({ value }, call) {
      while (!call.signal.aborted) yield { value };
    },
    async *chat(requests) {
      for await (const request of requests) yield request;
    },
  };
}

function pair(options: TestServerOptions = {}) {
  const clock = new FakeClock();
  const server = createServer({ clock, ...options }).add(Echo, echo(clock));
  const channel = createChannel(server);
  return { clock, server, channel, client: createClient(Echo, channel) };
}

/** How a promise stands, without waiting for it. */
function watch<T>(promise: PromiseLike<T>) {
  const seen: { state: "pending" | "ok" | "failed"; value?: T; error?: unknown } = { state: "pending" };
  promise.then(
    (value) => Object.assign(seen, { state: "ok", value }),
    (error) => Object.assign(seen, { state: "failed", error }),
  );
  return seen;
}

test("calls of all kinds, without time passing", async () => {
  const { clock, server, channel, client } = pair();
  assert.equal((await client.echo({ value: "a" })).value, "a");
  let count = 0;
  for await (const { value } of client.repeat({ value: "b" })) {
    assert.equal(value, "b");
    if (++count === 1_000) break;
  }
  const chat = client.chat();
  await chat.send({ value: "c" });
  assert.equal((await chat.next()).value?.value, "c");
  chat.end();
  assert.equal((await chat.next()).done, true);
  await assert.rejects(Promise.resolve(client.echo({ value: "wrong" })), { code: Code.InvalidArgument });
  assert.equal(clock.now(), 0);
  await channel.close();
  await server.shutdown({ graceMs: 0 });
  assert.equal(server.runningCalls, 0);
});

test("a deadline passes when the clock gets there, on both sides, and not before", async () => {
  const { clock, client, server } = pair();
  const call = watch(client.echo({ value: "hang" }, { timeoutMs: 30_000 }));
  await clock.advance(29_990);
  assert.equal(call.state, "pending");
  assert.equal(server.runningCalls, 1);
  await clock.advance(15);
  assert.equal(call.state, "failed");
  assert.equal((call.error as RpcError).code, Code.DeadlineExceeded);
  assert.equal(server.runningCalls, 0);
});

test("a handler's own waits follow the clock as well", async () => {
  const { clock, client } = pair();
  const call = watch(client.echo({ value: "wait 3600000" }));
  await clock.advance(3_599_999);
  assert.equal(call.state, "pending");
  await clock.advance(1);
  assert.equal(call.state, "ok");
});

test("cancellation reaches the handler", async () => {
  const { clock, client, server } = pair();
  const call = client.echo({ value: "hang" });
  const seen = watch(call);
  await clock.settle();
  assert.equal(server.runningCalls, 1);
  call.cancel();
  await clock.settle();
  assert.equal((seen.error as RpcError).code, Code.Cancelled);
  assert.equal(server.runningCalls, 0);
});

test("retries wait for the clock", async () => {
  const clock = new FakeClock();
  let calls = 0;
  const server = createServer({ clock }).add(Echo, {
    echo() {
      if (++calls < 3) throw new RpcError(Code.Unavailable, "not yet");
      return { value: "at last" };
    },
  });
  const retryPolicy = {
    maxAttempts: 3,
    initialBackoff: "10s",
    maxBackoff: "100s",
    backoffMultiplier: 3,
    retryableStatusCodes: ["UNAVAILABLE"],
  };
  const serviceConfig = { methodConfig: [{ name: [{}], retryPolicy }] };
  const client = createClient(Echo, createChannel(server, { serviceConfig }));
  const call = watch(client.echo({}));
  await clock.settle();
  assert.equal(calls, 1);
  // The jitter of retries is the call's own (0.8 to 1.2).
  await clock.advance(7_900);
  assert.equal(calls, 1);
  await clock.advance(4_200);
  assert.equal(calls, 2);
  await clock.advance(23_000);
  assert.equal(calls, 2);
  await clock.advance(14_000);
  assert.deepEqual([calls, call.state], [3, "ok"]);
});

test("backoff between attempts to connect follows the clock, and so does idleness", async () => {
  const clock = new FakeClock();
  const server = createServer({ clock }).add(Echo, echo(clock));
  const events: RpcEvent[] = [];
  const channel = createChannel(server, { onEvent: (event) => events.push(event), idleTimeoutMs: 60_000 });
  const client = createClient(Echo, channel);
  await client.echo({ value: "a" });
  await clock.advance(200_000);
  assert.equal(channel.state, "idle");
  await client.echo({ value: "a" });
  assert.equal(channel.state, "ready");
  await server.shutdown();
  await clock.settle();
  const call = watch(client.echo({ value: "a" }, { waitForReady: true, timeoutMs: 300_000 }));
  const failures = () => events.filter(({ type }) => type === "connection_failed").length;
  await clock.settle();
  assert.equal(failures(), 1);
  await clock.advance(900);
  assert.equal(failures(), 1);
  await clock.advance(200);
  assert.equal(failures(), 2);
  await clock.advance(400_000);
  assert.equal((call.error as RpcError).code, Code.DeadlineExceeded);
  assert.match((call.error as RpcError).message, /the server in memory was shut down/);
});

test("keepalive: PINGs follow the clock, and a server that finds them too many says so", async () => {
  const clock = new FakeClock();
  const server = createServer({ clock }).add(Echo, echo(clock));
  const events: RpcEvent[] = [];
  const channel = createChannel(server, {
    onEvent: (event) => events.push(event),
    http2: { keepaliveIntervalMs: 1_000, keepaliveTimeoutMs: 1_000, keepaliveWithoutStreams: true },
    serverHttp2: { minPingIntervalMs: 5_000 },
  });
  await createClient(Echo, channel).echo({ value: "a" });
  // The server finds them too many (gRFC A8), and says so.
  await clock.advance(20_000);
  const goAway = events.find((event) => event.type === "goaway_received");
  assert.deepEqual(goAway?.type === "goaway_received" && [goAway.code, goAway.debug], [
    "ENHANCE_YOUR_CALM",
    "too_many_pings",
  ]);
});

test("grace: a shutdown cuts off what has not ended in time", async () => {
  const { clock, client, server } = pair();
  const call = watch(client.echo({ value: "wait 60000" }));
  await clock.settle();
  const down = watch(server.shutdown({ graceMs: 10_000 }));
  await clock.advance(9_000);
  assert.deepEqual([call.state, down.state], ["pending", "pending"]);
  await clock.advance(2_000);
  assert.deepEqual([call.state, down.state], ["failed", "ok"]);
  assert.equal((call.error as RpcError).code, Code.Unavailable);
});

test("limits are kept, of sizes and of streams", async () => {
  const clock = new FakeClock();
  const server = createServer({ clock, maxReceiveBytes: 1_000 }).add(Echo, echo(clock));
  const client = createClient(Echo, createChannel(server, { serverHttp2: { maxConcurrentStreams: 2 } }));
  await assert.rejects(Promise.resolve(client.echo({ value: "x".repeat(2_000) })), { code: Code.ResourceExhausted });
  const calls = [1, 2, 3].map(() => watch(client.echo({ value: "wait 1000" })));
  await clock.settle();
  assert.equal(server.runningCalls, 2);
  await clock.advance(1_000);
  assert.deepEqual(
    calls.map(({ state }) => state),
    ["ok", "ok", "pending"],
  );
  await clock.advance(1_000);
  assert.equal(calls[2]?.state, "ok");
});

test("messages by reference: the same object's copy arrives, completed; retried requests as well", async () => {
  const { client } = pair({ serialize: false });
  const seen: unknown[] = [];
  const server = createServer({ serialize: false }).add(Echo, {
    echo(request, call) {
      seen.push(request);
      if (!call.metadata.has("grpc-previous-rpc-attempts")) throw new RpcError(Code.Unavailable, "again");
      return request;
    },
  });
  assert.equal((await client.echo({ value: "a" })).value, "a");
  assert.deepEqual({ ...(await client.echo({})) }, { value: "" });
  const chat = client.chat();
  const sent = { value: "mine" };
  await chat.send(sent);
  sent.value = "changed afterwards";
  assert.equal((await chat.next()).value?.value, "mine");
  chat.cancel();
  const retryPolicy = {
    maxAttempts: 2,
    initialBackoff: "0.001s",
    maxBackoff: "0.001s",
    backoffMultiplier: 1,
    retryableStatusCodes: ["UNAVAILABLE"],
  };
  const channel = createChannel(server, { serviceConfig: { methodConfig: [{ name: [{}], retryPolicy }] } });
  assert.equal((await createClient(Echo, channel).echo({ value: "kept" })).value, "kept");
  assert.equal(seen.length, 2);
  await channel.close();
});

test("a server made for Node is called in memory too, with its compressions", async () => {
  const clock = new FakeClock();
  const server = createNodeServer({ compression: "gzip" }).add(Echo, echo(clock));
  const channel = createChannel(server, { compression: "gzip" });
  const value = "a".repeat(100_000);
  assert.equal((await createClient(Echo, channel).echo({ value })).value, value);
  assert.deepEqual(
    server.ports.map(({ address, peers }) => [address, peers.length]),
    [["memory", 1]],
  );
  await channel.close();
  await server.shutdown({ graceMs: 0 });
  assert.throws(() => createChannel(createShutDown()), /shut down/);
});

function createShutDown() {
  const server = createNodeServer();
  void server.shutdown({ graceMs: 0 });
  return server;
}

test("other protocols, and what a handler sees of TLS", async () => {
  const clock = new FakeClock();
  let subject: string | undefined;
  let token: unknown;
  const server = createServer({ clock }).add(Echo, {
    echo(request, call) {
      subject = call.peer.tls?.subject;
      token = call.metadata.get("authorization");
      return request;
    },
  });
  const tls = { protocol: "TLSv1.3", authorized: true, subject: "alice", alternativeNames: [] };
  const callCredentials = () => ({ authorization: "Bearer t" });
  const channel = createChannel(server, { tls, callCredentials, protocol: connectProtocol({ json: true }) });
  assert.equal((await createClient(Echo, channel).echo({ value: "a" })).value, "a");
  assert.deepEqual([subject, token], ["alice", "Bearer t"]);
});
