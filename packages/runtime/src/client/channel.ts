import { Code } from "../rpc/code.js";
import type {
  HttpConnecting,
  HttpConnection,
  HttpConnectionEvents,
  HttpConnector,
  HttpFailure,
} from "../rpc/http-types.js";
import { Backoff, type BackoffOptions } from "./backoff.js";
import type { CallChannel, CallDefaults, CallPlatform, PendingCall } from "./call-channel.js";
import type { Target } from "./target.js";

/** What a channel needs of the platform it runs on. */
export interface ChannelPlatform extends CallPlatform {
  readonly connector: HttpConnector;
}

/** Options of a channel that hold on every platform. */
export interface ChannelOptions extends CallDefaults {
  /** Overrides the `:authority` of calls, and with TLS the name that the server's certificate must have. */
  readonly authority?: string;
  /** How long one attempt to connect may take, TCP, TLS and HTTP/2 handshakes together. Default 20,000 ms. */
  readonly connectTimeoutMs?: number;
  /** Waits between attempts to connect. */
  readonly backoff?: BackoffOptions;
}

/** The connectivity states of gRPC (grpc/doc/connectivity-semantics-and-api.md). */
export type ConnectivityState = "idle" | "connecting" | "ready" | "transient_failure" | "shutdown";

/**
 * The connection to a target, kept up as calls need it. Made by `createChannel`; give it to any number of clients, and
 * close it when done.
 */
export class Channel implements CallChannel {
  /** The target as it was given. */
  readonly target: string;
  /** @internal */
  readonly platform: ChannelPlatform;
  /** @internal */
  readonly options: ChannelOptions;
  /** @internal */
  readonly authority: string;

  #state: ConnectivityState = "idle";
  #connection: HttpConnection | undefined;
  #connecting: HttpConnecting | undefined;
  #failure: HttpFailure | undefined;
  #cancelRetry: (() => void) | undefined;
  readonly #backoff: Backoff;
  /** In order of arrival; a call that ends while it waits takes itself out. */
  readonly #waiting = new Set<PendingCall>();
  /** Every connection not yet gone, draining ones included. */
  readonly #open = new Set<HttpConnection>();
  readonly #closedListeners: (() => void)[] = [];

  /** @internal */
  constructor(target: Target, platform: ChannelPlatform, options: ChannelOptions) {
    this.target = target.text;
    this.platform = platform;
    this.options = options;
    this.authority = options.authority ?? target.authority;
    this.#backoff = new Backoff(options.backoff);
    if (options.compression !== undefined) platform.compressions.require(options.compression);
  }

  /** What the channel is doing now. */
  get state(): ConnectivityState {
    return this.#state;
  }

