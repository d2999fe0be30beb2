import type { ChildProcess } from "node:child_process";
import { once } from "node:events";

/** Ends a process by force if it still runs, and waits for that. */
export async function endProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, "exit");
  child.kill("SIGKILL");
  await exit;
}
