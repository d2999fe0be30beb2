import { ok, rejects, strictEqual } from "node:assert/strict";
import { test } from "node:test";
import { Code, createChannel, createClient, createServer } from "hawser";
import { addAdmin, addHealth, Channelz, HealthService } from "hawser/services";
import type { ServiceHealth } from "../health/read-health.js";
import { readHealth } from "../health/read-health.js";
import { readChannelz } from "./read-channelz.js";

const LIMIT = { timeout: 20_000 };

test("a server tells of itself, its connections and what they carry", LIMIT, async () => {
  const server = createServer();
  addAdmin(server);
  const { port } = await server.listen("127.0.0.1:0");
  const channel = createChannel(`127.0.0.1:${port}`);
  try {
    const client = createClient(Channelz, channel);
    const signal = new AbortController().signal;
    const first = await readChannelz(client, signal);
    const view = await readChannelz(client, signal);
    const [seen] = view.servers;
    strictEqual(view.servers.length, 1);
    strictEqual(seen?.listens[0]?.local, `127.0.0.1:${port}`);
    strictEqual(seen?.sockets.length, 1);
    const [socket] = seen?.sockets ?? [];
    strictEqual(socket?.local, `127.0.0.1:${port}`);
    ok(/^127\.0\.0\.1:\d+$/.test(socket?.remote ?? ""), socket?.remote);
    ok((socket?.streams.started ?? 0n) > 3n);
    ok((seen?.calls.started ?? 0n) > (first.servers[0]?.calls.started ?? 0n));
    ok((socket?.messagesSent ?? 0n) > 3n);
    strictEqual(view.more, false);
    const abort = new AbortController();
    abort.abort();
    await rejects(readChannelz(client, abort.signal), { code: Code.Cancelled });
  } finally {
    await channel.close();
    await server.shutdown({ graceMs: 0 });
  }
});

test("health: by List, and a server that has none", LIMIT, async () => {
  const server = createServer();
  const health = addHealth(server);
  health.setStatus("a.v1.A", "not_serving");
  const bare = createServer();
  const signal = new AbortController().signal;
  const ports = [await server.listen("127.0.0.1:0"), await bare.listen("127.0.0.1:0")];
  const [channel, other] = ports.map(({ port }) => createChannel(`127.0.0.1:${port}`)) as [
    ReturnType<typeof createChannel>,
    ReturnType<typeof createChannel>,
  ];
  try {
    const services = ["a.v1.A", "b.v1.B", "grpc.health.v1.Health"];
    const view = await readHealth(createClient(HealthService, channel), services, signal);
    strictEqual(text(view.services), "=serving a.v1.A=not serving b.v1.B=not told grpc.health.v1.Health=serving");
    await rejects(readHealth(createClient(HealthService, other), services, signal), { code: Code.Unimplemented });
  } finally {
    await channel.close();
    await other.close();
    await server.shutdown({ graceMs: 0 });
    await bare.shutdown({ graceMs: 0 });
  }
});

test("health: service by service where the server can't list", LIMIT, async () => {
  const server = createServer().add(HealthService, {
    check: ({ service }) => {
      if (service === "gone.v1.G") throw Object.assign(new Error(), { code: Code.NotFound });
      return { status: service === "" ? 1 : 99 };
    },
  });
  const { port } = await server.listen("127.0.0.1:0");
  const channel = createChannel(`127.0.0.1:${port}`);
  try {
    const services = Array.from({ length: 120 }, (_, i) => `s${i}.v1.S`);
    const client = createClient(HealthService, channel);
    const { services: found, left } = await readHealth(client, services, new AbortController().signal);
    strictEqual(found.length, 100);
    strictEqual(left, 21);
    strictEqual(text(found.slice(0, 2)), "=serving s0.v1.S=unknown");
  } finally {
    await channel.close();
    await server.shutdown({ graceMs: 0 });
  }
});

function text(services: readonly ServiceHealth[]): string {
  return services.map(({ service, status }) => `${service}=${status}`).join(" ");
}
