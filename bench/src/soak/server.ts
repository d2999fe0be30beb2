/**
 * The server of the soak, in a process of its own, or several: `server.js WORKERS`, forked with `--expose-gc`. Sends its port,
 * then answers each message "measure" with a {@link Held}, and "connections" with their number. Ends with its parent.
 */
import { createServer, type NodeServer, serve } from "hawser";
import { Echo, type Payload } from "../gen/echo.pb.js";
import { measure } from "./held.js";

let port = 0;

async function start(): Promise<NodeServer> {
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
  const opened = await server.listen("127.0.0.1:0", { maxConnections: 100_000 });
  port = opened.port;
  return server;
}

const workers = Number(process.argv[2]);
const service = await serve({ workers, start, metrics: () => ({ gauges: { port } }) });
// The program runs in each worker, too; it is the primary that the parent talks to.
if (workers === 0 || service.workers.length > 0) {
  const ports = (await service.metrics()).gauges["port"] as number;
  process.on("message", async (question) => {
    if (question === "measure") process.send?.(measure());
    else process.send?.((await service.metrics()).gauges["connections"]);
  });
  process.on("disconnect", () => process.exit(0));
  // Each worker tells the one port that they share.
  process.send?.(ports / Math.max(1, workers));
}
