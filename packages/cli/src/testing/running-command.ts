import type { ChildProcessWithoutNullStreams } from "node:child_process";
import { createInterface, type Interface } from "node:readline";
import type { Sandbox } from "./sandbox.js";

/** A `hawser … --json` that is a server, on a free port, until it is disposed of. */
export class RunningCommand {
  /** Where it listens. */
  readonly target: string;
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #lines: AsyncIterator<string>;
  readonly #reader: Interface;

  private constructor(
    child: ChildProcessWithoutNullStreams,
    reader: Interface,
    lines: AsyncIterator<string>,
    target: string,
  ) {
    this.#child = child;
    this.#reader = reader;
    this.#lines = lines;
    this.target = target;
  }

  static async start(sandbox: Sandbox, ...args: string[]): Promise<RunningCommand> {
    const child = sandbox.start(...args, "--listen", "127.0.0.1:0", "--json");
    const reader = createInterface(child.stdout);
    const lines = reader[Symbol.asyncIterator]();
    const { value } = await lines.next();
    return new RunningCommand(child, reader, lines, JSON.parse(value).listening);
  }

  /** The next line that it prints. */
  async line(): Promise<Record<string, unknown>> {
    return JSON.parse((await this.#lines.next()).value);
  }

  /** Ends it as Ctrl-C does. */
  async interrupt(): Promise<number | null> {
    const closed = new Promise<number | null>((resolve) => this.#child.once("close", resolve));
    this.#child.kill("SIGINT");
    return closed;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#reader.close();
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const closed = new Promise((resolve) => this.#child.once("close", resolve));
    this.#child.kill("SIGKILL");
    await closed;
  }
}
