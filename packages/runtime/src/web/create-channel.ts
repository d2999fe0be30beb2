import { systemClock } from "../base/clock.js";
import { TimerWheel } from "../base/timer-wheel.js";
import type { CallChannel, CallDefaults, CallPlatform, PendingCall } from "../client/call-channel.js";
import { type Client, type ClientOptions, createChannelClient } from "../client/create-client.js";
import type { Methods, MethodType, ServiceType } from "../protobuf/type/service-type.js";
import { grpcWebClient } from "../protocol/grpc-web/client-exchange.js";
import { Code } from "../rpc/code.js";
import { type Compression, Compressions } from "../rpc/compression.js";
import type { ClientProtocol } from "../rpc/exchange.js";
import type { HttpConnection } from "../rpc/http-types.js";
import type { Observer } from "../rpc/observer.js";
import { canStreamRequests, FetchConnection } from "./fetch-connection.js";
import type { WebSocketClass } from "./web-socket-connection.js";

/** Options of a channel in a page. */
export interface WebChannelOptions extends Omit<CallDefaults, "compression"> {
  /** What to fetch with: a wrapper, or another implementation. Default: the platform's `fetch`. */
  readonly fetch?: (url: string, init: RequestInit) => Promise<Response>;
  /**
   * What is spoken: {@link connectProtocol}, say. Default: gRPC-Web. Calls with a stream of requests go by WebSocket
   * where there is one, and then speak gRPC-Web always.
   */
  readonly protocol?: ClientProtocol;
  /** What calls with a stream of requests go by. Default: the platform's `WebSocket`, loaded when the first is made. */
  readonly webSocket?: WebSocketClass;
  /** Metrics, traces and the like; `joinObservers` makes one of several. Default: nobody watches. */
  readonly observer?: Observer;
  /**
   * The encodings in which messages may go one by one: {@link streamCompressions}. Requests are compressed if `compression` of a call
   * says so, replies as the server sees fit. Default: none, for HTTP compresses whole bodies by itself.
   */
  readonly compressions?: readonly Compression[];
  /** Whether cookies go along. Default `same-origin`, as with `fetch` itself. */
  readonly cookies?: RequestCredentials;
}

/** All deadlines of the page share one timer. */
const timers = new TimerWheel(systemClock);

/** The way to a server, by `fetch`. Made by {@link createChannel}. */
export class WebChannel implements CallChannel {
  readonly target: string;
  /** @internal */
  readonly authority: string;
  /** @internal */
  readonly platform: CallPlatform;
  /** @internal */
  readonly options: CallDefaults;
  readonly #connection: FetchConnection;
  readonly #webSocket: WebSocketClass | undefined;
  /** Where calls with a stream of requests go: WebSockets once they are loaded, else what `fetch` can do. */
  #streams: HttpConnection | undefined;
  /** Calls that wait for the code of WebSockets; undefined while it is not on its way. */
  #waiting: Set<PendingCall> | undefined;
  #closed = false;

  /** @internal */
  constructor(url: URL, options: WebChannelOptions) {
    this.target = url.href.replace(/\/$/, "");
    this.authority = url.host;
    this.options = options;
    const scheme = url.protocol === "http:" ? "http" : "https";
    const { observer, protocol = grpcWebClient } = options;
    const watch = observer === undefined ? undefined : { observer, target: this.target };
    this.#webSocket = options.webSocket ?? (globalThis as { WebSocket?: WebSocketClass }).WebSocket;
    this.platform = {
      clock: systemClock,
      timers,
      compressions: new Compressions(options.compressions ?? []),
      protocol: this.#webSocket === undefined ? protocol : withStreamsByGrpcWeb(protocol),
      scheme,
      watch,
    };
    const fetchOptions = {
      fetch: options.fetch ?? ((target: string, init: RequestInit) => fetch(target, init)),
      credentials: options.cookies ?? "same-origin",
    };
    this.#connection = new FetchConnection(this.target, { ...fetchOptions, streams: false });
    if (this.#webSocket === undefined && canStreamRequests()) {
      this.#streams = new FetchConnection(this.target, { ...fetchOptions, streams: true });
    }
  }

  /** Fails the calls that are running, and every further one. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#connection.destroy();
    this.#streams?.destroy();
    for (const call of this.#waiting ?? []) call.fail(Code.Unavailable, "the channel was closed", undefined);
    this.#waiting?.clear();
  }

  /** @internal */
  start(call: PendingCall): void {
    if (this.#closed) call.fail(Code.Unavailable, "the channel was closed", undefined);
    else if (!streamsRequests(call.method)) call.begin(this.#connection);
    else if (this.#streams !== undefined) call.begin(this.#streams);
    else if (this.#webSocket !== undefined) this.#waitForSockets(call, this.#webSocket);
    else call.begin(this.#connection);
  }

  /** @internal */
  forget(call: PendingCall): void {
    this.#waiting?.delete(call);
  }

  /** @internal */
  describeWait(call: PendingCall): string {
    return this.#waiting?.has(call) === true ? "loading what opens WebSockets" : "waiting for the response";
  }

  /** Pages that stream no requests don't load what does: bundlers put an `import()` into a file of its own. */
  #waitForSockets(call: PendingCall, webSocket: WebSocketClass): void {
    if (this.#waiting !== undefined) {
      this.#waiting.add(call);
      return;
    }
    const waiting = new Set([call]);
    this.#waiting = waiting;
    import("./web-socket-connection.js").then(
      ({ WebSocketConnection }) => {
        this.#waiting = undefined;
        if (this.#closed) return;
        const sockets = new WebSocketConnection(this.target, webSocket);
        this.#streams = sockets;
        for (const each of waiting) each.begin(sockets);
      },
      (error: unknown) => {
        this.#waiting = undefined;
        for (const each of waiting)
          each.fail(Code.Unavailable, `what opens WebSockets can't be loaded: ${error}`, error);
      },
    );
  }
}

/** Streams of requests speak what WebSockets do, everything else `protocol`. */
function withStreamsByGrpcWeb(protocol: ClientProtocol): ClientProtocol {
  const protocolOf = (method: MethodType) => (streamsRequests(method) ? grpcWebClient : protocol);
  return {
    requestFields: (target, sendEncoding) => protocolOf(target.method).requestFields(target, sendEncoding),
    open: (connection, fields, target, ...rest) => protocolOf(target.method).open(connection, fields, target, ...rest),
  };
}

function streamsRequests({ kind }: MethodType): boolean {
  return kind === "client_streaming" || kind === "bidi_streaming";
}

/**
 * Makes a channel to a server that speaks gRPC-Web or Connect; calls with a stream of requests go by WebSocket.
 *
 * @param url the server's origin, with a path if its services are below one: `https://api.example.com`
 * @throws TypeError if it is no http or https URL
 */
export function createChannel(url: string, options: WebChannelOptions = {}): WebChannel {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed === undefined || !/^https?:$/.test(parsed.protocol)) {
    throw new TypeError(`a channel in a page needs a URL as "https://api.example.com", not ${JSON.stringify(url)}`);
  }
  return new WebChannel(parsed, options);
}

/** Makes a client of a service over a channel, or over one made of a URL. */
export function createClient<M extends Methods>(
  service: ServiceType<M>,
  channel: WebChannel | string,
  options?: ClientOptions,
): Client<ServiceType<M>> {
  return createChannelClient(service, typeof channel === "string" ? createChannel(channel) : channel, options);
}
