import cluster from "node:cluster";
import { availableParallelism } from "node:os";
import { DEFAULT_SHUTDOWN_GRACE_MS } from "../server/server-limits.js";
import type { ServeOptions, Service } from "./service.js";
import { type Drainable, shutdownOnSignal } from "./shutdown-on-signal.js";
import { isPoolMessage, type PoolMessage, WorkerPool } from "./worker-pool.js";

/**
 * Runs a server on every core: workers are processes (node:cluster) that run this same program, and share its ports.
 * The primary process only hands out connections; it resolves when all workers are ready, replaces one that dies, and
 * drains all of them when it gets a signal. Connections go to the workers in turn; those that are just being handed to
 * a worker as it is killed are lost and must be made anew by their clients. What stands before `serve` in the program runs in each process.
 *
 * ```ts
 * await serve({
 *   async start() {
 *     const server = createServer().add(Notes, notes);
 *     await server.listen("0.0.0.0:8080");
 *     return server;
 *   },
 * });
 * ```
 *
 * @throws Error if a worker ends before it is ready
 */
export async function serve(options: ServeOptions): Promise<Service> {
  const graceMs = options.graceMs ?? DEFAULT_SHUTDOWN_GRACE_MS;
  const size = options.workers ?? availableParallelism();
  if (!Number.isInteger(size) || size < 0)
    throw new TypeError(`workers must be a count, not ${String(options.workers)}`);
  if (cluster.isWorker) return work(options, graceMs);
  const signals = options.signals ?? ["SIGTERM", "SIGINT"];
  if (size === 0) {
    const service = alone(await options.start());
    shutdownOnSignal(service, { signals, graceMs }).catch(failLoudly);
    return service;
  }
  const pool = new WorkerPool(options, size, graceMs);
  await pool.start();
  shutdownOnSignal(pool, { signals, graceMs }).catch(failLoudly);
  return pool;
}

/** A worker: ends in order when its primary says so, or is gone. */
async function work(options: ServeOptions, graceMs: number): Promise<Service> {
  // A terminal sends SIGINT to the whole group: it is the primary that says when to end.
  for (const signal of options.signals ?? (["SIGTERM", "SIGINT"] as const)) process.on(signal, () => {});
  const server = await options.start();
  const service = alone(server);
  let leaving = false;
  const leave = (within: number): void => {
    if (leaving) return;
    leaving = true;
    service.shutdown({ graceMs: within }).then(() => process.exit(0), failLoudly);
  };
  process.on("message", (message: unknown) => {
    if (isPoolMessage(message) && message.hawser === "drain") leave(message.graceMs ?? graceMs);
  });
  process.on("disconnect", () => leave(graceMs));
  const ready: PoolMessage = { hawser: "ready" };
  process.send?.(ready);
  return service;
}

function alone(server: Drainable): Service {
  let finish = (): void => {};
  const finished = new Promise<void>((resolve) => {
    finish = resolve;
  });
  return {
    workers: [],
    restart: () => Promise.reject(new Error("there are no workers to restart in this process")),
    shutdown: (options) => server.shutdown(options).then(finish),
    finished,
  };
}

/** A shutdown that fails must not leave a process behind that nobody can end. */
function failLoudly(error: unknown): void {
  console.error("hawser: the shutdown failed:", error);
  process.exit(1);
}
