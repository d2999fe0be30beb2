/** A program with workers, for workers.test.ts: it answers "MS TEXT" after so many milliseconds with "PID TEXT". */
import { createServer, serve } from "hawser";
import { Echo } from "./echo-service.js";

const program = await serve({
  workers: 2,
  graceMs: 30_000,
  onWorkerExit: ({ pid, signal }) => process.send?.({ lost: pid, signal }),
  metrics: () => ({ counters: { started: 1 } }),
  async start() {
    const server = createServer().add(Echo, {
      async wait({ value }) {
        const [ms, text] = value.split(" ");
        if (Number(ms) > 0) await new Promise((resolve) => setTimeout(resolve, Number(ms)));
        return { value: `${process.pid} ${text}` };
      },
    });
    await server.listen(process.argv[2] as string);
    return server;
  },
});

// In the primary: the test says what to do, one thing at a time.
if (program.workers.length > 0) {
  process.on("message", async (what: unknown) => {
    if (what === "restart") await program.restart();
    if (what === "metrics") process.send?.(await program.metrics());
    else process.send?.({ workers: program.workers });
  });
  process.send?.({ workers: program.workers });
  program.finished.then(() => process.disconnect());
}
