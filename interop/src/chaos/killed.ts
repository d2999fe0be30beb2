import type { ChildProcess } from "node:child_process";
import { once } from "node:events";

/** Kills a process that still runs, and waits for its end. */
export async function killed(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, "exit");
  child.kill("SIGKILL");
  await exit;
}
