import { readFileSync } from "node:fs";
import { Command, CommanderError } from "commander";
import pc from "picocolors";
import { CliError } from "./cli-error.js";
import { generateCommand } from "./commands/generate.js";

/** Runs `hawser` with these arguments and returns the exit code: 0 done, 1 failed, 2 called in a wrong way. */
export async function main(args: readonly string[]): Promise<number> {
  const program = new Command("hawser").description("gRPC for TypeScript").version(version()).exitOverride();
  const generate = generateCommand();
  generate.copyInheritedSettings(program);
  program.addCommand(generate);
  try {
    await program.parseAsync(args, { from: "user" });
    return Number(process.exitCode ?? 0);
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (!(error instanceof CliError)) throw error;
    process.stderr.write(`${pc.red("error:")} ${error.message}\n${pc.cyan("help:")} ${error.help}\n`);
    return 1;
  }
}

function version(): string {
  const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
  return version;
}
