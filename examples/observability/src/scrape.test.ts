/** What Prometheus gets when it scrapes: the example, run and looked at. */
import assert from "node:assert/strict";
import { createServer as createTcpServer } from "node:net";
import { test } from "node:test";
import { Code, createChannel, createClient } from "hawser";
import { Shop } from "./gen/shop/v1/shop.pb.js";
import { createShop } from "./shop.js";
import { startTelemetry } from "./telemetry.js";

/** The exporter can't say which port it was given, so it is given a free one. */
async function freePort(): Promise<number> {
  const probe = createTcpServer();
  await new Promise<void>((resolve) => probe.listen(0, "127.0.0.1", resolve));
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  return typeof address === "object" && address !== null ? address.port : 0;
}

/** The samples of a metric, by their labels. */
function samples(text: string, name: string): Map<string, number> {
  const found = new Map<string, number>();
  for (const line of text.split("\n")) {
    const match = /^(\w+)(\{.*\})? (\S+)/.exec(line);
    if (match?.[1] === name) found.set(match[2] ?? "", Number(match[3]));
  }
  return found;
}

/** The samples whose labels have all of these, added up. */
function sum(text: string, name: string, labels: Readonly<Record<string, string>>): number {
  let total = 0;
  for (const [found, value] of samples(text, name)) {
    if (Object.entries(labels).every(([key, each]) => found.includes(`${key}="${each}"`))) total += value;
  }
  return total;
}

test("the scrape endpoint tells of calls, sizes, times and connections", async (t) => {
  const telemetry = await startTelemetry(await freePort());
  const server = createShop([telemetry.observer]);
  const { port } = await server.listen("127.0.0.1:0");
  const channel = createChannel(`127.0.0.1:${port}`, { observers: [telemetry.observer] });
  t.after(async () => {
    await channel.close();
    await server.shutdown({ graceMs: 0 });
    await telemetry.close();
  });
  const shop = createClient(Shop, channel);
  for (let count = 1; count <= 5; count++) {
    assert.equal((await shop.buy({ article: "tea", count })).priceCents, 420n * BigInt(count));
  }
  await assert.rejects(Promise.resolve(shop.buy({ article: "anchor", count: 1 })), { code: Code.NotFound });

  const response = await fetch(telemetry.url);
  assert.equal(response.status, 200);
  const text = await response.text();
  const target = `dns:///127.0.0.1:${port}`;
  const buy = { grpc_method: "shop.v1.Shop/Buy" };
  assert.equal(sum(text, "grpc_client_attempt_started_total", { ...buy, grpc_target: target }), 6, text);
  assert.equal(sum(text, "grpc_server_call_started_total", buy), 6, text);
  const calls = "grpc_server_call_duration_count";
  assert.equal(sum(text, calls, { ...buy, grpc_status: "OK" }), 5, text);
  assert.equal(sum(text, calls, { ...buy, grpc_status: "NOT_FOUND" }), 1, text);
  // Buckets are those that gRFC A66 advises.
  const buckets = samples(text, "grpc_client_call_duration_bucket");
  assert.ok(
    [...buckets.keys()].some((labels) => labels.includes('le="0.00001"')),
    text,
  );
  assert.equal(sum(text, "grpc_subchannel_open_connections", { grpc_target: target }), 1, text);
});
