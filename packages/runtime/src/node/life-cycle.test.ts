import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, createServer as createNetServer } from "node:net";
import { test } from "node:test";
import { type MethodType, type ServiceType, service } from "../protobuf/type/service-type.js";
import { StringValue } from "../protobuf/wkt/google/protobuf/wrappers.pb.js";
import { Channelz, type SocketData } from "../protobuf/wkt/grpc/channelz/v1/channelz.pb.js";
import { Health } from "../protobuf/wkt/grpc/health/v1/health.pb.js";
import { Code } from "../rpc/code.js";
import type { Interceptor } from "../rpc/interceptor.js";
import { RpcError } from "../rpc/rpc-error.js";
import { addAdmin } from "../services/add-admin.js";
import { addHealth } from "../services/health/add-health.js";
import { createChannel, createClient } from "./create-channel.js";
import { createServer, type NodeServer } from "./create-server.js";
import type { ListenOptions } from "./listener.js";
import type { LimitEvent } from "./port-counters.js";
import { shutdownOnSignal } from "./shutdown-on-signal.js";

const Echo: ServiceType<{
  echo: MethodType<"unary", typeof StringValue, typeof StringValue>;
  small: MethodType<"unary", typeof StringValue, typeof StringValue>;
}> = service("test.Echo", {
  echo: { kind: "unary", name: "Echo", input: StringValue, output: StringValue },
  small: { kind: "unary", name: "Small", input: StringValue, output: StringValue },
});

type Context = { after(done: () => Promise<void>): void };

const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

function echoServer(t: Context): NodeServer {
  const server = createServer().add(Echo, {
    async echo(request) {
      await sleep(Number(request.value) || 0);
      return request;
    },
  });
  t.after(() => server.shutdown({ graceMs: 0 }));
  return server;
}

function echoClient(t: Context, port: number) {
  const channel = createChannel(`127.0.0.1:${port}`);
  t.after(() => channel.close());
  return createClient(Echo, channel);
}

async function peersSeen(t: Context, options: ListenOptions, calls: number, gapMs: number): Promise<Set<string>> {
  const server = echoServer(t);
  const peers = new Set<string>();
  server.add(
    service<typeof Echo.methods>("test.Peers", {
      echo: { kind: "unary", name: "Echo", input: StringValue, output: StringValue },
      small: { kind: "unary", name: "Small", input: StringValue, output: StringValue },
    }),
    {
      echo(request, call) {
        peers.add(call.peer.address);
        return request;
      },
    },
  );
  const { port } = await server.listen("127.0.0.1:0", options);
  const channel = createChannel(`127.0.0.1:${port}`);
  t.after(() => channel.close());
  const client = createClient(server.services.get("test.Peers") as typeof Echo, channel);
  for (let i = 0; i < calls; i++) {
    await client.echo({ value: "x" });
    await sleep(gapMs);
  }
  return peers;
}

test("a connection past its age is drained, and clients come back on a new one", async (t) => {
  const peers = await peersSeen(t, { connectionAge: { maxAgeMs: 60 } }, 20, 15);
  assert.ok(peers.size >= 2, `${peers.size} connections`);
});

test("a connection without calls is drained", async (t) => {
  const peers = await peersSeen(t, { connectionAge: { maxIdleMs: 40 } }, 2, 200);
  assert.equal(peers.size, 2);
});

test("calls that run past the age's grace are cut off, others end in peace", async (t) => {
  const server = echoServer(t);
  const { port } = await server.listen("127.0.0.1:0", { connectionAge: { maxAgeMs: 40, maxAgeGraceMs: 150 } });
  const client = echoClient(t, port);
  const [short, long] = await Promise.allSettled([client.echo({ value: "90" }), client.echo({ value: "5000" })]);
  assert.equal(short.status, "fulfilled");
  assert.ok(long.status === "rejected" && RpcError.is(long.reason));
  assert.equal(long.reason.code, Code.Unavailable);
});

test("connections beyond the limit are closed, and a place becomes free again", async (t) => {
  const server = echoServer(t);
  const { port } = await server.listen("127.0.0.1:0", { maxConnections: 1 });
  const first = connect(port, "127.0.0.1");
  await once(first, "connect");
  await sleep(20);
  const second = connect(port, "127.0.0.1");
  second.on("error", () => {});
  await once(second, "close");
  first.destroy();
  await sleep(20);
  assert.equal((await echoClient(t, port).echo({ value: "in" })).value, "in");
});

test("a socket that says nothing is closed after the time that was set", async (t) => {
  const server = echoServer(t);
  const { port } = await server.listen("127.0.0.1:0", { http2: { handshakeTimeoutMs: 50 } });
  const socket = connect(port, "127.0.0.1");
  await once(socket, "close");
});

