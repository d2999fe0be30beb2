import type { Http2Connection } from "../http2/index.js";
import type { ConnectionTraffic } from "../rpc/connection-traffic.js";

/** When a server closes connections of its own accord (gRFC A9), so that clients spread over new servers in time. */
export interface ConnectionAgeOptions {
  /** After so long a connection is drained: GOAWAY, running calls go on. A tenth more or less, so that not all of them
   * come back at once. Default: never. */
  readonly maxAgeMs?: number;
  /** How long running calls may go on then, before they are cut off. Default: for as long as they like. */
  readonly maxAgeGraceMs?: number;
  /** A connection without calls for so long is drained. Default: never. */
  readonly maxIdleMs?: number;
}

interface Age {
  readonly traffic: ConnectionTraffic;
  readonly drainAtMs: number;
  cutAtMs: number;
  idleSinceMs: number;
  streamsSeen: number;
  draining: boolean;
}

/** Looks after the age of connections: one timer for all of them, and none if there is no limit. */
export class ConnectionAges {
  readonly #maxAgeMs: number;
  readonly #graceMs: number;
  readonly #maxIdleMs: number;
  readonly #periodMs: number;
  readonly #ages = new Map<Http2Connection, Age>();
  #timer: NodeJS.Timeout | undefined;

  constructor(options: ConnectionAgeOptions) {
    this.#maxAgeMs = limit("maxAgeMs", options.maxAgeMs);
    this.#graceMs = limit("maxAgeGraceMs", options.maxAgeGraceMs);
    this.#maxIdleMs = limit("maxIdleMs", options.maxIdleMs);
    const shortest = Math.min(this.#maxAgeMs, this.#graceMs, this.#maxIdleMs);
    this.#periodMs = Math.min(Math.max(shortest / 4, MIN_PERIOD_MS), MAX_PERIOD_MS);
  }

  /** Begins the life of a connection. */
  watch(connection: Http2Connection, traffic: ConnectionTraffic): void {
    if (this.#maxAgeMs === Infinity && this.#maxIdleMs === Infinity) return;
    const now = performance.now();
    this.#ages.set(connection, {
      traffic,
      drainAtMs: now + this.#maxAgeMs * (1 - JITTER + 2 * JITTER * Math.random()),
      cutAtMs: Infinity,
      idleSinceMs: now,
      streamsSeen: 0,
      draining: false,
    });
    this.#timer ??= setInterval(() => this.#sweep(performance.now()), this.#periodMs).unref();
  }

  /** The connection is gone. */
  forget(connection: Http2Connection): void {
    if (this.#ages.delete(connection) && this.#ages.size === 0) this.stop();
  }

  /** Looks after nothing any more. */
  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#ages.clear();
  }

  #sweep(now: number): void {
    for (const [connection, age] of this.#ages) {
      if (age.draining) {
        if (now >= age.cutAtMs) connection.destroy();
        continue;
      }
      const { streamsStarted } = age.traffic;
      if (connection.streamsInUse > 0 || streamsStarted !== age.streamsSeen) {
        age.streamsSeen = streamsStarted;
        age.idleSinceMs = now;
      }
      if (now < age.drainAtMs && now - age.idleSinceMs < this.#maxIdleMs) continue;
      age.draining = true;
      age.cutAtMs = now + this.#graceMs;
      connection.close();
    }
  }
}

/** A tenth (gRFC A9). */
const JITTER = 0.1;

/** Every second: connections live for minutes. More often only where a limit asks for it. */
const MAX_PERIOD_MS = 1_000;
const MIN_PERIOD_MS = 10;

function limit(name: string, value: number | undefined): number {
  if (value === undefined) return Infinity;
  if (!(value > 0)) throw new TypeError(`connectionAge.${name} must be a number of milliseconds above 0, not ${value}`);
  return value;
}
