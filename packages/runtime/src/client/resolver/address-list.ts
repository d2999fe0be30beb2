import { type Address, addressText, type Endpoint } from "../address.js";
import { authorityOf, invalidTarget, isIpLiteral, refuseServer, splitAddress, type Target } from "../target.js";
import type { Resolver, ResolverListener, ResolverPlan, ResolverScheme } from "./resolver.js";

/** `ipv4:1.2.3.4:80,5.6.7.8:80` and `ipv6:[::1]:80,[::2]:80`: each address is a server of its own. */
export const ipList: ResolverScheme = (target) => {
  refuseServer(target);
  const addresses = target.endpoint.split(",").map((text) => splitAddress(target.text, text.trim()));
  for (const { host } of addresses) {
    if (!isIpLiteral(host) || host.includes(":") !== (target.scheme === "ipv6")) {
      throw invalidTarget(target.text, `"${host}" is no address of ${target.scheme === "ipv6" ? "IPv6" : "IPv4"}`);
    }
  }
  const endpoints = addresses.map((address) => ({ addresses: [address] }));
  return fixedPlan(addressText(addresses[0]), endpoints);
};

/** `passthrough:///host:port`: the name goes to the connector as it is, which resolves it each time. */
export const passthrough: ResolverScheme = (target) => {
  refuseServer(target);
  const address = splitAddress(target.text, target.endpoint);
  return fixedPlan(authorityOf(target.text, target.endpoint), [{ addresses: [address] }]);
};

/** `unix:path`, `unix:///absolute/path` and `unix-abstract:name`. */
export const unixSocket: ResolverScheme = (target) => {
  const path = unixPath(target);
  if (path === "") throw invalidTarget(target.text, "the path of the socket is missing");
  // There is no host to name; this is what gRPC's C core sends.
  const address: Address = { kind: "unix", path: target.scheme === "unix" ? path : `\0${path}` };
  return fixedPlan("localhost", [{ addresses: [address] }]);
};

function unixPath(target: Target): string {
  const absolute = target.text.startsWith(`${target.scheme}://`);
  return absolute && target.scheme === "unix" ? `/${target.endpoint}` : target.endpoint;
}

/** A plan whose endpoints never change. */
export function fixedPlan(authority: string, endpoints: readonly Endpoint[]): ResolverPlan {
  return {
    authority,
    start: (listener) => new FixedResolver(listener, endpoints),
  };
}

class FixedResolver implements Resolver {
  #closed = false;

  constructor(listener: ResolverListener, endpoints: readonly Endpoint[]) {
    // Not at once, since the channel does not have this resolver yet; a timer would cost the first call a millisecond.
    queueMicrotask(() => {
      if (!this.#closed) listener.onResolution({ endpoints });
    });
  }

  resolveNow(): void {}

  close(): void {
    this.#closed = true;
  }
}
