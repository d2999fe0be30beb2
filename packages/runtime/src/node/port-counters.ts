/** What a port counts: its connections' limits and faults, those of connections that have gone included, and its own. */
import { type Http2Counter, Http2Counters } from "../http2/index.js";

/** A limit was met, or a fault was made, for the first time on a connection. */
export interface LimitEvent {
  /** The name of the counter: that of a connection's {@link Http2Counters}, or one of {@link PortCounter}. */
  readonly limit: Http2Counter | PortCounter;
  /** The other end: `ip:port`, `[ip6]:port` or `unix:path`. */
  readonly peer: string;
}

/** What a port counts beside its connections. */
export type PortCounter =
  /** Connections that were closed as they came, because there were so many. */
  | "maxConnections"
  /** Errors of accepting, as of too many descriptors. */
  | "acceptErrors"
  /** TLS handshakes that failed or took too long. */
  | "tlsErrors"
  /** Connections that did not say in time what they speak. */
  | "prefaceTimeouts";

/** Sums that outlive the connections. */
export class PortCounters {
  readonly #own: Record<PortCounter, number> = { maxConnections: 0, acceptErrors: 0, tlsErrors: 0, prefaceTimeouts: 0 };
  readonly #gone = new Http2Counters();

  count(counter: PortCounter): void {
    this.#own[counter]++;
  }

  /** A connection has ended: keeps what it has counted. */
  keep(counters: Readonly<Http2Counters>): void {
    add(this.#gone, counters);
  }

  /** The sums, with what the `open` connections have counted so far. */
  sum(open: Iterable<Readonly<Http2Counters>>): Record<Http2Counter | PortCounter, number> {
    const total = new Http2Counters();
    add(total, this.#gone);
    for (const each of open) add(total, each);
    return { ...total, ...this.#own };
  }
}

function add(to: Http2Counters, more: Readonly<Http2Counters>): void {
  for (const name of Object.keys(more) as Http2Counter[]) to[name] += more[name];
}
