import { type ChildProcess, spawn } from "node:child_process";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

const START_LIMIT_MS = 30_000;
const STOP_LIMIT_MS = 10_000;

/** A proxy's process. */
export interface ProxyProcess {
  readonly child: ChildProcess;
  /** What it printed. */
  output(): string;
  /** Ends it and what it started. */
  stop(): Promise<void>;
}

/** Starts a program, and waits until it accepts connections on these ports. */
export async function startProxy(argv: readonly string[], ports: readonly number[]): Promise<ProxyProcess> {
  // A group of its own: masters and workers end together.
  const child = spawn(argv[0] as string, argv.slice(1), { stdio: ["ignore", "pipe", "pipe"], detached: true });
  let output = "";
  const keep = (text: string) => (output = (output + text).slice(-10_000));
  child.stdout.setEncoding("utf8").on("data", keep);
  child.stderr.setEncoding("utf8").on("data", keep);
  let ended = false;
  const end = new Promise<void>((resolve) => {
    child.once("error", (error) => {
      keep(error.message);
      ended = true;
      resolve();
    });
    child.once("exit", () => {
      ended = true;
      resolve();
    });
  });
  const signal = (name: NodeJS.Signals) => {
    try {
      process.kill(-(child.pid as number), name);
    } catch {
      // It is gone.
    }
  };
  const stop = async () => {
    if (child.pid === undefined) return;
    signal("SIGTERM");
    await Promise.race([end, sleep(STOP_LIMIT_MS, undefined, { ref: false })]);
    signal("SIGKILL");
  };
  for (const port of ports) {
    const until = Date.now() + START_LIMIT_MS;
    while (!(await accepts(port))) {
      if (!ended && Date.now() < until) {
        await sleep(50);
        continue;
      }
      await stop();
      throw new Error(`${argv[0]} does not listen on ${port}: ${output}`);
    }
  }
  return { child, output: () => output, stop };
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}
