import type { Address, Endpoint } from "../client/address.js";
import { asObject, listAt, numberAt, own, ServiceConfigError, textAt } from "../client/config-json.js";
import type { Resolution } from "../client/resolver/resolver.js";
import { parseServiceConfig } from "../client/service-config.js";
import { isIpLiteral, splitAddress } from "../client/target.js";

/**
 * Reads the text of a `file:` target:
 *
 * ```json
 * {
 *   "endpoints": [
 *     "10.0.0.1:8080",
 *     { "addresses": ["10.0.0.2:8080", "[fd00::2]:8080"], "weight": 3, "hashKey": "b", "group": "near" },
 *     "unix:/run/notes.sock"
 *   ],
 *   "serviceConfig": { "loadBalancingConfig": [{ "round_robin": {} }] }
 * }
 * ```
 *
 * An endpoint is one server: several addresses are several ways to it. Fields that are not named here are mistakes, so that
 * a misspelt weight is not passed over.
 *
 * @throws ServiceConfigError that says where it is wrong
 */
export function parseEndpointsFile(text: string): Resolution {
  const file = asObject(parseJson(text), "the file");
  refuseUnknown(file, ["endpoints", "serviceConfig"], "the file");
  if (own(file, "endpoints") === undefined) throw new ServiceConfigError("the file has no endpoints");
  const endpoints = listAt(file, "endpoints", "the file").map((each, index) => endpointOf(each, `endpoints[${index}]`));
  const serviceConfig = own(file, "serviceConfig");
  if (serviceConfig === undefined) return { endpoints };
  // Checked here, so that a file is taken whole or not at all.
  parseServiceConfig(serviceConfig);
  return { endpoints, serviceConfig };
}

function endpointOf(value: unknown, where: string): Endpoint {
  if (typeof value === "string") return { addresses: [addressOf(value, where)] };
  const object = asObject(value, where);
  refuseUnknown(object, ["addresses", "weight", "hashKey", "group"], where);
  const addresses = listAt(object, "addresses", where).map((each, index) =>
    addressOf(each, `${where}.addresses[${index}]`),
  );
  if (addresses.length === 0) throw new ServiceConfigError(`${where} has no addresses`);
  const weight = numberAt(object, "weight", where, 1, 2 ** 32 - 1);
  const hashKey = textAt(object, "hashKey", where);
  const group = textAt(object, "group", where);
  return {
    addresses,
    ...(weight === undefined ? {} : { weight }),
    ...(hashKey === undefined ? {} : { hashKey }),
    ...(group === undefined ? {} : { group }),
  };
}

function addressOf(value: unknown, where: string): Address {
  if (typeof value !== "string") throw new ServiceConfigError(`${where} must be an address as "10.0.0.1:8080"`);
  if (/^unix:./.test(value)) return { kind: "unix", path: value.slice("unix:".length).replace(/^\/\/(?=\/)/, "") };
  let address: Address & { readonly kind: "tcp" };
  try {
    address = splitAddress(value, value);
  } catch {
    throw new ServiceConfigError(`${where} is no address: ${JSON.stringify(value)}`);
  }
  if (!isIpLiteral(address.host) || !/:\d+$/.test(value)) {
    throw new ServiceConfigError(`${where} must be an IP address with a port, not ${JSON.stringify(value)}`);
  }
  return address;
}

function refuseUnknown(object: object, known: readonly string[], where: string): void {
  const unknown = Object.keys(object).find((key) => !known.includes(key));
  if (unknown !== undefined) throw new ServiceConfigError(`${where} has "${unknown}"; known are ${known.join(", ")}`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ServiceConfigError(`the file is no JSON: ${(error as Error).message}`);
  }
}
