// Calls the shop: `visit.js PORT_OF_SHOP`. Prints what came of each visit; fails if it is not what it must be.
import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { Code, createChannel, createClient, RpcError } from "hawser";
import { type QuoteReply, Shop } from "./gen/polyglot/v1/polyglot.pb.js";

const channel = createChannel(`127.0.0.1:${process.argv[2]}`);
const shop = createClient(Shop, channel);
const trace = randomBytes(16).toString("hex");
const metadata = { traceparent: `00-${trace}-${randomBytes(8).toString("hex")}-01`, "x-user": "ada" };

// Generous: each of four languages may be slow to begin.
const { cents, hops }: QuoteReply = await shop.quote({ sku: "anchor", quantity: 3 }, { metadata, timeoutMs: 60_000 });
strictEqual(cents, 3n * 1_250n + 713n);
deepStrictEqual(
  hops.map(({ service, language }) => `${service} in ${language}`),
  ["Taxes in Python", "Prices in Java", "Stock in Go", "Shop in TypeScript"],
);
deepStrictEqual(new Set(hops.map(({ user }) => user)), new Set(["ada"]));
deepStrictEqual(new Set(hops.map(({ traceparent }) => traceparent.split("-")[1])), new Set([trace]));
strictEqual(new Set(hops.map(({ traceparent }) => traceparent.split("-")[2])).size, 4);
for (const { remainingMs } of hops) ok(remainingMs > 0n && remainingMs <= 60_000n, `${remainingMs} ms remain`);
console.log("ok a call crosses four languages, with metadata, trace context and deadline");

await fails(Code.NotFound, shop.quote({ sku: "kraken", quantity: 1 }, { metadata }), "no tax is known for kraken");
console.log("ok the last service's error reaches the first caller");

await fails(Code.DeadlineExceeded, shop.quote({ sku: "anchor", wait: true }, { metadata, timeoutMs: 1_500 }));
console.log("ok a deadline ends the call in all four");

const call = shop.quote({ sku: "anchor", wait: true }, { metadata });
setTimeout(() => call.cancel(), 1_000);
await fails(Code.Cancelled, call);
console.log("ok a cancellation ends the call in all four");
await channel.close();

async function fails(code: Code, call: Promise<unknown>, message?: string): Promise<void> {
  const error = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  ok(RpcError.is(error), `an RpcError was expected, not ${error}`);
  strictEqual(error.code, code, error.message);
  if (message !== undefined) strictEqual(error.message, message);
}
