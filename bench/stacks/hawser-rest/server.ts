import { createServer } from "hawser";
import { maxMessageBytes } from "../../src/echo-proto.js";
import { RestEcho } from "../../src/gen/rest-echo.pb.js";
import { serve } from "../../src/serve.js";

serve(async () => {
  const server = createServer({ maxReceiveBytes: maxMessageBytes }).add(RestEcho, {
    unary: async (request) => request,
  });
  const { port } = await server.listen("127.0.0.1:0");
  return port;
});
