import type { HttpConnecting, HttpConnection, HttpConnectionEvents, HttpFailure } from "../rpc/http-types.js";
import { type Address, addressText } from "./address.js";
import { Backoff } from "./backoff.js";
import type {
  CallTaker,
  HealthListener,
  LoadListener,
  Subchannel,
  SubchannelListener,
  SubchannelState,
} from "./balancer/balancer.js";
import type { OnPickedEnd, PendingCall } from "./call-channel.js";
import type { ChannelWatch } from "./call-trace.js";
import type { Connector } from "./connector.js";
import { disconnectReason } from "./disconnect-reason.js";
import { SubchannelWatches, type SubchannelWatchHost } from "./subchannel-watches.js";

/** The channel, as its subchannels see it. */
export interface SubchannelHost extends SubchannelWatchHost {
  readonly connector: Connector;
  readonly watch?: ChannelWatch | undefined;
  /** How many connections one address may have (gRFC A105). */
  maxConnections(): number;
  onOpened(connection: HttpConnection): void;
  onClosed(connection: HttpConnection): void;
  /** Calls that waited for a free stream have lost their connection. */
  repick(calls: readonly PendingCall[]): void;
  /** The last balancer has let go of it. */
  onReleased(subchannel: SharedSubchannel): void;
}

/**
 * Connections to one address: usually one, further ones when its streams are used up and the service config allows it
 * (gRFC A105). Several balancers may hold it at once, each by a handle.
 *
 *              connect                    SETTINGS came
 *     idle ─────────────> connecting ─────────────────────> ready
 *      ^ ^                    │ failed                        │
 *      │ └──── backoff ── transient_failure                   │
 *      └──────────── the last connection drains or is lost ───┘
 */
export class SharedSubchannel implements CallTaker {
  readonly address: Address;
  state: SubchannelState = IDLE;
  /** The oldest connection; the channel's short way looks at it. */
  connection: HttpConnection | undefined = undefined;
  readonly #host: SubchannelHost;
  readonly #backoff: Backoff;
  #connections: readonly HttpConnection[] = [];
  readonly #handles = new Set<SubchannelHandle>();
  /** In order of arrival: they have been picked and wait for a free stream. */
  #queue: Map<PendingCall, OnPickedEnd | undefined> | undefined = undefined;
  #attempt: Link | undefined;
  #attemptStartedMs = 0;
  #cancelBackoff: (() => void) | undefined;
  #watches: SubchannelWatches | undefined;

  constructor(host: SubchannelHost, address: Address) {
    this.#host = host;
    this.address = address;
    this.#backoff = new Backoff(host.backoff, host.random);
  }

  /** A further holder, which hears of the states from now on. */
  hold(listener: SubchannelListener): Subchannel {
    const handle = new SubchannelHandle(this, listener);
    this.#handles.add(handle);
    return handle;
  }

