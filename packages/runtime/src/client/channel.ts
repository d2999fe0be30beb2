import { Code } from "../rpc/code.js";
import type { HttpConnection } from "../rpc/http-types.js";
import { type BalancerChoice, type Pick, type Picker, WAITING_PICKER } from "./balancer/balancer.js";
import { balancerNamed } from "./balancer/balancer-registry.js";
import { GracefulSwitch } from "./balancer/graceful-switch.js";
import type { CallChannel, CallPlatform, PendingCall } from "./call-channel.js";
import type { ChannelOptions } from "./channel-options.js";
import type { ConnectivityState } from "./connectivity-state.js";
import type { Connector } from "./connector.js";
import type { RetryThrottling } from "./method-config.js";
import type { Resolution, Resolver, ResolverPlan } from "./resolver/resolver.js";
import { RetryBudget } from "./retry/retry-budget.js";
import { RetryThrottle } from "./retry/retry-throttle.js";
import { retries } from "./retry/retrying-exchange.js";
import { methodConfigOf, NO_SERVICE_CONFIG, parseServiceConfig, type ServiceConfig } from "./service-config.js";
import { StateWatch, type WaitOptions } from "./state-watch.js";
import { SharedSubchannel, type SubchannelHost, SubchannelPool } from "./subchannel.js";
import { Warner } from "./warner.js";

/** What a channel needs of the platform it runs on. */
export interface ChannelPlatform extends CallPlatform {
  readonly connector: Connector;
  /** From 0 up to 1; tests hand in their own. */
  readonly random: () => number;
}

