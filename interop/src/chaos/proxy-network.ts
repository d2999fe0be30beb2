import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { fileURLToPath } from "node:url";
import { killed } from "./killed.js";
import type { Network, NetworkDisaster } from "./network.js";
import type { NetworkOrder } from "./proxy-process.js";

/** The servers from this one on are reached through a proxy, which cuts and freezes; those before it directly. */
const FIRST_BEHIND_PROXY = 2;

const PROXIED: readonly NetworkDisaster[] = ["cut", "vanish", "vanish"];

/** A TCP proxy on loopback in front of the servers: needs no rights, and stands for what a network can do. */
export class ProxyNetwork implements Network {
  readonly description = "a TCP proxy";
  readonly addresses: readonly string[];
  readonly #ports: readonly number[];
  readonly #proxies: ChildProcess;

  private constructor(ports: readonly number[], proxies: ChildProcess, proxyPorts: readonly number[]) {
    this.#ports = ports;
    this.#proxies = proxies;
    this.addresses = ports.map((port, index) => `127.0.0.1:${proxyPorts[index - FIRST_BEHIND_PROXY] ?? port}`);
  }

  static async start(servers: number): Promise<ProxyNetwork> {
    const ports = await freePorts(servers);
    const proxies = fork(fileURLToPath(new URL("./proxy-process.js", import.meta.url)), [
      ...ports.slice(FIRST_BEHIND_PROXY).map(String),
    ]);
    const [proxyPorts] = (await once(proxies, "message")) as [number[]];
    return new ProxyNetwork(ports, proxies, proxyPorts);
  }

  disasters(index: number): readonly NetworkDisaster[] {
    return index < FIRST_BEHIND_PROXY ? [] : PROXIED;
  }

  startServer(index: number, path: string, args: readonly string[]): ChildProcess {
    return fork(path, [`127.0.0.1:${this.#ports[index]}`, ...args]);
  }

  begin(index: number, disaster: NetworkDisaster): void {
    this.#order(index, disaster === "cut" ? "cut" : "freeze");
  }

  end(index: number, disaster: NetworkDisaster): void {
    if (disaster !== "cut") this.#order(index, "thaw");
  }

  close(): Promise<void> {
    return killed(this.#proxies);
  }

  #order(index: number, does: NetworkOrder["does"]): void {
    const order: NetworkOrder = { index: index - FIRST_BEHIND_PROXY, does };
    this.#proxies.send(order);
  }
}

/** Ports that nobody has; held all at once, so that none comes twice. */
async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer().listen(0, "127.0.0.1");
      await once(server, "listening");
      return server;
    }),
  );
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  for (const server of servers) server.close();
  return ports;
}
