import type { ClientLine, Job, Memory, RunCommand, ServerCommand, ServerLine, ServerOptions } from "../job.js";
import type { Stack } from "../stack.js";
import { LineProcess } from "./line-process.js";

/** Time a server has to listen, and a process to answer a question. */
const startTimeoutMs = 20_000;

/** Server and client of one stack as two processes. */
export class Pair {
  readonly #stack: Stack;
  readonly #nodeFlags: readonly string[];
  readonly #server: LineProcess<ServerLine>;
  #client: LineProcess<ClientLine> | undefined;
  #port = 0;

  private constructor(stack: Stack, options: ServerOptions, nodeFlags: readonly string[]) {
    this.#stack = stack;
    this.#nodeFlags = nodeFlags;
    this.#server = new LineProcess(`${stack.name} server`, commandOf(stack, "server", nodeFlags), options);
  }

  /** Starts the server and waits until it listens. */
  static async start(stack: Stack, options: ServerOptions, nodeFlags: readonly string[]): Promise<Pair> {
    const pair = new Pair(stack, options, nodeFlags);
    try {
      const line = await pair.#server.next(startTimeoutMs);
      if (line.event !== "listening") throw new Error(`${stack.name} server: unexpected line`);
      pair.#port = line.port;
      return pair;
    } catch (error) {
      await pair.stop();
      throw error;
    }
  }

  /** Starts the client with a job at this server. */
  startClient(job: Omit<Job, "port" | "pooled">): void {
    const command = commandOf(this.#stack, "client", this.#nodeFlags);
    const whole: Job = { ...job, port: this.#port, pooled: this.#stack.pooled };
    this.#client = new LineProcess(`${this.#stack.name} client`, command, whole);
  }

  /** The client's next line, which must be of this kind. */
  async expect<E extends ClientLine["event"]>(event: E, timeoutMs: number): Promise<ClientLine & { event: E }> {
    const line = await this.#client!.next(timeoutMs);
    if (line.event === "failed") throw new Error(`${this.#stack.name} client: ${line.message}`);
    if (line.event !== event) throw new Error(`${this.#stack.name} client: ${line.event} instead of ${event}`);
    return line as ClientLine & { event: E };
  }

  /** Sends the client a line. */
  send(command: RunCommand | "go"): void {
    this.#client!.send(JSON.stringify(command));
  }

  /** CPU time the server has used since its start, in microseconds. */
  async serverCpuUs(): Promise<number> {
    const line = await this.#ask("cpu");
    return line.event === "cpu" ? line.cpuUs : Number.NaN;
  }

  async serverMemory(): Promise<Memory> {
    const line = await this.#ask("memory");
    if (line.event !== "memory") throw new Error(`${this.#stack.name} server: unexpected line`);
    return line.memory;
  }

  /** Ends both processes. */
  async stop(): Promise<void> {
    await this.#client?.stop();
    await this.#server.stop();
  }

  #ask(command: ServerCommand): Promise<ServerLine> {
    this.#server.send(command);
    return this.#server.next(startTimeoutMs);
  }
}

function commandOf(stack: Stack, side: "server" | "client", nodeFlags: readonly string[]): readonly string[] {
  const command = stack.command(side, nodeFlags);
  if (command === undefined) throw new Error(`${stack.name} is not built`);
  return command;
}
