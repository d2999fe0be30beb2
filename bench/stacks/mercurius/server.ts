import type { AddressInfo } from "node:net";
import Fastify, { type FastifyInstance } from "fastify";
import { mercurius } from "mercurius";
import type { Payload } from "../../src/echo.js";
import { serve } from "../../src/serve.js";

const schema = `
  type Payload { id: Int! name: String! text: String! }
  type Query { echo(id: Int!, name: String!, text: String!): Payload! }
`;

serve(async ({ tls }) => {
  const options = { keepAliveTimeout: 600_000, logger: false };
  const app = (tls === undefined ? Fastify(options) : Fastify({ ...options, https: tls })) as FastifyInstance;
  const resolvers = { Query: { echo: (_root: unknown, payload: Payload) => payload } };
  // jit: compile a query at its first use; the whole run then sees compiled queries only.
  await app.register(mercurius, { schema, resolvers, jit: 1 });
  await app.listen({ port: 0, host: "127.0.0.1" });
  return (app.server.address() as AddressInfo).port;
});
