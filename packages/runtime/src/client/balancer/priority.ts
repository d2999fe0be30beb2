import type { Endpoint } from "../address.js";
import { asObject, booleanAt, listAt, own, ServiceConfigError } from "../config-json.js";
import type { ConnectivityState } from "../connectivity-state.js";
import {
  type Balancer,
  type BalancerChoice,
  type BalancerHelper,
  type BalancerPolicy,
  type BalancerUpdate,
  type ChooseBalancer,
  failingPicker,
  type Picker,
  WAITING_PICKER,
} from "./balancer.js";
import { GracefulSwitch } from "./graceful-switch.js";

/** The configuration of `priority`. */
interface PriorityConfig {
  readonly children: ReadonlyMap<string, ChildConfig>;
  /** Names of children, the first choice first. */
  readonly priorities: readonly string[];
}

interface ChildConfig {
  readonly choice: BalancerChoice;
  readonly ignoresResolution: boolean;
}

/**
 * Groups of servers, each with a balancer of its own: calls go to the first that can be reached (gRFC A56, with A115). Which
 * group a server is in says `group` of its endpoint.
 */
export const priority: BalancerPolicy = {
  name: "priority_experimental",
  parseConfig(value, choose): PriorityConfig {
    const config = asObject(value, NAME);
    const list = asObject(own(config, "children") ?? {}, `${NAME}.children`);
    const children = new Map<string, ChildConfig>();
    for (const name of Object.keys(list))
      children.set(name, parseChild(list[name], `${NAME}.children.${name}`, choose));
    const priorities = listAt(config, "priorities", NAME).map((name) => {
      if (typeof name !== "string" || !children.has(name)) {
        throw new ServiceConfigError(`${NAME}.priorities has ${JSON.stringify(name)}, which is none of the children`);
      }
      return name;
    });
    if (new Set(priorities).size < priorities.length) {
      throw new ServiceConfigError(`${NAME}.priorities has a child twice`);
    }
    return { children, priorities };
  },
  create: (helper) => new Priority(helper),
};

function parseChild(value: unknown, where: string, choose: ChooseBalancer): ChildConfig {
  const child = asObject(value, where);
  return {
    choice: choose(own(child, "config"), `${where}.config`),
    ignoresResolution: booleanAt(child, "ignoreReresolutionRequests", where) ?? false,
  };
}

class Priority implements Balancer {
  readonly #helper: BalancerHelper;
  readonly #children = new Map<string, Child>();
  #config: PriorityConfig = { children: new Map(), priorities: [] };
  #endpoints: ReadonlyMap<string, readonly Endpoint[]> = new Map();
  #resolverFailure: { readonly message: string; readonly cause: unknown } | undefined;
  #updating = false;

  constructor(helper: BalancerHelper) {
    this.#helper = helper;
  }

