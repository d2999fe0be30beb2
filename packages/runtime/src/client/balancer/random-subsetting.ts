import { type Endpoint, endpointKey } from "../address.js";
import { asObject, integerAt, own, ServiceConfigError } from "../config-json.js";
import type { BalancerChoice, BalancerPolicy, BalancerUpdate } from "./balancer.js";
import { GracefulSwitch } from "./graceful-switch.js";
import { hashText } from "./hash-text.js";

/** The configuration of `random_subsetting`. */
interface SubsettingConfig {
  readonly subsetSize: number;
  readonly child: BalancerChoice;
}

/**
 * A part of the servers, chosen by rendezvous hashing with a seed of this client's own, so that clients together spread
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
  const hashed = endpoints.map((endpoint) => ({ endpoint, hash: hashText(endpointKey(endpoint), seed) }));
  const kept = new Set(
    hashed
      .sort((a, b) => (a.hash < b.hash ? -1 : 1))
      .slice(0, size)
      .map(({ endpoint }) => endpoint),
  );
  return endpoints.filter((endpoint) => kept.has(endpoint));
}
