import { Code } from "../../rpc/code.js";
import { type Address, addressText, type Endpoint, endpointKey } from "../address.js";
import type { PickInfo } from "../call-channel.js";
import type {
  Balancer,
  BalancerHelper,
  BalancerPolicy,
  BalancerUpdate,
  HealthListener,
  LoadListener,
  Pick,
  Picker,
  Subchannel,
  SubchannelHealth,
  SubchannelListener,
  SubchannelState,
} from "./balancer.js";
import { GracefulSwitch } from "./graceful-switch.js";
import { findOutliers, type OutlierCandidate } from "./outlier-algorithms.js";
import { type OutlierConfig, parseOutlierConfig } from "./outlier-config.js";

/**
 * Keeps calls from servers that fail more of them than others do, for a while that grows (gRFC A50, with A61): the balancer
 * within sees such a server as one that can't be reached, while its connection stays.
 */
export const outlierDetection: BalancerPolicy = {
  name: "outlier_detection_experimental",
  parseConfig: parseOutlierConfig,
  create: (helper) => new OutlierDetection(helper),
};

class OutlierDetection implements Balancer {
  readonly #helper: BalancerHelper;
  readonly #child: GracefulSwitch;
  /** By the key of the endpoint. */
  #servers = new Map<string, Server>();
  /** By the text of an address. */
  #byAddress = new Map<string, Server>();
  #config: OutlierConfig | undefined;
  #sweepStartedMs: number | undefined;
  #cancelSweep: (() => void) | undefined;
  #last: { readonly state: Parameters<BalancerHelper["update"]>[0]; readonly picker: Picker } | undefined;

  constructor(helper: BalancerHelper) {
    this.#helper = helper;
    this.#child = new GracefulSwitch({
      clock: helper.clock,
      random: helper.random,
      watch: helper.watch,
      createSubchannel: (address, listener) => this.#createSubchannel(address, listener),
      requestResolution: () => helper.requestResolution(),
      update: (state, picker) => {
        this.#last = { state, picker };
        this.#report();
      },
    });
  }

  update({ endpoints, config }: BalancerUpdate): boolean {
    const before = this.#config;
    this.#config = config as OutlierConfig;
    this.#updateServers(endpoints);
    if (this.#counts) this.#startSweeps(this.#config);
    else this.#stopSweeps();
    const usable = this.#child.update({ endpoints, config: this.#config.child });
    // The picker may have to count from now on, or no longer.
    if (before !== undefined && isCounting(before) !== this.#counts) this.#report();
    return usable;
  }

  resolverError(message: string, cause: unknown): void {
    this.#child.resolverError(message, cause);
  }

  exitIdle(): void {
    this.#child.exitIdle();
  }

  close(): void {
    this.#cancelSweep?.();
    this.#child.close();
  }

  get #counts(): boolean {
    return this.#config !== undefined && isCounting(this.#config);
  }

  #report(): void {
    if (this.#last === undefined) return;
    const { state, picker } = this.#last;
    this.#helper.update(state, this.#counts ? new CountingPicker(picker) : picker);
  }

  #updateServers(endpoints: readonly Endpoint[]): void {
    const old = this.#servers;
    this.#servers = new Map();
    this.#byAddress = new Map();
    for (const endpoint of endpoints) {
      const key = endpointKey(endpoint);
      const server = old.get(key) ?? new Server();
      this.#servers.set(key, server);
      for (const address of endpoint.addresses) this.#byAddress.set(addressText(address), server);
    }
  }

  #createSubchannel(address: Address, listener: SubchannelListener): Subchannel {
    const server = this.#byAddress.get(addressText(address));
    const inner = this.#helper.createSubchannel(address, listener);
    return server === undefined ? inner : new WatchedSubchannel(inner, server);
  }

  /** A running wait goes on with the new interval: an update does not put the next sweep off. */
  #startSweeps({ intervalMs }: OutlierConfig): void {
    const nowMs = this.#helper.clock.now();
    if (this.#sweepStartedMs === undefined) {
      this.#sweepStartedMs = nowMs;
      for (const server of this.#servers.values()) server.takeCounts();
    }
    this.#scheduleSweep(Math.max(0, intervalMs - (nowMs - this.#sweepStartedMs)));
  }

  #stopSweeps(): void {
    this.#cancelSweep?.();
    this.#cancelSweep = undefined;
    this.#sweepStartedMs = undefined;
    for (const server of this.#servers.values()) {
      server.restore();
      server.multiplier = 0;
    }
  }

  #scheduleSweep(delayMs: number): void {
    this.#cancelSweep?.();
    this.#cancelSweep = this.#helper.clock.schedule(() => this.#sweep(), delayMs, true);
  }

  #sweep(): void {
    const config = this.#config as OutlierConfig;
    const nowMs = this.#helper.clock.now();
    this.#sweepStartedMs = nowMs;
    const servers = [...this.#servers.values()];
    for (const server of servers) server.takeCounts();
    findOutliers(servers, config, this.#helper.random, (server) => server.eject(nowMs));
    for (const server of servers) {
      if (server.ejectedAtMs === undefined) {
        if (server.multiplier > 0) server.multiplier--;
        continue;
      }
      const { baseEjectionMs, maxEjectionMs } = config;
      const timeMs = Math.min(baseEjectionMs * server.multiplier, Math.max(baseEjectionMs, maxEjectionMs));
      if (nowMs > server.ejectedAtMs + timeMs) server.restore();
    }
    this.#scheduleSweep(config.intervalMs);
  }
}

