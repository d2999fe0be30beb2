import { DEFAULT_SHUTDOWN_GRACE_MS } from "../server/server-limits.js";
import { builtin } from "./builtin.js";
import { listenThrough } from "./listener.js";
import { isPoolMessage, type PoolMessage } from "./pool-messages.js";
import type { Served, ServedWithHealth, ServeOptions, Service } from "./service.js";
import { shutdownOnSignal } from "./shutdown-on-signal.js";
import { metricsOf } from "./worker-metrics.js";
import { WorkerPool } from "./worker-pool.js";
import { WorkerPorts } from "./worker-ports.js";

/**
 * Runs a server on every core: workers are processes (node:cluster) that run this same program, and share its ports.
 * The primary process only hands out connections, each to the worker that has the fewest; it resolves when all workers
 * are ready, replaces one that dies, and drains all of them when it gets a signal. A worker that is killed takes those
 * connections with it that it had accepted and no other. What stands before `serve` in the program runs in each process.
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
  const size = options.workers ?? builtin.os.availableParallelism();
  if (!Number.isInteger(size) || size < 0)
    throw new TypeError(`workers must be a count, not ${String(options.workers)}`);
  if (builtin.cluster.isWorker) return work(options, graceMs);
  const signals = options.signals ?? ["SIGTERM", "SIGINT"];
  const { healthDelayMs = 0 } = options;
  if (size === 0) {
    const { server, health } = healthOf(await options.start());
    const service = alone(server, options);
    shutdownOnSignal(service, { signals, graceMs, healthDelayMs, ...(health && { health }) }).catch(failLoudly);
    return service;
  }
  const pool = new WorkerPool(options, size, graceMs);
  await pool.start();
  const health = { shutdown: () => pool.turnHealth() };
  shutdownOnSignal(pool, { signals, graceMs, healthDelayMs, health }).catch(failLoudly);
  return pool;
}

/** A worker: ends in order when its primary says so, or is gone. */
async function work(options: ServeOptions, graceMs: number): Promise<Service> {
  // A terminal sends SIGINT to the whole group: it is the primary that says when to end.
  for (const signal of options.signals ?? (["SIGTERM", "SIGINT"] as const)) process.on(signal, () => {});
  listenThrough(new WorkerPorts());
  const { server, health } = healthOf(await options.start());
  const service = alone(server, options);
  let leaving = false;
  const leave = (within: number): void => {
    if (leaving) return;
    leaving = true;
    service.shutdown({ graceMs: within }).then(async () => {
      tell({ hawser: "counted", metrics: await service.metrics() }, () => process.exit(0));
    }, failLoudly);
  };
  process.on("message", (message: unknown) => {
    if (!isPoolMessage(message)) return;
    if (message.hawser === "drain") leave(message.graceMs ?? graceMs);
    else if (message.hawser === "leaving") health?.shutdown();
    else if (message.hawser === "count") {
      const { id } = message;
      service.metrics().then((metrics) => tell({ hawser: "counted", id, metrics }), failLoudly);
    }
  });
  process.on("disconnect", () => leave(graceMs));
  tell({ hawser: "ready" });
  return service;
}

/** @param then also if the primary is gone and nobody is told */
function tell(message: PoolMessage, then: () => void = () => {}): void {
  if (process.connected) process.send?.(message, undefined, undefined, then);
  else then();
}

function healthOf(started: Served | ServedWithHealth): { server: Served; health?: { shutdown(): void } } {
  return "health" in started && "server" in started ? started : { server: started };
}

function alone(server: Served, options: ServeOptions): Service {
  let finish = (): void => {};
  const finished = new Promise<void>((resolve) => {
    finish = resolve;
  });
  return {
    workers: [],
    restart: () => Promise.reject(new Error("there are no workers to restart in this process")),
    metrics: async () => ({ ...metricsOf(server, options.metrics), workers: 1 }),
    shutdown: (within) => server.shutdown(within).then(finish),
    finished,
  };
}

/** A shutdown that fails must not leave a process behind that nobody can end. */
function failLoudly(error: unknown): void {
  console.error("hawser: the shutdown failed:", error);
  process.exit(1);
}
