import { CliError, reasonOf } from "../cli-error.js";
import { type CommandLine, ProcessGroup } from "./process-group.js";

/** 500 ms, then twice as long each time, up to 30 s: after how long a program that crashes is started again. */
export const FIRST_BACKOFF_MS = 500;
export const MAX_BACKOFF_MS = 30_000;

/** 10 s: a program that ran as long did not crash because it was started. */
export const STEADY_MS = 10_000;

/** 1 s: how long the system may take to end what was killed. */
const KILL_MS = 1_000;

/** What is told of a program. */
export interface ProgramReport {
  started(pid: number, why: string): void;
  /** It ended by itself. `againMs`: when it is started again; `undefined` if only a change does that. */
  ended(how: string, againMs: number | undefined): void;
  /** It was asked to end and had not done so in time. */
  killed(afterMs: number): void;
}

/**
 * What becomes of the user's program:
 *
 * ```text
 *   stopped ── restart ──> running ── restart, stop ──> stopping ──> stopped, or running again
 *      ^                      │
 *      └── waiting <── ends ──┘      (waiting: for the back-off after a crash, or for a change)
 * ```
 */
type State =
  | { readonly kind: "stopped" }
  | { readonly kind: "running"; readonly group: ProcessGroup; readonly since: number }
  | { readonly kind: "waiting"; readonly timer: NodeJS.Timeout | undefined }
  | { readonly kind: "stopping"; readonly group: ProcessGroup; readonly done: Promise<void> };

/** Runs the user's program, and ends and starts it again. There is one at a time: the next one wants the same port. */
export class Program {
  readonly #command: CommandLine;
  readonly #env: NodeJS.ProcessEnv;
  readonly #graceMs: number;
  readonly #report: ProgramReport;
  #state: State = { kind: "stopped" };
  #crashes = 0;
  #isOver = false;
  /** Why it is to be started when the one that is ending has ended. */
  #next: string | undefined;
  #fail: (error: unknown) => void = () => {};
  /** Rejects if the program cannot be started at all. */
  readonly failure: Promise<never>;

  /** @param graceMs how long the program may take to end before it is killed */
  constructor(command: CommandLine, env: NodeJS.ProcessEnv, graceMs: number, report: ProgramReport) {
    this.#command = command;
    this.#env = env;
    this.#graceMs = graceMs;
    this.#report = report;
    this.failure = new Promise((_, reject) => (this.#fail = reject));
  }

  /** Starts the program, ending the one that runs. */
  restart(why: string): void {
    if (this.#isOver) return;
    this.#crashes = 0;
    switch (this.#state.kind) {
      case "stopped":
        this.#start(why);
        break;
      case "waiting":
        clearTimeout(this.#state.timer);
        this.#start(why);
        break;
      case "running":
        void this.#stop(this.#state.group);
        this.#next = why;
        break;
      case "stopping":
        this.#next = why;
    }
  }

  /** Ends the program, and starts none any more. */
  async stop(): Promise<void> {
    this.#isOver = true;
    this.#next = undefined;
    if (this.#state.kind === "waiting") {
      clearTimeout(this.#state.timer);
      this.#state = { kind: "stopped" };
    } else if (this.#state.kind === "running") await this.#stop(this.#state.group);
    else if (this.#state.kind === "stopping") await this.#state.done;
  }

  /** Ends whatever runs, at once and without a word: for when we have to go. */
  kill(): void {
    if (this.#state.kind === "running" || this.#state.kind === "stopping") this.#state.group.kill();
  }

  #start(why: string): void {
    const group = new ProcessGroup(this.#command, this.#env);
    this.#state = { kind: "running", group, since: performance.now() };
    if (group.pid !== undefined) this.#report.started(group.pid, why);
    group.exit.then(
      ({ code, signal }) => this.#ended(group, code, signal),
      (error: unknown) => this.#fail(cannotStart(this.#command, error)),
    );
  }

  #ended(group: ProcessGroup, code: number | null, signal: NodeJS.Signals | null): void {
    if (this.#state.kind !== "running" || this.#state.group !== group) return;
    // What it has left behind would hold its port.
    group.kill();
    if (code === 0) {
      this.#state = { kind: "waiting", timer: undefined };
      this.#report.ended("has ended", undefined);
      return;
    }
    if (performance.now() - this.#state.since >= STEADY_MS) this.#crashes = 0;
    const againMs = Math.min(FIRST_BACKOFF_MS * 2 ** this.#crashes++, MAX_BACKOFF_MS);
    const timer = setTimeout(() => this.#start("again"), againMs);
    this.#state = { kind: "waiting", timer };
    this.#report.ended(signal === null ? `has crashed with exit code ${code}` : `was ended by ${signal}`, againMs);
  }

  #stop(group: ProcessGroup): Promise<void> {
    const done = this.#end(group).then(() => {
      this.#state = { kind: "stopped" };
      const why = this.#next;
      this.#next = undefined;
      if (why !== undefined) this.#start(why);
    });
    this.#state = { kind: "stopping", group, done };
    return done;
  }

  async #end(group: ProcessGroup): Promise<void> {
    group.terminate();
    if (await group.ended(this.#graceMs)) return;
    this.#report.killed(this.#graceMs);
    group.kill();
    await group.ended(KILL_MS);
  }
}

function cannotStart(command: CommandLine, error: unknown): CliError {
  const name = "shell" in command ? command.shell : command.program;
  return new CliError(
    `cannot start ${name}: ${reasonOf(error)}`,
    "check the command behind --; programs of node_modules/.bin are found by their names",
  );
}
