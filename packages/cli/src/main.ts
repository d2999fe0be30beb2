import { readFileSync } from "node:fs";
import { Command, CommanderError } from "commander";
import { generateCommand } from "./commands/generate.js";

/**
 * Runs `hawser`.
 *
 * @param args the arguments behind the name of the program
 * @returns the exit code: 0 done, 1 failed, 2 wrong arguments, 128 and more ended by a signal
 */
export async function main(args: readonly string[]): Promise<number> {
  // Whoever reads our output may stop before its end, as `head` does; that is no error of ours.
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE") throw error;
    });
  }
  let exitCode = 0;
  const program = new Command("hawser")
    .description("gRPC for TypeScript: generates code from .proto files.")
    .version(version())
    .showHelpAfterError("Try --help.")
    .exitOverride()
    .addHelpText("after", "\nExamples:\n  $ hawser generate\n  $ hawser generate protos --out src/generated --watch\n");
  const generate = generateCommand((code) => {
    exitCode = code;
  });
  program.addCommand(generate.copyInheritedSettings(program));
  try {
    await program.parseAsync(args, { from: "user" });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    throw error;
  }
}

function version(): string {
  return JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")).version;
}
