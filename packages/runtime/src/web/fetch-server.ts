import { systemClock } from "../base/clock.js";
import { TimerWheel } from "../base/timer-wheel.js";
import { eventObserver } from "../rpc/call-events.js";
import { Compressions } from "../rpc/compression.js";
import type { HttpPeer } from "../rpc/http-types.js";
import { joinObservers, type ObserverOptions } from "../rpc/join-observers.js";
import { RunningRequests } from "../server/running-requests.js";
import { type Listener, Server, type ServerOptions, type StreamHandler } from "../server/server.js";
import { FetchServerStream, headOf } from "./fetch-server-stream.js";
import { streamCompressions } from "./stream-compression.js";

const timers = new TimerWheel(systemClock);
const compressions = new Compressions(streamCompressions());

/** A server that opens no port: who has a `Request` hands it over. Made by {@link createServer}. */
export class FetchServer extends Server<never> {
  readonly #listener: FetchListener;

  /** @internal */
  constructor(options: ServerOptions & ObserverOptions) {
    super(
      {
        clock: systemClock,
        timers,
        compressions,
        observer: joinObservers(options, (onEvent) => eventObserver(onEvent, systemClock)),
        listen: (address) =>
          Promise.reject(new Error(`a server of hawser/fetch opens no port, and can't listen on ${String(address)}`)),
      },
      options,
    );
    this.#listener = this.open((onStream) => new FetchListener(onStream));
  }

  /**
   * Answers a request; bound to the server, so that it can be handed over: `export default { fetch: server.fetch }`. What
   * is no method's and no REST path gets status 404. Never rejects.
   */
  readonly fetch = async (request: Request): Promise<Response> =>
    (await this.handle(request)) ?? new Response(null, { status: 404 });

  /**
   * As {@link FetchServer.fetch}, and undefined, with the request untouched, if nobody here answers its path: for
   * servers that have more than this.
   *
   * @param peer who asks, for `call.peer`; many platforms don't say
   */
  handle(request: Request, peer: HttpPeer = UNKNOWN): Promise<Response | undefined> {
    return this.#listener.handle(request, peer);
  }
}

class FetchListener implements Listener {
  readonly address = "fetch";
  readonly port = 0;
  readonly peers: readonly HttpPeer[] = [];
  readonly #onStream: StreamHandler;
  readonly #running = new RunningRequests<FetchServerStream>();

  constructor(onStream: StreamHandler) {
    this.#onStream = onStream;
  }

  get closed(): Promise<void> {
    return this.#running.closed;
  }

  async handle(request: Request, peer: HttpPeer): Promise<Response | undefined> {
    if (this.#running.draining) return new Response("the server is shutting down\n", { status: 503 });
    if (GRPC.test(request.headers.get("content-type") ?? "")) {
      const message =
        "gRPC needs HTTP/2 with trailers, which fetch has not; Connect, gRPC-Web and REST are spoken here\n";
      return new Response(message, { status: 505 });
    }
    const stream: FetchServerStream = new FetchServerStream(request, () => {
      this.#running.delete(stream);
    });
    this.#running.add(stream);
    this.#onStream(stream, headOf(request), request.body === null, peer);
    stream.read();
    return stream.response;
  }

  drain(): void {
    this.#running.drain();
  }

  destroy(): void {
    this.#running.destroy((stream) => stream.abandon());
  }
}

/**
 * Makes a server for Workers, Deno, Bun, route handlers of Next, and whatever else gives a `Request` and takes a
 * `Response`. It speaks Connect, gRPC-Web and REST.
 *
 * ```ts
 * const server = createServer().add(Notes, { get: (request) => ({ id: request.id }) });
 * export default { fetch: server.fetch };
 * ```
 */
export function createServer(options: ServerOptions & ObserverOptions = {}): FetchServer {
  return new FetchServer(options);
}

/** gRPC itself, whose trailers `fetch` has not; not gRPC-Web. */
const GRPC = /^application\/grpc(?:\+|;|\s|$)/i;

const UNKNOWN: HttpPeer = { address: "unknown" };
