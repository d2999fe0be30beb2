/**
 * The server of the soak, in a process of its own: `server.js`, forked with `--expose-gc`. Sends its port, then answers each
 * message "measure" with a {@link Held}. Ends with its parent.
 */
import { createServer } from "hawser";
import { Echo, type Payload } from "../gen/echo.pb.js";
import { measure } from "./held.js";

const server = createServer().add(Echo, {
  unary: (request) => request,
  *serverStream({ count, size }) {
    const text = "x".repeat(size);
    for (let id = 0; id < count; id++) yield { id, text };
  },
  async clientStream(messages: AsyncIterable<Payload>) {
    let count = 0;
    for await (const _ of messages) count++;
    return { count };
  },
  bidi: (messages) => messages,
});
const { port } = await server.listen("127.0.0.1:0", { maxConnections: 100_000 });
process.on("message", () => {
  const connections = server.ports.reduce((sum, open) => sum + open.peers.length, 0);
  process.send?.({ ...measure(), connections });
});
process.on("disconnect", () => process.exit(0));
process.send?.(port);
