import type { AddressInfo } from "node:net";
import Fastify, { type FastifyInstance } from "fastify";
import type { Payload } from "../../src/echo.js";
import { maxMessageBytes } from "../../src/echo-proto.js";
import { serve } from "../../src/serve.js";

const payloadSchema = {
  type: "object",
  required: ["id", "name", "text"],
  properties: { id: { type: "integer" }, name: { type: "string" }, text: { type: "string" } },
} as const;

serve(async ({ tls }) => {
  const options = { bodyLimit: maxMessageBytes, keepAliveTimeout: 600_000, logger: false };
  const app = (tls === undefined ? Fastify(options) : Fastify({ ...options, https: tls })) as FastifyInstance;
  app.post<{ Body: Payload }>(
    "/echo",
    { schema: { body: payloadSchema, response: { 200: payloadSchema } } },
    async (request) => request.body,
  );
  // Bulk data goes as what it is, not as base64 within JSON.
  app.addContentTypeParser("application/octet-stream", { parseAs: "buffer" }, (_request, body, done) =>
    done(null, body),
  );
  app.post("/bytes", async (request, reply) => reply.type("application/octet-stream").send(request.body));
  await app.listen({ port: 0, host: "127.0.0.1" });
  return (app.server.address() as AddressInfo).port;
});
