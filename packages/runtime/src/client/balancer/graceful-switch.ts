import type { ConnectivityState } from "../connectivity-state.js";
import type { Balancer, BalancerChoice, BalancerHelper, BalancerPolicy, BalancerUpdate, Picker } from "./balancer.js";

/** What {@link GracefulSwitch} is given: the policy is part of the configuration. */
export interface SwitchUpdate extends BalancerUpdate {
  readonly config: BalancerChoice;
}

/**
 * Puts one policy in the place of another without a gap: the old one places calls until the new one has something
 * better to say than that it is connecting, or the old one itself is no longer ready.
 */
export class GracefulSwitch implements Balancer {
  readonly #helper: BalancerHelper;
  #current: Child | undefined;
  #next: Child | undefined;

  constructor(helper: BalancerHelper) {
    this.#helper = helper;
  }

  update({ endpoints, config: { policy, config } }: SwitchUpdate): boolean {
    let child = this.#next ?? this.#current;
    if (child?.policy !== policy) {
      this.#next?.balancer.close();
      child = this.#create(policy);
      if (this.#current === undefined) this.#current = child;
      else this.#next = child;
    }
    return child.balancer.update({ endpoints, config });
  }

  resolverError(message: string, cause: unknown): void {
    (this.#next ?? this.#current)?.balancer.resolverError(message, cause);
  }

  exitIdle(): void {
    this.#current?.balancer.exitIdle();
    this.#next?.balancer.exitIdle();
  }

  close(): void {
    this.#current?.balancer.close();
    this.#next?.balancer.close();
    this.#current = this.#next = undefined;
  }

  #create(policy: BalancerPolicy): Child {
    const { clock, random, watch } = this.#helper;
    const child: Child = { policy, balancer: undefined as never, state: "connecting", picker: undefined };
    child.balancer = policy.create({
      clock,
      random,
      watch,
      createSubchannel: (address, listener) => this.#helper.createSubchannel(address, listener),
      requestResolution: () => {
        if (child === (this.#next ?? this.#current)) this.#helper.requestResolution();
      },
      update: (state, picker) => {
        child.state = state;
        child.picker = picker;
        this.#onUpdate(child);
      },
    });
    return child;
  }

  #onUpdate(child: Child): void {
    const next = this.#next;
    if (child === this.#current) {
      if (next?.picker !== undefined && child.state !== "ready") this.#promote(next);
      else this.#helper.update(child.state, child.picker as Picker);
    } else if (child === next && (child.state !== "connecting" || this.#current?.state !== "ready")) {
      this.#promote(next);
    }
  }

  #promote(child: Child): void {
    const old = this.#current;
    this.#current = child;
    this.#next = undefined;
    this.#helper.update(child.state, child.picker as Picker);
    old?.balancer.close();
  }
}

interface Child {
  readonly policy: BalancerPolicy;
  balancer: Balancer;
  state: Exclude<ConnectivityState, "shutdown">;
  picker: Picker | undefined;
}
