import type { Address, Endpoint } from "../../client/address.js";

/** A port of the target: a number, the name of a port of the service, or undefined for its only one. */
export type WantedPort = number | string | undefined;

/** What of an EndpointSlice (discovery.k8s.io/v1) matters here. All of it comes from the network: nothing is sure. */
interface SliceJson {
  readonly addressType?: unknown;
  readonly endpoints?: unknown;
  readonly ports?: unknown;
}

interface EndpointJson {
  readonly addresses?: unknown;
  readonly conditions?: { readonly ready?: unknown; readonly serving?: unknown } | null;
  readonly targetRef?: { readonly uid?: unknown; readonly name?: unknown } | null;
}

/** The slices of one service, by name, and what they amount to. */
export class EndpointSlices {
  readonly #slices = new Map<string, SliceJson>();

  /** A slice is there, or has changed. False if it is none. */
  set(object: unknown): boolean {
    const name = nameOf(object);
    if (name === undefined) return false;
    this.#slices.set(name, object as SliceJson);
    return true;
  }

  delete(object: unknown): void {
    const name = nameOf(object);
    if (name !== undefined) this.#slices.delete(name);
  }

  clear(): void {
    this.#slices.clear();
  }

  /**
   * The endpoints of all slices: those that are ready, or, if none is, those that still serve while they end (as
   * kube-proxy does it, KEP-1669). A pod that has an address in an IPv4 and in an IPv6 slice is one endpoint with both.
   *
   * @throws Error if the port can't be told
   */
  endpoints(wanted: WantedPort): Endpoint[] {
    const ready = new Map<string, Address[]>();
    const serving = new Map<string, Address[]>();
    for (const slice of this.#slices.values()) {
      if (slice.addressType !== "IPv4" && slice.addressType !== "IPv6" && slice.addressType !== "FQDN") continue;
      const entries = listOf(slice.endpoints) as EndpointJson[];
      if (entries.length === 0) continue;
      const port = portOf(slice, wanted);
      if (port === undefined) continue;
      for (const entry of entries) {
        const addresses = listOf(entry?.addresses).filter((each) => typeof each === "string" && each !== "");
        if (addresses.length === 0) continue;
        const { conditions } = entry;
        // Absent means true (EndpointConditions); `serving` defaults to what `ready` is.
        const isReady = conditions?.ready !== false;
        const isServing = typeof conditions?.serving === "boolean" ? conditions.serving : isReady;
        for (const [into, belongs] of [
          [ready, isReady],
          [serving, isServing],
        ] as const) {
          if (belongs) add(into, entry, addresses as string[], port);
        }
      }
    }
    return [...(ready.size > 0 ? ready : serving).values()].map((addresses) => ({ addresses }));
  }
}

/** All addresses of an entry are fungible; of the first one pods have no more than one in each family. */
function add(into: Map<string, Address[]>, entry: EndpointJson, hosts: readonly string[], port: number): void {
  const uid = entry.targetRef?.uid;
  const key = typeof uid === "string" && uid !== "" ? `${uid}:${port}` : `${hosts[0]}:${port}`;
  const known = into.get(key) ?? [];
  for (const host of hosts) {
    // While a slice is split an endpoint may be in two for a moment.
    if (!known.some((address) => address.kind === "tcp" && address.host === host)) {
      known.push({ kind: "tcp", host, port });
    }
  }
  into.set(key, known);
}

/** A number is the pods' port as it is; a name is looked up in the slice, since pods may differ in what it is. */
function portOf(slice: SliceJson, wanted: WantedPort): number | undefined {
  if (typeof wanted === "number") return wanted;
  const ports = (listOf(slice.ports) as { readonly name?: unknown; readonly port?: unknown }[]).filter(isPort);
  if (wanted !== undefined) return ports.find(({ name }) => name === wanted)?.port;
  if (ports.length > 1) {
    throw new Error(
      `the service has several ports (${ports.map(({ name, port }) => `${name || port}`).join(", ")}): name one in the target`,
    );
  }
  return ports[0]?.port;
}

function isPort(value: { readonly name?: unknown; readonly port?: unknown } | null): value is {
  readonly name?: string;
  readonly port: number;
} {
  return typeof value?.port === "number" && Number.isInteger(value.port) && value.port > 0 && value.port <= 65_535;
}

function nameOf(object: unknown): string | undefined {
  const name = (object as { readonly metadata?: { readonly name?: unknown } } | null)?.metadata?.name;
  return typeof name === "string" ? name : undefined;
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
