import { Command } from "commander";
import { exitCodesOf } from "../build-command.js";
import type { CommandEntry, CommandSpec, Example, HelpSection } from "../command.js";

/** An option of a command, as far as it is shown. */
export interface OptionModel {
  /** As in the help: `-o, --out <dir>`. */
  readonly flags: string;
  readonly long: string | undefined;
  readonly short: string | undefined;
  readonly description: string;
  readonly takesValue: boolean;
  readonly choices: readonly string[];
  /** `undefined` if there is none. */
  readonly default: string | undefined;
}

/** Everything there is to say about a command. */
export interface CommandModel {
  readonly name: string;
  readonly summary: string;
  readonly group: string;
  /** As in the help: `hawser call [options] <target> ...`. */
  readonly usage: string;
  readonly operands: readonly { readonly name: string; readonly description: string }[];
  readonly options: readonly OptionModel[];
  readonly sections: readonly HelpSection[];
  readonly exitCodes: readonly { readonly code: number; readonly meaning: string }[];
  readonly examples: readonly Example[];
}

/** Loads commands, and says all there is to say about them. */
export function commandModels(entries: readonly CommandEntry[]): Promise<CommandModel[]> {
  return Promise.all(
    entries.map(async ({ name, summary, group, load }) => {
      const spec = await load();
      return { name, summary, group, ...partsOf(name, spec) };
    }),
  );
}

function partsOf(name: string, spec: CommandSpec<never>) {
  const command = new Command(name);
  spec.configure(command);
  return {
    usage: `hawser ${name} ${command.usage()}`,
    operands: command.registeredArguments.map((each) => ({ name: each.name(), description: each.description })),
    options: command.options
      .filter(({ hidden }) => !hidden)
      .map((option) => ({
        flags: option.flags,
        long: option.long ?? undefined,
        short: option.short ?? undefined,
        description: option.description,
        takesValue: option.required || option.optional,
        choices: option.argChoices ?? [],
        default: option.defaultValue === undefined ? undefined : JSON.stringify(option.defaultValue),
      })),
    sections: spec.sections ?? [],
    exitCodes: exitCodesOf(spec),
    examples: spec.examples,
  };
}
