import { createSecureServer, createServer } from "node:http2";
import type { AddressInfo } from "node:net";
import { connectNodeAdapter } from "@connectrpc/connect-node";
import { maxMessageBytes } from "../../src/echo-proto.js";
import { serve } from "../../src/serve.js";
import { routes } from "./service.js";

serve(
  ({ tls }) =>
    new Promise((resolve, reject) => {
      const handler = connectNodeAdapter({ routes, readMaxBytes: maxMessageBytes });
      const server = tls === undefined ? createServer(handler) : createSecureServer(tls, handler);
      server.on("error", reject);
      server.listen(0, "127.0.0.1", () => resolve((server.address() as AddressInfo).port));
    }),
);
