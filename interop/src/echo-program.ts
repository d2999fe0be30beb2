/** Programs with workers in processes of their own, and load on them: what the tests of draining share. */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { createServer as createNetServer } from "node:net";
import { fileURLToPath } from "node:url";
import { callAny, type EchoClient, StatusError } from "./echo-service.js";

export const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** What `workers-program.js` is started with. */
export interface ProgramOptions {
  /** 0: the program serves itself. */
  readonly workers: number;
  /** While there is such a file, workers end before they are ready. */
  readonly brokenFile?: string;
  readonly graceMs?: number;
  readonly healthDelayMs?: number;
}

/** Something that the program tells without being asked. */
export type ProgramEvent =
  | { readonly event: "lost"; readonly pid: number; readonly signal: string | null }
  | { readonly event: "failed"; readonly text: string; readonly atMs: number };

/** `workers-program.js`, running. */
export interface EchoProgram {
  readonly child: ChildProcess;
  readonly address: string;
  /** What it has told so far. */
  readonly events: readonly ProgramEvent[];
  /** Says something to the primary and gives its answer. */
  ask(what: string): Promise<unknown>;
  /** The process ids of the workers. */
  workers(): Promise<number[]>;
}

/**
 * Starts one on a free port; it is killed when the test is over.
 * @param listening a descriptor that listens already, at this port; the program finds it as its descriptor 3
 * @throws Error if it ends before it serves
 */
export async function startProgram(
  t: { after(done: () => void): void },
  options: ProgramOptions,
  listening?: { readonly fd: number; readonly port: number },
): Promise<EchoProgram> {
  const address = `127.0.0.1:${listening?.port ?? (await freePort())}`;
  const path = fileURLToPath(new URL("workers-program.js", import.meta.url));
  const child = fork(path, [listening === undefined ? address : "fd:3", JSON.stringify(options)], {
    env: { ...process.env, NODE_TEST_CONTEXT: undefined },
    stdio: ["ignore", "inherit", "pipe", ...(listening === undefined ? [] : [listening.fd]), "ipc"],
  });
  t.after(() => child.kill("SIGKILL"));
  let stderr = "";
  child.stderr?.on("data", (chunk: Uint8Array) => {
    stderr += String(chunk);
  });
  const events: ProgramEvent[] = [];
  child.on("message", (message: object) => {
    if ("event" in message) events.push(message as ProgramEvent);
  });
  const [code] = await Promise.race([once(child, "message").then(() => []), once(child, "close")]);
  if (code !== undefined) throw new Error(`the program ended with ${code}: ${stderr}`);
  const ask = async (what: string): Promise<unknown> => {
    const answer = new Promise<unknown>((resolve) => {
      const listener = (message: object): void => {
        if ("event" in message) return;
        child.removeListener("message", listener);
        resolve(message);
      };
      child.on("message", listener);
    });
    child.send(what);
    return answer;
  };
  return {
    child,
    address,
    events,
    ask,
    workers: async () => ((await ask("workers")) as { workers: number[] }).workers,
  };
}

export async function freePort(): Promise<number> {
  const probe = createNetServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address() as { port: number };
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

/** Calls that keep coming. */
export interface Load {
  /** How those ended that were not answered, and their texts. */
  readonly failures: readonly { readonly text: string; readonly error: StatusError }[];
  /** Calls that ended with their own answer. */
  readonly answered: number;
  /** Who answered. */
  readonly names: ReadonlySet<string>;
  /** Begins no further call; rejects if an answer was wrong. */
  stop(): Promise<void>;
}

let loads = 0;

/** Calls of every kind in `width` lines, one after the other, each with a text of its own, until told to stop. */
export function load(client: EchoClient, width: number, ms: number): Load {
  const id = ++loads;
  let busy = true;
  let sent = 0;
  let answered = 0;
  const failures: { text: string; error: StatusError }[] = [];
  const names = new Set<string>();
  const done = Promise.all(
    Array.from({ length: width }, async (_, line) => {
      while (busy) {
        const text = `arriving-${id}-${++sent}`;
        try {
          names.add(await callAny(client, line, ms, text));
          answered++;
        } catch (error) {
          if (!(error instanceof StatusError)) throw error;
          failures.push({ text, error });
          await sleep(20);
        }
      }
    }),
  );
  done.catch(() => {
    busy = false;
  });
  return {
    failures,
    names,
    get answered() {
      return answered;
    },
    async stop() {
      busy = false;
      await done;
    },
  };
}
