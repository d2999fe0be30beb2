/**
 * A shop and a customer in one process, and their metrics for Prometheus to scrape:
 *
 *   node examples/observability/dist/main.js
 *   curl http://127.0.0.1:9464/metrics
 */
import { createChannel, createClient } from "hawser";
import { Shop } from "./gen/shop/v1/shop.pb.js";
import { createShop } from "./shop.js";
import { startTelemetry } from "./telemetry.js";

const telemetry = await startTelemetry(9464);
const server = createShop([telemetry.observer]);
const { port } = await server.listen("127.0.0.1:0");
const channel = createChannel(`127.0.0.1:${port}`, {
  observers: [telemetry.observer],
  onEvent: (event) => {
    if (event.type !== "call_started") console.log(event.type, "code" in event ? event.code : "");
  },
});
const shop = createClient(Shop, channel);
console.log(`metrics at ${telemetry.url}; end with ctrl-c`);

const timer = setInterval(async () => {
  const article = Math.random() < 0.2 ? "anchor" : "tea";
  await shop.buy({ article, count: 1 }, { timeoutMs: 1_000 }).catch(() => {});
}, 200);

process.once("SIGINT", async () => {
  clearInterval(timer);
  await channel.close();
  await server.shutdown({ graceMs: 1_000 });
  await telemetry.close();
});
