import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import type { Network, NetworkDisaster } from "./network.js";

/** Names of namespaces begin with this; the id of the run's process and the number of the server follow. */
const PREFIX = "hawser-chaos-";

/** Every server has its own namespace, so any port does. */
const PORT = 50051;

const DISASTERS: readonly NetworkDisaster[] = ["vanish", "vanish", "mute"];

/** A server's host: a namespace that a pair of virtual Ethernet interfaces joins to the run's own. */
interface Host {
  readonly namespace: string;
  /** The end of the pair in the run's own namespace. */
  readonly link: string;
  /** The addresses of the two ends. */
  readonly near: string;
  readonly far: string;
}

/**
 * Each server on a host of its own: a network namespace of Linux, whose link can go down. Unlike behind a proxy, the
 * kernel's own TCP is what meets the silence: retransmissions, unanswered SYNs, ARP without an answer.
 */
export class NamespaceNetwork implements Network {
  readonly description = "network namespaces, a host for each server";
  readonly addresses: readonly string[];
  readonly #hosts: readonly Host[];
  readonly #atExit = (): void => remove(this.#hosts);

  private constructor(hosts: readonly Host[]) {
    this.#hosts = hosts;
    this.addresses = hosts.map(({ far }) => `${far}:${PORT}`);
    // However the run ends, short of a SIGKILL: namespaces outlive processes.
    process.on("exit", this.#atExit);
  }

  /** @throws Error saying why if namespaces can't be made here */
  static start(servers: number): NamespaceNetwork {
    if (process.platform !== "linux") throw new Error("network namespaces are Linux's");
    removeLeftovers();
    const hosts = Array.from({ length: servers }, (_, index) => hostOf(index));
    try {
      for (const host of hosts) create(host);
    } catch (error) {
      remove(hosts);
      throw error;
    }
    return new NamespaceNetwork(hosts);
  }

  disasters(): readonly NetworkDisaster[] {
    return DISASTERS;
  }

  startServer(index: number, path: string, args: readonly string[]): ChildProcess {
    const { namespace, far } = this.#host(index);
    // `ip netns exec` becomes the program: signals reach it, and it keeps the channel to this process.
    const command = ["netns", "exec", namespace, process.execPath, path, `${far}:${PORT}`, ...args];
    return spawn("ip", command, { stdio: ["ignore", "inherit", "inherit", "ipc"] });
  }

  begin(index: number, disaster: NetworkDisaster): void {
    const { namespace, near } = this.#host(index);
    if (disaster === "vanish") ip("-n", namespace, "link", "set", "eth0", "down");
    // Answers are dropped before they are sent; this route is more exact than that of the link.
    else ip("-n", namespace, "route", "add", "blackhole", `${near}/32`);
  }

  end(index: number, disaster: NetworkDisaster): void {
    const { namespace, near } = this.#host(index);
    if (disaster === "vanish") ip("-n", namespace, "link", "set", "eth0", "up");
    else ip("-n", namespace, "route", "del", "blackhole", `${near}/32`);
  }

  async close(): Promise<void> {
    process.off("exit", this.#atExit);
    remove(this.#hosts);
  }

  #host(index: number): Host {
    return this.#hosts[index] as Host;
  }
}

/**
 * The host of a server. Addresses are of 198.18.0.0/15, which is for tests of networks (RFC 2544, RFC 6890): four for each
 * server, 32 for each run, chosen by its process id so that two runs at once don't meet.
 */
function hostOf(index: number): Host {
  const first = ((process.pid % 4096) * 8 + index) * 4;
  const address = (offset: number) => {
    const low = first + offset;
    return `198.${18 + (low >>> 16)}.${(low >>> 8) & 0xff}.${low & 0xff}`;
  };
  return {
    namespace: `${PREFIX}${process.pid}-${index}`,
    link: `hwc${process.pid}-${index}`,
    near: address(1),
    far: address(2),
  };
}

function create({ namespace, link, near, far }: Host): void {
  ip("netns", "add", namespace);
  ip("link", "add", link, "type", "veth", "peer", "name", "eth0", "netns", namespace);
  ip("addr", "add", `${near}/30`, "dev", link);
  ip("link", "set", link, "up");
  ip("-n", namespace, "addr", "add", `${far}/30`, "dev", "eth0");
  ip("-n", namespace, "link", "set", "lo", "up");
  ip("-n", namespace, "link", "set", "eth0", "up");
}

/** Why there can be no namespaces here; undefined if there can. Makes one, and removes it. */
export function namespacesRefused(): string | undefined {
  const host = hostOf(7);
  try {
    create(host);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  } finally {
    remove([host]);
  }
}

/** The namespaces that a process has made and that are there. */
export function namespacesOf(pid: number): string[] {
  return namespaces().filter((name) => name.startsWith(`${PREFIX}${pid}-`));
}

/** Removes namespaces that are there; their ends of the pairs, and with them the others, go with them. */
function remove(hosts: readonly Pick<Host, "namespace">[]): void {
  for (const { namespace } of hosts) {
    try {
      ip("netns", "del", namespace);
    } catch {
      // It was never made, or is gone already.
    }
  }
}

/** Removes what runs have left that were killed: a server that was frozen then has not noticed that its run is over. */
function removeLeftovers(): void {
  for (const namespace of namespaces()) {
    const pid = /^hawser-chaos-(\d+)-\d+$/.exec(namespace)?.[1];
    if (pid === undefined || isRunning(Number(pid))) continue;
    for (const server of ip("netns", "pids", namespace).split("\n")) {
      if (server !== "") process.kill(Number(server), "SIGKILL");
    }
    remove([{ namespace }]);
  }
}

function namespaces(): string[] {
  return ip("netns", "list")
    .split("\n")
    .map((line) => line.split(" ")[0] as string);
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** @throws Error with what `ip` (iproute2) says, or that there is no such program */
function ip(...args: string[]): string {
  try {
    return execFileSync("ip", args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  } catch (error) {
    const { stderr, message } = error as { readonly stderr?: string; readonly message: string };
    throw new Error(`ip ${args.join(" ")}: ${stderr?.trim() || message}`);
  }
}
