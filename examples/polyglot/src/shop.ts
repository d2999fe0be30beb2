// The service Shop, in TypeScript: `shop.js PORT_OF_STOCK`. Prints "listening on PORT".
import { randomBytes } from "node:crypto";
import { createClient, createServer, type ServerCall } from "hawser";
import { Shop, Stock } from "./gen/polyglot/v1/polyglot.pb.js";

const stock = createClient(Stock, `127.0.0.1:${process.argv[2]}`);

const server = createServer().add(Shop, {
  async quote(request, call) {
    call.onEnd(({ code }) => code === 0 || console.log("given up"));
    const traceparent = textOf(call, "traceparent");
    const user = textOf(call, "x-user");
    // The parent hands on deadline and cancellation.
    const metadata = { traceparent: childOf(traceparent), "x-user": user };
    const { cents, hops } = await stock.quote(request, { parent: call, metadata });
    const remainingMs = call.deadline === undefined ? 0n : BigInt(call.deadline.getTime() - Date.now());
    return { cents, hops: [...hops, { service: "Shop", language: "TypeScript", traceparent, user, remainingMs }] };
  },
});

/** The same trace, a span of its own. */
function childOf(traceparent: string): string {
  const [version, trace, , flags] = traceparent.split("-");
  return [version, trace, randomBytes(8).toString("hex"), flags].join("-");
}

function textOf(call: ServerCall, key: string): string {
  const value = call.metadata.get(key);
  return typeof value === "string" ? value : "";
}

const { port } = await server.listen("127.0.0.1:0");
console.log(`listening on ${port}`);
