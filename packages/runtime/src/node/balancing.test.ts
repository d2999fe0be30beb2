/** Balancers and connections over real sockets, between our client and our servers. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Endpoint } from "../client/address.js";
import type { Resolution, ResolverListener } from "../client/resolver/resolver.js";
import { registerResolver } from "../client/resolver/resolver-registry.js";
import { type MethodType, type ServiceType, service } from "../protobuf/type/service-type.js";
import { StringValue } from "../protobuf/wkt/google/protobuf/wrappers.pb.js";
import { Code } from "../rpc/code.js";
import { RpcError } from "../rpc/rpc-error.js";
import { addLoadReporting } from "../services/orca/add-load-reporting.js";
import { reportLoad } from "../services/orca/report-load.js";
import { createChannel, createClient } from "./create-channel.js";
import { createServer, type NodeServer } from "./create-server.js";
import type { ListenOptions } from "./listener.js";

type Text = typeof StringValue;
const Echo: ServiceType<{
  echo: MethodType<"unary", Text, Text>;
  watch: MethodType<"server_streaming", Text, Text>;
}> = service("test.Echo", {
  echo: { kind: "unary", name: "Echo", input: StringValue, output: StringValue },
  watch: { kind: "server_streaming", name: "Watch", input: StringValue, output: StringValue },
});

interface Started {
  readonly name: string;
  readonly server: NodeServer;
  readonly port: number;
  /** Lets `watch` say another word. */
  say(): void;
  /** What `echo` does. */
  answer: (call: Parameters<typeof reportLoad>[0]) => void | Promise<void>;
  readonly connections: () => number;
}

async function start(name: string, options: ListenOptions = {}): Promise<Started> {
  const speakers = new Set<() => void>();
  const server = createServer();
  const started: Started = {
    name,
    server,
    port: 0,
    say: () => {
      for (const speak of speakers) speak();
    },
    answer: () => {},
    connections: () => server.ports[0]?.peers.length ?? 0,
  };
  server.add(Echo, {
    async echo(_, call) {
      await started.answer(call);
      return { value: name };
    },
    async *watch(_, { signal }) {
      while (!signal.aborted) {
        yield { value: name };
        await new Promise<void>((resolve) => {
          speakers.add(resolve);
          signal.addEventListener("abort", () => resolve());
        });
      }
    },
  });
  const { port } = await server.listen("127.0.0.1:0", options);
  return Object.assign(started, { port });
}

/** A channel whose resolver is the test. */
function makeChannel(t: { after(done: () => Promise<void>): void }, options: Parameters<typeof createChannel>[1] = {}) {
  let listener: ResolverListener | undefined;
  let latest: Resolution = { endpoints: [] };
  registerResolver("balancing-test", () => ({
    authority: "balancing-test",
    start(given) {
      listener = given;
      setImmediate(() => given.onResolution(latest));
      return { resolveNow() {}, close() {} };
    },
  }));
  const channel = createChannel("balancing-test:///x", { backoff: { initialMs: 20, maxMs: 50 }, ...options });
  t.after(() => channel.close());
  const resolveTo = (endpoints: readonly Endpoint[], policy: object, more: object = {}): void => {
    latest = { endpoints, serviceConfig: { loadBalancingConfig: [policy], ...more } };
    listener?.onResolution(latest);
  };
  const resolve = (servers: readonly Started[], policy: object, more: object = {}): void =>
    resolveTo(
      servers.map(({ port }) => ({ addresses: [{ kind: "tcp", host: "127.0.0.1", port }] })),
      policy,
      more,
    );
  return { channel, client: createClient(Echo, channel), resolve, resolveTo };
}

async function startAll(
  t: { after(done: () => Promise<void>): void },
  names: readonly string[],
  options?: ListenOptions,
) {
  const servers = await Promise.all(names.map((name) => start(name, options)));
  t.after(async () => {
    for (const { server } of servers) await server.shutdown({ graceMs: 0 });
  });
  return servers;
}

