import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { NetworkOrder } from "./proxy-process.js";
import { between, oneOf } from "./random.js";

/** Servers of the run. */
const SERVERS = 5;

/** The servers from this one on are reached through a proxy, which cuts and freezes; those before it directly. */
const FIRST_BEHIND_PROXY = 2;

/** What can happen to a server. */
type Disaster = "kill" | "freeze" | "drain" | "cut" | "vanish";
const DIRECT: readonly Disaster[] = ["kill", "freeze", "drain"];
const PROXIED: readonly Disaster[] = [...DIRECT, "cut", "vanish", "vanish"];

/** Five servers, and what happens to them. */
export class ChaosWorld {
  /** `ipv4:` with all servers. */
  readonly target: string;
  /** How often each thing has happened. */
  readonly disasters: Map<Disaster, number> = new Map();
  readonly #folder: string;
  readonly #ports: readonly number[];
  readonly #processes: (ChildProcess | undefined)[] = [];
  readonly #proxies: ChildProcess;
  /** A server to which something happens is left alone by the next disasters. */
  readonly #busy = new Set<number>();

  private constructor(folder: string, ports: readonly number[], proxies: ChildProcess, proxyPorts: readonly number[]) {
    this.#folder = folder;
    this.#ports = ports;
    this.#proxies = proxies;
    const reached = ports.map((port, index) => proxyPorts[index - FIRST_BEHIND_PROXY] ?? port);
    this.target = `ipv4:${reached.map((port) => `127.0.0.1:${port}`).join(",")}`;
  }

  static async start(): Promise<ChaosWorld> {
    const ports = await freePorts(SERVERS);
    const proxies = fork(fileURLToPath(new URL("./proxy-process.js", import.meta.url)), [
      ...ports.slice(FIRST_BEHIND_PROXY).map(String),
    ]);
    const [proxyPorts] = (await once(proxies, "message")) as [number[]];
    const world = new ChaosWorld(mkdtempSync(join(tmpdir(), "hawser-chaos-")), ports, proxies, proxyPorts);
    await Promise.all(ports.map((_, index) => world.#startServer(index)));
    return world;
  }

  /** Lets one thing after the other happen until `signal`; at the end every server is well again. */
  async disturb(random: () => number, signal: AbortSignal): Promise<void> {
    const running = new Set<Promise<void>>();
    while (!signal.aborted) {
      const index = Math.floor(random() * SERVERS);
      const disaster = oneOf(random, index < FIRST_BEHIND_PROXY ? DIRECT : PROXIED);
      const lastsMs = between(random, 50, 2_500);
      // Two may be down at once, sometimes all five.
      const pauseMs = random() < 0.15 ? 10 : between(random, 150, 900);
      if (!this.#busy.has(index)) {
        this.#busy.add(index);
        this.disasters.set(disaster, (this.disasters.get(disaster) ?? 0) + 1);
        const happening = this.#happen(index, disaster, lastsMs).finally(() => {
          this.#busy.delete(index);
          running.delete(happening);
        });
        running.add(happening);
      }
      await sleep(pauseMs, undefined, { signal }).catch(() => {});
    }
    await Promise.all(running);
  }

  /** What the servers worked on: for each call's id the numbers of attempts before, as often as they were worked on. */
  executions(): Map<number, number[]> {
    const executions = new Map<number, number[]>();
    for (let index = 0; index < SERVERS; index++) {
      for (const line of readFileSync(this.#journal(index), "utf8").split("\n")) {
        const [id, before] = line.split(" ").map(Number);
        if (line === "" || id === undefined || before === undefined) continue;
        const known = executions.get(id);
        if (known === undefined) executions.set(id, [before]);
        else known.push(before);
      }
    }
    return executions;
  }

  async close(): Promise<void> {
    const all = [this.#proxies, ...this.#processes].filter((each) => each !== undefined);
    await Promise.all(all.map((each) => killed(each)));
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #happen(index: number, disaster: Disaster, lastsMs: number): Promise<void> {
    const server = this.#processes[index] as ChildProcess;
    switch (disaster) {
      case "kill":
        await killed(server);
        await sleep(lastsMs);
        return this.#startServer(index);
      case "freeze":
        server.kill("SIGSTOP");
        await sleep(lastsMs);
        server.kill("SIGCONT");
        return;
      case "drain": {
        const exit = once(server, "exit");
        server.kill("SIGTERM");
        const drained = sleep(5_000, undefined, { ref: false }).then(() => killed(server));
        await Promise.race([exit, drained]);
        return this.#startServer(index);
      }
      case "cut":
        this.#order(index, "cut");
        return;
      case "vanish":
        // Connections that are there are never heard of again; new ones go nowhere either until it is over.
        this.#order(index, "freeze");
        await sleep(lastsMs);
        this.#order(index, "thaw");
    }
  }

  #order(index: number, does: NetworkOrder["does"]): void {
    const order: NetworkOrder = { index: index - FIRST_BEHIND_PROXY, does };
    this.#proxies.send(order);
  }

  async #startServer(index: number): Promise<void> {
    const path = fileURLToPath(new URL("./server-process.js", import.meta.url));
    const server = fork(path, [String(this.#ports[index]), this.#journal(index)]);
    this.#processes[index] = server;
    await Promise.race([
      once(server, "message"),
      once(server, "exit").then(([code]) => Promise.reject(new Error(`server ${index} ended with ${code}`))),
    ]);
  }

  #journal(index: number): string {
    return join(this.#folder, `journal-${index}`);
  }
}

async function killed(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, "exit");
  child.kill("SIGKILL");
  await exit;
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
