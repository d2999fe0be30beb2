import { Command } from "commander";
import type { CommandArgs, CommandEntry, CommandSpec } from "./command.js";
import { EXIT_CODES } from "./exit-code.js";

/** A command line of commander's that runs the command and tells `finish` its exit code. */
export function buildCommand(
  { name, summary }: CommandEntry,
  spec: CommandSpec<never>,
  finish: (exitCode: number) => void,
): Command {
  const command = new Command(name).description(summary);
  spec.configure(command);
  return command.addHelpText("after", helpOf(spec)).action(async (...given: unknown[]) => {
    // Operands, then the options, then the command itself.
    const args = given.slice(0, -2) as unknown as CommandArgs;
    finish(await spec.run(args, given.at(-2) as never));
  });
}

/** What the help has behind the options. */
function helpOf(spec: CommandSpec<never>): string {
  const exitCodes = exitCodesOf(spec);
  const sections = [
    ...(spec.sections ?? []),
    { title: "Exit codes", text: exitCodes.map(({ code, meaning }) => `${code} ${meaning}`).join("\n") },
    { title: "Examples", text: examplesOf(spec) },
  ];
  return sections.map(({ title, text }) => `\n${title}:\n${indent(text)}\n`).join("");
}

/** The exit codes of a command: the general ones, with its own words where it has any, and those that it has alone. */
export function exitCodesOf(spec: CommandSpec<never>): readonly { readonly code: number; readonly meaning: string }[] {
  const own = spec.exitCodes ?? [];
  const general = EXIT_CODES.filter(({ code }) => code <= 2);
  return [
    ...general.map(({ code, meaning }) => own.find((each) => each.code === code) ?? { code, meaning }),
    ...own.filter(({ code }) => !general.some((each) => each.code === code)),
  ];
}

/** 56 columns: what an example may take in front of its explanation, which else goes on the next line. */
const EXAMPLE_COLUMNS = 56;

function examplesOf({ examples }: CommandSpec<never>): string {
  return examples
    .map(({ line, does }) =>
      line.length > EXAMPLE_COLUMNS
        ? `$ ${line}\n${" ".repeat(EXAMPLE_COLUMNS + 4)}${does}`
        : `$ ${line.padEnd(EXAMPLE_COLUMNS)}  ${does}`,
    )
    .join("\n");
}

function indent(text: string): string {
  return text.replaceAll(/^(?=.)/gm, "  ");
}
