import { readFileSync } from "node:fs";
import { delimiter, dirname, join, resolve } from "node:path";
import { CliError, reasonOf, usageError } from "../cli-error.js";
import type { CommandLine } from "./process-group.js";

/** The script of package.json that is run if no command is given. */
const DEFAULT_SCRIPT = "start";

/**
 * What to run: the command, or a script of the `package.json` here.
 *
 * @throws CliError if there is neither, or the script would run `hawser dev` again
 */
export function commandLine(command: readonly string[], script: string | undefined): CommandLine {
  const [program, ...args] = command;
  if (program !== undefined) {
    if (script === undefined) return { program, args };
    throw usageError("a command and --script are both given", "leave one of them out");
  }
  const name = script ?? DEFAULT_SCRIPT;
  const line = scripts()[name];
  if (typeof line !== "string" || line.trim() === "") {
    throw new CliError(
      `there is nothing to run: the package.json here has no script ${JSON.stringify(name)}`,
      "say what to run, as in hawser dev -- node src/main.js, or name a script with --script",
    );
  }
  if (/\bhawser dev\b/.test(line)) {
    throw new CliError(
      `the script ${JSON.stringify(name)} runs hawser dev itself`,
      "name the script that starts the program with --script, or its command behind --",
    );
  }
  return { shell: line };
}

function scripts(): Readonly<Record<string, unknown>> {
  let text: string;
  try {
    text = readFileSync("package.json", "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return {};
    throw new CliError(`cannot read package.json: ${reasonOf(error)}`, "check its permissions");
  }
  try {
    const { scripts } = JSON.parse(text) as { scripts?: unknown };
    return typeof scripts === "object" && scripts !== null ? { __proto__: null, ...scripts } : {};
  } catch (error) {
    throw new CliError(`package.json is no JSON: ${(error as Error).message}`, "correct it at that place");
  }
}

/** The environment of the program: as `npm run` does, what the packages here bring is on its path. */
export function environment(): NodeJS.ProcessEnv {
  const bins: string[] = [];
  for (let directory = resolve("."); ; directory = dirname(directory)) {
    bins.push(join(directory, "node_modules", ".bin"));
    if (dirname(directory) === directory) break;
  }
  const key = Object.keys(process.env).find((name) => name.toUpperCase() === "PATH") ?? "PATH";
  return { ...process.env, [key]: [...bins, process.env[key] ?? ""].join(delimiter) };
}
