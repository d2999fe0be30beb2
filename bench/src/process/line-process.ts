import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";

/** All children of this process, so that none outlives it. */
const running = new Set<ChildProcessWithoutNullStreams>();
process.on("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});

/** How much of a child's stderr an error quotes, in characters. */
const maxStderr = 4_000;

/** Time a child has to end by itself before it is killed. */
const endGraceMs = 2_000;

/** A child that prints one JSON value a line. Everything it is asked has a time limit, after which it is killed. */
export class LineProcess<Line> {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #name: string;
  readonly #lines: Line[] = [];
  readonly #closed: Promise<void>;
  #wake: (() => void) | undefined;
  #ended: string | undefined;
  #stderr = "";
  #rest = "";

  /**
   * @param name what errors call it
   * @param command the program and its arguments
   * @param argument goes behind them as JSON
   */
  constructor(name: string, command: readonly string[], argument: unknown) {
    this.#name = name;
    const [program, ...args] = command;
    this.#child = spawn(program!, [...args, JSON.stringify(argument)], { stdio: ["pipe", "pipe", "pipe"] });
    running.add(this.#child);
    this.#child.stdout.setEncoding("utf8").on("data", (text: string) => this.#onText(text));
    this.#child.stderr.setEncoding("utf8").on("data", (text: string) => {
      this.#stderr = (this.#stderr + text).slice(-maxStderr);
    });
    // A child that is gone reports itself by its end; writing to it is no error of its own.
    this.#child.stdin.on("error", () => {});
    this.#closed = new Promise((resolve) => {
      const close = (reason: string): void => {
        running.delete(this.#child);
        this.#ended ??= reason;
        this.#wake?.();
        resolve();
      };
      this.#child.on("error", (error) => close(error.message));
      this.#child.on("close", (code, signal) => close(`exit ${signal ?? code}`));
    });
  }

  /** The next line; rejects if none comes in time or the child has ended. */
  async next(timeoutMs: number): Promise<Line> {
    const deadline = Date.now() + timeoutMs;
    while (this.#lines.length === 0) {
      if (this.#ended !== undefined) throw new Error(`${this.#name} ended (${this.#ended}) ${this.#stderr.trim()}`);
      const left = deadline - Date.now();
      if (left <= 0) {
        this.#child.kill("SIGKILL");
        throw new Error(`${this.#name} said nothing for ${timeoutMs} ms ${this.#stderr.trim()}`);
      }
      await this.#woken(left);
    }
    return this.#lines.shift()!;
  }

  /** Sends a line to its stdin. */
  send(line: string): void {
    this.#child.stdin.write(`${line}\n`);
  }

  /** Ends its stdin, then waits for its end, which comes by force if it must. */
  async stop(): Promise<void> {
    this.#child.stdin.end();
    const timer = setTimeout(() => this.#child.kill("SIGKILL"), endGraceMs);
    await this.#closed;
    clearTimeout(timer);
  }

  #onText(text: string): void {
    const lines = (this.#rest + text).split("\n");
    this.#rest = lines.pop() ?? "";
    for (const line of lines) {
      try {
        this.#lines.push(JSON.parse(line) as Line);
      } catch {
        this.#stderr = (this.#stderr + line).slice(-maxStderr);
      }
    }
    this.#wake?.();
  }

  #woken(timeoutMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, timeoutMs);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
