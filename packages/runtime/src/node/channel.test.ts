import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer as createNetServer } from "node:net";
import { test } from "node:test";
import { registerResolver } from "../client/resolver/resolver-registry.js";
import { type MethodType, type ServiceType, service } from "../protobuf/type/service-type.js";
import { StringValue } from "../protobuf/wkt/google/protobuf/wrappers.pb.js";
import { Code } from "../rpc/code.js";
import { RpcError } from "../rpc/rpc-error.js";
import { createChannel, createClient } from "./create-channel.js";
import { createServer, type NodeServer } from "./create-server.js";

type Text = typeof StringValue;
const Echo: ServiceType<{
  echo: MethodType<"unary", Text, Text>;
  collect: MethodType<"client_streaming", Text, Text>;
}> = service("test.Echo", {
  echo: { kind: "unary", name: "Echo", input: StringValue, output: StringValue },
  collect: { kind: "client_streaming", name: "Collect", input: StringValue, output: StringValue },
});

/** A server that answers with its name. */
async function serve(
  name: string,
  address = "127.0.0.1:0",
): Promise<{ readonly server: NodeServer; readonly port: number }> {
  const server = createServer().add(Echo, {
    echo: () => ({ value: name }),
    async collect(requests) {
      let value = "";
      for await (const request of requests) value += request.value;
      return { value };
    },
  });
  const { port } = await server.listen(address);
  return { server, port: port ?? 0 };
}

const RETRY = {
  name: [{}],
  retryPolicy: {
    maxAttempts: 4,
    initialBackoff: "0.01s",
    maxBackoff: "0.05s",
    backoffMultiplier: 2,
    retryableStatusCodes: ["UNAVAILABLE"],
  },
};

async function errorOf(call: PromiseLike<unknown>): Promise<RpcError> {
  const error = await call.then(undefined, (reason: unknown) => reason);
  assert.ok(RpcError.is(error), String(error));
  return error;
}

