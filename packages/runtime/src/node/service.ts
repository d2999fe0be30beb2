import type { Drainable } from "./shutdown-on-signal.js";

/** A server on several cores. */
export interface ServeOptions {
  /** Makes the server and lets it listen. Runs in every worker; the port they name is shared. */
  readonly start: () => Drainable | Promise<Drainable>;
  /** Processes. Default: as many as there are cores. 0: none, the server runs in this process. */
  readonly workers?: number;
  /** How long running calls may go on when a worker is drained. Default 30,000 ms. */
  readonly graceMs?: number;
  /** What drains all workers and ends the process. Default SIGTERM and SIGINT. */
  readonly signals?: readonly NodeJS.Signals[];
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
  /** Drains all workers at once; see `shutdown` of the server. */
  shutdown(options?: { readonly graceMs?: number }): Promise<void>;
  /** Resolves when all is shut down. */
  readonly finished: Promise<void>;
}
