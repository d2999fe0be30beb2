import { ServerCredentials } from "@grpc/grpc-js";
import { createServer } from "nice-grpc";
import type { Payload, Summary } from "../../src/echo.js";
import { streamText } from "../../src/echo.js";
import { serve } from "../../src/serve.js";
import { EchoDefinition, options } from "./service.js";

serve(async ({ tls }) => {
  const server = createServer(options);
  server.add(EchoDefinition, { unary: async (request: Payload) => request, serverStream, clientStream, bidi });
  const credentials =
    tls === undefined
      ? ServerCredentials.createInsecure()
      : ServerCredentials.createSsl(null, [{ private_key: Buffer.from(tls.key), cert_chain: Buffer.from(tls.cert) }]);
  return server.listen("127.0.0.1:0", credentials);
});

async function* serverStream({ count, size }: { count: number; size: number }): AsyncIterable<Payload> {
  const text = streamText(size);
  for (let id = 0; id < count; id++) yield { id, name: "", text };
}

async function clientStream(messages: AsyncIterable<Payload>): Promise<Summary> {
  let count = 0;
  let bytes = 0;
  let ids = 0;
  for await (const message of messages) {
    count++;
    bytes += message.body?.length ?? 0;
    ids = (ids + message.id) >>> 0;
  }
  return { count, bytes, ids };
}

function bidi(messages: AsyncIterable<Payload>): AsyncIterable<Payload> {
  return messages;
}