test("round_robin over real servers; one that dies is passed over, and comes back", async (t) => {
  const servers = await Promise.all(["a", "b", "c"].map((name) => serve(name)));
  const target = `ipv4:${servers.map(({ port }) => `127.0.0.1:${port}`).join(",")}`;
  const serviceConfig = { loadBalancingConfig: [{ round_robin: {} }], methodConfig: [RETRY] };
  const channel = createChannel(target, { serviceConfig, backoff: { initialMs: 20, maxMs: 50 } });
  t.after(async () => {
    await channel.close();
    for (const { server } of servers) await server.shutdown({ graceMs: 0 });
  });
  const client = createClient(Echo, channel);
  const seen = async (wanted: number) => {
    for (let i = 0; i < 500; i++) {
      const names = new Set<string>();
      for (let call = 0; call < 6; call++) names.add((await client.echo({})).value);
      if (names.size === wanted) return;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    assert.fail(`never ${wanted} servers`);
  };
  await seen(3);
  const [first] = servers;
  await first?.server.shutdown({ graceMs: 0 });
  await seen(2);
  servers[0] = await serve("a", `127.0.0.1:${first?.port}`);
  await seen(3);
});

test("retries over real sockets: pushback and the count of attempts before", async (t) => {
  const previous: (string | undefined)[] = [];
  const server = createServer().add(Echo, {
    echo(_, call) {
      previous.push(call.metadata.get("grpc-previous-rpc-attempts"));
      if (previous.length < 3) {
        throw new RpcError(Code.Unavailable, "not yet", { metadata: { "grpc-retry-pushback-ms": "5" } });
      }
      return { value: "done" };
    },
    async collect(requests) {
      previous.push("stream");
      let value = "";
      for await (const request of requests) {
        value += request.value;
        if (previous.length < 5) throw new RpcError(Code.Unavailable, "not yet");
      }
      return { value };
    },
  });
  const { port } = await server.listen("127.0.0.1:0");
  const channel = createChannel(`127.0.0.1:${port}`, { serviceConfig: { methodConfig: [RETRY] } });
  t.after(async () => {
    await channel.close();
    await server.shutdown({ graceMs: 0 });
  });
  const client = createClient(Echo, channel);
  assert.equal((await client.echo({})).value, "done");
  assert.deepEqual(previous, [undefined, "1", "2"]);
  // A stream of requests is sent again from its beginning.
  assert.equal((await client.collect([{ value: "x" }, { value: "y" }, { value: "z" }])).value, "xyz");
  assert.equal(previous.length, 5);
});

test("the service config limits requests and sets deadlines", async (t) => {
  const { server, port } = await serve("a");
  const methodConfig = [{ name: [{}], maxRequestMessageBytes: 10, timeout: "0.05s", waitForReady: true }];
  const channel = createChannel(`127.0.0.1:${port}`, { serviceConfig: { methodConfig } });
  t.after(() => channel.close());
  const client = createClient(Echo, channel);
  assert.equal((await client.echo({ value: "x" })).value, "a");
  assert.equal((await errorOf(client.echo({ value: "x".repeat(10) }))).code, Code.ResourceExhausted);
  await server.shutdown({ graceMs: 0 });
  // It waits for ready, as the config says, and as long as that says.
  const error = await errorOf(client.echo({}));
  assert.equal(error.code, Code.DeadlineExceeded);
  assert.match(error.message, /waiting for a connection/);
});

test("states, and going idle", async (t) => {
  const { server, port } = await serve("a");
  const channel = createChannel(`dns:///localhost:${port}`, { idleTimeoutMs: 60 });
  t.after(async () => {
    await channel.close();
    await server.shutdown({ graceMs: 0 });
  });
  const states: string[] = [];
  channel.watchState((state) => states.push(state));
  assert.equal(channel.state, "idle");
  await channel.waitForState("ready", { timeoutMs: 5_000 });
  assert.deepEqual(states, ["connecting", "ready"]);
  // The timer of idleness does not keep the process alive; this one does.
  await channel.waitForState("idle", { timeoutMs: 5_000 });
  assert.equal((await createClient(Echo, channel).echo({})).value, "a");
  await channel.close();
  assert.equal(channel.state, "shutdown");
  await assert.rejects(channel.waitForState("ready"), { code: Code.Unavailable });
});

test("an abstract unix socket", { skip: process.platform !== "linux" && "Linux alone has them" }, async (t) => {
  const name = `hawser-test-${process.pid}`;
  const channel = createChannel(`unix-abstract:${name}`, { backoff: { initialMs: 10, maxMs: 20 } });
  t.after(() => channel.close());
  const client = createClient(Echo, channel);
  const error = await errorOf(client.echo({}));
  assert.equal(error.code, Code.Unavailable);
  assert.match(error.message, /unix-abstract:hawser-test/);
  // Node's own server listens on the abstract name; ours takes its connections.
  const listening = createNetServer().listen({ path: `\0${name}` });
  await once(listening, "listening");
  const server = createServer().add(Echo, { echo: () => ({ value: "abstract" }) });
  await server.listen("127.0.0.1:0", { server: listening });
  t.after(() => server.shutdown({ graceMs: 0 }));
  assert.equal((await client.echo({}, { waitForReady: true })).value, "abstract");
});

test("a resolver of one's own, whose answers change", async (t) => {
  const [a, b] = [await serve("a"), await serve("b")];
  let change: ((port: number) => void) | undefined;
  registerResolver("test", () => ({
    authority: "test",
    start(listener) {
      change = (port) =>
        listener.onResolution({ endpoints: [{ addresses: [{ kind: "tcp", host: "127.0.0.1", port }] }] });
      setImmediate(() => change?.(a.port));
      return { resolveNow() {}, close() {} };
    },
  }));
  const channel = createChannel("test:///x");
  t.after(async () => {
    await channel.close();
    for (const { server } of [a, b]) await server.shutdown({ graceMs: 0 });
  });
  const client = createClient(Echo, channel);
  assert.equal((await client.echo({})).value, "a");
  change?.(b.port);
  assert.equal((await client.echo({}, { waitForReady: true })).value, "b");
});

test("chaos: servers die and come back under load, and every call ends with a status", async (t) => {
  const servers = await Promise.all(["a", "b", "c"].map((name) => serve(name)));
  const target = `ipv4:${servers.map(({ port }) => `127.0.0.1:${port}`).join(",")}`;
  const channels = [
    { round_robin: {} },
    { pick_first: { shuffleAddressList: true } },
    { least_request: {} },
    { ring_hash: {} },
  ].map((policy) =>
    createChannel(target, {
      backoff: { initialMs: 10, maxMs: 40 },
      serviceConfig: { loadBalancingConfig: [policy], methodConfig: [RETRY] },
    }),
  );
  t.after(async () => {
    for (const channel of channels) await channel.close();
    for (const { server } of servers) await server.shutdown({ graceMs: 0 });
  });
  const endMs = Date.now() + 1_500;
  const codes = new Map<number, number>();
  const load = channels.flatMap((channel) =>
    Array.from({ length: 4 }, async (_, worker) => {
      const client = createClient(Echo, channel);
      while (Date.now() < endMs) {
        const options = { timeoutMs: 1_000, waitForReady: worker % 2 === 0 };
        const call =
          worker === 3 ? client.collect([{ value: "x" }, { value: "y" }], options) : client.echo({}, options);
        const code = await call.then(
          () => Code.Ok,
          (error: unknown) => {
            assert.ok(RpcError.is(error), String(error));
            return error.code;
          },
        );
        codes.set(code, (codes.get(code) ?? 0) + 1);
        await new Promise((resolve) => setTimeout(resolve, 2));
      }
    }),
  );
  for (let round = 0; Date.now() < endMs; round++) {
    const index = round % servers.length;
    const { server, port } = servers[index] as { server: NodeServer; port: number };
    await server.shutdown({ graceMs: 0 });
    await new Promise((resolve) => setTimeout(resolve, 60));
    servers[index] = await serve("again", `127.0.0.1:${port}`);
    await new Promise((resolve) => setTimeout(resolve, 60));
  }
  await Promise.all(load);
  for (const code of codes.keys()) {
    assert.ok(
      [Code.Ok, Code.Unavailable, Code.Cancelled, Code.DeadlineExceeded].includes(code as never),
      `${[...codes]}`,
    );
  }
  assert.ok((codes.get(Code.Ok) ?? 0) > 100, `${[...codes]}`);
  t.diagnostic(`calls by code: ${[...codes].map(([code, count]) => `${code}: ${count}`).join(", ")}`);
});
