import { type ChildProcess, spawn } from "node:child_process";
import { type AddressInfo, createServer } from "node:net";
import type { ClientRun, Command } from "./peer.js";

/** How long a server may take to start: a Java program on a busy machine takes its time. */
const START_LIMIT_MS = 120_000;
/** How long a run of a client may take for each of its cases. */
const CASE_LIMIT_MS = 120_000;

/** A peer's server that runs. */
export interface RunningServer {
  readonly port: number;
  /** What it printed. */
  output(): string;
  stop(): Promise<void>;
}

/** Starts a server, and waits until it says that it listens. */
export async function startServer(command: Command & { readonly ready: RegExp }): Promise<RunningServer> {
  const child = start(command, "pipe");
  let output = "";
  const stop = () => end(child);
  try {
    const port = await new Promise<number>((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new Error(`it did not listen within ${START_LIMIT_MS} ms: ${output.slice(-1_000)}`)),
        START_LIMIT_MS,
      );
      const onText = (text: string) => {
        // Only the beginning is of interest.
        if (output.length < 1 << 20) output += text;
        const port = command.ready.exec(output)?.[1];
        if (port === undefined) return;
        clearTimeout(timer);
        resolve(Number(port));
      };
      child.stdout?.setEncoding("utf8").on("data", onText);
      child.stderr?.setEncoding("utf8").on("data", onText);
      child.once("error", reject);
      child.once("exit", (code) => reject(new Error(`it ended with ${code}: ${output.slice(-1_000)}`)));
    });
    return { port, stop, output: () => output };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** A port that was free a moment ago. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

/** Runs a client to its end; for each of its cases, what went wrong, undefined for nothing. */
export async function runClient(run: ClientRun): Promise<ReadonlyMap<string, string | undefined>> {
  const child = start(run, "ignore");
  let output = "";
  child.stdout?.setEncoding("utf8").on("data", (text: string) => (output += text));
  child.stderr?.setEncoding("utf8").on("data", (text: string) => (output += text));
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    child.kill("SIGKILL");
  }, CASE_LIMIT_MS * run.cases.length);
  const code = await new Promise<number | null>((resolve) => {
    child.once("error", (error) => {
      output += error.message;
      resolve(null);
    });
    child.once("close", resolve);
  });
  clearTimeout(timer);
  const ending = `${late ? "it did not end" : `it ended with ${code}`}: ${output.trim().slice(-1_500)}`;
  const only = run.cases.length === 1 && !/^(ok|failed) /m.test(output);
  return new Map(
    run.cases.map((name) => {
      if (only) return [name, code === 0 ? undefined : ending];
      const said = new RegExp(`^(ok|failed) ${name}(?: (.*))?$`, "m").exec(output);
      if (said === null) return [name, ending];
      return [name, said[1] === "ok" ? undefined : (said[2] ?? "no reason was given")];
    }),
  );
}

function start(command: Command, stdin: "pipe" | "ignore"): ChildProcess {
  const [program, ...args] = command.argv;
  return spawn(program, args, { env: { ...process.env, ...command.env }, stdio: [stdin, "pipe", "pipe"] });
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  await new Promise<void>((resolve) => {
    child.once("exit", () => resolve());
    child.kill("SIGKILL");
  });
}
