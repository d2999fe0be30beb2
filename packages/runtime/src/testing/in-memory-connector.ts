import type { Address } from "../client/address.js";
import type { ChannelWatch } from "../client/call-trace.js";
import type { Connector } from "../client/connector.js";
import { errorCodeName, type Http2Options } from "../http2/index.js";
import type {
  HttpConnecting,
  HttpConnection,
  HttpConnectionEvents,
  HttpFailure,
  HttpPeerTls,
} from "../rpc/http-types.js";
import type { AnyServer } from "./create-server.js";
import type { InMemoryLink } from "./in-memory-link.js";
import { ADDRESS, type InMemoryListener } from "./in-memory-listener.js";

/** Connects a channel to a server in this process. */
export class InMemoryConnector implements Connector {
  readonly #server: AnyServer;
  readonly #listener: InMemoryListener;
  readonly #client: Http2Options;
  readonly #serverOptions: Http2Options;
  readonly #tls: HttpPeerTls | undefined;
  readonly #watch: ChannelWatch | undefined;

  constructor(
    server: AnyServer,
    listener: InMemoryListener,
    client: Http2Options,
    serverOptions: Http2Options,
    tls: HttpPeerTls | undefined,
    watch: ChannelWatch | undefined,
  ) {
    this.#server = server;
    this.#listener = listener;
    this.#client = client;
    this.#serverOptions = serverOptions;
    this.#tls = tls;
    this.#watch = watch;
  }

  connect(_address: Address, _authority: string, events: HttpConnectionEvents): HttpConnecting {
    let over = false;
    let opened: InMemoryLink | undefined;
    const { clock } = this.#server;
    const start = clock.schedule(() => {
      let goAway: string | undefined;
      const link = this.#listener.connect(
        clock,
        {
          options: this.#client,
          events: {
            onStream: (stream) => stream.reset(REFUSED_STREAM),
            onReady: () => {
              if (!over) events.onReady(connectionOf(link as InMemoryLink));
            },
            onAvailable: () => events.onAvailable(),
            onDraining: () => events.onDraining(goAway),
            onLimit: (limit) =>
              this.#watch?.observer.onEvent?.({ type: "limit_hit", side: "client", limit, peer: ADDRESS }),
            onGoAway: (direction, number, debug) => {
              const code = errorCodeName(number);
              if (direction === "received") goAway = code;
              const target = this.#watch?.target ?? "";
              const type = `goaway_${direction}` as const;
              this.#watch?.observer.onEvent?.({ type, side: "client", target, peer: ADDRESS, code, debug });
            },
            onClosed: (failure) => {
              if (over) return;
              over = true;
              events.onClosed(failure);
            },
          },
        },
        this.#serverOptions,
        this.#tls,
      );
      if (link === undefined) events.onClosed(SHUT_DOWN);
      else opened = link;
    }, 0);
    return {
      cancel() {
        over = true;
        start();
        opened?.client.destroy();
      },
    };
  }
}

function connectionOf({ client }: InMemoryLink): HttpConnection {
  return {
    peer: { address: ADDRESS, localAddress: ADDRESS },
    get available() {
      return client.available;
    },
    get openStreams() {
      return client.openStreams;
    },
    open: (fields, extra, endStream, sink) => client.open(fields, extra, endStream, sink),
    close: () => client.close(),
    destroy: () => client.destroy(),
  };
}

/** RFC 9113 §7. */
const REFUSED_STREAM = 0x7;

const SHUT_DOWN: HttpFailure = {
  code: 0xa,
  message: "the server in memory was shut down",
  origin: "connection",
  unprocessed: true,
};
