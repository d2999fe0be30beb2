import { spawn } from "node:child_process";
import { CliError, reasonOf } from "../cli-error.js";

/** The environment variable that tells a command where the server is that it runs beside. */
export const TARGET_VARIABLE = "HAWSER_TARGET";

/**
 * Runs a command line in a shell, with the target of a server in its environment and our own standard streams.
 *
 * @param signal ends it
 * @returns its exit code; 128 and more as a shell counts, if a signal ended it
 * @throws CliError if no shell can be started
 */
export async function runBeside(line: string, target: string, signal: AbortSignal): Promise<number> {
  const env = { ...process.env, [TARGET_VARIABLE]: target };
  const child = spawn(line, { shell: true, stdio: "inherit", env });
  const stop = (): void => void child.kill("SIGTERM");
  signal.addEventListener("abort", stop, { once: true });
  try {
    return await new Promise<number>((resolve, reject) => {
      child.once("error", (error) => {
        reject(new CliError(`cannot run ${line}: ${reasonOf(error)}`, "check the command given with --run"));
      });
      child.once("exit", (code, name) => resolve(code ?? 128 + (name === "SIGINT" ? 2 : name === "SIGTERM" ? 15 : 9)));
    });
  } finally {
    signal.removeEventListener("abort", stop);
  }
}