/**
 * The way to a target: resolver, balancer and connections, kept up as calls need them. Made by `createChannel`; give it
 * to any number of clients, and close it when done.
 *
 *              connect, or a call                 told by the balancer
 *     idle ──────────────────────> active: connecting <──> ready, transient_failure, idle
 *      ^                              │ no calls for idleTimeoutMs
 *      └──────────────────────────────┘               close ──> shutdown, from everywhere
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

  readonly #plan: ResolverPlan;
  /** Holds unless the resolver finds another. */
  readonly #ownConfig: ServiceConfig | undefined;
  readonly #states = new StateWatch();
  readonly #pool: SubchannelPool;
  #activity: Activity | undefined;
  /** The service config in force; undefined until the first resolution. */
  #config: ServiceConfig | undefined;
  #picker: Picker = WAITING_PICKER;
  /** Set while all calls go to one subchannel and the service config says nothing of methods. */
  #only: SharedSubchannel | undefined;
  /** Calls that don't know their method config yet, then those that have no subchannel; in order of arrival. */
  readonly #unresolved = new Set<PendingCall>();
  readonly #waiting = new Set<PendingCall>();
  /** Backoff does not keep the process alive, a call that waits does: by a timer, until the last has its answer. */
  #releaseProcess: (() => void) | undefined;
  /** Who waits for a state: the channel does not go idle before it is reached. */
  #waiters = 0;
  readonly #retries: RetryBudget;
  #lastFailure = "";
  /** Counts calls, so that idleness shows without a clock reading for each of them. */
  #starts = 0;
  /** Every connection not yet gone, draining ones included. */
  readonly #open = new Set<HttpConnection>();
  readonly #closedListeners: (() => void)[] = [];
  readonly #warner: Warner;

  /** @internal @throws ServiceConfigError if the option `serviceConfig` is invalid */
  constructor(target: string, plan: ResolverPlan, platform: ChannelPlatform, options: ChannelOptions) {
    this.target = target;
    this.platform = platform;
    this.options = options;
    this.authority = options.authority ?? plan.authority;
    this.#plan = plan;
    this.#retries = new RetryBudget(options.retryLimits);
    this.#ownConfig = options.serviceConfig === undefined ? undefined : this.#parseConfig(options.serviceConfig);
    this.#pool = new SubchannelPool(this.#makeHost());
    const { watch } = platform;
    if (watch?.observer.onEvent !== undefined) {
      this.#states.watch((state) => watch.observer.onEvent?.({ type: "channel_state", target: watch.target, state }));
    }
    this.#warner = new Warner(target, options.onWarning);
    if (options.compression !== undefined) platform.compressions.require(options.compression);
  }

  /** What the channel is doing now. */
  get state(): ConnectivityState {
    return this.#states.current;
  }

  /** Calls `listener` at every change of {@link Channel.state}. Returns what ends it. */
  watchState(listener: (state: ConnectivityState) => void): () => void {
    return this.#states.watch(listener);
  }

  /**
   * Resolves when the channel is in `state`, at once if it is; connects if it is idle and that is not what is awaited.
   * @throws RpcError DEADLINE_EXCEEDED after `timeoutMs`, CANCELLED by `signal`, UNAVAILABLE if the channel is closed
   */
  async waitForState(state: ConnectivityState, options: WaitOptions = {}): Promise<void> {
    if (state !== "idle") this.connect();
    this.#waiters++;
    try {
      await this.#states.waitFor(state, options, this.platform.clock, () => `${this.target}${this.#because()}`);
    } finally {
      this.#waiters--;
    }
  }

  /** Connects without a call. Harmless if the channel is connected, or closed. */
  connect(): void {
    if (this.state === "shutdown") return;
    if (this.#activity === undefined) this.#activate();
    else this.#activity.balancer.exitIdle();
  }

  /**
   * Closes the channel: calls that wait for a connection fail at once, running ones may go on for `graceMs` (default 0)
   * and are then cancelled. Resolves when every connection is closed. A further call of it is harmless.
   */
  async close(options: { readonly graceMs?: number } = {}): Promise<void> {
    if (this.state !== "shutdown") {
      this.#states.set("shutdown");
      this.#deactivate();
      for (const call of [...this.#unresolved, ...this.#waiting]) {
        call.fail(Code.Unavailable, CLOSED, undefined, true);
      }
      this.#unresolved.clear();
      this.#waiting.clear();
      this.#holdProcess();
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

  /** @internal Begins `call` on a connection, at once if there is one, else when there is. */
  start(call: PendingCall): void {
    this.#starts++;
    const connection = this.#only?.connection;
    if (connection?.available) {
      call.begin(connection, undefined);
      return;
    }
    if (this.state === "shutdown") {
      call.fail(Code.Unavailable, CLOSED, undefined, true);
      return;
    }
    if (this.#activity === undefined) this.#activate();
    if (this.#config !== undefined) {
      this.#configure(call, this.#config);
    } else if (this.#lastFailure === "" || call.waitForReady) {
      this.#unresolved.add(call);
      call.onQueued?.("name");
      this.#holdProcess();
    } else call.fail(Code.Unavailable, this.#lastFailure, undefined);
  }

  #configure(call: PendingCall, config: ServiceConfig): void {
    if (call.configure(methodConfigOf(config, call.method.path), this.#retries, retries)) this.#place(call);
  }

  #place(call: PendingCall): void {
    if (this.state === "shutdown") {
      call.fail(Code.Unavailable, CLOSED, undefined, true);
      return;
    }
    if (this.#activity === undefined) this.#activate();
    if (this.#pick(call)) return;
    this.#waiting.add(call);
    call.onQueued?.("connection");
    this.#holdProcess();
  }

  #holdProcess(): void {
    const needed = this.#unresolved.size > 0 || this.#waiting.size > 0;
    if (needed === (this.#releaseProcess !== undefined)) return;
    this.#releaseProcess?.();
    this.#releaseProcess = needed ? this.platform.clock.schedule(() => {}, Infinity) : undefined;
  }

  /** @internal Takes back a call that has not begun yet. */
  forget(call: PendingCall): void {
    if (this.#unresolved.delete(call) || this.#waiting.delete(call)) {
      this.#holdProcess();
      return;
    }
    for (const subchannel of this.#pool.values()) if (subchannel.forget(call)) return;
  }

  /** @internal What a call is waiting for, for the message of its error. */
  describeWait(call: PendingCall): string {
    if (this.#unresolved.has(call)) {
      return `waiting for a connection: the name is not resolved yet${this.#because()}`;
    }
    if (!this.#waiting.has(call)) return "waiting for a free stream on the connection";
    return `waiting for a connection (state ${this.state})${this.#because()}`;
  }

  #because(): string {
    return this.#lastFailure === "" ? "" : `; the last attempt failed: ${this.#lastFailure}`;
  }

  /** True if the call is on its way, or has failed; false if it must wait. */
  #pick(call: PendingCall): boolean {
    const pick: Pick = this.#picker.pick(call);
    switch (pick.kind) {
      case "subchannel":
        if (pick.subchannel.base.take(call, pick.onEnd)) return true;
        // The connection was lost before its balancer could say so; the next picker is on its way.
        pick.onEnd?.(undefined);
        return false;
      case "wait":
        return false;
      case "fail":
        this.#lastFailure = pick.message;
        if (call.waitForReady) return false;
        call.fail(Code.Unavailable, `no connection: ${pick.message}`, pick.cause);
        return true;
      case "drop":
        // gRFC A6, "Transparent Retries": what is dropped is not tried again.
        call.fail(Code.Unavailable, pick.message, undefined, true);
        return true;
    }
  }

  #onPicker(state: Exclude<ConnectivityState, "shutdown">, picker: Picker): void {
    this.#picker = picker;
    if (state === "ready") this.#lastFailure = "";
    this.#refreshOnly();
    this.#states.set(state);
    for (const call of [...this.#waiting]) {
      if (!this.#waiting.delete(call)) continue;
      if (!this.#pick(call)) this.#waiting.add(call);
    }
    this.#holdProcess();
  }

  #refreshOnly(): void {
    const base = this.#config?.methods.size === 0 ? this.#picker.only?.base : undefined;
    this.#only = base instanceof SharedSubchannel ? base : undefined;
  }

  #activate(): void {
    const { clock, random, watch } = this.platform;
    this.#states.set("connecting");
    const balancer = new GracefulSwitch({
      clock,
      random,
      watch,
      createSubchannel: (address, listener) => this.#pool.hold(address, listener),
      requestResolution: () => this.#activity?.resolver.resolveNow(),
      update: (state, picker) => {
        if (this.#activity !== undefined) this.#onPicker(state, picker);
      },
    });
    const resolver = this.#plan.start(
      {
        onResolution: (resolution) => this.#onResolution(resolution),
        onError: (message, cause) => this.#onResolverError(message, cause),
      },
      { clock, random },
    );
    this.#activity = { resolver, balancer, cancelIdleTimer: undefined };
    this.#watchIdleness(this.#activity);
  }

  #deactivate(): void {
    const activity = this.#activity;
    if (activity === undefined) return;
    this.#activity = undefined;
    this.#picker = WAITING_PICKER;
    this.#config = undefined;
    this.#only = undefined;
    this.#lastFailure = "";
    activity.cancelIdleTimer?.();
    activity.resolver.close();
    activity.balancer.close();
  }

  /** The channel is idle when a whole period has gone by in which no call was started or under way. */
  #watchIdleness(activity: Activity): void {
    const idleMs = this.options.idleTimeoutMs ?? DEFAULT_IDLE_TIMEOUT_MS;
    if (idleMs === Infinity) return;
    const before = this.#starts;
    const check = () => {
      let busy = this.#starts !== before || this.#unresolved.size > 0 || this.#waiting.size > 0;
      busy ||= this.#waiters > 0 && this.state !== "ready";
      for (const connection of this.#open) {
        busy ||= (connection.openStreams ?? 0) > (connection.backgroundStreams ?? 0);
      }
      if (busy) {
        this.#watchIdleness(activity);
      } else {
        this.#deactivate();
        this.#states.set("idle");
      }
    };
    activity.cancelIdleTimer = this.platform.clock.schedule(check, idleMs, true);
  }

  #onResolution({ endpoints, serviceConfig }: Resolution): boolean {
    const activity = this.#activity;
    if (activity === undefined) return true;
    let config = this.#ownConfig ?? NO_SERVICE_CONFIG;
    if (serviceConfig !== undefined) {
      try {
        config = this.#parseConfig(serviceConfig);
      } catch (error) {
        // gRFC A21: what was valid before stays in force; without it no call may go out.
        if (this.#config === undefined) {
          this.#onResolverError(`the service config is invalid: ${(error as Error).message}`, error);
          return false;
        }
        config = this.#config;
        this.#warner.warn(
          `the service config is invalid, the one before stays in force: ${(error as Error).message}`,
          error,
        );
      }
    }
    this.#config = config;
    this.#lastFailure = "";
    this.#setThrottling(config.throttling);
    const usable = activity.balancer.update({ endpoints, config: config.balancer ?? this.#defaultBalancer() });
    for (const { watches } of this.#pool.values()) watches?.refreshHealthService();
    const { watch } = this.platform;
    watch?.observer.onEvent?.({
      type: "resolver_update",
      target: watch.target,
      endpoints: endpoints.length,
      hasServiceConfig: serviceConfig !== undefined,
      usable,
    });
    this.#refreshOnly();
    this.#beginUnresolved();
    return usable;
  }

  #parseConfig(json: unknown): ServiceConfig {
    return parseServiceConfig(json, this.options.retryLimits?.maxAttempts);
  }

  /** Tokens that were spent stay spent while the configuration is the same. */
  #setThrottling(throttling: RetryThrottling | undefined): void {
    const { maxTokens, tokenRatio } = this.#retries.throttle?.config ?? {};
    if (throttling?.maxTokens === maxTokens && throttling?.tokenRatio === tokenRatio) return;
    this.#retries.throttle = throttling === undefined ? undefined : new RetryThrottle(throttling);
  }

  #onResolverError(message: string, cause: unknown): void {
    const activity = this.#activity;
    if (activity === undefined) return;
    const { watch } = this.platform;
    watch?.observer.onEvent?.({ type: "resolver_error", target: watch.target, reason: message });
    if (this.#config !== undefined) {
      this.#warner.warn(`what was found before stays in use: ${message}`, cause);
      activity.balancer.resolverError(message, cause);
      return;
    }
    this.#lastFailure = `no connection: ${message}`;
    this.#states.set("transient_failure");
    for (const call of [...this.#unresolved]) {
      if (call.waitForReady) continue;
      this.#unresolved.delete(call);
      call.fail(Code.Unavailable, this.#lastFailure, cause);
    }
    this.#holdProcess();
  }

  #defaultBalancer(): BalancerChoice {
    return balancerNamed("pick_first");
  }

  #beginUnresolved(): void {
    for (const call of [...this.#unresolved]) {
      if (this.#config !== undefined && this.#unresolved.delete(call)) this.#configure(call, this.#config);
    }
    this.#holdProcess();
  }

  #makeHost(): SubchannelHost {
    const { clock, random, connector } = this.platform;
    return {
      clock,
      random,
      connector,
      platform: this.platform,
      target: this.target,
      authority: this.authority,
      watch: this.platform.watch,
      userAgent: this.options.userAgent,
      callCredentials: this.options.callCredentials,
      backoff: this.options.backoff,
      healthService: () => this.#config?.healthService,
      warn: (what, cause) => this.#warner.warn(what, cause),
      maxConnections: () => {
        const wanted = this.#config?.maxConnectionsPerSubchannel ?? 1;
        return Math.min(wanted, this.options.maxConnectionsPerAddress ?? DEFAULT_MAX_CONNECTIONS);
      },
      onOpened: (connection) => this.#open.add(connection),
      onClosed: (connection) => {
        this.#open.delete(connection);
        if (this.#open.size === 0) for (const listener of this.#closedListeners.splice(0)) listener();
      },
      repick: (calls) => {
        for (const call of calls) this.#place(call);
      },
      onReleased: (subchannel) => this.#pool.remove(subchannel),
    };
  }
}

/** What there is while the channel is not idle. */
interface Activity {
  readonly resolver: Resolver;
  readonly balancer: GracefulSwitch;
  cancelIdleTimer: (() => void) | undefined;
}

const CLOSED = "the channel was closed";

/** 30 minutes, as in gRPC. */
const DEFAULT_IDLE_TIMEOUT_MS = 30 * 60_000;

/** 10 (gRFC A105): a service config can't make a client open any number of connections. */
const DEFAULT_MAX_CONNECTIONS = 10;
