import { Command, CommanderError } from "commander";
import { buildCommand } from "./build-command.js";
import { CliError } from "./cli-error.js";
import { COMMANDS } from "./command-list.js";
import { EXIT_DONE, EXIT_INTERNAL, EXIT_USAGE } from "./exit-code.js";
import { packageVersion } from "./package-version.js";
import { printError, printJsonError } from "./report-error.js";

const EPILOGUE = `
Examples:
  $ hawser generate                     TypeScript of proto/ in src/gen
  $ hawser help generate                the options of a command, its exit codes and examples
`;

/**
 * Runs `hawser`.
 *
 * @param args the arguments behind the name of the program
 * @returns the exit code, by the table in `exit-code.ts`
 */
export async function main(args: readonly string[]): Promise<number> {
  // Whoever reads our output may stop before its end, as `head` does; that is no error of ours.
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE") throw error;
    });
  }
  let exitCode: number = EXIT_DONE;
  const program = await buildProgram(commandName(args), (code) => {
    exitCode = code;
  });
  try {
    await program.parseAsync(args, { from: "user" });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT_DONE : EXIT_USAGE;
    return failure(error, args.includes("--json"));
  }
}

/**
 * The program with all commands, of which only one can be run: the others are known by name alone.
 *
 * @param wanted the name of the command whose module is loaded; `undefined` loads none
 * @param finish told the exit code of the command
 */
export async function buildProgram(wanted: string | undefined, finish: (exitCode: number) => void): Promise<Command> {
  const program = new Command("hawser")
    .description("gRPC for TypeScript: one command for the whole life of a contract.")
    .version(packageVersion())
    .showHelpAfterError("Try --help.")
    .exitOverride()
    .addHelpText("after", EPILOGUE);
  for (const entry of COMMANDS) {
    const command =
      entry.name === wanted
        ? buildCommand(entry, await entry.load(), finish)
        : new Command(entry.name).description(entry.summary);
    program.addCommand(command.helpGroup(`${entry.group}:`).copyInheritedSettings(program));
  }
  return program;
}

/** The command that the arguments name; options of the program itself take no values. */
function commandName(args: readonly string[]): string | undefined {
  const [first, second] = args.filter((arg) => !arg.startsWith("-"));
  return first === "help" ? second : first;
}

function failure(error: unknown, json: boolean): number {
  const known =
    error instanceof CliError
      ? error
      : new CliError(
          `a fault in hawser: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
          "report it, with the command line and the files that it was about",
          EXIT_INTERNAL,
        );
  if (json) printJsonError(known);
  else printError(known);
  return known.exitCode;
}