  /**
   * Closes the channel: calls that wait for a connection fail at once, running ones may go on for `graceMs` (default 0)
   * and are then cancelled. Resolves when every connection is closed. A further call of it is harmless.
   */
  async close(options: { readonly graceMs?: number } = {}): Promise<void> {
    if (this.#state !== "shutdown") {
      this.#state = "shutdown";
      this.#connection = undefined;
      this.#connecting?.cancel();
      this.#connecting = undefined;
      this.#cancelRetry?.();
      this.#failWaiting(Code.Unavailable, "the channel was closed", undefined, true);
      for (const connection of this.#open) connection.close();
    }
    if (this.#open.size === 0) return;
    const graceMs = options.graceMs ?? 0;
    const destroy = () => {
      for (const connection of this.#open) connection.destroy();
    };
    if (graceMs <= 0) destroy();
    const cancel = graceMs > 0 && graceMs !== Infinity ? this.platform.clock.schedule(destroy, graceMs) : undefined;
    if (this.#open.size > 0) await new Promise<void>((resolve) => this.#closedListeners.push(resolve));
    cancel?.();
  }

  /** Closes the channel at the end of an `await using` block. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** @internal Begins `call` on the connection, at once if there is one, else when there is. */
  start(call: PendingCall): void {
    const connection = this.#connection;
    if (connection?.available) {
      call.begin(connection);
      return;
    }
    switch (this.#state) {
      case "shutdown":
        call.fail(Code.Unavailable, "the channel was closed", undefined);
        return;
      case "transient_failure":
        if (call.waitForReady) break;
        call.fail(Code.Unavailable, this.#failureText(), this.#failure?.cause);
        return;
      case "idle":
        this.#waiting.add(call);
        this.#connect();
        return;
    }
    this.#waiting.add(call);
  }

  /** @internal Takes back a call that {@link Channel.start} has not begun yet. */
  forget(call: PendingCall): void {
    this.#waiting.delete(call);
  }

  /** @internal What a call is waiting for, for the message of its error. */
  describeWait(): string {
    if (this.#connection !== undefined) return "waiting for a free stream on the connection";
    return this.#failure === undefined
      ? "waiting for a connection"
      : `waiting for a connection; the last attempt failed: ${this.#failure.message}`;
  }

  #connect(): void {
    // After a failure the channel says so until it is ready again (gRFC A62, sticky transient failure).
    if (this.#state !== "transient_failure") this.#state = "connecting";
    const attempt = new Attempt(this.#events);
    this.#connecting = this.platform.connector.connect(attempt);
  }

  readonly #events: AttemptEvents = {
    ready: (connection) => {
      this.#connecting = undefined;
      this.#open.add(connection);
      this.#connection = connection;
      this.#state = "ready";
      this.#failure = undefined;
      this.#backoff.reset();
      this.#beginWaiting();
    },
    available: () => this.#beginWaiting(),
    draining: (connection) => this.#drop(connection),
    closed: (connection, failure) => {
      if (connection !== undefined) {
        this.#open.delete(connection);
        if (this.#open.size === 0) for (const listener of this.#closedListeners.splice(0)) listener();
        this.#drop(connection);
        return;
      }
      this.#connecting = undefined;
      if (this.#state === "shutdown") return;
      this.#failure = failure;
      this.#state = "transient_failure";
      this.#cancelRetry = this.platform.clock.schedule(() => {
        this.#cancelRetry = undefined;
        this.#retry();
      }, this.#backoff.next());
      this.#failWaiting(Code.Unavailable, this.#failureText(), failure.cause, false);
    },
  };

  /** The wait is over: try again if somebody waits, else when somebody comes. */
  #retry(): void {
    if (this.#state === "shutdown") return;
    if (this.#waiting.size > 0) {
      this.#connect();
    } else {
      this.#state = "idle";
    }
  }

  /** `connection` takes no more streams. */
  #drop(connection: HttpConnection): void {
    if (this.#connection !== connection) return;
    this.#connection = undefined;
    if (this.#state === "shutdown") return;
    this.#state = "idle";
    if (this.#waiting.size > 0) this.#connect();
  }

  #beginWaiting(): void {
    for (const call of this.#waiting) {
      const connection = this.#connection;
      if (connection === undefined || !connection.available) return;
      this.#waiting.delete(call);
      call.begin(connection);
    }
  }

  #failWaiting(code: Code, message: string, cause: unknown, all: boolean): void {
    for (const call of [...this.#waiting]) {
      if (!all && call.waitForReady) continue;
      this.#waiting.delete(call);
      call.fail(code, message, cause);
    }
  }

  #failureText(): string {
    return `no connection: ${this.#failure?.message ?? "the connection is not up"}`;
  }
}

/** What a channel hears of one attempt to connect and of the connection that came of it. */
interface AttemptEvents {
  ready(connection: HttpConnection): void;
  available(): void;
  draining(connection: HttpConnection): void;
  /** `connection` is absent if the attempt failed before it was ready. */
  closed(connection: HttpConnection | undefined, failure: HttpFailure): void;
}

/** Remembers which connection the events are about. */
class Attempt implements HttpConnectionEvents {
  readonly #events: AttemptEvents;
  #connection: HttpConnection | undefined;

  constructor(events: AttemptEvents) {
    this.#events = events;
  }

  onReady(connection: HttpConnection): void {
    this.#connection = connection;
    this.#events.ready(connection);
  }

  onAvailable(): void {
    this.#events.available();
  }

  onDraining(): void {
    if (this.#connection !== undefined) this.#events.draining(this.#connection);
  }

  onClosed(failure: HttpFailure): void {
    this.#events.closed(this.#connection, failure);
  }
}
