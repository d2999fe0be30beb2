import type { CallCounts, OpenPort } from "../server/server.js";
import type { PoolMetrics } from "./pool-messages.js";
import type { Drainable } from "./shutdown-on-signal.js";

/** What a worker runs: a server, or what shuts several of them down. Its calls are counted if it tells them. */
export interface Served extends Drainable {
  readonly calls?: CallCounts;
  readonly runningCalls?: number;
  readonly ports?: readonly OpenPort[];
}

/** A server and what `addHealth` made for it: a signal turns the health before anything is closed. */
export interface ServedWithHealth {
  readonly server: Served;
  readonly health: { shutdown(): void };
}

/**
 * Sums over all workers. Of a server these are the counters `callsStarted`, `callsSucceeded` and `callsFailed`, and the
 * gauges `callsRunning` and `connections`; the program's own stand beside them.
 */
export interface ServiceMetrics extends PoolMetrics {
  /** Workers that answered. */
  readonly workers: number;
}

/** A server on several cores. */
export interface ServeOptions {
  /** Makes the server and lets it listen. Runs in every worker; the port they name is shared. */
  readonly start: () => Served | ServedWithHealth | Promise<Served | ServedWithHealth>;
  /** Processes. Default: as many as there are cores. 0: none, the server runs in this process. */
  readonly workers?: number;
  /** How long running calls may go on when a worker is drained. Default 30,000 ms. */
  readonly graceMs?: number;
  /**
   * After a signal, from the turn of the health until the port closes: load balancers that ask for the health must have
   * the time to see it, and calls go on as before. Default 0.
   */
  readonly healthDelayMs?: number;
  /** What drains all workers and ends the process. Default SIGTERM and SIGINT. */
  readonly signals?: readonly NodeJS.Signals[];
  /** Figures of the program's own in one worker, which `metrics` of the service sums. */
  readonly metrics?: () => Partial<PoolMetrics>;
  /** A worker died that nobody had told to; another takes its place. */
  readonly onWorkerExit?: (exit: {
    readonly pid: number;
    readonly code: number | null;
    readonly signal: string | null;
  }) => void;
  /** The one that was to take its place died before it was ready; it is tried again. */
  readonly onWorkerError?: (error: unknown) => void;
}

/** What `serve` has started, in the process that started it. */
export interface Service {
  /** The process ids of the workers that are ready; none in a worker itself or without workers. */
  readonly workers: readonly number[];
  /**
   * Replaces the workers one by one: the next one drains when its replacement is ready. The program is read anew, so
   * that this also brings a new version in. Rejects if a replacement does not come up; the rest stays as it is then.
   */
  restart(): Promise<void>;
  /**
   * What the workers have counted, summed. Counters of workers that were drained stay in the sums; of one that was
   * killed it is what it said last. In a worker it is that of the worker alone.
   */
  metrics(): Promise<ServiceMetrics>;
  /** Drains all workers at once; see `shutdown` of the server. */
  shutdown(options?: { readonly graceMs?: number }): Promise<void>;
  /** Resolves when all is shut down. */
  readonly finished: Promise<void>;
}
