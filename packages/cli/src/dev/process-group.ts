import { type ChildProcess, type SpawnOptions, spawn, spawnSync } from "node:child_process";

/** How often it is looked whether all processes of a group have ended. */
const POLL_MS = 20;

const IS_WINDOWS = process.platform === "win32";

/** What to run: a program with its arguments, or a line for the shell. */
export type CommandLine = { readonly program: string; readonly args: readonly string[] } | { readonly shell: string };

/**
 * A program with all that it starts, as one: on POSIX a process group of its own, so that a signal reaches the server behind an
 * `npm run` or a shell too, and Ctrl-C in the terminal, which goes to the group of hawser, reaches it by us alone.
 */
export class ProcessGroup {
  readonly #child: ChildProcess;
  /** How the program itself ended; it may have left others behind. Rejects if it cannot be started. */
  readonly exit: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;

  constructor(command: CommandLine, env: NodeJS.ProcessEnv) {
    const options: SpawnOptions = {
      env,
      // The keyboard stays with the terminal's own group.
      stdio: ["ignore", "inherit", "inherit"],
      detached: !IS_WINDOWS,
    };
    this.#child =
      "shell" in command
        ? spawn(command.shell, { ...options, shell: true })
        : spawn(command.program, command.args, options);
    this.exit = new Promise((resolve, reject) => {
      this.#child.once("error", reject);
      this.#child.once("exit", (code, signal) => resolve({ code, signal }));
    });
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Whether any process of the group is there. */
  get isAlive(): boolean {
    const { pid } = this;
    if (pid === undefined) return false;
    if (IS_WINDOWS) return this.#child.exitCode === null && this.#child.signalCode === null;
    return signal(-pid, 0);
  }

  /** Asks all of the group to end. Windows has no way to ask. */
  terminate(): void {
    if (IS_WINDOWS) this.kill();
    else if (this.pid !== undefined) signal(-this.pid, "SIGTERM");
  }

  /** Ends all of the group at once. */
  kill(): void {
    const { pid } = this;
    if (pid === undefined) return;
    if (IS_WINDOWS) spawnSync("taskkill", ["/pid", String(pid), "/T", "/F"], { stdio: "ignore" });
    else signal(-pid, "SIGKILL");
  }

  /** Waits until none of the group is there, or the time is over. Returns whether none is. */
  async ended(withinMs: number): Promise<boolean> {
    const end = performance.now() + withinMs;
    while (this.isAlive) {
      if (performance.now() >= end) return false;
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
    return true;
  }
}

/** Sends a signal; false if there is nobody to get it. */
function signal(pid: number, name: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, name);
  } catch {
    return false;
  }
}
