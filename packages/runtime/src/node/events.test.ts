import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { type TestContext, test } from "node:test";
import { type MethodType, type ServiceType, service } from "../protobuf/type/service-type.js";
import { StringValue } from "../protobuf/wkt/google/protobuf/wrappers.pb.js";
import { Code } from "../rpc/code.js";
import type { CallEnded, RpcEvent } from "../rpc/event.js";
import type { Observer } from "../rpc/observer.js";
import { RpcError } from "../rpc/rpc-error.js";
import { createChannel, createClient, type NodeChannelOptions } from "./create-channel.js";
import { createServer, type NodeServer } from "./create-server.js";

type Text = typeof StringValue;
const Echo: ServiceType<{
  echo: MethodType<"unary", Text, Text>;
  repeat: MethodType<"server_streaming", Text, Text>;
}> = service("test.Echo", {
  echo: { kind: "unary", name: "Echo", input: StringValue, output: StringValue },
  repeat: { kind: "server_streaming", name: "Repeat", input: StringValue, output: StringValue },
});

class Log {
  readonly events: RpcEvent[] = [];
  readonly onEvent = (event: RpcEvent): void => void this.events.push(event);

  types(...left: RpcEvent["type"][]): string[] {
    return this.events.map(({ type }) => type).filter((type) => left.length === 0 || left.includes(type));
  }

  of<T extends RpcEvent["type"]>(type: T): Extract<RpcEvent, { type: T }>[] {
    return this.events.filter((event): event is Extract<RpcEvent, { type: T }> => event.type === type);
  }

  async until(type: RpcEvent["type"], count = 1): Promise<void> {
    for (let i = 0; i < 1_000 && this.of(type).length < count; i++) await new Promise((go) => setTimeout(go, 10));
    assert.ok(this.of(type).length >= count, `${count} ${type} among ${this.types().join(" ")}`);
  }
}

function echoServer(log: Log): NodeServer {
  let failures = 0;
  return createServer({ onEvent: log.onEvent, onError() {} }).add(Echo, {
    echo({ value }) {
      if (value === "flaky" && failures++ < 2) throw new RpcError(Code.Unavailable, "not yet");
      if (value === "wrong") throw new RpcError(Code.InvalidArgument, "wrong");
      return { value: `${value}!` };
    },
    async *repeat({ value }) {
      for (let i = 0; i < 3; i++) yield { value };
    },
  });
}

async function pair(t: TestContext, options: NodeChannelOptions = {}) {
  const [onServer, onClient] = [new Log(), new Log()];
  const server = echoServer(onServer);
  const { port } = await server.listen("127.0.0.1:0");
  const channel = createChannel(`127.0.0.1:${port}`, { ...options, onEvent: onClient.onEvent });
  t.after(() => Promise.all([channel.close(), server.shutdown({ graceMs: 0 })]));
  return { server, port, channel, client: createClient(Echo, channel), onServer, onClient };
}

const RETRY = {
  methodConfig: [
    {
      name: [{}],
      retryPolicy: {
        maxAttempts: 3,
        initialBackoff: "0.01s",
        maxBackoff: "0.01s",
        backoffMultiplier: 1,
        retryableStatusCodes: ["UNAVAILABLE"],
      },
    },
  ],
};

