import type { Clock } from "../base/clock.js";
import type { TimerWheel } from "../base/timer-wheel.js";
import { joinRegistries, type Registry } from "../protobuf/type/registry.js";
import type { Methods, ServiceType } from "../protobuf/type/service-type.js";
import { serveKnownGrpc } from "../protocol/grpc/server-exchange.js";
import type { Code } from "../rpc/code.js";
import type { Compressions } from "../rpc/compression.js";
import type { OnEvent } from "../rpc/event.js";
import type { ServerExchange, ServerHost, ServerMethod, ServerRequest } from "../rpc/exchange.js";
import type { HttpHead, HttpPeer, HttpStream } from "../rpc/http-types.js";
import type { Interceptor } from "../rpc/interceptor.js";
import { DEFAULT_MAX_RECEIVE_BYTES } from "../rpc/message-limits.js";
import type { Observer } from "../rpc/observer.js";
import { RpcError } from "../rpc/rpc-error.js";
import type { Status } from "../rpc/status.js";
import { type Cors, CorsPolicy } from "./cors.js";
import { dispatch } from "./dispatch.js";
import type { Implementation } from "./implementation.js";
import { type Route, Router } from "./router.js";
import { type CallOwner, ServerCall } from "./server-call.js";
import { DEFAULT_SHUTDOWN_GRACE_MS } from "./server-limits.js";
import type { ServerPart } from "./server-part.js";

/** What a server needs of the platform it runs on. */
export interface ServerPlatform<ListenOptions> {
  readonly clock: Clock;
  readonly timers: TimerWheel;
  readonly compressions: Compressions;
  /** Opens a port; every stream that comes in goes to `onStream`. */
  listen(address: string, options: ListenOptions, onStream: StreamHandler, onEvent?: OnEvent): Promise<Listener>;
  /** Absent if nobody watches. */
  readonly observer?: Observer | undefined;
}

/** Takes a request: sets `stream.sink`. */
export type StreamHandler = (stream: HttpStream, head: HttpHead, endStream: boolean, peer: HttpPeer) => void;

/** An open port. */
export interface Listener {
  /** The address it is bound to: an IP address, or `unix:path`. */
  readonly address: string;
  /** The port it is bound to; 0 for a unix socket. */
  readonly port: number;
  /** Accepts nothing further, asks the clients to go elsewhere (GOAWAY), and closes connections as their calls end. */
  drain(): void;
  /** Closes every connection at once. */
  destroy(): void;
  /** The clients that are connected. */
  readonly peers: readonly HttpPeer[];
  /** How often each limit was met, by name, on connections that have gone as well; absent where nobody counts. */
  readonly limits?: Readonly<Record<string, number>>;
  /** Resolves when port and connections are closed. */
  readonly closed: Promise<void>;
}

/** Options of a server that hold on every platform. */
export interface ServerOptions {
  /** Around every call; the first is the outermost. */
  readonly interceptors?: readonly Interceptor[];
  /** The largest request message in bytes, inflated. Default 4 MiB. */
  readonly maxReceiveBytes?: number;
  /** How replies are compressed for clients that take it: `gzip` or `deflate`. Default: not at all. */
  readonly compression?: string;
  /** Which pages of other origins may call. Default: none. */
  readonly cors?: Cors;
  /**
   * What a `google.protobuf.Any` may hold in the JSON of Connect and REST, details of errors included, beside the messages that the
   * services' methods lead to: what `createRegistry` of "hawser/protobuf" makes. Default: nothing.
   */
  readonly registry?: Registry;
  /**
   * Gets, whole, what a handler threw that was no RpcError, and why a reply could not be sent. Default: it is printed
   * with `console.error`.
   */
  readonly onError?: (error: unknown, call: ServerCall) => void;
}

/** How many calls there were. */
export interface CallCounts {
  readonly started: number;
  /** Ended with OK. */
  readonly succeeded: number;
  /** Ended with another status, or because the client went away. */
  readonly failed: number;
}

/** A port that a server listens on. */
export interface OpenPort {
  /** An IP address, or `unix:path`. */
  readonly address: string;
  /** 0 for a unix socket. */
  readonly port: number;
  /** The clients that are connected. */
  readonly peers: readonly HttpPeer[];
  /** How often each limit was met, by name, on connections that have gone as well; absent where nobody counts. */
  readonly limits?: Readonly<Record<string, number>> | undefined;
}

/** Options of one service of a server. */
export interface ServiceOptions {
  /** Around the calls of this service, inside those of the server. */
  readonly interceptors?: readonly Interceptor[];
  /** The largest request message in bytes, inflated. Default: as the server says. */
  readonly maxReceiveBytes?: number;
  /** What holds for single methods, by their local names. */
  readonly methods?: Readonly<Record<string, MethodOptions>>;
}

/** Options of one method of a server. */
export interface MethodOptions {
  /** Around the calls of this method, inside those of the service. */
  readonly interceptors?: readonly Interceptor[];
  /** The largest request message in bytes, inflated. Default: as the service says. */
  readonly maxReceiveBytes?: number;
}

