import { compareHashes, type Hash64, xxh64Text } from "../../base/xxh64.js";
import { endpointKey } from "../address.js";
import type { PickInfo } from "../call-channel.js";
import { asObject, integerAt, ServiceConfigError, textAt } from "../config-json.js";
import {
  type Balancer,
  type BalancerHelper,
  type BalancerPolicy,
  type BalancerUpdate,
  failingPicker,
  type Pick,
  WAIT,
} from "./balancer.js";
import { type EndpointChild, EndpointChildren } from "./endpoint-children.js";

/** The configuration of `ring_hash`. */
interface RingHashConfig {
  readonly minRingSize: number;
  readonly maxRingSize: number;
  /** The request's metadata that is hashed; without it each call has a random hash. */
  readonly requestHashHeader: string | undefined;
}

/** Calls with the same hash go to the same server while it can be reached, and connections are made as they are needed. */
export const ringHash: BalancerPolicy = {
  name: "ring_hash",
  parseConfig(value): RingHashConfig {
    const config = asObject(value, "ring_hash");
    const minRingSize = integerAt(config, "minRingSize", "ring_hash", 1, RING_LIMIT) ?? 1_024;
    const maxRingSize = integerAt(config, "maxRingSize", "ring_hash", 1, RING_LIMIT) ?? 4_096;
    if (minRingSize > maxRingSize) throw new ServiceConfigError("ring_hash.minRingSize must not be over maxRingSize");
    const header = textAt(config, "requestHashHeader", "ring_hash")?.toLowerCase();
    if (header?.endsWith("-bin")) throw new ServiceConfigError("ring_hash.requestHashHeader must not end in -bin");
    return {
      minRingSize: Math.min(minRingSize, RING_CAP),
      maxRingSize: Math.min(maxRingSize, RING_CAP),
      requestHashHeader: header === "" ? undefined : header,
    };
  },
  create: (helper) => new RingHash(helper),
};

/** `ring_hash` (gRFC A42, with A61 for endpoints and A76 for the header). */
class RingHash implements Balancer {
  readonly #helper: BalancerHelper;
  readonly #children: EndpointChildren;
  #config: RingHashConfig | undefined;
  #ring: readonly RingEntry[] = [];

  constructor(helper: BalancerHelper) {
    this.#helper = helper;
    this.#children = new EndpointChildren(helper, { eager: false, onChange: () => this.#onChange() });
  }

  update({ endpoints, config }: BalancerUpdate): boolean {
    this.#config = config as RingHashConfig;
    this.#ring = [];
    this.#children.update(endpoints);
    return endpoints.length > 0;
  }

  resolverError(message: string, cause: unknown): void {
    if (this.#children.all.length === 0) this.#helper.update("transient_failure", failingPicker(message, cause));
  }

  exitIdle(): void {
    const idle = this.#children.all.find(({ state }) => state === "idle");
    if (idle !== undefined) this.#children.connect(idle);
  }

  close(): void {
    this.#children.close();
  }

  #onChange(): void {
    const { all } = this.#children;
    if (all.length === 0) {
      this.#helper.update("transient_failure", failingPicker("the resolver found no addresses", undefined));
      return;
    }
    if (this.#ring.length === 0) this.#ring = makeRing(all, this.#config as RingHashConfig);
    const count = (wanted: EndpointChild["state"]) => all.filter(({ state }) => state === wanted).length;
    const failed = count("transient_failure");
    const picker = { pick: (info: PickInfo) => this.#pick(info) };
    // gRFC A42, "Aggregated Connectivity State".
    if (count("ready") > 0) this.#helper.update("ready", picker);
    else if (failed >= 2) this.#helper.update("transient_failure", picker);
    else if (count("connecting") > 0) this.#helper.update("connecting", picker);
    else if (failed === 1 && all.length > 1) this.#helper.update("connecting", picker);
    else if (count("idle") > 0) this.#helper.update("idle", picker);
    else this.#helper.update("transient_failure", picker);
    // Without a call that asks for it nothing would ever leave transient failure.
    if (failed > 0 && count("ready") === 0 && count("connecting") === 0) this.exitIdle();
  }

  #randomHash(): Hash64 {
    const { random } = this.#helper;
    return { high: Math.floor(random() * 2 ** 32), low: Math.floor(random() * 2 ** 32) };
  }

  #pick(info: PickInfo): Pick {
    const header = this.#config?.requestHashHeader;
    const value = header === undefined ? undefined : info.metadata?.getAll(header).join(",");
    const random = value === undefined || value === "";
    const hash = random ? this.#randomHash() : xxh64Text(value);
    const ring = this.#ring;
    const start = firstAtLeast(ring, hash);
    let connecting = false;
    let failure: EndpointChild["failure"];
    const seen = new Set<EndpointChild>();
    for (let i = 0; i < ring.length; i++) {
      const { child } = ring[(start + i) % ring.length];
      if (seen.has(child)) continue;
      seen.add(child);
      if (child.state === "ready") return child.picker.pick(info);
      if (child.state === "idle" && !connecting) queueMicrotask(() => this.#children.connect(child));
      if (child.state === "idle" || child.state === "connecting") {
        // A call without a hash of its own is as well off anywhere that is ready (gRFC A76).
        if (!random) return WAIT;
        connecting = true;
      }
      failure ??= child.failure;
    }
    if (connecting) return WAIT;
    return { kind: "fail", message: failure?.message ?? "no server can be reached", cause: failure?.cause };
  }
}

interface RingEntry {
  readonly hash: Hash64;
  readonly child: EndpointChild;
}

/** Entries by weight, so that the lightest child has one at least, within the limits of the ring (gRFC A42). */
function makeRing(children: readonly EndpointChild[], config: RingHashConfig): RingEntry[] {
  const weights = children.map(({ endpoint }) => Math.max(endpoint.weight ?? 1, 1e-9));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const least = Math.min(...weights) / total;
  const size = Math.min(config.maxRingSize, Math.ceil(least * config.minRingSize) / least);
  const ring: RingEntry[] = [];
  let target = 0;
  for (const [index, child] of children.entries()) {
    target += (size * weights[index]) / total;
    const key = child.endpoint.hashKey ?? endpointKey({ addresses: child.endpoint.addresses.slice(0, 1) });
    for (let i = 0; ring.length < target - 1e-6; i++) ring.push({ hash: xxh64Text(`${key}_${i}`), child });
  }
  return ring.sort((a, b) => compareHashes(a.hash, b.hash));
}

/** The index of the first entry whose hash is not under `hash`; 0, which comes next on the ring, if there is none. */
function firstAtLeast(ring: readonly RingEntry[], hash: Hash64): number {
  let low = 0;
  let high = ring.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareHashes(ring[middle].hash, hash) < 0) low = middle + 1;
    else high = middle;
  }
  return low === ring.length ? 0 : low;
}

/** The most that a service config may say, and the most that is made of it (gRFC A42). */
const RING_LIMIT = 8 * 1024 * 1024;
const RING_CAP = 4_096;
