/** Where a channel connects to. */
export type Address =
  | { readonly kind: "tcp"; readonly host: string; readonly port: number }
  | { readonly kind: "unix"; readonly path: string };

/** A parsed target. */
export interface Target {
  /** As the user wrote it. */
  readonly text: string;
  readonly address: Address;
  /** The `:authority` of calls unless an option overrides it. */
  readonly authority: string;
}

/**
 * Reads a target (grpc/doc/naming.md): `host:port`, `dns:///host:port`, `dns:host:port`, `ipv4:1.2.3.4:port`,
 * `ipv6:[::1]:port`, `passthrough:///host:port`, `unix:path`, `unix:///absolute/path`. A missing port is 443, as in
 * gRPC, whatever the transport.
 *
 * @throws TypeError that says what is wrong
 */
export function parseTarget(text: string): Target {
  if (typeof text !== "string" || text === "") throw invalid(text, "it is empty");
  const scheme = /^([a-z][a-z0-9+.-]*):/.exec(text)?.[1];
  switch (scheme) {
    case "unix":
      return unixTarget(text);
    case "dns":
    case "passthrough":
    case "ipv4":
    case "ipv6":
      return tcpTarget(text, endpointOf(text, scheme));
    default:
      if (/^[a-z][a-z0-9+.-]*:\/\//.test(text)) {
        const hint =
          scheme === "http" || scheme === "https" ? `: write "${text.replace(/^https?:\/\/([^/]*).*$/, "$1")}"` : "";
        throw invalid(text, `the scheme "${scheme}" is not known${hint}`);
      }
      return tcpTarget(text, text);
  }
}

/** How messages name an address. */
export function addressText(address: Address): string {
  if (address.kind === "unix") return `unix:${address.path}`;
  return address.host.includes(":") ? `[${address.host}]:${address.port}` : `${address.host}:${address.port}`;
}

function unixTarget(text: string): Target {
  const rest = text.slice("unix:".length);
  const path = rest.startsWith("//") ? rest.replace(/^\/\/[^/]*/, "") : rest;
  if (path === "") throw invalid(text, "the path of the socket is missing");
  // There is no host to name; this is what gRPC's C core sends.
  return { text, address: { kind: "unix", path }, authority: "localhost" };
}

/** What follows the scheme and an authority, which names a DNS server that we don't support choosing. */
function endpointOf(text: string, scheme: string): string {
  const rest = text.slice(scheme.length + 1);
  if (!rest.startsWith("//")) return rest;
  const slash = rest.indexOf("/", 2);
  if (slash < 0) throw invalid(text, `write "${scheme}:///${rest.slice(2)}" with three slashes`);
  if (slash > 2) throw invalid(text, `an authority ("${rest.slice(2, slash)}") is not supported`);
  return rest.slice(3);
}

function tcpTarget(text: string, endpoint: string): Target {
  const { host, port } = splitHostPort(text, endpoint);
  const authority =
    /:\d+$/.test(endpoint) && !isBareIpv6(endpoint) ? endpoint : addressText({ kind: "tcp", host, port });
  return { text, address: { kind: "tcp", host, port }, authority };
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
  if (plain === null) throw invalid(text, "expected host:port");
  return { host: plain[1], port: portOf(text, plain[2], defaultPort) };
}

function isBareIpv6(endpoint: string): boolean {
  return /^[0-9a-fA-F:.]+$/.test(endpoint) && endpoint.split(":").length > 2;
}

function portOf(text: string, port: string | undefined, defaultPort: number): number {
  if (port === undefined) return defaultPort;
  const number = Number(port);
  if (!/^\d{1,5}$/.test(port) || number > 65_535) throw invalid(text, `"${port}" is no port (0 to 65535)`);
  return number;
}

function invalid(text: string, why: string): TypeError {
  return new TypeError(
    `the target ${JSON.stringify(text)} can't be used: ${why}. Targets look like "localhost:8080", "dns:///host:8080" or "unix:/run/app.sock"`,
  );
}

const DEFAULT_PORT = 443;
