import { parseTarget } from "../target.js";
import { ipList, passthrough, unixSocket } from "./address-list.js";
import type { ResolverPlan, ResolverScheme } from "./resolver.js";

const schemes = new Map<string, ResolverScheme>([
  ["ipv4", ipList],
  ["ipv6", ipList],
  ["passthrough", passthrough],
  ["unix", unixSocket],
  ["unix-abstract", unixSocket],
]);

/** Makes targets that begin with `scheme:` known to all channels made from now on; one that is known is replaced. */
export function registerResolver(scheme: string, resolver: ResolverScheme): void {
  if (!/^[a-z][a-z0-9+.-]*$/.test(scheme))
    throw new TypeError(`${JSON.stringify(scheme)} is no scheme (RFC 3986 §3.1)`);
  schemes.set(scheme, resolver);
}

/**
 * A target with its scheme, as `dns:///localhost:8080` for `localhost:8080` (gRFC A66, `grpc.target`).
 *
 * @throws TypeError if it can't be read
 */
export function canonicalTarget(text: string, platform: ReadonlyMap<string, ResolverScheme>): string {
  const { scheme, endpoint } = parseTarget(text, (each) => schemes.has(each) || platform.has(each));
  return endpoint === text ? `${scheme}:///${endpoint}` : text;
}

/**
 * Understands a target. `platform` has the schemes that need the platform, `dns` among them.
 *
 * @throws TypeError if it can't be read
 */
export function planResolution(text: string, platform: ReadonlyMap<string, ResolverScheme>): ResolverPlan {
  const find = (scheme: string) => schemes.get(scheme) ?? platform.get(scheme);
  const target = parseTarget(text, (scheme) => find(scheme) !== undefined);
  const resolver = find(target.scheme);
  if (resolver === undefined) throw new TypeError(`no resolver is registered for "${target.scheme}"`);
  return resolver(target);
}
