import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { Health } from "./attacked.js";

/** The server of {@link Health}, in a process of its own. */
export class AttackedServer {
  readonly cleartext: number;
  readonly tls: number;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, ports: { cleartext: number; tls: number }) {
    this.#child = child;
    this.cleartext = ports.cleartext;
    this.tls = ports.tls;
  }

  static async start(): Promise<AttackedServer> {
    const child = fork(fileURLToPath(new URL("attacked.js", import.meta.url)), [], { execArgv: ["--expose-gc"] });
    const [ports] = await once(child, "message");
    return new AttackedServer(child, ports as { cleartext: number; tls: number });
  }

  /** False once the process has ended. */
  get alive(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  async health(): Promise<Health> {
    this.#child.send("health");
    const [health] = await once(this.#child, "message");
    return health as Health;
  }

  /** Waits, at most 10 s, for what was left behind to go away. Gives the last health. */
  async settle(isWell: (health: Health) => boolean): Promise<Health> {
    for (let tries = 0; ; tries++) {
      const health = await this.health();
      if (isWell(health) || tries === 100) return health;
      await sleep(100);
    }
  }

  stop(): void {
    this.#child.disconnect();
  }
}
