import type { Http2Server, ServerHttp2Stream } from "node:http2";
import { createSecureServer, createServer } from "node:http2";
import type { AddressInfo } from "node:net";
import { serve } from "../../src/serve.js";

serve(
  ({ tls }) =>
    new Promise((resolve, reject) => {
      const server = tls === undefined ? createServer() : (createSecureServer(tls) as unknown as Http2Server);
      server.on("stream", echo);
      server.on("error", reject);
      server.listen(0, "127.0.0.1", () => resolve((server.address() as AddressInfo).port));
    }),
);

function echo(stream: ServerHttp2Stream): void {
  stream.on("error", () => stream.destroy());
  stream.respond({ ":status": 200 });
  stream.pipe(stream);
}
