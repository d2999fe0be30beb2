import type { ConnectRouter } from "@connectrpc/connect";
import type { Payload } from "../../src/echo.js";
import { streamText } from "../../src/echo.js";
import { Echo } from "./gen/echo_pb.js";

/** Registers bench.Echo: one service for every protocol that connect-node serves. */
export function routes(router: ConnectRouter): void {
  router.service(Echo, {
    unary: (request) => request,
    async *serverStream({ count, size }) {
      const text = streamText(size);
      for (let id = 0; id < count; id++) yield { id, name: "", text };
    },
    async clientStream(messages) {
      let count = 0;
      let bytes = 0;
      let ids = 0;
      for await (const message of messages) {
        count++;
        bytes += message.body.length;
        ids = (ids + message.id) >>> 0;
      }
      return { count, bytes, ids };
    },
    async *bidi(messages: AsyncIterable<Payload>) {
      yield* messages;
    },
  });
}