async function eventually(check: () => Promise<boolean> | boolean, what: string): Promise<void> {
  for (let i = 0; i < 2_000; i++) {
    if (await check()) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  assert.fail(`never: ${what}`);
}

const PATIENT = { waitForReady: true, timeoutMs: 30_000 };

test("a graceful move to other addresses: running calls end where they are, no call fails", async (t) => {
  const [a, b] = (await startAll(t, ["a", "b"])) as [Started, Started];
  for (const policy of [{ pick_first: {} }, { round_robin: {} }, { ring_hash: {} }, { least_request: {} }]) {
    const { channel, client, resolve } = makeChannel(t);
    resolve([a], policy);
    const stream = client.watch({}, PATIENT);
    assert.equal((await stream.next()).value?.value, "a");
    let going = true;
    const codes = new Set<Code>();
    const load = (async () => {
      while (going) {
        codes.add(
          await client.echo({}, PATIENT).then(
            () => Code.Ok,
            (error) => (error as RpcError).code,
          ),
        );
      }
    })();
    resolve([b], policy);
    await eventually(async () => (await client.echo({}, PATIENT)).value === "b", "calls go to the new address");
    // The stream is still on the old connection, which takes nothing further and closes when it ends.
    a.say();
    assert.equal((await stream.next()).value?.value, "a");
    stream.cancel();
    await eventually(() => a.connections() === 0, "the old connection is closed");
    going = false;
    await load;
    assert.deepEqual([...codes], [Code.Ok], JSON.stringify(policy));
    await channel.close();
  }
});

test("another balancer in the service config: the old one places calls until the new one can", async (t) => {
  const servers = await startAll(t, ["a", "b"]);
  const { client, resolve } = makeChannel(t);
  resolve(servers, { pick_first: {} });
  const codes = new Set<Code>();
  let going = true;
  const load = (async () => {
    while (going)
      codes.add(
        await client.echo({}, PATIENT).then(
          () => Code.Ok,
          (error) => (error as RpcError).code,
        ),
      );
  })();
  for (const policy of [{ round_robin: {} }, { ring_hash: {} }, { weighted_round_robin: {} }, { least_request: {} }]) {
    resolve(servers, policy);
    const seen = new Set<string>();
    await eventually(async () => seen.add((await client.echo({}, PATIENT)).value).size === 2, "both servers");
    resolve(servers, { pick_first: {} });
    await client.echo({}, PATIENT);
  }
  going = false;
  await load;
  assert.deepEqual([...codes], [Code.Ok]);
  // Each of the balancers had the same connections as the one before it.
  await eventually(() => servers.every(({ connections }) => connections() <= 1), "one connection a server");
});

test("subchannels are shared: one connection for an address, however many balancers want it", async (t) => {
  const [a, b] = (await startAll(t, ["a", "b"])) as [Started, Started];
  const { client, resolveTo } = makeChannel(t);
  const at = (group: string, ...servers: readonly Started[]): Endpoint => ({
    addresses: servers.map(({ port }) => ({ kind: "tcp", host: "127.0.0.1", port })),
    group,
  });
  const child = { config: [{ round_robin: {} }] };
  resolveTo([at("first", a), at("first", a, b), at("second", a), at("second", b)], {
    priority: { children: { first: child, second: child }, priorities: ["first", "second"] },
  });
  for (let i = 0; i < 20; i++) assert.equal((await client.echo({}, PATIENT)).value, "a");
  assert.equal(a.connections(), 1);
  await a.server.shutdown({ graceMs: 0 });
  await eventually(async () => (await client.echo({}, PATIENT)).value === "b", "the other server");
  assert.equal(b.connections(), 1);
});

test("A105: further connections when the streams of one are used up, as many as are allowed, and no more", async (t) => {
  const [a] = (await startAll(t, ["a"], { http2: { maxConcurrentStreams: 2 } })) as [Started];
  for (const [allowed, own, connections] of [
    [1, undefined, 1],
    [3, undefined, 3],
    [50, 2, 2],
  ] as const) {
    const { channel, client, resolve } = makeChannel(t, own === undefined ? {} : { maxConnectionsPerAddress: own });
    resolve([a], { pick_first: {} }, { connectionScaling: { maxConnectionsPerSubchannel: allowed } });
    const streams = Array.from({ length: 8 }, () => client.watch({}, PATIENT));
    const begun = streams.map((stream) => stream.next());
    // As many streams run as all connections have room for; the others wait for one of them.
    await eventually(() => a.server.runningCalls === connections * 2, "all connections are full");
    assert.equal(a.connections(), connections);
    for (const [index, stream] of streams.entries()) {
      await begun[index];
      stream.cancel();
    }
    assert.equal((await client.echo({}, PATIENT)).value, "a");
    assert.equal(a.connections(), connections);
    await channel.close();
    await eventually(() => a.connections() === 0, "all are closed");
  }
});

test("A105: a connection that goes away takes only its own calls along, and another is made when it is needed", async (t) => {
  const [a] = (await startAll(t, ["a"], { http2: { maxConcurrentStreams: 1 } })) as [Started];
  const { channel, client, resolve } = makeChannel(t);
  resolve([a], { pick_first: {} }, { connectionScaling: { maxConnectionsPerSubchannel: 2 } });
  const [first, second] = [client.watch({}, PATIENT), client.watch({}, PATIENT)];
  await Promise.all([first.next(), second.next()]);
  assert.equal(a.connections(), 2);
  assert.equal(channel.state, "ready");
  first.cancel();
  second.cancel();
  for (let i = 0; i < 5; i++) {
    const calls = await Promise.all([client.echo({}, PATIENT), client.echo({}, PATIENT)]);
    assert.deepEqual(
      calls.map(({ value }) => value),
      ["a", "a"],
    );
  }
});

test("weighted_round_robin over real servers, by what they report with each call and out of band", async (t) => {
  for (const outOfBand of [false, true]) {
    const servers = await startAll(t, ["a", "b", "c"]);
    const weights = new Map([
      ["a", 1],
      ["b", 2],
      ["c", 5],
    ]);
    for (const started of servers) {
      const callsPerSecond = (weights.get(started.name) as number) * 100;
      if (outOfBand) {
        addLoadReporting(started.server, { minIntervalMs: 10 }).replace({ callsPerSecond, cpuUtilization: 0.5 });
      } else {
        started.answer = (call) => reportLoad(call, { callsPerSecond, cpuUtilization: 0.5 });
      }
    }
    const { client, resolve } = makeChannel(t);
    resolve(servers, {
      weighted_round_robin: {
        blackoutPeriod: "0s",
        weightUpdatePeriod: "0.1s",
        enableOobLoadReport: outOfBand,
        oobReportingPeriod: "0.01s",
      },
    });
    let counts = new Map<string, number>();
    const measure = async () => {
      counts = new Map();
      for (let i = 0; i < 800; i++) {
        const { value } = await client.echo({}, PATIENT);
        counts.set(value, (counts.get(value) ?? 0) + 1);
      }
      return [...weights].every(([name, weight]) => Math.abs((counts.get(name) ?? 0) - weight * 100) <= 3);
    };
    // Shares are exact once the weights are known.
    await eventually(measure, "shares by weight");
    if (!outOfBand) continue;
    assert.ok(servers.every(({ server }) => server.runningCalls === 1));
    const [first] = servers;
    // Its report stops with its connection, and begins with the next one.
    assert.equal(first?.connections(), 1);
  }
});

test("out of band, at a server without the service: calls go round, and it is asked once", async (t) => {
  const servers = await startAll(t, ["a", "b"]);
  const { client, resolve } = makeChannel(t);
  resolve(servers, { weighted_round_robin: { enableOobLoadReport: true, blackoutPeriod: "0s" } });
  const seen = new Set<string>();
  await eventually(async () => seen.add((await client.echo({}, PATIENT)).value).size === 2, "both");
  for (let i = 0; i < 50; i++) await client.echo({}, PATIENT);
  const failed = servers.map(({ server }) => server.calls.failed);
  await new Promise((resolve) => setTimeout(resolve, 200));
  assert.deepEqual(
    servers.map(({ server }) => server.calls.failed),
    failed,
  );
});

test("outlier detection: a server whose calls fail gets none for a while, and comes back", async (t) => {
  const servers = await startAll(t, ["a", "b", "c", "d"]);
  const bad = servers[1] as Started;
  let broken = true;
  bad.answer = () => {
    if (broken) throw new RpcError(Code.Internal, "broken");
  };
  const { client, resolve } = makeChannel(t);
  resolve(servers, {
    outlier_detection_experimental: {
      interval: "0.1s",
      baseEjectionTime: "0.3s",
      failurePercentageEjection: { threshold: 50, minimumHosts: 3, requestVolume: 3 },
      childPolicy: [{ round_robin: {} }],
    },
  });
  const failures = async () => {
    let count = 0;
    for (let i = 0; i < 40; i++) await client.echo({}, PATIENT).catch(() => count++);
    return count;
  };
  await eventually(async () => (await failures()) === 0, "the broken server gets no calls");
  assert.equal(bad.connections(), 1);
  broken = false;
  const seen = new Set<string>();
  await eventually(async () => seen.add((await client.echo({}, PATIENT)).value).has("b"), "it is back");
});

test("priority: the second group takes over when the first has gone, and gives back", async (t) => {
  const servers = await startAll(t, ["a", "b"]);
  const [a, b] = servers as [Started, Started];
  const { client, resolveTo } = makeChannel(t);
  const child = { config: [{ round_robin: {} }] };
  const at = (group: string, { port }: Started): Endpoint => ({
    addresses: [{ kind: "tcp", host: "127.0.0.1", port }],
    group,
  });
  resolveTo([at("near", a), at("far", b)], {
    priority_experimental: { children: { near: child, far: child }, priorities: ["near", "far"] },
  });
  for (let i = 0; i < 10; i++) assert.equal((await client.echo({}, PATIENT)).value, "a");
  assert.equal(b.connections(), 0);
  await a.server.shutdown({ graceMs: 0 });
  await eventually(async () => (await client.echo({}, PATIENT)).value === "b", "the far one");
  const again = createServer().add(Echo, { echo: () => ({ value: "a again" }) });
  await again.listen(`127.0.0.1:${a.port}`);
  t.after(() => again.shutdown({ graceMs: 0 }));
  await eventually(async () => (await client.echo({}, PATIENT)).value === "a again", "the near one again");
});
