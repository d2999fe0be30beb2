import { systemClock } from "../base/clock.js";
import { TimerWheel } from "../base/timer-wheel.js";
import type { CallChannel, CallDefaults, CallPlatform, PendingCall } from "../client/call-channel.js";
import { type Client, type ClientOptions, createChannelClient } from "../client/create-client.js";
import type { Methods, ServiceType } from "../protobuf/type/service-type.js";
import { grpcWebClient } from "../protocol/grpc-web/client-exchange.js";
import { Code } from "../rpc/code.js";
import { Compressions } from "../rpc/compression.js";
import type { ClientProtocol } from "../rpc/exchange.js";
import type { Observer } from "../rpc/observer.js";
import { FetchConnection } from "./fetch-connection.js";

/** Options of a channel in a page. */
export interface WebChannelOptions extends Omit<CallDefaults, "compression"> {
  /** What to fetch with: a wrapper, or another implementation. Default: the platform's `fetch`. */
  readonly fetch?: (url: string, init: RequestInit) => Promise<Response>;
  /** What is spoken: {@link connectProtocol}, say. Default: gRPC-Web. */
  readonly protocol?: ClientProtocol;
  /** Metrics, traces and the like; `joinObservers` makes one of several. Default: nobody watches. */
  readonly observer?: Observer;
  /** Whether cookies go along. Default `same-origin`, as with `fetch` itself. */
  readonly cookies?: RequestCredentials;
}

/** All deadlines of the page share one timer; bodies are compressed by HTTP, not by message. */
const timers = new TimerWheel(systemClock);
const compressions = new Compressions([]);

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
  #closed = false;

  /** @internal */
  constructor(url: URL, options: WebChannelOptions) {
    this.target = url.href.replace(/\/$/, "");
    this.authority = url.host;
    this.options = options;
    const scheme = url.protocol === "http:" ? "http" : "https";
    const { observer, protocol = grpcWebClient } = options;
    const watch = observer === undefined ? undefined : { observer, target: this.target };
    this.platform = { clock: systemClock, timers, compressions, protocol, scheme, watch };
    this.#connection = new FetchConnection(this.target, {
      fetch: options.fetch ?? ((target, init) => fetch(target, init)),
      credentials: options.cookies ?? "same-origin",
    });
  }

  /** Fails the calls that are running, and every further one. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#connection.destroy();
  }

  /** @internal */
  start(call: PendingCall): void {
    if (this.#closed) call.fail(Code.Unavailable, "the channel was closed", undefined);
    else call.begin(this.#connection);
  }

  /** @internal */
  forget(): void {}

  /** @internal */
  describeWait(): string {
    return "waiting for the response";
  }
}

/**
 * Makes a channel to a server that speaks gRPC-Web: unary calls and streams of replies.
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
