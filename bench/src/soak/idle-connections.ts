import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { endProcess } from "./end-process.js";

/** A process can't have all the descriptors: each holds this many connections at most. */
const PER_PROCESS = 5_000;

/** Connections to the server that have said hello and are silent since, in processes of their own. */
export class IdleConnections {
  readonly #children: readonly ChildProcess[];

  private constructor(children: readonly ChildProcess[]) {
    this.#children = children;
  }

  /** Opens them. @throws Error if they can't all be had, say for want of descriptors (`ulimit -n`) */
  static async open(port: number, count: number, log: (line: string) => void): Promise<IdleConnections> {
    const idle: ChildProcess[] = [];
    const connections = new IdleConnections(idle);
    try {
      for (let opened = 0; opened < count; opened += PER_PROCESS) {
        const share = Math.min(PER_PROCESS, count - opened);
        // Each from an address of its own: the ports of one are not enough for all.
        const path = fileURLToPath(new URL("./idle-client.js", import.meta.url));
        const child = fork(path, [String(port), String(share), `127.0.1.${idle.length + 1}`]);
        idle.push(child);
        const [said] = (await Promise.race([
          once(child, "message"),
          once(child, "exit").then(() => ["its process ended"]),
        ])) as [number | string];
        if (said !== share) throw new Error(`${share} idle connections could not be opened: ${said}`);
        log(`${opened + share} idle connections`);
      }
      return connections;
    } catch (error) {
      await connections.close();
      throw error;
    }
  }

  /** How many of them are still there. */
  async alive(): Promise<number> {
    const counts = await Promise.all(
      this.#children.map(async (child) => {
        const answer = once(child, "message");
        child.send("alive");
        return ((await answer) as [number])[0];
      }),
    );
    return counts.reduce((sum, count) => sum + count, 0);
  }

  async close(): Promise<void> {
    await Promise.all(this.#children.map((child) => endProcess(child)));
  }
}
