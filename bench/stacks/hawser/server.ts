import { createServer } from "hawser";
import { streamText } from "../../src/echo.js";
import { maxMessageBytes } from "../../src/echo-proto.js";
import { Echo, type Payload } from "../../src/gen/echo.pb.js";
import { serve } from "../../src/serve.js";

serve(async ({ tls }) => {
  const server = createServer({ maxReceiveBytes: maxMessageBytes }).add(Echo, {
    unary: (request) => request,
    *serverStream({ count, size }) {
      const text = streamText(size);
      for (let id = 0; id < count; id++) yield { id, text };
    },
    async clientStream(messages: AsyncIterable<Payload>) {
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
    bidi: (messages) => messages,
  });
  const { port } = await server.listen("127.0.0.1:0", tls === undefined ? {} : { tls });
  return port;
});
