import { BlockList, isIP } from "node:net";

/** An HTTP proxy that makes tunnels (RFC 9110 §9.3.6). */
export interface HttpProxy {
  readonly host: string;
  readonly port: number;
  /** `user:password`, for Basic authentication (RFC 7617). */
  readonly credentials: string | undefined;
  /** Where it was named, for messages: `the option proxy`, or an environment variable. */
  readonly source: string;
}

/**
 * The proxy for `host` by the option (`false` for none, a URL for this one), else by the environment as gRPC reads it
 * (gRFC A1): `grpc_proxy`, `https_proxy`, `http_proxy`, in lower case, and exceptions in `no_grpc_proxy` or else
 * `no_proxy`. The environment's is not used for `localhost` and loopback addresses.
 *
 * @throws TypeError that names the option or variable, if its URL can't be used
 */
export function chooseProxy(
  host: string,
  option: string | false | undefined,
  environment: Readonly<Record<string, string | undefined>>,
): HttpProxy | undefined {
  if (option === false) return undefined;
  if (option !== undefined) return parseProxy(option, "the option proxy");
  const name = VARIABLES.find((each) => environment[each]);
  if (name === undefined) return undefined;
  const exceptions = environment["no_grpc_proxy"] || environment["no_proxy"] || "";
  if (isLocal(host) || isExcepted(host, exceptions)) return undefined;
  return parseProxy(environment[name] as string, `the environment variable ${name}`);
}

function parseProxy(text: string, source: string): HttpProxy {
  let url: URL;
  try {
    url = new URL(/^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`);
  } catch {
    throw new TypeError(`${source} is no URL of a proxy: write "http://host:port"`);
  }
  if (url.protocol !== "http:" || url.hostname === "") {
    throw new TypeError(
      `${source} names a proxy by "${url.protocol}", and only "http:" is supported (CONNECT); { proxy: false } uses none`,
    );
  }
  let credentials: string | undefined;
  try {
    if (url.username !== "") credentials = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
  } catch {
    throw new TypeError(`${source} has a user or password that is not percent-encoded as it should be`);
  }
  return {
    host: url.hostname.replace(/^\[|\]$/g, ""),
    port: url.port === "" ? 80 : Number(url.port),
    credentials,
    source,
  };
}

function isLocal(host: string): boolean {
  return host === "localhost" || host.endsWith(".localhost") || host === "::1" || /^127\.\d+\.\d+\.\d+$/.test(host);
}

/** Entries are separated by commas: a suffix of names, an address, a CIDR block, or `*`. */
function isExcepted(host: string, exceptions: string): boolean {
  const name = host.toLowerCase().replace(/\.$/, "");
  const family = isIP(host);
  for (const entry of exceptions.split(",")) {
    const text = entry.trim().toLowerCase();
    if (text === "") continue;
    if (text === "*") return true;
    const block = /^\[?([0-9a-f.:]+)\]?(?:\/(\d{1,3}))?$/.exec(text);
    const blockFamily = block === null ? 0 : isIP(block[1] ?? "");
    if (block !== null && blockFamily !== 0) {
      if (family === blockFamily && isInBlock(host, block[1] ?? "", block[2], blockFamily)) return true;
    } else if (family === 0) {
      const suffix = text.replace(/^\*?\.?/, "");
      if (name === suffix || name.endsWith(`.${suffix}`)) return true;
    }
  }
  return false;
}

function isInBlock(host: string, address: string, prefix: string | undefined, family: number): boolean {
  const type = family === 6 ? "ipv6" : "ipv4";
  const most = family === 6 ? 128 : 32;
  const bits = prefix === undefined ? most : Number(prefix);
  if (bits > most) return false;
  const list = new BlockList();
  list.addSubnet(address, bits, type);
  return list.check(host, type);
}

const VARIABLES = ["grpc_proxy", "https_proxy", "http_proxy"];
