import type { HttpFailure } from "../../rpc/http-types.js";
import { type Address, addressText, type Endpoint } from "../address.js";
import { asObject, booleanAt } from "../config-json.js";
import {
  type Balancer,
  type BalancerHelper,
  type BalancerPolicy,
  type BalancerUpdate,
  failingPicker,
  type Pick,
  type Picker,
  type Subchannel,
  type SubchannelHealth,
  type SubchannelState,
  WAIT,
  WAITING_PICKER,
} from "./balancer.js";
import { shuffled } from "./shuffle.js";

/** The configuration of `pick_first` (gRFC A62). */
interface PickFirstConfig {
  readonly shuffle: boolean;
}

/** One connection for all calls: the address that answers first, tried in order, a quarter of a second apart. */
export const pickFirst: BalancerPolicy = {
  name: "pick_first",
  parseConfig(config): PickFirstConfig {
    return { shuffle: booleanAt(asObject(config, "pick_first"), "shuffleAddressList", "pick_first") ?? false };
  },
  create: (helper) => new PickFirst(helper),
};

/**
 * `pick_first` as gRFC A61 has it, with happy eyeballs (RFC 8305), and with the sticky transient failure of A62: once all
 * addresses have failed it says so until one is ready.
 *
 *     idle ──exitIdle──> connecting ──one is ready──> ready ──it is lost──> idle
 *                            └──all have failed──> transient_failure ──one is ready──> ready
 *
 * Under a balancer over several servers it also watches the health of the server that it has (A61): while that is not known
 * or not good it says connecting or transient failure, and keeps the connection.
 */
export class PickFirst implements Balancer {
  readonly #helper: BalancerHelper;
  readonly #watchesHealth: boolean;
  #addresses: readonly Address[] = [];
  #candidates: Candidate[] = [];
  #selected: Candidate | undefined;
  #state: "start" | "idle" | "connecting" | "ready" | "transient_failure" = "start";
  /** The candidate whose turn it is in the first pass; past the end when each has been tried. */
  #position = 0;
  #failures = 0;
  #cancelDelay: (() => void) | undefined;

  constructor(helper: BalancerHelper, watchesHealth: boolean = false) {
    this.#helper = helper;
    this.#watchesHealth = watchesHealth;
  }

