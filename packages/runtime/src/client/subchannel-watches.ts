import type { HttpConnection } from "../rpc/http-types.js";
import { type Address, addressText } from "./address.js";
import type { HealthListener, LoadListener } from "./balancer/balancer.js";
import { HEALTHY, HealthWatch } from "./health-watch.js";
import { LoadWatch } from "./load-watch.js";
import { SubchannelChannel, type SubchannelChannelHost } from "./subchannel-channel.js";
import type { SubchannelStreamHost } from "./subchannel-stream.js";

/** The channel, as the watches of its subchannels see it. */
export interface SubchannelWatchHost extends SubchannelChannelHost, SubchannelStreamHost {
  readonly target: string;
  /** The service whose health is watched (gRFC A17); undefined for no health checks. */
  healthService(): string | undefined;
  /** Tells of what goes wrong without failing anything. */
  warn(what: string, cause: unknown): void;
}

/** What a client asks a server about itself, beside its calls: health and load. Made when a balancer wants either. */
export class SubchannelWatches {
  readonly #host: SubchannelWatchHost;
  readonly #address: Address;
  readonly #channel: SubchannelChannel;
  readonly #healthListeners = new Set<HealthListener>();
  #connection: HttpConnection | undefined;
  #health: HealthWatch | undefined;
  #load: LoadWatch | undefined;

  constructor(host: SubchannelWatchHost, address: Address, connection: HttpConnection | undefined) {
    this.#host = host;
    this.#address = address;
    this.#connection = connection;
    this.#channel = new SubchannelChannel(host, `${host.target}, ${addressText(address)}`, () => this.#connection);
  }

  /** The connection to ask on, or none; called when it changes. */
  setConnection(connection: HttpConnection | undefined): void {
    if (this.#connection === connection) return;
    this.#connection = connection;
    for (const watch of [this.#health, this.#load]) {
      if (connection === undefined) watch?.stop();
      else watch?.start();
    }
  }

  /** The service config may name another service. */
  refreshHealthService(): void {
    if (this.#health?.service === this.#host.healthService() || this.#healthListeners.size === 0) return;
    this.#startHealth();
  }

  addHealthListener(listener: HealthListener): void {
    this.#healthListeners.add(listener);
    if (this.#health?.service !== this.#host.healthService()) this.#startHealth();
    else listener(this.#health?.health ?? HEALTHY);
  }

  removeHealthListener(listener: HealthListener): void {
    this.#healthListeners.delete(listener);
    if (this.#healthListeners.size > 0) return;
    this.#health?.stop();
    this.#health = undefined;
  }

  addLoadListener(listener: LoadListener, intervalMs: number): void {
    if (this.#load === undefined) {
      this.#load = new LoadWatch(this.#host, this.#channel);
      this.#load.add(listener, intervalMs);
      if (this.#connection !== undefined) this.#load.start();
    } else this.#load.add(listener, intervalMs);
  }

  removeLoadListener(listener: LoadListener): void {
    this.#load?.remove(listener);
  }

  #startHealth(): void {
    this.#health?.stop();
    this.#health = undefined;
    const tell: HealthListener = (health) => {
      for (const listener of [...this.#healthListeners]) if (this.#healthListeners.has(listener)) listener(health);
    };
    const healthService = this.#host.healthService();
    if (healthService === undefined) {
      tell(HEALTHY);
      return;
    }
    const watch = new HealthWatch(healthService, this.#host, this.#channel, {
      onChange: (health) => {
        if (this.#health === watch) tell(health);
      },
      onUnimplemented: (error) =>
        this.#host.warn(
          `the health of "${healthService}" shall be watched, and ${addressText(this.#address)} has no health service: it is taken for healthy`,
          error,
        ),
    });
    this.#health = watch;
    if (this.#connection !== undefined) watch.start();
    else tell(watch.health);
  }
}
