import type { AddressInfo, Socket } from "node:net";
import { createServer } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import { serve } from "../../src/serve.js";

serve(
  ({ tls }) =>
    new Promise((resolve, reject) => {
      const server =
        tls === undefined ? createServer({ noDelay: true }, echo) : createTlsServer({ noDelay: true, ...tls }, echo);
      server.on("error", reject);
      server.listen(0, "127.0.0.1", () => resolve((server.address() as AddressInfo).port));
    }),
);

function echo(socket: Socket): void {
  socket.on("error", () => socket.destroy());
  socket.on("data", (chunk) => {
    if (!socket.write(chunk)) {
      socket.pause();
      socket.once("drain", () => socket.resume());
    }
  });
}
