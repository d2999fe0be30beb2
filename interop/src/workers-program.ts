/**
 * A server of interop.Echo, for tests to fork: `workers-program.js ADDRESS [WORKERS]`. Its answers begin with the process id of
 * who gives them. Without workers it serves itself; SIGTERM drains it either way.
 */
import { createServer, serve } from "hawser";
import { Echo, echoHandlers } from "./echo-service.js";

const [address, workers = "2"] = process.argv.slice(2) as [string, string?];

const program = await serve({
  workers: Number(workers),
  graceMs: 30_000,
  onWorkerExit: ({ pid, signal }) => process.send?.({ lost: pid, signal }),
  metrics: () => ({ counters: { started: 1 } }),
  async start() {
    const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
    const server = createServer().add(Echo, echoHandlers({ name: String(process.pid), pause }));
    await server.listen(address);
    return server;
  },
});

// In the primary: the test says what to do, one thing at a time.
if (program.workers.length > 0 || workers === "0") {
  process.on("message", async (what: unknown) => {
    if (what === "restart") await program.restart();
    if (what === "metrics") process.send?.(await program.metrics());
    else process.send?.({ workers: program.workers });
  });
  process.send?.({ workers: program.workers });
  program.finished.then(() => process.disconnect());
}
