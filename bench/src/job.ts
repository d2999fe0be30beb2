/** What the suite asks of a client process and of a server process, and what they answer: one JSON value a line. */

/** The drives that run for a while, as often as the suite says; each is a file of src/drive/. */
export type WindowDriveName = "unary" | "server-stream" | "client-stream" | "bidi";

/** All kinds of drive. */
export type DriveName = WindowDriveName | "idle-connections" | "open-streams" | "startup";

/** The one argument of a client process, as JSON. */
export interface Job {
  readonly drive: DriveName;
  readonly port: number;
  /** The certificate to trust, as PEM; absent for cleartext. */
  readonly ca?: string;
  /** Clients to make, each with its own connection; an HTTP/1.1 stack makes one with as many sockets as calls. */
  readonly connections: number;
  /** Calls (bidi: messages) in flight, over all connections. */
  readonly inFlight: number;
  /** True if one client serves all connections (an HTTP/1.1 pool). */
  readonly pooled: boolean;
  /** Bytes of body per payload of a unary call or a client stream. */
  readonly bodyBytes: number;
  /** Messages per call of a stream. */
  readonly messages: number;
}

/** A line on the stdin of a client process whose drive is a {@link WindowDriveName}; its end ends the process. */
export interface RunCommand {
  readonly runMs: number;
}

/** What a client process measured in its window. */
export interface Measured {
  /** Calls, messages or bytes, as the drive counts. */
  readonly count: number;
  readonly elapsedMs: number;
  /** CPU time of the client process in the window. */
  readonly cpuUs: number;
  /** Latencies; absent for drives that measure throughput only. */
  readonly p50Us?: number;
  readonly p99Us?: number;
}

/** Bytes in use after a garbage collection. */
export interface Memory {
  /** The heap plus what hangs on it outside of it. */
  readonly heapAndExternal: number;
  readonly rss: number;
}

/** The argument of a server process, as JSON. */
export interface ServerOptions {
  /** PEM texts; absent for cleartext. */
  readonly tls?: { readonly key: string; readonly cert: string };
}

/** The lines a client process prints. */
export type ClientLine =
  /** The window of a {@link RunCommand} begins, and its result. */
  | { readonly event: "measuring" }
  | { readonly event: "measured"; readonly measured: Measured }
  /** Set up for a memory workload, waits for a line; has opened all, waits for the end of its stdin. */
  | { readonly event: "ready"; readonly memory: Memory }
  | { readonly event: "open"; readonly memory: Memory }
  /** The first call of a process has its answer. */
  | { readonly event: "answered"; readonly epochMs: number }
  | { readonly event: "failed"; readonly message: string };

/** The lines a server process prints: the first one, and an answer to each of {@link ServerCommand}. */
export type ServerLine =
  | { readonly event: "listening"; readonly port: number }
  | { readonly event: "cpu"; readonly cpuUs: number }
  | { readonly event: "memory"; readonly memory: Memory };

/** A line on the stdin of a server process; its end ends the process. */
export type ServerCommand = "cpu" | "memory";
