import type { Clock } from "../base/clock.js";
import type { Http2Options } from "../http2/index.js";
import { errorCodeName } from "../http2/index.js";
import { ConnectionTraffic } from "../rpc/connection-traffic.js";
import type { OnEvent } from "../rpc/event.js";
import type { HttpPeer, HttpPeerTls } from "../rpc/http-types.js";
import type { Listener, StreamHandler } from "../server/server.js";
import { type EndEvents, InMemoryLink } from "./in-memory-link.js";

/** The server's end of connections in memory. */
export class InMemoryListener implements Listener {
  readonly address: string = ADDRESS;
  readonly port: number = 0;
  readonly closed: Promise<void>;
  readonly #onStream: StreamHandler;
  readonly #onEvent: OnEvent | undefined;
  readonly #links = new Map<InMemoryLink, HttpPeer>();
  #draining = false;
  #resolveClosed = (): void => {};

  constructor(onStream: StreamHandler, onEvent: OnEvent | undefined) {
    this.#onStream = onStream;
    this.#onEvent = onEvent;
    this.closed = new Promise((resolve) => {
      this.#resolveClosed = resolve;
    });
  }

  get peers(): HttpPeer[] {
    return [...this.#links.values()];
  }

  /** Undefined once the server shuts down. */
  connect(
    clock: Clock,
    client: { readonly options: Http2Options; readonly events: EndEvents },
    options: Http2Options,
    tls: HttpPeerTls | undefined,
  ): InMemoryLink | undefined {
    if (this.#draining) return undefined;
    const traffic = new ConnectionTraffic();
    const peer: HttpPeer = { address: ADDRESS, localAddress: ADDRESS, traffic, tls };
    const link: InMemoryLink = new InMemoryLink(clock, client, {
      options,
      events: {
        onStream: (stream, head, endStream) => this.#onStream(stream, head, endStream, peer),
        onReady() {},
        onAvailable() {},
        onDraining() {},
        onLimit: (limit) => this.#onEvent?.({ type: "limit_hit", side: "server", limit, peer: ADDRESS }),
        onGoAway: (direction, number, debug) => {
          const code = errorCodeName(number);
          this.#onEvent?.({ type: `goaway_${direction}`, side: "server", target: ADDRESS, peer: ADDRESS, code, debug });
        },
        onClosed: ({ message: reason, code, origin }) => {
          this.#links.delete(link);
          this.#onEvent?.({
            type: "connection_closed",
            side: "server",
            target: ADDRESS,
            peer,
            reason,
            code,
            origin,
            traffic,
          });
          if (this.#draining && this.#links.size === 0) this.#resolveClosed();
        },
      },
    });
    this.#links.set(link, peer);
    this.#onEvent?.({ type: "connection_opened", side: "server", target: ADDRESS, peer });
    return link;
  }

  drain(): void {
    this.#draining = true;
    for (const { server } of [...this.#links.keys()]) server.close();
    if (this.#links.size === 0) this.#resolveClosed();
  }

  destroy(): void {
    this.#draining = true;
    for (const { server } of [...this.#links.keys()]) server.destroy();
    if (this.#links.size === 0) this.#resolveClosed();
  }
}

/** What both sides see of each other. */
export const ADDRESS = "memory";