/** A server: services, and the ports on which it answers them. Made by `createServer`. */
export class Server<ListenOptions> implements ServerHost, CallOwner {
  /** @internal */
  readonly clock: Clock;
  /** @internal */
  readonly timers: TimerWheel;
  /** @internal */
  readonly compressions: Compressions;
  readonly #platform: ServerPlatform<ListenOptions>;
  readonly #options: ServerOptions;
  readonly #router = new Router();
  readonly #cors: CorsPolicy | undefined;
  #types: { readonly own: Registry; readonly all: Registry } | undefined;
  readonly #listeners = new Set<Listener>();
  #runningCalls = 0;
  #callsStarted = 0;
  #callsSucceeded = 0;
  #callsFailed = 0;
  #idleListeners: (() => void)[] = [];
  #shutdown: Promise<void> | undefined;
  /** The grace is over: handlers that don't end are not waited for. */
  #cutOff = false;

  /** @internal */
  constructor(platform: ServerPlatform<ListenOptions>, options: ServerOptions) {
    this.#platform = platform;
    this.#options = options;
    this.#cors = options.cors === undefined ? undefined : new CorsPolicy(options.cors);
    this.clock = platform.clock;
    this.timers = platform.timers;
    this.compressions = platform.compressions;
    if (options.compression !== undefined) platform.compressions.require(options.compression);
  }

  /** Calls whose handlers are at work now. */
  get runningCalls(): number {
    return this.#runningCalls;
  }

