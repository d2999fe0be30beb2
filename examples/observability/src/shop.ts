import { Code, createServer, type NodeServer, type Observer, RpcError } from "hawser";
import { Shop } from "./gen/shop/v1/shop.pb.js";

const CENTS = new Map([
  ["tea", 420n],
  ["rope", 1_999n],
]);

/** A shop that knows two articles. */
export function createShop(observers: readonly Observer[]): NodeServer {
  return createServer({ observers }).add(Shop, {
    buy({ article, count }) {
      const cents = CENTS.get(article);
      if (cents === undefined) throw new RpcError(Code.NotFound, `there is no ${article} here`);
      return { priceCents: cents * BigInt(count) };
    },
  });
}
