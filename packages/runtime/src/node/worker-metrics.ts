import type { Worker } from "node:cluster";
import { isPoolMessage, type PoolMessage, type PoolMetrics } from "./pool-messages.js";
import type { Served, ServeOptions, ServiceMetrics } from "./service.js";

/** The figures of one process. */
export function metricsOf(server: Served, own: ServeOptions["metrics"]): PoolMetrics {
  const { calls, runningCalls, ports } = server;
  const more = own?.() ?? {};
  return {
    counters: {
      ...(calls === undefined
        ? {}
        : { callsStarted: calls.started, callsSucceeded: calls.succeeded, callsFailed: calls.failed }),
      ...more.counters,
    },
    gauges: {
      ...(runningCalls === undefined ? {} : { callsRunning: runningCalls }),
      ...(ports === undefined ? {} : { connections: ports.reduce((sum, { peers }) => sum + peers.length, 0) }),
      ...more.gauges,
    },
  };
}

/** What the workers of a pool have counted, those that are gone included. */
export class WorkerMetrics {
  /** The counters of workers that are gone, summed. */
  readonly #gone: Record<string, number> = Object.create(null);
  readonly #last = new Map<Worker, PoolMetrics>();
  readonly #asked = new Map<number, (metrics: PoolMetrics) => void>();
  #lastId = 0;

  /** Listens to what a worker says. */
  watch(worker: Worker): void {
    worker.on("message", (message: unknown) => {
      if (!isPoolMessage(message) || message.hawser !== "counted") return;
      this.#last.set(worker, message.metrics);
      if (message.id !== undefined) this.#asked.get(message.id)?.(message.metrics);
    });
    worker.once("exit", () => {
      const last = this.#last.get(worker);
      if (last !== undefined) addInto(this.#gone, last.counters);
      this.#last.delete(worker);
    });
  }

  /** Asks `workers` and sums. One that does not answer in time is at work: what it said last counts. */
  async ask(workers: readonly Worker[]): Promise<ServiceMetrics> {
    const answers = await Promise.all(workers.map((worker) => this.#askOne(worker)));
    const counters: Record<string, number> = Object.assign(Object.create(null), this.#gone);
    const gauges: Record<string, number> = Object.create(null);
    for (const metrics of this.#last.values()) addInto(counters, metrics.counters);
    for (const metrics of answers) if (metrics !== undefined) addInto(gauges, metrics.gauges);
    return { counters, gauges, workers: answers.filter((metrics) => metrics !== undefined).length };
  }

  #askOne(worker: Worker): Promise<PoolMetrics | undefined> {
    return new Promise((resolve) => {
      if (!worker.isConnected()) {
        resolve(undefined);
        return;
      }
      const id = ++this.#lastId;
      const done = (metrics: PoolMetrics | undefined): void => {
        clearTimeout(timer);
        worker.removeListener("exit", onExit);
        this.#asked.delete(id);
        resolve(metrics);
      };
      const onExit = (): void => done(undefined);
      const timer = setTimeout(onExit, ANSWER_MS);
      worker.once("exit", onExit);
      this.#asked.set(id, done);
      const message: PoolMessage = { hawser: "count", id };
      worker.send(message, () => {});
    });
  }
}

function addInto(sums: Record<string, number>, values: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(values)) sums[name] = (sums[name] ?? 0) + value;
}

/** 2 s: a worker that is busy for longer has worse troubles than a figure that is late. */
const ANSWER_MS = 2_000;
