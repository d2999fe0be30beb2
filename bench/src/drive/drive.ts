import type { EchoClient, Target } from "../echo.js";
import type { ClientLine, DriveName, Job } from "../job.js";

/** Makes a client. It connects at the latest with its first call. */
export type Connect<Request, Reply> = (target: Target) => EchoClient<Request, Reply>;

/** A drive: uses clients as the job says and prints what it found. */
export type Drive = <Request, Reply>(connect: Connect<Request, Reply>, job: Job) => Promise<void>;

// Loaded on demand: a process that measures its own start must not load what it does not use.
const drives: Record<DriveName, () => Promise<Drive>> = {
  unary: async () => (await import("./unary.js")).driveUnary,
  "server-stream": async () => (await import("./server-stream.js")).driveServerStream,
  "client-stream": async () => (await import("./client-stream.js")).driveClientStream,
  bidi: async () => (await import("./bidi.js")).driveBidi,
  "idle-connections": async () => (await import("./idle-connections.js")).driveIdleConnections,
  "open-streams": async () => (await import("./open-streams.js")).driveOpenStreams,
  startup: async () => (await import("./startup.js")).driveStartup,
};

/** The frame of each stacks/<stack>/client.ts: does the job of the command line, then exits. */
export function drive<Request, Reply>(connect: Connect<Request, Reply>): void {
  run(connect).then(
    () => process.stdout.write("", () => process.exit(0)),
    (error: unknown) => {
      const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
      process.stdout.write(`${JSON.stringify({ event: "failed", message } satisfies ClientLine)}\n`, () =>
        process.exit(1),
      );
    },
  );
}

async function run<Request, Reply>(connect: Connect<Request, Reply>): Promise<void> {
  const job = JSON.parse(process.argv[2] ?? "{}") as Job;
  const driveIt = await drives[job.drive]();
  await driveIt(connect, job);
}

/** The clients of a job: one per connection, or one for all. */
export function connectAll<Request, Reply>(connect: Connect<Request, Reply>, job: Job): EchoClient<Request, Reply>[] {
  const target: Target = { port: job.port, sockets: job.inFlight, ...(job.ca === undefined ? {} : { ca: job.ca }) };
  return Array.from({ length: job.pooled ? 1 : job.connections }, () => connect(target));
}

/** Prints a line for the suite. */
export function print(line: ClientLine): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}
