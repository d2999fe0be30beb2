import type { Command } from "commander";

/** What a command line does: for the help, for `docs/cli.md`, and for the test that runs it. */
export interface Example {
  /** As typed into a shell, `hawser` included. */
  readonly line: string;
  /** What it does, in a few words. */
  readonly does: string;
  /**
   * What it prints in a directory with these files; where the line has `localhost:8080`, the server of notes runs there. Examples that have it are run by a test as they stand and are shown
   * with their output in `docs/cli.md`.
   */
  readonly shown?: {
    /** The files, by path within the directory the example is run in. */
    readonly files: Readonly<Record<string, string>>;
    /** Lines to run in that directory first, without output, such as `git commit`. */
    readonly before?: readonly string[];
    /** stdout and stderr together; `(3 ms)` stands for any number of milliseconds. */
    readonly prints: string;
    /** Default 0. */
    readonly exitCode?: number;
  };
}

/** More about a command, printed behind its options. */
export interface HelpSection {
  /** Without a colon. */
  readonly title: string;
  /** Lines of at most 118 columns, without indentation. */
  readonly text: string;
}

/**
 * A command: its arguments and what runs it. A module in `commands/` exports one as `command`; heavy parts are imported
 * by `run`, so that `--help` stays fast.
 *
 * What every command keeps to:
 * - Results go to stdout; errors, warnings and progress to stderr.
 * - `--json` prints one JSON object on a line for each result (one in all unless the command streams), nothing else on
 *   stdout, and an error as `{"ok":false,"error":{"message","help"}}` there; stderr stays empty.
 * - Colours are those of `colors.ts`.
 * - What the user can put right is thrown as a `CliError`; `main` prints it and ends with its exit code.
 */
export interface CommandSpec<Flags extends object = object> {
  /** Adds arguments and options; no description and no action. */
  configure(command: Command): void;
  /**
   * @param args the operands, in order; those of a variadic argument are one array
   * @param flags the options by commander's names
   * @returns the exit code
   */
  run(args: CommandArgs, flags: Flags): Promise<number> | number;
  readonly sections?: readonly HelpSection[];
  /** What this command's 0 and 1 mean, where the general words (`exit-code.ts`) say too little, and codes of its own. */
  readonly exitCodes?: readonly { readonly code: number; readonly meaning: string }[];
  readonly examples: readonly Example[];
}

/** The operands: a text, `undefined` if an optional one was left out, an array for a variadic one. */
export type CommandArgs = readonly (string | undefined | readonly string[])[];

/** What is known of a command before its module is loaded. */
export interface CommandEntry {
  readonly name: string;
  /** One line for `hawser --help`, without a full stop. */
  readonly summary: string;
  /** The heading under which `hawser --help` lists it. */
  readonly group: string;
  load(): Promise<CommandSpec<never>>;
}

/** For options that may be given more than once: commander's argument parser that gathers the values. */
export function append(value: string, before: readonly string[] = []): string[] {
  return [...before, value];
}
