/** Where a connection goes. A unix path that begins with a NUL character is a name in Linux's abstract namespace. */
export type Address =
  | { readonly kind: "tcp"; readonly host: string; readonly port: number }
  | { readonly kind: "unix"; readonly path: string };

/** One server, which may be reached under several addresses, as one of IPv4 and one of IPv6 (gRFC A61). */
export interface Endpoint {
  readonly addresses: readonly Address[];
  /** Its share of the calls with balancers that weigh, against that of the others. Default 1. */
  readonly weight?: number;
  /** What stands for it on the ring of `ring_hash` (gRFC A76). Default: its first address. */
  readonly hashKey?: string;
  /** The group it belongs to, for the balancer `priority`: the name of a child, or `child/grandchild` for one within. */
  readonly group?: string;
}

/** How messages name an address. */
export function addressText(address: Address): string {
  if (address.kind === "unix") {
    return address.path.startsWith("\0") ? `unix-abstract:${address.path.slice(1)}` : `unix:${address.path}`;
  }
  return address.host.includes(":") ? `[${address.host}]:${address.port}` : `${address.host}:${address.port}`;
}

/** What an endpoint is known by: two with the same addresses, in whatever order, are the same. */
export function endpointKey(endpoint: Endpoint): string {
  return endpoint.addresses.map(addressText).sort().join(",");
}