  update({ endpoints, config }: BalancerUpdate): boolean {
    const { shuffle } = (config ?? {}) as Partial<PickFirstConfig>;
    this.#addresses = flatten(shuffle ? shuffled(endpoints, this.#helper.random) : endpoints);
    if (this.#addresses.length === 0) {
      this.#releaseAll();
      this.#fail("the resolver found no addresses", undefined);
      return false;
    }
    if (this.#selected !== undefined) {
      const key = this.#selected.key;
      if (this.#addresses.some((address) => addressText(address) === key)) return true;
    }
    if (this.#state !== "idle") this.#connect();
    return true;
  }

  resolverError(message: string, cause: unknown): void {
    if (this.#addresses.length > 0) return;
    this.#fail(message, cause);
  }

  exitIdle(): void {
    if (this.#state === "idle") this.#connect();
  }

  close(): void {
    this.#releaseAll();
  }

  /** Begins a pass over all addresses; subchannels that there are already stay. */
  #connect(): void {
    const old = new Map(this.#candidates.map((candidate) => [candidate.key, candidate]));
    this.#selected = undefined;
    this.#candidates = this.#addresses.map((address) => {
      const key = addressText(address);
      const kept = old.get(key);
      old.delete(key);
      return kept ?? this.#createCandidate(key, address);
    });
    for (const candidate of this.#candidates) candidate.failure = undefined;
    // A connection that is up already is better than a new one.
    const ready = this.#candidates.find((candidate) => candidate.subchannel.state.kind === "ready");
    if (ready !== undefined) this.#select(ready);
    else {
      this.#failures = 0;
      // Sticky: from the first failure of all addresses on it is transient failure until one is ready (gRFC A62).
      if (this.#state !== "transient_failure" && this.#state !== "connecting") {
        this.#state = "connecting";
        this.#helper.update("connecting", WAITING_PICKER);
      }
      this.#tryFrom(0);
    }
    // Last, so that what old and new have in common is never without a holder.
    for (const candidate of old.values()) candidate.subchannel.release();
  }

  /** On its own, so that the listener does not keep what its caller knew. */
  #createCandidate(key: string, address: Address): Candidate {
    const candidate: Candidate = { key, subchannel: undefined as never, failure: undefined };
    candidate.subchannel = this.#helper.createSubchannel(address, (state) => this.#onState(candidate, state));
    return candidate;
  }

  #tryFrom(start: number): void {
    this.#cancelDelay?.();
    this.#cancelDelay = undefined;
    for (let i = start; i < this.#candidates.length; i++) {
      this.#position = i;
      const candidate = this.#candidates[i];
      const { state } = candidate.subchannel;
      if (state.kind === "transient_failure") {
        candidate.failure = state.failure;
        continue;
      }
      if (i + 1 < this.#candidates.length) {
        this.#cancelDelay = this.#helper.clock.schedule(() => this.#tryFrom(i + 1), ATTEMPT_DELAY_MS);
      }
      if (state.kind === "idle") candidate.subchannel.connect();
      return;
    }
    this.#position = this.#candidates.length;
    this.#checkAllFailed();
  }

  #onState(candidate: Candidate, state: SubchannelState): void {
    if (this.#selected !== undefined) {
      if (this.#selected === candidate && state.kind !== "ready") this.#lose();
      return;
    }
    const index = this.#candidates.indexOf(candidate);
    if (index < 0) return;
    if (state.kind === "ready") {
      this.#select(candidate);
    } else if (state.kind === "transient_failure") {
      candidate.failure = state.failure;
      if (this.#position >= this.#candidates.length) this.#onLaterFailure();
      else if (index === this.#position) this.#tryFrom(index + 1);
    } else if (state.kind === "idle" && this.#position >= this.#candidates.length) {
      // After the first pass each address is tried again as soon as its own backoff is over.
      candidate.subchannel.connect();
    }
  }

  /** After the last address has been begun, those before it may still be connecting. */
  #checkAllFailed(): void {
    if (this.#candidates.some((candidate) => candidate.failure === undefined)) return;
    this.#failAll();
    for (const candidate of [...this.#candidates]) {
      if (candidate.subchannel.state.kind === "idle") candidate.subchannel.connect();
    }
  }

  #onLaterFailure(): void {
    if (this.#state !== "transient_failure") this.#checkAllFailed();
    else if (++this.#failures >= this.#candidates.length) {
      this.#failures = 0;
      this.#failAll();
    }
  }

  #failAll(): void {
    const failures = this.#candidates.flatMap(({ failure }) => failure ?? []);
    const shown = failures.slice(0, MAX_SHOWN).map(({ message }) => message);
    if (failures.length > MAX_SHOWN) shown.push(`and ${failures.length - MAX_SHOWN} more addresses`);
    this.#fail(shown.join("; "), failures.find(({ cause }) => cause !== undefined)?.cause);
    this.#helper.requestResolution();
  }

  #fail(message: string, cause: unknown): void {
    this.#state = "transient_failure";
    this.#helper.update("transient_failure", failingPicker(message, cause));
  }

  #select(candidate: Candidate): void {
    this.#cancelDelay?.();
    this.#cancelDelay = undefined;
    this.#selected = candidate;
    const others = this.#candidates.filter((each) => each !== candidate);
    this.#candidates = [candidate];
    this.#state = "ready";
    if (this.#watchesHealth) candidate.subchannel.watchHealth((health) => this.#onHealth(candidate, health));
    else this.#helper.update("ready", new OnePicker(candidate.subchannel));
    for (const other of others) other.subchannel.release();
  }

  #onHealth(candidate: Candidate, health: SubchannelHealth): void {
    if (this.#selected !== candidate) return;
    if (health.kind === "ready") this.#helper.update("ready", new OnePicker(candidate.subchannel));
    else if (health.kind === "connecting") this.#helper.update("connecting", WAITING_PICKER);
    else this.#helper.update("transient_failure", failingPicker(health.failure.message, health.failure.cause));
  }

  #lose(): void {
    this.#releaseAll();
    this.#state = "idle";
    this.#helper.requestResolution();
    this.#helper.update(
      "idle",
      wakingPicker(() => this.exitIdle()),
    );
  }

  #releaseAll(): void {
    this.#cancelDelay?.();
    this.#cancelDelay = undefined;
    this.#selected = undefined;
    for (const candidate of this.#candidates.splice(0)) candidate.subchannel.release();
  }
}

/** An address that is tried. */
interface Candidate {
  readonly key: string;
  subchannel: Subchannel;
  /** How it failed in this pass. */
  failure: HttpFailure | undefined;
}

/** Every call goes to one subchannel. */
class OnePicker implements Picker {
  readonly only: Subchannel;
  readonly #pick: Pick;

  constructor(subchannel: Subchannel) {
    this.only = subchannel;
    this.#pick = { kind: "subchannel", subchannel };
  }

  pick(): Pick {
    return this.#pick;
  }
}

/** The first call wakes the balancer; all of them wait. */
export function wakingPicker(wake: () => void): Picker {
  let asked = false;
  return {
    pick() {
      // Not at once: a picker changes nothing while it is asked.
      if (!asked) queueMicrotask(wake);
      asked = true;
      return WAIT;
    },
  };
}

/** The addresses in order, each once, the two families taking turns (RFC 8305 §4). */
function flatten(endpoints: readonly Endpoint[]): Address[] {
  const byKey = new Map<string, Address>();
  for (const { addresses } of endpoints) for (const address of addresses) byKey.set(addressText(address), address);
  const all = [...byKey.values()];
  if (all.length < 3) return all;
  const isSix = (address: Address) => address.kind === "tcp" && address.host.includes(":");
  const firstSix = isSix(all[0]);
  const first = all.filter((address) => isSix(address) === firstSix);
  const second = all.filter((address) => isSix(address) !== firstSix);
  const result: Address[] = [];
  for (let i = 0; i < Math.max(first.length, second.length); i++)
    result.push(...first.slice(i, i + 1), ...second.slice(i, i + 1));
  return result;
}

/** 250 ms, the Connection Attempt Delay that RFC 8305 §5 recommends. */
const ATTEMPT_DELAY_MS = 250;

/** How many failures a message tells. */
const MAX_SHOWN = 4;
