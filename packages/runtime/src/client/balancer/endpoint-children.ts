import type { Endpoint } from "../address.js";
import { endpointKey } from "../address.js";
import type { ConnectivityState } from "../connectivity-state.js";
import { type BalancerHelper, type Picker, type Subchannel, WAITING_PICKER } from "./balancer.js";
import { PickFirst } from "./pick-first.js";

/** One server of a balancer that uses several: a `pick_first` over its addresses (gRFC A61). */
export interface EndpointChild {
  readonly key: string;
  endpoint: Endpoint;
  readonly balancer: PickFirst;
  state: Exclude<ConnectivityState, "shutdown">;
  picker: Picker;
  /** What the last failure of the child said. */
  failure: { readonly message: string; readonly cause: unknown } | undefined;
}

/** How children are kept. */
export interface EndpointChildrenOptions {
  /** Whether children connect as soon as they are there, and again whenever they are idle. */
  readonly eager: boolean;
  readonly onChange: () => void;
  /** A child has a further subchannel. */
  readonly onSubchannel?: ((child: EndpointChild, subchannel: Subchannel) => void) | undefined;
}

/** The children of a balancer, one for each endpoint; those that stay in an update keep their connections. */
export class EndpointChildren {
  readonly #helper: BalancerHelper;
  readonly #options: EndpointChildrenOptions;
  #byKey = new Map<string, EndpointChild>();
  #updating = false;

  constructor(helper: BalancerHelper, options: EndpointChildrenOptions) {
    this.#helper = helper;
    this.#options = options;
  }

  /** In the order in which the resolver gave them. */
  get all(): readonly EndpointChild[] {
    return [...this.#byKey.values()];
  }

  /** Puts `endpoints` in the place of what there is; one that comes twice counts once. */
  update(endpoints: readonly Endpoint[]): void {
    const old = this.#byKey;
    this.#byKey = new Map();
    this.#updating = true;
    for (const endpoint of endpoints) {
      const key = endpointKey(endpoint);
      if (endpoint.addresses.length === 0 || this.#byKey.has(key)) continue;
      const child = old.get(key) ?? this.#create(key, endpoint);
      old.delete(key);
      child.endpoint = endpoint;
      this.#byKey.set(key, child);
    }
    for (const child of this.#byKey.values()) {
      if (child.state === "idle" && !this.#options.eager) continue;
      child.balancer.update({ endpoints: [child.endpoint], config: undefined });
    }
    for (const child of old.values()) child.balancer.close();
    this.#updating = false;
    this.#options.onChange();
  }

  /** Begins to connect a child that is idle. */
  connect(child: EndpointChild): void {
    if (child.state !== "idle" || this.#byKey.get(child.key) !== child) return;
    child.balancer.update({ endpoints: [child.endpoint], config: undefined });
    child.balancer.exitIdle();
  }

  close(): void {
    for (const child of this.#byKey.values()) child.balancer.close();
    this.#byKey.clear();
  }

  #create(key: string, endpoint: Endpoint): EndpointChild {
    const helper = this.#helper;
    const child: EndpointChild = {
      key,
      endpoint,
      balancer: new PickFirst(
        {
          clock: helper.clock,
          random: helper.random,
          createSubchannel: (address, listener) => {
            const subchannel = helper.createSubchannel(address, listener);
            this.#options.onSubchannel?.(child, subchannel);
            return subchannel;
          },
          requestResolution: () => helper.requestResolution(),
          update: (state, picker) => this.#onUpdate(child, state, picker),
        },
        true,
      ),
      state: this.#options.eager ? "connecting" : "idle",
      picker: WAITING_PICKER,
      failure: undefined,
    };
    return child;
  }

  #onUpdate(child: EndpointChild, state: EndpointChild["state"], picker: Picker): void {
    child.state = state;
    child.picker = picker;
    if (state === "transient_failure") {
      const pick = picker.pick(undefined as never);
      if (pick.kind === "fail") child.failure = { message: pick.message, cause: pick.cause };
    }
    if (this.#byKey.get(child.key) !== child) return;
    if (state === "idle" && this.#options.eager) {
      child.state = "connecting";
      if (!this.#updating) this.#options.onChange();
      child.balancer.exitIdle();
      return;
    }
    if (!this.#updating) this.#options.onChange();
  }
}
