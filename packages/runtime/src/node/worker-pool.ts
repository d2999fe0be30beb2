import type { Worker } from "node:cluster";
import { builtin } from "./builtin.js";
import { isPoolMessage, type PoolMessage } from "./pool-messages.js";
import type { ServeOptions, Service, ServiceMetrics } from "./service.js";
import { SharedPorts } from "./shared-ports.js";
import { WorkerMetrics } from "./worker-metrics.js";

/** The workers as their primary process sees them: started, replaced when they die, restarted one by one, drained. */
export class WorkerPool implements Service {
  readonly finished: Promise<void>;
  readonly #options: ServeOptions;
  readonly #size: number;
  readonly #graceMs: number;
  readonly #ports = new SharedPorts();
  readonly #metrics = new WorkerMetrics();
  readonly #ready = new Set<Worker>();
  /** Workers whose end is wanted, so that nobody takes their place. */
  readonly #leaving = new Set<Worker>();
  readonly #waits = new Set<() => void>();
  #backoffMs = FIRST_BACKOFF_MS;
  #stopping = false;
  /** All are to say of their health that they are about to end. */
  #unhealthy = false;
  #restarting: Promise<void> | undefined;
  #finish = (): void => {};

  constructor(options: ServeOptions, size: number, graceMs: number) {
    this.#options = options;
    this.#size = size;
    this.#graceMs = graceMs;
    this.finished = new Promise((resolve) => {
      this.#finish = resolve;
    });
  }

  get workers(): number[] {
    return [...this.#ready].map((worker) => worker.process.pid ?? 0);
  }

  /** Starts all workers. @throws Error if one ends before it is ready; the others are ended then. */
  async start(): Promise<void> {
    try {
      await Promise.all(Array.from({ length: this.#size }, () => this.#startOne()));
    } catch (error) {
      this.#stopping = true;
      this.#ports.close();
      for (const worker of allWorkers()) worker.process.kill("SIGKILL");
      throw error;
    }
  }

  /** All workers, and those to come, say that they are about to end; nothing is closed yet. */
  turnHealth(): void {
    this.#unhealthy = true;
    for (const worker of this.#ready) tellOfLeaving(worker);
  }

  restart(): Promise<void> {
    this.#restarting ??= this.#restartAll().finally(() => {
      this.#restarting = undefined;
    });
    return this.#restarting;
  }

  async metrics(): Promise<ServiceMetrics> {
    return this.#metrics.ask([...this.#ready]);
  }

  async shutdown(options: { readonly graceMs?: number } = {}): Promise<void> {
    const first = !this.#stopping;
    this.#stopping = true;
    if (first) for (const wake of this.#waits) wake();
    this.#ports.close();
    const graceMs = options.graceMs ?? this.#graceMs;
    await Promise.all(allWorkers().map((worker) => this.#retire(worker, graceMs)));
    this.#finish();
  }

  /** A replacement is ready before its predecessor drains, so that there are never fewer than were asked for. */
  async #restartAll(): Promise<void> {
    for (const worker of [...this.#ready]) {
      if (this.#stopping) return;
      await this.#startOne();
      await this.#retire(worker, this.#graceMs);
    }
  }

  #startOne(): Promise<void> {
    const worker = builtin.cluster.fork();
    this.#ports.watch(worker);
    this.#metrics.watch(worker);
    const bornMs = performance.now();
    return new Promise((resolve, reject) => {
      worker.on("message", (message: unknown) => {
        if (!isPoolMessage(message) || message.hawser !== "ready") return;
        this.#ready.add(worker);
        if (this.#unhealthy) tellOfLeaving(worker);
        resolve();
      });
      worker.once("exit", (code, signal) => {
        const wasReady = this.#ready.delete(worker);
        const how = signal === null ? `exit code ${code}` : signal;
        reject(new Error(`worker ${worker.process.pid} ended before it was ready (${how})`));
        if (!wasReady || this.#leaving.delete(worker) || this.#stopping) return;
        if (performance.now() - bornMs > STEADY_MS) this.#backoffMs = FIRST_BACKOFF_MS;
        this.#options.onWorkerExit?.({ pid: worker.process.pid ?? 0, code, signal });
        void this.#replace();
      });
    });
  }

  /** Tries until a worker is ready; each wait is twice as long as the last. */
  async #replace(): Promise<void> {
    while (!this.#stopping) {
      const waitMs = this.#backoffMs;
      this.#backoffMs = Math.min(2 * waitMs, MAX_BACKOFF_MS);
      await this.#wait(waitMs);
      if (this.#stopping) return;
      try {
        await this.#startOne();
        return;
      } catch (error) {
        this.#options.onWorkerError?.(error);
      }
    }
  }

  #wait(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        clearTimeout(timer);
        this.#waits.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, ms);
      this.#waits.add(wake);
    });
  }

  #retire(worker: Worker, graceMs: number): Promise<void> {
    if (worker.isDead()) return Promise.resolve();
    this.#leaving.add(worker);
    this.#ports.release(worker);
    return new Promise((resolve) => {
      const kill =
        graceMs === Infinity ? undefined : setTimeout(() => worker.process.kill("SIGKILL"), graceMs + EXIT_MS);
      worker.once("exit", () => {
        clearTimeout(kill);
        resolve();
      });
      const message: PoolMessage = { hawser: "drain", graceMs };
      if (worker.isConnected()) worker.send(message, () => {});
      else worker.process.kill("SIGTERM");
    });
  }
}

function tellOfLeaving(worker: Worker): void {
  const message: PoolMessage = { hawser: "leaving" };
  if (worker.isConnected()) worker.send(message, () => {});
}

function allWorkers(): Worker[] {
  return Object.values(builtin.cluster.workers ?? {}).filter((worker) => worker !== undefined);
}

/** A worker that dies at once must not keep a core busy with its successors: 100 ms, doubled up to 10 s. */
const FIRST_BACKOFF_MS = 100;
const MAX_BACKOFF_MS = 10_000;

/** Who lived for half a minute did not die of its start: the waits begin anew. */
const STEADY_MS = 30_000;

/** 2 s to end a process that is done, beyond the grace of its calls. */
const EXIT_MS = 2_000;
