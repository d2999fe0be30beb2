import { type Address, addressText } from "./address.js";

/** A target taken apart (grpc/doc/naming.md): `scheme://server/endpoint`. */
export interface Target {
  /** As the user wrote it. */
  readonly text: string;
  readonly scheme: string;
  /** What stands between `//` and `/`; usually empty. */
  readonly server: string;
  /** What is to be resolved, without the slash before it. */
  readonly endpoint: string;
}

/**
 * Takes a target apart. One without a scheme that `known` knows is looked up in DNS.
 *
 * @throws TypeError that says what is wrong
 */
export function parseTarget(text: string, known: (scheme: string) => boolean): Target {
  if (typeof text !== "string" || text === "") throw invalidTarget(text, "it is empty");
  const scheme = /^([a-z][a-z0-9+.-]*):/.exec(text)?.[1];
  if (scheme === undefined || !known(scheme)) {
    if (/^[a-z][a-z0-9+.-]*:\/\//.test(text)) {
      const hint =
        scheme === "http" || scheme === "https" ? `: write "${text.replace(/^https?:\/\/([^/]*).*$/, "$1")}"` : "";
      throw invalidTarget(text, `the scheme "${scheme}" is not known${hint}`);
    }
    return { text, scheme: "dns", server: "", endpoint: text };
  }
  const rest = text.slice(scheme.length + 1);
  if (!rest.startsWith("//")) return { text, scheme, server: "", endpoint: rest };
  const slash = rest.indexOf("/", 2);
  if (slash < 0) throw invalidTarget(text, `write "${scheme}:///${rest.slice(2)}" with three slashes`);
  return { text, scheme, server: rest.slice(2, slash), endpoint: rest.slice(slash + 1) };
}

/** @throws TypeError if the target has something between `//` and `/`, where most schemes can do nothing with it */
export function refuseServer(target: Target): void {
  if (target.server !== "") throw invalidTarget(target.text, `an authority ("${target.server}") is not supported`);
}

/** The `:authority` for `endpoint`: as the user wrote it if it has a port, else with the default one. */
export function authorityOf(text: string, endpoint: string): string {
  if (/:\d+$/.test(endpoint) && !isBareIpv6(endpoint)) return endpoint;
  return addressText(splitAddress(text, endpoint));
}

/** `host:port` as an address. @throws TypeError */
export function splitAddress(text: string, endpoint: string): Address & { readonly kind: "tcp" } {
  return { kind: "tcp", ...splitHostPort(text, endpoint) };
}

/** `host:port` taken apart; IPv6 addresses stand in brackets when they have a port. @throws TypeError */
export function splitHostPort(
  text: string,
  endpoint: string,
  defaultPort: number = DEFAULT_PORT,
): { host: string; port: number } {
  const bracketed = /^\[([0-9a-fA-F:.%a-z]+)\](?::(\d+))?$/.exec(endpoint);
  if (bracketed !== null) return { host: bracketed[1], port: portOf(text, bracketed[2], defaultPort) };
  if (isBareIpv6(endpoint)) return { host: endpoint, port: defaultPort };
  const plain = /^([^:/?#[\]@\s]+)(?::(.*))?$/.exec(endpoint);
  if (plain === null) throw invalidTarget(text, "expected host:port");
  return { host: plain[1], port: portOf(text, plain[2], defaultPort) };
}

/** True for an address in numbers, of either family. */
export function isIpLiteral(host: string): boolean {
  return /^\d{1,3}(\.\d{1,3}){3}$/.test(host) || host.includes(":");
}

function isBareIpv6(endpoint: string): boolean {
  return /^[0-9a-fA-F:.]+$/.test(endpoint) && endpoint.split(":").length > 2;
}

function portOf(text: string, port: string | undefined, defaultPort: number): number {
  if (port === undefined) return defaultPort;
  const number = Number(port);
  if (!/^\d{1,5}$/.test(port) || number > 65_535) throw invalidTarget(text, `"${port}" is no port (0 to 65535)`);
  return number;
}

/** The error for a target that can't be used. */
export function invalidTarget(text: string, why: string): TypeError {
  return new TypeError(
    `the target ${JSON.stringify(text)} can't be used: ${why}. Targets look like "localhost:8080", "dns:///host:8080" or "unix:/run/app.sock"`,
  );
}

const DEFAULT_PORT = 443;
