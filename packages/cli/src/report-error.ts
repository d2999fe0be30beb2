import type { CliError } from "./cli-error.js";
import { colorsFor } from "./colors.js";

/** Prints an error with what to do about it on stderr. */
export function printError({ message, help }: Pick<CliError, "message" | "help">): void {
  const colors = colorsFor(process.stderr);
  process.stderr.write(`${colors.red("error:")} ${message}\n${colors.cyan("help:")} ${help}\n`);
}

/** Prints an error as a program expects it: one line of JSON on stdout. */
export function printJsonError({ message, help }: Pick<CliError, "message" | "help">): void {
  printJson({ ok: false, error: { message, help } });
}

/** Prints a value as one line of JSON on stdout. */
export function printJson(value: object): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}
