import { lookup, resolveTxt } from "node:dns/promises";
import { hostname } from "node:os";
import { fixedPlan } from "../client/resolver/address-list.js";
import { PollingResolver } from "../client/resolver/polling-resolver.js";
import type { Resolution, ResolverScheme } from "../client/resolver/resolver.js";
import { chooseServiceConfig } from "../client/service-config-choice.js";
import { authorityOf, isIpLiteral, refuseServer, splitAddress } from "../client/target.js";

/** How names are looked up in DNS. */
export interface DnsOptions {
  /** Connections that fail make the name be looked up again, but not more often than this. Default 30,000 ms. */
  readonly minIntervalMs?: number;
  /**
   * Look the name up again so long after each time, as Kubernetes' headless services need it, whose new pods nobody
   * announces. Default: only when connections fail.
   */
  readonly periodMs?: number;
  /** Also look up the service config in the TXT record `_grpc_config.host` (gRFC A2). Default false. */
  readonly serviceConfig?: boolean;
}

/** `dns:///host:port`: every address of the host, IPv4 and IPv6, is a server of its own. */
export function dnsScheme(options: DnsOptions = {}): ResolverScheme {
  return (target) => {
    refuseServer(target);
    const address = splitAddress(target.text, target.endpoint);
    const { host, port } = address;
    const authority = authorityOf(target.text, target.endpoint);
    if (isIpLiteral(host)) return fixedPlan(authority, [{ addresses: [address] }]);
    const lookUp = async (random: () => number): Promise<Resolution> => {
      const config = options.serviceConfig ? lookUpServiceConfig(host, random) : undefined;
      // The system's own way to resolve: hosts file, search domains and nsswitch are honoured.
      const found = await lookup(host, { all: true, order: "verbatim" });
      const serviceConfig = await config;
      const endpoints = found.map((each) => ({ addresses: [{ kind: "tcp" as const, host: each.address, port }] }));
      return serviceConfig === undefined ? { endpoints } : { endpoints, serviceConfig };
    };
    return {
      authority,
      start: (listener, context) => new PollingResolver(listener, context, () => lookUp(context.random), options),
    };
  };
}

/** What the TXT records say to this client; undefined if there are none, or DNS does not answer. */
async function lookUpServiceConfig(host: string, random: () => number): Promise<unknown> {
  let records: string[][];
  try {
    records = await resolveTxt(`_grpc_config.${host}`);
  } catch {
    // Most names have none, and a name server that fails here must not keep calls from going out (gRFC A2).
    return undefined;
  }
  return chooseServiceConfig(
    records.map((parts) => parts.join("")),
    hostname(),
    random,
  );
}