test("a channel tells of name, connection, call, GOAWAY and the end, in this order", async (t) => {
  const { server, port, channel, client, onClient } = await pair(t);
  const target = `dns:///127.0.0.1:${port}`;
  await client.echo({ value: "abc" });
  await server.shutdown();
  await onClient.until("connection_closed");
  await channel.close();
  // Nothing runs when the first GOAWAY comes, so the client leaves at once and there is no second.
  assert.deepEqual(onClient.types(), [
    "call_started",
    "channel_state",
    "subchannel_state",
    "resolver_update",
    "connection_opened",
    "subchannel_state",
    "channel_state",
    "call_ended",
    "goaway_received",
    "subchannel_disconnected",
    "subchannel_state",
    "channel_state",
    "connection_closed",
    "channel_state",
  ]);
  assert.ok(onClient.events.every((event) => !("target" in event) || event.target === target));
  assert.deepEqual(
    onClient.of("channel_state").map(({ state }) => state),
    ["connecting", "ready", "idle", "shutdown"],
  );
  assert.equal(onClient.of("subchannel_disconnected")[0]?.reason, "GOAWAY NO_ERROR");
  assert.equal(onClient.of("goaway_received")[0]?.code, "NO_ERROR");
  const { durationMs, ...ended } = onClient.of("call_ended")[0] as CallEnded;
  assert.ok(durationMs >= 0);
  assert.deepEqual(ended, {
    type: "call_ended",
    side: "client",
    target,
    path: "/test.Echo/Echo",
    peer: `127.0.0.1:${port}`,
    code: Code.Ok,
    message: "",
    attempts: 1,
    messagesSent: 1,
    messagesReceived: 1,
    bytesSent: 5,
    bytesReceived: 6,
  });
});

test("a server tells of connections, calls and its drain", async (t) => {
  const { server, client, onServer } = await pair(t);
  for await (const _ of client.repeat({ value: "abc" }));
  await assert.rejects(Promise.resolve(client.echo({ value: "wrong" })));
  await server.shutdown();
  await onServer.until("drain_ended");
  await onServer.until("connection_closed");
  assert.deepEqual(onServer.types("connection_opened", "call_started", "call_ended", "drain_started", "goaway_sent"), [
    "connection_opened",
    "call_started",
    "call_ended",
    "call_started",
    "call_ended",
    "drain_started",
    "goaway_sent",
  ]);
  const [stream, unary] = onServer.of("call_ended");
  assert.deepEqual([stream?.code, stream?.messagesSent, stream?.bytesSent, stream?.bytesReceived], [0, 3, 15, 5]);
  assert.deepEqual([unary?.code, unary?.message, unary?.messagesSent], [Code.InvalidArgument, "wrong", 0]);
  const [closed] = onServer.of("connection_closed");
  assert.equal(closed?.traffic?.streamsStarted, 2);
  assert.equal(closed?.code, 0);
});

test("compressed replies are counted by what went over the wire, before the call's end is told", async (t) => {
  const { client, onServer, onClient } = await pair(t, { compression: "gzip" });
  const value = "a".repeat(100_000);
  await client.echo({ value });
  const [ended] = onServer.of("call_ended");
  assert.equal(ended?.messagesReceived, 1);
  assert.ok((ended?.bytesReceived ?? 0) < 1_000, `${ended?.bytesReceived}`);
  assert.ok((ended?.bytesSent ?? 0) > 100_000);
  assert.equal(onClient.of("call_ended")[0]?.bytesSent, ended?.bytesReceived);
});

test("attempts are counted", async (t) => {
  const { client, onClient, onServer } = await pair(t, { serviceConfig: RETRY });
  await client.echo({ value: "flaky" });
  const [ended] = onClient.of("call_ended");
  assert.deepEqual([ended?.attempts, ended?.messagesSent, ended?.messagesReceived], [3, 3, 1]);
  assert.deepEqual(
    onServer.of("call_ended").map(({ code }) => code),
    [Code.Unavailable, Code.Unavailable, Code.Ok],
  );
});

test("what can't be reached: the failure, its address and its cause", async (t) => {
  const log = new Log();
  const channel = createChannel("127.0.0.1:1", { onEvent: log.onEvent });
  t.after(() => channel.close());
  await assert.rejects(Promise.resolve(createClient(Echo, channel).echo({})));
  const [failed] = log.of("connection_failed");
  assert.equal(failed?.address, "127.0.0.1:1");
  assert.match(failed?.reason ?? "", /ECONNREFUSED/);
  assert.match(log.of("subchannel_state").at(-1)?.reason ?? "", /ECONNREFUSED/);
  assert.equal(log.of("call_ended")[0]?.code, Code.Unavailable);
});

