import { CliError } from "../cli-error.js";
import { type GenerateSettings, Generator } from "../generate/generator.js";
import { watch } from "../generate/watch.js";
import { DEFAULT_INPUT } from "../input/source-set.js";
import { type CheckSettings, ContractChecks } from "./contract-checks.js";
import type { CommandLine } from "./process-group.js";
import { Program } from "./program.js";
import { Status } from "./status.js";
import { watchCode } from "./watch-code.js";

/** 50 ms: saving a file is several events, and a change of the contract brings changes of code. */
const RESTART_DELAY_MS = 50;

/** What to generate, to run and to watch. */
export interface DevSettings {
  readonly generate: GenerateSettings;
  readonly check: CheckSettings;
  readonly command: CommandLine;
  readonly env: NodeJS.ProcessEnv;
  /** The program's own code. */
  readonly watched: readonly string[];
  /** How long the program may take to end, in milliseconds. */
  readonly graceMs: number;
}

/**
 * Generates and runs, until the process is told to end: generates again when the contract changes, starts the program again when
 * generated or own code does. While the contract is broken, the program goes on as it was.
 *
 * @returns the exit code: 128 and the number of the signal, as a shell counts
 * @throws CliError if the first run cannot be made, or the program not be started
 */
export async function runDev(settings: DevSettings): Promise<number> {
  const { generate, graceMs } = settings;
  const status = new Status();
  const checks = new ContractChecks(settings.check);
  const program = new Program(settings.command, settings.env, graceMs, {
    started: (pid, why) => status.good(`started${why === "" ? "" : `: ${why}`} (pid ${pid})`),
    ended(how, againMs) {
      const next =
        againMs === undefined ? "waiting for changes" : `it starts again in ${againMs / 1000} s, or after a change`;
      const line = `the program ${how}; ${next}`;
      if (againMs === undefined) status.note(line);
      else status.bad(line);
    },
    killed: (afterMs) => status.bad(`the program did not end within ${afterMs / 1000} s and was killed`),
  });
  // The program compiles against what is generated: before there is any, it would only fail.
  let isStarted = false;
  let timer: NodeJS.Timeout | undefined;
  let why = "";
  const restartSoon = (reason: string): void => {
    if (!isStarted) return;
    why = reason;
    timer ??= setTimeout(() => {
      timer = undefined;
      program.restart(why);
    }, RESTART_DELAY_MS);
  };
  const check = latest(
    async () => {
      const count = await checks.run();
      if (count > 0) status.bad(`${count} finding${count === 1 ? "" : "s"} in the contract`);
    },
    (error) => status.failure(error),
  );

  let isWatching = false;
  let isEnding = false;
  let early: "SIGINT" | "SIGTERM" | undefined;
  // The first signal is for watch, once that hears it. Whoever presses Ctrl-C again does not want to wait.
  const onSignal = (signal: "SIGINT" | "SIGTERM"): void => {
    if (isEnding) program.kill();
    else if (!isWatching) early = signal;
  };
  const onHangUp = (): void => void process.emit("SIGTERM");
  const onExit = (): void => program.kill();
  process.on("SIGINT", onSignal).on("SIGTERM", onSignal).on("SIGHUP", onHangUp).on("exit", onExit);
  const code = await watchCode(
    settings.watched,
    generate.out,
    (path) => restartSoon(`${path} has changed`),
    (error) => status.failure(error),
  );
  const watching = watch(new Generator(generate), generate.inputs.length > 0 ? generate.inputs : [DEFAULT_INPUT], {
    result(result, ms) {
      status.generated(result, generate.out, ms, isStarted);
      if (!result.ok) return;
      if (checks.isWanted) check();
      if (isStarted && result.written.length > 0) restartSoon("the contract has changed");
      else if (!isStarted) {
        isStarted = true;
        program.restart("");
      }
    },
    failure: (error) => status.failure(error),
    watching() {
      isWatching = true;
      status.note("watching for changes; press Ctrl-C to stop");
      if (early !== undefined) setImmediate(() => process.emit(early as NodeJS.Signals));
    },
  });
  try {
    return await Promise.race([watching, program.failure]);
  } finally {
    clearTimeout(timer);
    process.emit("SIGTERM"); // what ended it may not have been a signal, and watch waits for one
    isEnding = true;
    await Promise.all([code.close(), program.stop(), watching.catch(() => {})]);
    process.off("SIGINT", onSignal).off("SIGTERM", onSignal).off("SIGHUP", onHangUp).off("exit", onExit);
  }
}

/** Has something run, one at a time: of the calls that come while it runs, the last one counts. */
function latest(run: () => Promise<void>, failed: (error: CliError) => void): () => void {
  let isRunning = false;
  let isWanted = false;
  const start = async (): Promise<void> => {
    isRunning = true;
    do {
      isWanted = false;
      try {
        await run();
      } catch (error) {
        if (!(error instanceof CliError)) throw error;
        failed(error);
      }
    } while (isWanted);
    isRunning = false;
  };
  return () => {
    isWanted = true;
    if (!isRunning) void start();
  };
}