function isCounting({ successRate, failurePercentage }: OutlierConfig): boolean {
  return successRate !== undefined || failurePercentage !== undefined;
}

/** What is known of a server: how its calls ended, and whether it is out. */
class Server implements OutlierCandidate {
  successes = 0;
  failures = 0;
  /** Undefined while it gets calls. */
  ejectedAtMs: number | undefined = undefined;
  /** How often it was put out of late. */
  multiplier = 0;
  readonly subchannels: Set<WatchedSubchannel> = new Set();
  /** Counts since the last sweep. */
  #successes = 0;
  #failures = 0;

  get ejected(): boolean {
    return this.ejectedAtMs !== undefined;
  }

  count(ok: boolean): void {
    if (ok) this.#successes++;
    else this.#failures++;
  }

  /** What was counted since the last time is what is looked at now. */
  takeCounts(): void {
    this.successes = this.#successes;
    this.failures = this.#failures;
    this.#successes = this.#failures = 0;
  }

  eject(nowMs: number): void {
    this.ejectedAtMs = nowMs;
    this.multiplier++;
    for (const subchannel of [...this.subchannels]) subchannel.tell();
  }

  restore(): void {
    if (this.ejectedAtMs === undefined) return;
    this.ejectedAtMs = undefined;
    for (const subchannel of [...this.subchannels]) subchannel.tell();
  }
}

/** A subchannel whose server may be out: then its health is bad, whatever the server says of itself. */
class WatchedSubchannel implements Subchannel {
  readonly server: Server;
  readonly #inner: Subchannel;
  readonly #listeners = new Map<HealthListener, SubchannelHealth | undefined>();

  constructor(inner: Subchannel, server: Server) {
    this.#inner = inner;
    this.server = server;
    server.subchannels.add(this);
  }

  get address(): Address {
    return this.#inner.address;
  }

  get state(): SubchannelState {
    return this.#inner.state;
  }

  get base(): Subchannel["base"] {
    return this.#inner.base;
  }

  connect(): void {
    this.#inner.connect();
  }

  watchHealth(listener: HealthListener): () => void {
    this.#listeners.set(listener, undefined);
    const stop = this.#inner.watchHealth((health) => {
      if (!this.#listeners.has(listener)) return;
      this.#listeners.set(listener, health);
      listener(this.server.ejected ? this.#ejection() : health);
    });
    return () => {
      this.#listeners.delete(listener);
      stop();
    };
  }

  watchLoad(intervalMs: number, listener: LoadListener): () => void {
    return this.#inner.watchLoad(intervalMs, listener);
  }

  release(): void {
    this.server.subchannels.delete(this);
    this.#listeners.clear();
    this.#inner.release();
  }

  /** The server was put out, or is back. */
  tell(): void {
    for (const [listener, health] of [...this.#listeners]) {
      if (health !== undefined && this.#listeners.has(listener))
        listener(this.server.ejected ? this.#ejection() : health);
    }
  }

  #ejection(): SubchannelHealth {
    const message = `${addressText(this.address)} gets no calls for a while: it failed more of them than others (outlier detection)`;
    const failure = { code: CONNECT_ERROR, message, origin: "connection" as const, unprocessed: true };
    return { kind: "transient_failure", failure };
  }
}

/** Counts how calls end, by server. */
class CountingPicker implements Picker {
  readonly #inner: Picker;

  constructor(inner: Picker) {
    this.#inner = inner;
  }

  pick(info: PickInfo): Pick {
    const pick = this.#inner.pick(info);
    if (pick.kind !== "subchannel" || !(pick.subchannel instanceof WatchedSubchannel)) return pick;
    const { server } = pick.subchannel;
    return {
      kind: "subchannel",
      subchannel: pick.subchannel,
      onEnd: (end) => {
        if (end !== undefined) server.count(end.code === Code.Ok);
        pick.onEnd?.(end);
      },
    };
  }
}

/** RFC 9113 §7. */
const CONNECT_ERROR = 0xa;
