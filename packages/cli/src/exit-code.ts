/**
 * What the exit codes of every command mean; `docs/cli.md` has this table. 128 and more: ended by that signal, as a shell
 * counts.
 */
export const EXIT_CODES = [
  { code: 0, meaning: "done, and nothing was found fault with" },
  { code: 1, meaning: "a finding, or an error in a file, an input or an answer" },
  { code: 2, meaning: "wrong arguments" },
  { code: 3, meaning: "hawser itself has a fault" },
] as const;

/** The command did what it was asked to, and found no fault. */
export const EXIT_DONE = 0;

/** The command has findings, or could not do what it was asked to. */
export const EXIT_FAILED = 1;

/** The arguments make no sense. */
export const EXIT_USAGE = 2;

/** A fault of the program: an error that nobody expected. */
export const EXIT_INTERNAL = 3;
