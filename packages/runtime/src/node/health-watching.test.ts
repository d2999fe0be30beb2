import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { promisify } from "node:util";
import type { ResolverListener } from "../client/resolver/resolver.js";
import { registerResolver } from "../client/resolver/resolver-registry.js";
import { type MethodType, type ServiceType, service } from "../protobuf/type/service-type.js";
import { StringValue } from "../protobuf/wkt/google/protobuf/wrappers.pb.js";
import { Health as HealthService } from "../protobuf/wkt/grpc/health/v1/health.pb.js";
import { Code } from "../rpc/code.js";
import { RpcError } from "../rpc/rpc-error.js";
import { addHealth, type Health } from "../services/health/add-health.js";
import { createChannel, createClient, type NodeChannelOptions } from "./create-channel.js";
import { createServer, type NodeServer } from "./create-server.js";

type Text = typeof StringValue;
const Echo: ServiceType<{ echo: MethodType<"unary", Text, Text> }> = service("test.Echo", {
  echo: { kind: "unary", name: "Echo", input: StringValue, output: StringValue },
});

interface Started {
  readonly server: NodeServer;
  readonly health: Health | undefined;
  readonly port: number;
}

async function start(name: string, withHealth = true): Promise<Started> {
  const server = createServer().add(Echo, { echo: () => ({ value: name }) });
  const health = withHealth ? addHealth(server) : undefined;
  const { port } = await server.listen("127.0.0.1:0");
  return { server, health, port };
}

function channelTo(servers: readonly Started[], options: NodeChannelOptions = {}, policy = "round_robin") {
  return createChannel(`ipv4:${servers.map(({ port }) => `127.0.0.1:${port}`).join(",")}`, {
    backoff: { initialMs: 20, maxMs: 50 },
    serviceConfig: { loadBalancingConfig: [{ [policy]: {} }], healthCheckConfig: { serviceName: "test.Echo" } },
    ...options,
  });
}

