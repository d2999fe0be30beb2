/**
 * What a primary process and its workers say to each other. A connection goes with its `connection` message as the
 * handle of it; everything else is plain data.
 */
export type PoolMessage =
  /** Worker: it has started. */
  | { readonly hawser: "ready" }
  /** Primary: end in order. */
  | { readonly hawser: "drain"; readonly graceMs: number }
  /** Primary: say of your health that you are about to end; calls go on as before. */
  | { readonly hawser: "leaving" }
  /** Worker: open this port, unless it is open. `key` tells several of the same address apart. */
  | { readonly hawser: "listen"; readonly key: string; readonly address: string; readonly backlog?: number }
  /** Primary: the port is open. */
  | { readonly hawser: "listening"; readonly key: string; readonly address: string; readonly port: number }
  /** Primary: it could not be opened. */
  | { readonly hawser: "refused"; readonly key: string; readonly message: string; readonly code?: string }
  /** Worker: give me connections of this port; no further ones. */
  | { readonly hawser: "take"; readonly key: string }
  | { readonly hawser: "unlisten"; readonly key: string }
  /** Primary: a connection, which the worker has not got before it says `accepted`. */
  | { readonly hawser: "connection"; readonly key: string; readonly id: number }
  | { readonly hawser: "accepted"; readonly id: number }
  /** Worker: it takes none of this port any more, and has not read from it. */
  | { readonly hawser: "returned"; readonly id: number }
  /** Worker: so many of its connections are closed. */
  | { readonly hawser: "closed"; readonly count: number }
  /** Primary: what have you counted? */
  | { readonly hawser: "count"; readonly id: number }
  /** Worker: this. Without an id nobody asked: it is its last word. */
  | { readonly hawser: "counted"; readonly id?: number; readonly metrics: PoolMetrics };

/** Figures that are summed over workers. */
export interface PoolMetrics {
  /** What only grows: those of workers that are gone stay in the sum. */
  readonly counters: Readonly<Record<string, number>>;
  /** What is so now: only workers that live count. */
  readonly gauges: Readonly<Record<string, number>>;
}

/** True for what {@link PoolMessage} describes: programs may send messages of their own. */
export function isPoolMessage(value: unknown): value is PoolMessage {
  return typeof value === "object" && value !== null && "hawser" in value;
}