  /** Leaves idle. */
  connect(): void {
    if (this.state.kind !== "idle" || this.#handles.size === 0) return;
    this.#transition(CONNECTING);
    this.#startAttempt();
  }

  take(call: PendingCall, onEnd: OnPickedEnd | undefined): boolean {
    const connection = this.#available();
    if (connection !== undefined) {
      call.begin(connection, onEnd);
      return true;
    }
    if (this.#connections.length === 0) return false;
    this.#queue ??= new Map();
    this.#queue.set(call, onEnd);
    call.onQueued?.("connection");
    this.#scaleUp();
    return true;
  }

  /** Takes a call back that waits here; true if it did. */
  forget(call: PendingCall): boolean {
    const onEnd = this.#queue?.get(call);
    if (this.#queue?.delete(call) !== true) return false;
    onEnd?.(undefined);
    return true;
  }

  /** What the client asks this server about itself; undefined while nobody wants to know. */
  get watches(): SubchannelWatches | undefined {
    return this.#watches;
  }

  /** @internal As {@link SharedSubchannel.watches}, made if there are none. */
  requireWatches(): SubchannelWatches {
    this.#watches ??= new SubchannelWatches(this.#host, this.address, this.connection);
    return this.#watches;
  }

  /** Ends the wait after a failure, if there is one. */
  resetBackoff(): void {
    this.#backoff.reset();
    if (this.#cancelBackoff !== undefined) this.#endBackoff();
  }

  /** @internal A holder has let go. */
  drop(handle: SubchannelHandle): void {
    if (!this.#handles.delete(handle) || this.#handles.size > 0) return;
    this.#host.onReleased(this);
    this.#attempt?.cancel();
    this.#attempt = undefined;
    this.#cancelBackoff?.();
    this.#cancelBackoff = undefined;
    const connections = this.#connections;
    this.#connections = [];
    this.#setConnection(undefined);
    this.state = IDLE;
    for (const connection of connections) {
      this.#onDisconnected("subchannel shutdown");
      connection.close();
    }
    this.#giveBack();
  }

  /** @internal */
  onReady(link: Link, connection: HttpConnection): void {
    if (this.#attempt !== link) {
      connection.close();
      return;
    }
    this.#attempt = undefined;
    // An array of just the right size: push would make room for sixteen more.
    this.#connections = this.#connections.concat(connection);
    this.#setConnection(this.#connections[0]);
    this.#backoff.reset();
    this.#host.onOpened(connection);
    const { watch } = this.#host;
    watch?.observer.onEvent?.({
      type: "connection_opened",
      side: "client",
      target: watch.target,
      peer: connection.peer,
    });
    if (this.state.kind !== "ready") this.#transition(READY);
    this.onAvailable();
  }

  /** @internal A stream has become free. */
  onAvailable(): void {
    const queue = this.#queue;
    if (queue === undefined) return;
    for (const [call, onEnd] of queue) {
      const connection = this.#available();
      if (connection === undefined) {
        this.#scaleUp();
        return;
      }
      queue.delete(call);
      call.begin(connection, onEnd);
    }
  }

  /** @internal `connection` takes no further calls. */
  onDraining(connection: HttpConnection, reason: string): void {
    if (!this.#connections.includes(connection)) return;
    this.#connections = this.#connections.filter((each) => each !== connection);
    this.#onDisconnected(reason);
    this.#setConnection(this.#connections[0]);
    if (this.#connections.length > 0) {
      this.onAvailable();
      return;
    }
    this.#transition(this.#attempt === undefined ? IDLE : CONNECTING);
    this.#giveBack();
  }

  /** @internal `connection` is absent if the attempt has failed. */
  onLinkClosed(link: Link, connection: HttpConnection | undefined, failure: HttpFailure): void {
    const { watch } = this.#host;
    if (failure.code === ENHANCE_YOUR_CALM && failure.message.includes("too_many_pings")) {
      this.#host.warn(
        `${addressText(this.address)} finds the keepalive PINGs too many: later connections send half as many`,
        failure.cause,
      );
    }
    if (connection !== undefined) {
      this.onDraining(connection, disconnectReason(failure));
      this.#host.onClosed(connection);
      const { message: reason, code, origin } = failure;
      const { peer } = connection;
      watch?.observer.onEvent?.({
        type: "connection_closed",
        side: "client",
        target: watch.target,
        peer,
        reason,
        code,
        origin,
        traffic: undefined,
      });
      return;
    }
    if (this.#attempt !== link) return;
    this.#attempt = undefined;
    watch?.observer.onEvent?.({
      type: "connection_failed",
      target: watch.target,
      address: addressText(this.address),
      reason: failure.message,
      cause: failure.cause,
    });
    // The wait counts from the beginning of the attempt (grpc/doc/connection-backoff.md).
    const tookMs = this.#host.clock.now() - this.#attemptStartedMs;
    const waitMs = Math.max(0, this.#backoff.next() - tookMs);
    this.#cancelBackoff = this.#host.clock.schedule(() => this.#endBackoff(), waitMs, true);
    if (this.#connections.length === 0) this.#transition({ kind: "transient_failure", failure });
  }

  /** The only place in which the state changes while anybody holds the subchannel. */
  #transition(state: SubchannelState): void {
    this.state = state;
    const { watch } = this.#host;
    watch?.observer.onEvent?.({
      type: "subchannel_state",
      target: watch.target,
      address: addressText(this.address),
      state: state.kind,
      reason: state.kind === "transient_failure" ? state.failure.message : undefined,
    });
    for (const handle of [...this.#handles]) if (this.#handles.has(handle)) handle.listener(state);
  }

  #setConnection(connection: HttpConnection | undefined): void {
    this.connection = connection;
    this.#watches?.setConnection(connection);
  }

  #onDisconnected(reason: string): void {
    const { watch } = this.#host;
    watch?.observer.onEvent?.({
      type: "subchannel_disconnected",
      target: watch.target,
      address: addressText(this.address),
      reason,
    });
  }

  #startAttempt(): void {
    const link = new Link(this);
    this.#attempt = link;
    this.#attemptStartedMs = this.#host.clock.now();
    link.connecting = this.#host.connector.connect(this.address, this.#host.authority, link);
  }

  #endBackoff(): void {
    this.#cancelBackoff?.();
    this.#cancelBackoff = undefined;
    if (this.state.kind === "transient_failure") this.#transition(IDLE);
    else if (this.#queue !== undefined && this.#queue.size > 0) this.#scaleUp();
  }

  #available(): HttpConnection | undefined {
    for (const connection of this.#connections) if (connection.available) return connection;
    return undefined;
  }

  #scaleUp(): void {
    if (this.#attempt !== undefined || this.#cancelBackoff !== undefined) return;
    if (this.#connections.length < this.#host.maxConnections()) this.#startAttempt();
  }

  #giveBack(): void {
    if (this.#queue === undefined || this.#queue.size === 0) return;
    const waiting = [...this.#queue];
    // Whoever walks through it now is to find nothing more.
    this.#queue.clear();
    this.#queue = undefined;
    for (const [, onEnd] of waiting) onEnd?.(undefined);
    this.#host.repick(waiting.map(([call]) => call));
  }
}

/** What one balancer holds of a subchannel. */
class SubchannelHandle implements Subchannel {
  readonly base: SharedSubchannel;
  readonly listener: SubchannelListener;
  /** What ends the watches; most balancers watch nothing. */
  #stops: Set<() => void> | undefined = undefined;

  constructor(base: SharedSubchannel, listener: SubchannelListener) {
    this.base = base;
    this.listener = listener;
  }

  get address(): Address {
    return this.base.address;
  }

  get state(): SubchannelState {
    return this.base.state;
  }

  connect(): void {
    this.base.connect();
  }

  watchHealth(listener: HealthListener): () => void {
    const watches = this.base.requireWatches();
    const tell: HealthListener = (health) => listener(health);
    const stop = this.#onRelease(() => watches.removeHealthListener(tell));
    watches.addHealthListener(tell);
    return stop;
  }

  watchLoad(intervalMs: number, listener: LoadListener): () => void {
    const watches = this.base.requireWatches();
    const tell: LoadListener = (report) => listener(report);
    watches.addLoadListener(tell, intervalMs);
    return this.#onRelease(() => watches.removeLoadListener(tell));
  }

  release(): void {
    if (this.#stops !== undefined) for (const stop of this.#stops) stop();
    this.base.drop(this);
  }

  #onRelease(end: () => void): () => void {
    const stop = (): void => {
      if (this.#stops?.delete(stop) === true) end();
    };
    this.#stops ??= new Set();
    this.#stops.add(stop);
    return stop;
  }
}

/** Remembers which connection the events are about. */
class Link implements HttpConnectionEvents {
  connecting: HttpConnecting | undefined = undefined;
  readonly #subchannel: SharedSubchannel;
  #connection: HttpConnection | undefined;

  constructor(subchannel: SharedSubchannel) {
    this.#subchannel = subchannel;
  }

  cancel(): void {
    this.connecting?.cancel();
  }

  onReady(connection: HttpConnection): void {
    this.#connection = connection;
    this.#subchannel.onReady(this, connection);
  }

  onAvailable(): void {
    this.#subchannel.onAvailable();
  }

  onDraining(goAway?: string): void {
    const reason = goAway === undefined ? "unknown" : `GOAWAY ${goAway}`;
    if (this.#connection !== undefined) this.#subchannel.onDraining(this.#connection, reason);
  }

  onClosed(failure: HttpFailure): void {
    this.#subchannel.onLinkClosed(this, this.#connection, failure);
  }
}

/** The subchannels of a channel, each shared by all that ask for its address. */
export class SubchannelPool {
  readonly #host: SubchannelHost;
  readonly #byAddress = new Map<string, SharedSubchannel>();

  constructor(host: SubchannelHost) {
    this.#host = host;
  }

  /** A handle on the subchannel of `address`, which is made if there is none. */
  hold(address: Address, listener: SubchannelListener): Subchannel {
    const key = addressText(address);
    let subchannel = this.#byAddress.get(key);
    if (subchannel === undefined) {
      subchannel = new SharedSubchannel(this.#host, address);
      this.#byAddress.set(key, subchannel);
    }
    return subchannel.hold(listener);
  }

  remove(subchannel: SharedSubchannel): void {
    this.#byAddress.delete(addressText(subchannel.address));
  }

  values(): Iterable<SharedSubchannel> {
    return this.#byAddress.values();
  }
}

const IDLE: SubchannelState = { kind: "idle" };
const CONNECTING: SubchannelState = { kind: "connecting" };
const READY: SubchannelState = { kind: "ready" };

/** RFC 9113 §7. */
const ENHANCE_YOUR_CALM = 0xb;