test("several addresses, a server that was handed in, and a descriptor that is none", async (t) => {
  const server = echoServer(t);
  const listening = createNetServer().listen(0, "127.0.0.1");
  await once(listening, "listening");
  const given = await server.listen("handed in", { server: listening });
  const own = await server.listen("127.0.0.1:0");
  assert.notEqual(given.port, own.port);
  for (const { port } of [given, own]) assert.equal((await echoClient(t, port).echo({ value: "both" })).value, "both");
  await assert.rejects(server.listen("fd:9999"), /can't listen on fd:9999/);
  assert.equal(server.ports.length, 2);
  await server.shutdown();
  assert.equal(listening.listening, false);
});

test("limits and interceptors of one method", async (t) => {
  const seen: string[] = [];
  const note =
    (name: string): Interceptor =>
    (_call, next) => {
      seen.push(name);
      return next();
    };
  const server = createServer({ interceptors: [note("server")] });
  const handlers = { echo: (request: StringValue) => request, small: (request: StringValue) => request };
  assert.throws(() => server.add(Echo, handlers, { methods: { none: {} } }), /has no method "none"/);
  server.add(Echo, handlers, {
    interceptors: [note("service")],
    methods: { small: { maxReceiveBytes: 10, interceptors: [note("method")] } },
  });
  const { port } = await server.listen("127.0.0.1:0");
  t.after(() => server.shutdown({ graceMs: 0 }));
  const client = echoClient(t, port);
  await client.echo({ value: "x".repeat(100) });
  await client.small({ value: "x" });
  assert.deepEqual(seen, ["server", "service", "server", "service", "method"]);
  const error = await client.small({ value: "x".repeat(100) }).then(undefined, (reason: unknown) => reason);
  assert.ok(RpcError.is(error) && error.code === Code.ResourceExhausted);
});

test("a signal turns health, drains and lets running calls end; the listeners are gone then", async (t) => {
  const server = echoServer(t);
  const health = addHealth(server);
  const { port } = await server.listen("127.0.0.1:0");
  const client = echoClient(t, port);
  const done = shutdownOnSignal(server, { signals: ["SIGUSR2"], health, healthDelayMs: 30 });
  const running = client.echo({ value: "100" });
  while (server.runningCalls === 0) await sleep(2);
  process.emit("SIGUSR2", "SIGUSR2");
  assert.equal(health.status(""), "not_serving");
  assert.equal((await client.echo({ value: "still" })).value, "still");
  assert.equal((await running).value, "100");
  assert.equal(await done, "SIGUSR2");
  assert.equal(process.listenerCount("SIGUSR2"), 0);
});

function optionsOf(socket: { readonly data?: SocketData | undefined } | undefined): Record<string, string> {
  return Object.fromEntries(socket?.data?.option.map(({ name, value }) => [name, value]) ?? []);
}

/** Waits, at most 10 s, for what is to come true. */
async function until(isSo: () => boolean): Promise<void> {
  for (let tries = 0; !isSo() && tries < 500; tries++) await sleep(20);
  assert.ok(isSo(), isSo.toString());
}

test("limits that were met: told once for each connection, and counted in the port's sums and in channelz", async (t) => {
  const server = echoServer(t);
  addAdmin(server);
  const told: LimitEvent[] = [];
  const { port } = await server.listen("127.0.0.1:0", { maxConnections: 1, onLimit: (event) => told.push(event) });
  const channel = createChannel(`127.0.0.1:${port}`);
  t.after(() => channel.close());
  const client = createClient(Echo, channel);
  await client.echo({ value: "" });
  for (let i = 0; i < 2; i++) {
    await assert.rejects(Promise.resolve(client.echo({ value: "500" }, { signal: AbortSignal.timeout(20) })));
  }
  await until(() => server.ports[0]?.limits?.["peerResets"] === 2);
  connect(port, "127.0.0.1").on("error", () => {});
  await until(() => server.ports[0]?.limits?.["maxConnections"] === 1);
  assert.deepEqual(
    told.map(({ limit }) => limit),
    ["peerResets", "maxConnections"],
  );
  assert.match(told[0]?.peer ?? "", /^127\.0\.0\.1:\d+$/);

  const channelz = createClient(Channelz, channel);
  const { server: servers } = await channelz.getServers({});
  const { socketRef } = await channelz.getServerSockets({ serverId: servers[0]?.ref?.serverId ?? 0n });
  const { socket } = await channelz.getSocket({ socketId: socketRef[0]?.socketId ?? 0n });
  assert.deepEqual(optionsOf(socket), { "hawser.http2.peerResets": "2" });
  const listening = await channelz.getSocket({ socketId: servers[0]?.listenSocket[0]?.socketId ?? 0n });
  assert.deepEqual(optionsOf(listening.socket), {
    "hawser.http2.peerResets": "2",
    "hawser.http2.maxConnections": "1",
  });
});

test("channelz: the figures add up", async (t) => {
  const server = echoServer(t);
  addAdmin(server);
  const { port } = await server.listen("127.0.0.1:0");
  const client = echoClient(t, port);
  await Promise.all(Array.from({ length: 50 }, () => client.echo({ value: "" })));
  await assert.rejects(Promise.resolve(client.echo({ value: "5000" }, { timeoutMs: 20 })));
  const channel = createChannel(`127.0.0.1:${port}`);
  t.after(() => channel.close());
  const channelz = createClient(Channelz, channel);
  await createClient(Health, channel).check({});
  const { server: servers, end } = await channelz.getServers({});
  assert.equal(servers.length, 1);
  assert.equal(end, true);
  assert.equal(servers[0]?.data?.callsSucceeded, 51n);
  assert.equal(servers[0]?.data?.callsFailed, 1n);
  assert.equal(servers[0]?.data?.callsStarted, 53n);
  const serverId = servers[0]?.ref?.serverId ?? 0n;
  const { socketRef } = await channelz.getServerSockets({ serverId });
  assert.equal(socketRef.length, 2);
  const { socket } = await channelz.getSocket({ socketId: socketRef[0]?.socketId ?? 0n });
  assert.equal(socket?.data?.streamsStarted, 51n);
  assert.equal(socket?.data?.messagesSent, 50n);
  assert.equal(socket?.data?.messagesReceived, 51n);
  assert.equal(socket?.remote?.address?.case, "tcpipAddress");
  const page = await channelz.getServerSockets({ serverId, maxResults: 1 });
  assert.deepEqual([page.socketRef.length, page.end], [1, false]);
  await assert.rejects(Promise.resolve(channelz.getSocket({ socketId: 10_000 })), { code: Code.NotFound });
});
