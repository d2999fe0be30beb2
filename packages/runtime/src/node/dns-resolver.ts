import type { Resolver } from "node:dns/promises";
import { fixedPlan } from "../client/resolver/address-list.js";
import { PollingResolver } from "../client/resolver/polling-resolver.js";
import type { Resolution, ResolverScheme } from "../client/resolver/resolver.js";
import { chooseServiceConfig } from "../client/service-config-choice.js";
import { authorityOf, isIpLiteral, splitAddress, splitHostPort } from "../client/target.js";
import { builtin } from "./builtin.js";

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

/**
 * `dns:///host:port`: every address of the host, IPv4 and IPv6, is a server of its own. `dns://server:53/host:port` asks
 * that name server, and it alone.
 */
export function dnsScheme(options: DnsOptions = {}): ResolverScheme {
  return (target) => {
    const address = splitAddress(target.text, target.endpoint);
    const { host, port } = address;
    const authority = authorityOf(target.text, target.endpoint);
    const server = target.server === "" ? undefined : splitHostPort(target.text, target.server, DNS_PORT);
    if (isIpLiteral(host)) return fixedPlan(authority, [{ addresses: [address] }]);
    const lookUp = async (random: () => number): Promise<Resolution> => {
      const resolver = await resolverAt(server);
      const config = options.serviceConfig ? lookUpServiceConfig(resolver, host, random) : undefined;
      // Without a server, the system's own way to resolve: hosts file, search domains and nsswitch are honoured.
      const hosts = await (server === undefined ? systemAddresses(host) : addressesFrom(resolver, host));
      const serviceConfig = await config;
      const endpoints = hosts.map((each) => ({ addresses: [{ kind: "tcp" as const, host: each, port }] }));
      return serviceConfig === undefined ? { endpoints } : { endpoints, serviceConfig };
    };
    return {
      authority,
      start: (listener, context) => new PollingResolver(listener, context, () => lookUp(context.random), options),
    };
  };
}

/** What asks `server`, or the system's name servers. A server that is itself a name is looked up by the system. */
async function resolverAt(server: { readonly host: string; readonly port: number } | undefined): Promise<Resolver> {
  const resolver = new builtin.dns.Resolver({ timeout: QUERY_TIMEOUT_MS, tries: QUERY_TRIES });
  if (server !== undefined) {
    const { address } = isIpLiteral(server.host) ? { address: server.host } : await builtin.dns.lookup(server.host);
    resolver.setServers([`${address.includes(":") ? `[${address}]` : address}:${server.port}`]);
  }
  return resolver;
}

async function systemAddresses(host: string): Promise<string[]> {
  const found = await builtin.dns.lookup(host, { all: true, order: "verbatim" });
  return found.map(({ address }) => address);
}

/** A and AAAA; one of them is enough. */
async function addressesFrom(resolver: Resolver, host: string): Promise<string[]> {
  const [four, six] = await Promise.allSettled([resolver.resolve4(host), resolver.resolve6(host)]);
  const found = [four, six].flatMap((answer) => (answer.status === "fulfilled" ? answer.value : []));
  if (found.length > 0) return found;
  // That there is no such record says less than that the server can't be reached.
  const failures = [four, six].flatMap((answer) => (answer.status === "rejected" ? [answer.reason as Error] : []));
  throw failures.find((error) => (error as NodeJS.ErrnoException).code !== "ENODATA") ?? failures[0];
}

/** What the TXT records say to this client; undefined if there are none, or DNS does not answer. */
async function lookUpServiceConfig(resolver: Resolver, host: string, random: () => number): Promise<unknown> {
  let records: string[][];
  try {
    records = await resolver.resolveTxt(`_grpc_config.${host}`);
  } catch {
    // Most names have none, and a name server that fails here must not keep calls from going out (gRFC A2).
    return undefined;
  }
  return chooseServiceConfig(
    records.map((parts) => parts.join("")),
    builtin.os.hostname(),
    random,
  );
}

const DNS_PORT = 53;

/** 2 s, three times: a lost packet is asked for again well before a connection would be given up. */
const QUERY_TIMEOUT_MS = 2_000;
const QUERY_TRIES = 3;