  /** The calls so far: those that began, those that ended with OK, and those that ended otherwise. */
  get calls(): CallCounts {
    return { started: this.#callsStarted, succeeded: this.#callsSucceeded, failed: this.#callsFailed };
  }

  /** The open ports and who is connected to each, as they are now. */
  get ports(): OpenPort[] {
    return [...this.#listeners].map(({ address, port, peers, limits }) => ({ address, port, peers, limits }));
  }

  /** The services that were added, by their full names. */
  get services(): ReadonlyMap<string, ServiceType> {
    return this.#router.services;
  }

  /**
   * Adds a service. May be called while the server runs.
   * @throws TypeError if the service was added before, or a handler or an option belongs to no method
   */
  add<M extends Methods>(
    service: ServiceType<M>,
    implementation: Implementation<ServiceType<M>>,
    options?: ServiceOptions,
  ): this;
  /** Adds a part, as `console()` of `@hawser/cli/console`. @throws TypeError as its services are added */
  add(part: ServerPart): this;
  add<M extends Methods>(
    service: ServiceType<M> | ServerPart,
    implementation?: Implementation<ServiceType<M>>,
    options: ServiceOptions = {},
  ): this {
    if ("addTo" in service) {
      service.addTo(this);
      return this;
    }
    if (implementation === undefined) {
      throw new TypeError(`${service.typeName} is added without an implementation: server.add(service, { … })`);
    }
    this.#router.add(service, implementation, ...this.#settingsOf(options), options.methods);
    return this;
  }

  /**
   * @internal Puts a service in the place of the one of its name, or adds it; calls that run go on as they began. For proxies,
   * whose services have no file: REST, reflection and OpenAPI go by the files that services were first added with.
   */
  replace<M extends Methods>(
    service: ServiceType<M>,
    implementation: Implementation<ServiceType<M>>,
    options: ServiceOptions = {},
  ): void {
    this.#router.replace(service, implementation, ...this.#settingsOf(options), options.methods);
  }

  #settingsOf({ interceptors = [], maxReceiveBytes }: ServiceOptions): [readonly Interceptor[], number] {
    return [
      [...(this.#options.interceptors ?? []), ...interceptors],
      maxReceiveBytes ?? this.#options.maxReceiveBytes ?? DEFAULT_MAX_RECEIVE_BYTES,
    ];
  }

  /**
   * Opens a port: `127.0.0.1:0` (0: a free one), `0.0.0.0:8080`, `[::]:8080`, `unix:/run/app.sock`. May be called for
   * several addresses. Resolves when the port is open, with what it is bound to.
   *
   * @throws Error naming address and cause if it can't be opened
   */
  async listen(address: string, options?: ListenOptions): Promise<{ readonly address: string; readonly port: number }> {
    if (this.#shutdown !== undefined)
      throw new Error("the server was shut down and can't listen again: make a new one");
    const listener = await this.#platform.listen(
      address,
      options ?? ({} as ListenOptions),
      this.#onStream,
      this.#platform.observer === undefined ? undefined : this.#emit,
    );
    if (this.#shutdown !== undefined) listener.destroy();
    this.#keep(listener);
    return { address: listener.address, port: listener.port };
  }

  /** @internal Takes connections from a listener of another kind. @throws Error if the server was shut down */
  open<L extends Listener>(make: (onStream: StreamHandler, onEvent: OnEvent | undefined) => L): L {
    if (this.#shutdown !== undefined) throw new Error("the server was shut down: make a new one");
    const listener = make(this.#onStream, this.#platform.observer === undefined ? undefined : this.#emit);
    this.#keep(listener);
    return listener;
  }

  #keep(listener: Listener): void {
    this.#listeners.add(listener);
    listener.closed.then(() => this.#listeners.delete(listener));
  }

  /**
   * Drains the server: new connections and calls are refused, clients are told to go elsewhere, and running calls may
   * go on for `graceMs` (default 30,000; 0: not at all), after which they are cut off. Resolves when everything is
   * closed. Calling it again waits for the same end; a shorter `graceMs` then counts.
   */
  shutdown(options: { readonly graceMs?: number } = {}): Promise<void> {
    const graceMs = options.graceMs ?? DEFAULT_SHUTDOWN_GRACE_MS;
    const listeners = [...this.#listeners];
    const first = this.#shutdown === undefined;
    this.#shutdown ??= Promise.all(listeners.map((listener) => listener.closed)).then(() => this.#whenIdle());
    if (first) {
      this.#emit({ type: "drain_started", runningCalls: this.#runningCalls });
      this.#shutdown.then(() => this.#emit({ type: "drain_ended", runningCalls: this.#runningCalls }));
      for (const listener of listeners) listener.drain();
    }
    const destroy = () => {
      this.#cutOff = true;
      for (const listener of this.#listeners) listener.destroy();
      for (const resolve of this.#idleListeners.splice(0)) resolve();
    };
    if (graceMs <= 0) destroy();
    else if (graceMs !== Infinity) {
      const cancel = this.#platform.clock.schedule(destroy, graceMs);
      this.#shutdown.then(cancel);
    }
    return this.#shutdown;
  }

  /** Shuts down at the end of an `await using` block, with the default grace. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.shutdown();
  }

  /** @internal */
  get registry(): Registry {
    const { registry } = this.#router;
    const { registry: more } = this.#options;
    if (more === undefined) return registry;
    // Anew when services were added.
    if (this.#types?.own !== registry) this.#types = { own: registry, all: joinRegistries(registry, more) };
    return this.#types.all;
  }

  /** @internal */
  find(path: string): ServerMethod | undefined {
    return this.#router.find(path);
  }

  /** @internal */
  accept(method: ServerMethod, exchange: ServerExchange, request: ServerRequest): void {
    const call = new ServerCall(this, method as Route, exchange, request);
    exchange.sink = call;
    const { observer } = this.#platform;
    if (observer !== undefined) call.watch(observer);
    this.#runningCalls++;
    this.#callsStarted++;
    const { traffic } = request.peer;
    if (traffic !== undefined) traffic.streamsStarted++;
    if (this.#options.compression !== undefined) exchange.useCompression(this.#options.compression);
    call.start();
  }

  /** @internal */
  refused(method: ServerMethod | undefined, request: ServerRequest, code: Code, message: string): void {
    const { observer } = this.#platform;
    if (observer === undefined) return;
    const tracer = observer.startServerCall?.({
      path: request.head.path,
      method: method?.type,
      authority: request.head.authority,
      fields: request.head.fields,
      peer: request.peer,
      timeoutMs: request.timeoutMs,
      call: undefined,
    });
    const status = { code, message, error: new RpcError(code, message) };
    tracer?.onEnd?.({ status, trailer: undefined, answered: true });
  }

  /** @internal */
  reportMistake(mistake: Error): void {
    console.error(`hawser: ${mistake.message}`);
  }

  /** @internal */
  reportError(error: unknown, call: ServerCall): void {
    const { onError } = this.#options;
    if (onError === undefined) {
      console.error(`hawser: the handler of ${call.method.path} failed:`, error);
      return;
    }
    try {
      onError(error, call);
    } catch (hookError) {
      console.error("hawser: the onError hook failed:", hookError);
    }
  }

  /** @internal */
  onCallEnd(call: ServerCall, status: Status, answered: boolean): void {
    if (status.error === undefined) this.#callsSucceeded++;
    else this.#callsFailed++;
    const { traffic } = call.peer;
    if (traffic === undefined) return;
    if (answered) traffic.streamsSucceeded++;
    else traffic.streamsFailed++;
  }

  /** @internal */
  onCallDone(): void {
    if (--this.#runningCalls === 0) for (const resolve of this.#idleListeners.splice(0)) resolve();
  }

  readonly #emit: OnEvent = (event) => this.#platform.observer?.onEvent?.(event);

  readonly #onStream: StreamHandler = (stream, head, endStream, peer) => {
    // A section that repeats is known to be gRPC already.
    if (head.derived !== undefined) serveKnownGrpc(this, stream, head, endStream, peer);
    else dispatch(this, this.#cors, stream, head, endStream, peer);
  };

  #whenIdle(): Promise<void> | undefined {
    if (this.#runningCalls === 0 || this.#cutOff) return undefined;
    return new Promise((resolve) => this.#idleListeners.push(resolve));
  }
}
