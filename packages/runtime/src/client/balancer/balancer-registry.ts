import { asObject, type ConfigObject, own, ServiceConfigError } from "../config-json.js";
import type { BalancerChoice, BalancerPolicy } from "./balancer.js";
import { leastRequest } from "./least-request.js";
import { outlierDetection } from "./outlier-detection.js";
import { pickFirst } from "./pick-first.js";
import { priority } from "./priority.js";
import { randomSubsetting } from "./random-subsetting.js";
import { ringHash } from "./ring-hash.js";
import { roundRobin } from "./round-robin.js";
import { weightedRoundRobin } from "./weighted-round-robin.js";

/** Under the names of the gRFCs, and under the plain ones where these call a policy experimental. */
const policies = new Map<string, BalancerPolicy>([
  ["pick_first", pickFirst],
  ["round_robin", roundRobin],
  ["least_request", leastRequest],
  ["least_request_experimental", leastRequest],
  ["ring_hash", ringHash],
  ["ring_hash_experimental", ringHash],
  ["random_subsetting", randomSubsetting],
  ["random_subsetting_experimental", randomSubsetting],
  ["weighted_round_robin", weightedRoundRobin],
  ["weighted_round_robin_experimental", weightedRoundRobin],
  ["outlier_detection", outlierDetection],
  ["outlier_detection_experimental", outlierDetection],
  ["priority", priority],
  ["priority_experimental", priority],
]);

/** Makes a balancer known to service configs by its name; one that has the name already is replaced. */
export function registerBalancer(policy: BalancerPolicy): void {
  policies.set(policy.name, policy);
}

/**
 * Chooses the first policy of a `loadBalancingConfig` that is known (gRFC A24): a list of objects with one key each.
 *
 * @throws ServiceConfigError if there is none, or its own configuration is wrong
 */
export function chooseBalancer(list: unknown, where: string): BalancerChoice {
  if (!Array.isArray(list)) throw new ServiceConfigError(`${where} must be a list of balancers`);
  const names: string[] = [];
  for (const [index, entry] of list.entries()) {
    const object: ConfigObject = asObject(entry, `${where}[${index}]`);
    const keys = Object.keys(object);
    if (keys.length !== 1) {
      throw new ServiceConfigError(`${where}[${index}] must name one balancer, not ${keys.length}`);
    }
    const policy = policies.get(keys[0]);
    if (policy !== undefined) return { policy, config: policy.parseConfig(own(object, keys[0]) ?? {}, chooseBalancer) };
    names.push(keys[0]);
  }
  throw new ServiceConfigError(
    `${where} names no balancer that is known (${names.join(", ") || "it is empty"}): there are ${[...policies.keys()].join(", ")}`,
  );
}

/** The policy called `name`, without configuration. @throws ServiceConfigError if there is none */
export function balancerNamed(name: string): BalancerChoice {
  return chooseBalancer([{ [name]: {} }], "loadBalancingPolicy");
}