test("a client that cancels: the server's call ends as CANCELLED", async (t) => {
  const { client, onServer, onClient } = await pair(t);
  for await (const _ of client.repeat({ value: "x".repeat(1_000_000) })) break;
  await onServer.until("call_ended");
  await onClient.until("call_ended");
  assert.equal(onServer.of("call_ended")[0]?.code, Code.Cancelled);
  assert.equal(onClient.of("call_ended")[0]?.code, Code.Cancelled);
});

test("a limit that is met is told once for each connection", async (t) => {
  const { client, onServer } = await pair(t);
  for (let i = 0; i < 2; i++) {
    for await (const _ of client.repeat({ value: "x".repeat(1_000_000) })) break;
    await onServer.until("call_ended", i + 1);
  }
  const hits = onServer.of("limit_hit").filter(({ limit }) => limit === "peerResets");
  assert.equal(hits.length, 1);
  assert.equal(hits[0]?.side, "server");
  assert.match(hits[0]?.peer ?? "", /^127\.0\.0\.1:\d+$/);
});

test("a connection that breaks names its reason", async (t) => {
  const { server, port, onServer } = await pair(t);
  const socket = connect(port, "127.0.0.1");
  await once(socket, "connect");
  socket.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0");
  await onServer.until("connection_opened");
  socket.resetAndDestroy();
  await onServer.until("connection_closed");
  assert.match(onServer.of("connection_closed")[0]?.reason ?? "", /ECONNRESET|FIN/);
  assert.equal(server.runningCalls, 0);
});

test("connections of HTTP/1.1 are told of as well, and how they ended", async (t) => {
  const { port, onServer } = await pair(t);
  const request =
    "POST /test.Echo/Echo HTTP/1.1\r\nhost: t\r\ncontent-type: application/json\r\ncontent-length: 4\r\n\r\n";
  for (const [index, leave] of (["end", "resetAndDestroy"] as const).entries()) {
    const socket = connect(port, "127.0.0.1");
    socket.write(`${request}"hi"`);
    await once(socket, "data");
    assert.equal(onServer.of("connection_opened").length, index + 1);
    assert.equal(onServer.of("connection_closed").length, index);
    socket[leave]();
    await onServer.until("connection_closed", index + 1);
  }
  const [ended, broken] = onServer.of("connection_closed");
  assert.deepEqual([ended?.origin, ended?.code, ended?.traffic?.streamsSucceeded], ["peer", 0, 1]);
  assert.equal(broken?.origin, "connection");
  assert.match(broken?.reason ?? "", /ECONNRESET/);
});

test("an observer that throws disturbs neither the call nor the other observers", async (t) => {
  const thrown: unknown[] = [];
  const catchIt = (error: unknown): void => void thrown.push(error);
  const before = process.listeners("uncaughtException");
  process.removeAllListeners("uncaughtException");
  process.on("uncaughtException", catchIt);
  t.after(() => {
    process.removeListener("uncaughtException", catchIt);
    for (const listener of before) process.on("uncaughtException", listener as () => void);
  });
  const bad: Observer = {
    onEvent() {
      throw new Error("bad onEvent");
    },
    startClientCall() {
      throw new Error("bad startClientCall");
    },
  };
  const ends: Code[] = [];
  const good: Observer = { startClientCall: () => ({ onEnd: ({ status }) => void ends.push(status.code) }) };
  const { port } = await pair(t);
  const channel = createChannel(`127.0.0.1:${port}`, { observers: [bad, good] });
  assert.equal((await createClient(Echo, channel).echo({ value: "a" })).value, "a!");
  assert.deepEqual(ends, [Code.Ok]);
  await channel.close();
  await new Promise((resolve) => setImmediate(resolve));
  assert.ok(thrown.some((error) => (error as Error).message === "bad startClientCall"));
  assert.ok(thrown.some((error) => (error as Error).message === "bad onEvent"));
});