async function eventually(check: () => Promise<boolean> | boolean, what: string): Promise<void> {
  for (let i = 0; i < 2_000; i++) {
    if (await check()) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  assert.fail(`never: ${what}`);
}

/** The names of the servers that ten calls reach. */
async function reached(client: { echo(request: object, options?: object): PromiseLike<{ value: string }> }) {
  const names = new Set<string>();
  for (let i = 0; i < 10; i++) names.add((await client.echo({}, { waitForReady: true, timeoutMs: 20_000 })).value);
  return [...names].sort().join();
}

test("a server gets calls while its health service says so (gRFC A17)", async (t) => {
  const servers = await Promise.all(["a", "b"].map((name) => start(name)));
  const channel = channelTo(servers);
  t.after(async () => {
    await channel.close();
    for (const { server } of servers) await server.shutdown({ graceMs: 0 });
  });
  const client = createClient(Echo, channel);
  const [a, b] = servers as [Started, Started];
  await eventually(async () => (await reached(client)) === "a,b", "both");
  a.health?.setStatus("test.Echo", "not_serving");
  await eventually(async () => (await reached(client)) === "b", "b alone");
  b.health?.setStatus("test.Echo", "not_serving");
  await channel.waitForState("transient_failure", { timeoutMs: 20_000 });
  const error = await client.echo({}).then(undefined, (thrown: unknown) => thrown);
  assert.ok(RpcError.is(error) && error.code === Code.Unavailable);
  assert.match(error.message, /health service was asked for "test.Echo": it is NOT_SERVING/);
  a.health?.setStatus("test.Echo", "serving");
  await eventually(async () => (await reached(client)) === "a", "a alone");
});

test("a service that the server does not know is not healthy, and is when the server comes to know it", async (t) => {
  const started = await start("a");
  const channel = channelTo([started], {
    serviceConfig: { loadBalancingConfig: [{ round_robin: {} }], healthCheckConfig: { serviceName: "late" } },
  });
  t.after(async () => {
    await channel.close();
    await started.server.shutdown({ graceMs: 0 });
  });
  await channel.waitForState("transient_failure", { timeoutMs: 20_000 });
  const error = await createClient(Echo, channel)
    .echo({})
    .then(undefined, (thrown: unknown) => thrown);
  assert.match(String(error), /SERVICE_UNKNOWN/);
  started.health?.setStatus("late", "serving");
  await channel.waitForState("ready", { timeoutMs: 20_000 });
});

test("a server without a health service is healthy; pick_first asks none", async (t) => {
  const [bare, asked] = [await start("bare", false), await start("asked")];
  const warnings: string[] = [];
  const channel = channelTo([bare], { onWarning: (message) => warnings.push(message) });
  const first = channelTo([asked], {}, "pick_first");
  t.after(async () => {
    await channel.close();
    await first.close();
    for (const { server } of [bare, asked]) await server.shutdown({ graceMs: 0 });
  });
  assert.equal(await reached(createClient(Echo, channel)), "bare");
  assert.equal(warnings.length, 1);
  assert.match(
    warnings[0] ?? "",
    /the health of "test\.Echo" shall be watched, and 127\.0\.0\.1:\d+ has no health service/,
  );
  asked.health?.setStatus("test.Echo", "not_serving");
  assert.equal(await reached(createClient(Echo, first)), "asked");
  assert.equal(asked.server.runningCalls, 0);
});

test("a health service that fails: no calls, and it is asked again after a backoff", async (t) => {
  let asked = 0;
  const server = createServer()
    .add(Echo, { echo: () => ({ value: "x" }) })
    .add(HealthService, {
      async *watch(_, call) {
        if (++asked < 4) throw new RpcError(Code.Internal, "not in the mood");
        yield { status: 1 };
        await new Promise((resolve) => call.signal.addEventListener("abort", resolve));
      },
    });
  const { port } = await server.listen("127.0.0.1:0");
  const channel = channelTo([{ server, health: undefined, port }]);
  t.after(async () => {
    await channel.close();
    await server.shutdown({ graceMs: 0 });
  });
  const states: string[] = [];
  channel.watchState((state) => states.push(state));
  await channel.waitForState("ready", { timeoutMs: 20_000 });
  assert.equal(asked, 4);
  assert.ok(states.includes("transient_failure"));
});

test("a server that drains does not wait for those who watch its health", async (t) => {
  const servers = await Promise.all(["a", "b"].map((name) => start(name)));
  const channel = channelTo(servers);
  t.after(() => channel.close());
  const client = createClient(Echo, channel);
  await eventually(async () => (await reached(client)) === "a,b", "both");
  // It would be a minute if the stream of the watch was waited for.
  for (const { server } of servers) await server.shutdown({ graceMs: 60_000 });
});

test("another service in the service config is asked for at once; none is asked for any more without", async (t) => {
  const started = await start("a");
  let listener: ResolverListener | undefined;
  registerResolver("health-test", () => ({
    authority: "health-test",
    start(given) {
      listener = given;
      setImmediate(() => resolve("good"));
      return { resolveNow() {}, close() {} };
    },
  }));
  const resolve = (serviceName: string | undefined) =>
    listener?.onResolution({
      endpoints: [{ addresses: [{ kind: "tcp", host: "127.0.0.1", port: started.port }] }],
      serviceConfig: {
        loadBalancingConfig: [{ round_robin: {} }],
        ...(serviceName === undefined ? {} : { healthCheckConfig: { serviceName } }),
      },
    });
  started.health?.setStatus("good", "serving");
  started.health?.setStatus("bad", "not_serving");
  const channel = createChannel("health-test:///x");
  t.after(async () => {
    await channel.close();
    await started.server.shutdown({ graceMs: 0 });
  });
  await channel.waitForState("ready", { timeoutMs: 20_000 });
  resolve("bad");
  await channel.waitForState("transient_failure", { timeoutMs: 20_000 });
  resolve(undefined);
  await channel.waitForState("ready", { timeoutMs: 20_000 });
  await eventually(() => started.server.runningCalls === 0, "nobody watches");
});

test("watching keeps neither the channel from going idle nor the process alive", async (t) => {
  const started = await start("a");
  const channel = channelTo([started], { idleTimeoutMs: 50 });
  t.after(async () => {
    await channel.close();
    await started.server.shutdown({ graceMs: 0 });
  });
  assert.equal(await reached(createClient(Echo, channel)), "a");
  await channel.waitForState("idle", { timeoutMs: 20_000 });
  await eventually(() => started.server.runningCalls === 0, "nobody watches");
  const from = (path: string) => JSON.stringify(new URL(path, import.meta.url).href);
  const program = `
    import { createChannel } from ${from("./create-channel.js")};
    const channel = createChannel("127.0.0.1:${started.port}", { serviceConfig: {
      loadBalancingConfig: [{ round_robin: {} }], healthCheckConfig: { serviceName: "" } } });
    await channel.waitForState("ready", { timeoutMs: 20_000 });
    console.log(channel.state);`;
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "--eval", program], {
    timeout: 30_000,
  });
  assert.equal(stdout, "ready\n");
});
