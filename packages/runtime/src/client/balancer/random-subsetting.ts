import { compareHashes, xxh64Text } from "../../base/xxh64.js";
import { addressText, type Endpoint } from "../address.js";
import { asObject, integerAt, own, ServiceConfigError } from "../config-json.js";
import type { BalancerChoice, BalancerPolicy, BalancerUpdate } from "./balancer.js";
import { GracefulSwitch } from "./graceful-switch.js";

/** The configuration of `random_subsetting`. */
interface SubsettingConfig {
  readonly subsetSize: number;
  readonly child: BalancerChoice;
}

/**
 * A part of the servers, chosen by rendezvous hashing (XXH64) with a seed of this client's own, so that clients together spread
 * evenly and an update moves few connections (gRFC A68). What balances within the part is the child's affair.
 */
export const randomSubsetting: BalancerPolicy = {
  name: "random_subsetting",
  parseConfig(value, choose): SubsettingConfig {
    const config = asObject(value, "random_subsetting");
    const subsetSize = integerAt(config, "subsetSize", "random_subsetting", 1, 2 ** 32 - 1);
    if (subsetSize === undefined) throw new ServiceConfigError("random_subsetting must have subsetSize");
    return { subsetSize, child: choose(own(config, "childPolicy"), "random_subsetting.childPolicy") };
  },
  create(helper) {
    const seed = Math.floor(helper.random() * 2 ** 32);
    const child = new GracefulSwitch(helper);
    return {
      update({ endpoints, config }: BalancerUpdate): boolean {
        const { subsetSize, child: choice } = config as SubsettingConfig;
        return child.update({ endpoints: subsetOf(endpoints, subsetSize, seed), config: choice });
      },
      resolverError: (message, cause) => child.resolverError(message, cause),
      exitIdle: () => child.exitIdle(),
      close: () => child.close(),
    };
  },
};

/** The `size` endpoints with the least hashes, in their own order. */
export function subsetOf(endpoints: readonly Endpoint[], size: number, seed: number): readonly Endpoint[] {
  if (endpoints.length <= size) return endpoints;
  const hashed = endpoints.map((endpoint) => ({ endpoint, hash: xxh64Text(hashKeyOf(endpoint), seed) }));
  const kept = new Set(
    hashed
      .sort((a, b) => compareHashes(a.hash, b.hash))
      .slice(0, size)
      .map(({ endpoint }) => endpoint),
  );
  return endpoints.filter((endpoint) => kept.has(endpoint));
}

/** The first of several addresses stands for the endpoint (gRFC A68). */
function hashKeyOf({ addresses }: Endpoint): string {
  return addresses.length === 0 ? "" : addressText(addresses[0]);
}
