/**
 * A server of interop.Echo, for tests to fork: `workers-program.js ADDRESS OPTIONS`, with a {@link ProgramOptions} as JSON. Its
 * answers begin with the process id of who gives them. Without workers it serves itself; SIGTERM drains it either way.
 */
import { existsSync } from "node:fs";
import { createServer, serve } from "hawser";
import { addHealth } from "hawser/services";
import type { ProgramOptions } from "./echo-program.js";
import { Echo, echoHandlers } from "./echo-service.js";

const [address, json] = process.argv.slice(2) as [string, string];
const { workers, brokenFile, ...options } = JSON.parse(json) as ProgramOptions;

const program = await serve({
  workers,
  graceMs: 30_000,
  ...options,
  onWorkerExit: ({ pid, signal }) => process.send?.({ event: "lost", pid, signal }),
  onWorkerError: (error) => process.send?.({ event: "failed", text: String(error), atMs: performance.now() }),
  metrics: () => ({ counters: { started: 1 } }),
  async start() {
    if (brokenFile !== undefined && existsSync(brokenFile)) {
      // As a program ends that can't do what it needs; no trace of it is wanted in the test's output.
      process.exit(7);
    }
    const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
    const server = createServer().add(Echo, echoHandlers({ name: String(process.pid), pause }));
    const health = addHealth(server);
    await server.listen(address);
    return { server, health };
  },
});

// In the primary: the test says what to do, one thing at a time.
if (program.workers.length > 0 || workers === 0) {
  process.on("message", async (what: unknown) => {
    const error = what === "restart" ? await program.restart().then(undefined, String) : undefined;
    if (what === "metrics") process.send?.(await program.metrics());
    else process.send?.({ workers: program.workers, error });
  });
  process.send?.({ workers: program.workers });
  program.finished.then(() => process.disconnect());
}
