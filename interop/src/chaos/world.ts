import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { killed } from "./killed.js";
import type { Network, NetworkDisaster } from "./network.js";
import { between, oneOf } from "./random.js";

/** Servers of the run. */
export const SERVERS = 5;

/** What can happen to a server. */
type Disaster = "kill" | "freeze" | "drain" | NetworkDisaster;
const OF_PROCESSES: readonly Disaster[] = ["kill", "freeze", "drain"];

/** Five servers, and what happens to them. */
export class ChaosWorld {
  /** `ipv4:` with all servers. */
  readonly target: string;
  /** How often each thing has happened. */
  readonly disasters: Map<Disaster, number> = new Map();
  readonly #folder: string = mkdtempSync(join(tmpdir(), "hawser-chaos-"));
  readonly #processes: (ChildProcess | undefined)[] = [];
  readonly #network: Network;
  readonly #atExit = (): void => rmSync(this.#folder, { recursive: true, force: true });
  /** A server to which something happens is left alone by the next disasters. */
  readonly #busy = new Set<number>();

  private constructor(network: Network) {
    this.#network = network;
    this.target = `ipv4:${network.addresses.join(",")}`;
    // However the run ends, short of a SIGKILL.
    process.on("exit", this.#atExit);
  }

  /** Starts the servers. The network is the world's from here on: closing the one closes the other. */
  static async start(network: Network): Promise<ChaosWorld> {
    const world = new ChaosWorld(network);
    try {
      await Promise.all(network.addresses.map((_, index) => world.#startServer(index)));
    } catch (error) {
      await world.close();
      throw error;
    }
    return world;
  }

  /** Lets one thing after the other happen until `signal`; at the end every server is well again. */
  async disturb(random: () => number, signal: AbortSignal): Promise<void> {
    const running = new Set<Promise<void>>();
    while (!signal.aborted) {
      const index = Math.floor(random() * SERVERS);
      const disaster = oneOf(random, [...OF_PROCESSES, ...this.#network.disasters(index)]);
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

  /**
   * Lets a server fall silent, with its connections open, until `noticed`; each network has one that it can do this to.
   *
   * @throws Error if it is not noticed in time
   */
  async silence(noticed: () => boolean, timeoutMs: number): Promise<void> {
    const index = SERVERS - 1;
    this.#network.begin(index, "vanish");
    try {
      for (const endMs = performance.now() + timeoutMs; !noticed(); await sleep(20)) {
        if (performance.now() > endMs) throw new Error(`nobody noticed that server ${index} fell silent`);
      }
    } finally {
      this.#network.end(index, "vanish");
    }
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
    await Promise.all(this.#processes.filter((each) => each !== undefined).map((each) => killed(each)));
    await this.#network.close();
    process.off("exit", this.#atExit);
    this.#atExit();
  }

  /** The size of each server's journal, which grows with every call that it works on. */
  journalSizes(): number[] {
    return Array.from({ length: SERVERS }, (_, index) => statSync(this.#journal(index)).size);
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
      default:
        this.#network.begin(index, disaster);
        if (disaster !== "cut") await sleep(lastsMs);
        this.#network.end(index, disaster);
    }
  }

  async #startServer(index: number): Promise<void> {
    const path = fileURLToPath(new URL("./server-process.js", import.meta.url));
    const server = this.#network.startServer(index, path, [this.#journal(index)]);
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