  update({ endpoints, config }: BalancerUpdate): boolean {
    this.#config = config as PriorityConfig;
    this.#endpoints = byGroup(endpoints);
    this.#updating = true;
    for (const [name, child] of [...this.#children]) {
      if (this.#config.priorities.includes(name)) this.#updateChild(name, child);
      else this.#remove(name, child);
    }
    this.#updating = false;
    this.#choose();
    return endpoints.length > 0 && this.#config.priorities.length > 0;
  }

  resolverError(message: string, cause: unknown): void {
    this.#resolverFailure = { message, cause };
    for (const child of this.#children.values()) child.balancer.resolverError(message, cause);
    if (this.#children.size === 0) this.#choose();
  }

  exitIdle(): void {
    for (const child of this.#children.values()) if (child.state === "idle") child.balancer.exitIdle();
  }

  close(): void {
    for (const [name, child] of [...this.#children]) this.#remove(name, child);
  }

  /** Idempotent: whenever it is called in the same state of the children it says the same (A56, "Choosing a Priority"). */
  #choose(): void {
    if (this.#updating) return;
    const { priorities } = this.#config;
    if (priorities.length === 0) {
      const { message, cause } = this.#resolverFailure ?? {
        message: "the list of priorities is empty",
        cause: undefined,
      };
      this.#helper.update("transient_failure", failingPicker(message, cause));
      return;
    }
    for (const [index, name] of priorities.entries()) {
      const child = this.#children.get(name) ?? this.#create(name);
      this.#reactivate(child);
      if (child.state === "ready" || child.state === "idle") {
        for (const lower of priorities.slice(index + 1)) this.#deactivate(lower);
        this.#use(child);
        return;
      }
      if (child.cancelFailover !== undefined) {
        this.#use(child);
        return;
      }
    }
    // None is ready and none has time left: one that still tries is better than one that has failed.
    const children = priorities.map((name) => this.#children.get(name) as Child);
    this.#use(children.find(({ state }) => state === "connecting") ?? (children.at(-1) as Child));
  }

  #use({ state, picker }: Child): void {
    this.#helper.update(state, picker);
  }

  #create(name: string): Child {
    const helper = this.#helper;
    const child: Child = {
      balancer: undefined as never,
      state: "connecting",
      picker: WAITING_PICKER,
      cancelFailover: undefined,
      cancelRemoval: undefined,
      wasUp: false,
    };
    child.balancer = new GracefulSwitch({
      clock: helper.clock,
      random: helper.random,
      watch: helper.watch,
      createSubchannel: (address, listener) => helper.createSubchannel(address, listener),
      requestResolution: () => {
        if (!this.#config.children.get(name)?.ignoresResolution) helper.requestResolution();
      },
      update: (state, picker) => this.#onUpdate(name, child, state, picker),
    });
    this.#children.set(name, child);
    this.#startFailover(child);
    // Whoever makes a child is choosing, and looks at its state next.
    this.#updating = true;
    this.#updateChild(name, child);
    this.#updating = false;
    return child;
  }

  #updateChild(name: string, child: Child): void {
    const { choice } = this.#config.children.get(name) as ChildConfig;
    child.balancer.update({ endpoints: this.#endpoints.get(name) ?? [], config: choice });
  }

  #onUpdate(name: string, child: Child, state: Child["state"], picker: Picker): void {
    if (this.#children.get(name) !== child) return;
    const was = child.state;
    child.state = state;
    child.picker = picker;
    if (state !== "connecting") {
      child.wasUp = state !== "transient_failure";
      child.cancelFailover?.();
      child.cancelFailover = undefined;
    } else if (was !== "connecting" && child.wasUp) {
      this.#startFailover(child);
    }
    // One that is out of use has no say.
    if (child.cancelRemoval === undefined) this.#choose();
  }

  #startFailover(child: Child): void {
    if (child.cancelFailover !== undefined) return;
    child.cancelFailover = this.#helper.clock.schedule(
      () => {
        child.cancelFailover = undefined;
        this.#choose();
      },
      FAILOVER_MS,
      true,
    );
  }

  #deactivate(name: string): void {
    const child = this.#children.get(name);
    if (child === undefined || child.cancelRemoval !== undefined) return;
    child.cancelRemoval = this.#helper.clock.schedule(() => this.#remove(name, child), RETENTION_MS, true);
  }

  #reactivate(child: Child): void {
    child.cancelRemoval?.();
    child.cancelRemoval = undefined;
  }

  #remove(name: string, child: Child): void {
    this.#children.delete(name);
    this.#reactivate(child);
    child.cancelFailover?.();
    child.cancelFailover = undefined;
    child.balancer.close();
  }
}

interface Child {
  balancer: GracefulSwitch;
  state: Exclude<ConnectivityState, "shutdown">;
  picker: Picker;
  /** Set while it has the time to connect. */
  cancelFailover: (() => void) | undefined;
  /** Set while it is out of use, until it is removed. */
  cancelRemoval: (() => void) | undefined;
  /** It was ready or idle since it last failed. */
  wasUp: boolean;
}

/** Servers by the first part of their group; what is left of it is for a `priority` further in. */
function byGroup(endpoints: readonly Endpoint[]): Map<string, Endpoint[]> {
  const groups = new Map<string, Endpoint[]>();
  for (const endpoint of endpoints) {
    const [name, ...rest] = (endpoint.group ?? "").split("/");
    const inner = { ...endpoint, group: rest.join("/") };
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [inner]);
    else group.push(inner);
  }
  return groups;
}

const NAME = "priority_experimental";

/** 10 s to connect before the next priority is tried (gRFC A56). */
const FAILOVER_MS = 10_000;

/** 15 minutes that a lower priority is kept for (gRFC A56). */
const RETENTION_MS = 15 * 60_000;
