import { NamespaceNetwork } from "./namespace-network.js";
import type { Network } from "./network.js";
import { ProxyNetwork } from "./proxy-network.js";

/** How servers are cut off: by network namespaces, or by a TCP proxy. */
export type Cut = "namespaces" | "proxy";

/** Makes the network that is asked for; without a wish namespaces if they are allowed here, else the proxy. */
export async function chooseNetwork(cut: Cut | undefined, servers: number): Promise<Network> {
  if (cut === "proxy") return ProxyNetwork.start(servers);
  try {
    return NamespaceNetwork.start(servers);
  } catch (error) {
    if (cut === "namespaces") throw error;
    console.log(`no network namespaces here (${(error as Error).message}): a TCP proxy stands in for them`);
    return ProxyNetwork.start(servers);
  }
}
