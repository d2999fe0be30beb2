import { Argument } from "commander";
import type { CommandEntry, CommandSpec } from "../command.js";
import { completionScript, SHELLS, type Shell } from "../completion/completion-script.js";
import { commandModels } from "../docs/command-model.js";

/** `hawser completion`: what teaches a shell the commands, which are handed in, as this is one of them. */
export const completionCommand = (entries: readonly CommandEntry[]): CommandSpec => ({
  configure(command) {
    command.addArgument(new Argument("<shell>", "for which shell").choices(SHELLS));
  },
  async run([shell]) {
    process.stdout.write(completionScript(shell as Shell, await commandModels(entries)));
    return 0;
  },
  examples: [
    { line: 'eval "$(hawser completion bash)"', does: "in ~/.bashrc" },
    {
      line: "hawser completion fish > ~/.config/fish/completions/hawser.fish",
      does: "for fish",
    },
    {
      line: "hawser completion tcsh",
      does: "what there is",
      shown: {
        files: {},
        prints:
          "error: command-argument value 'tcsh' is invalid for argument 'shell'. Allowed choices are bash, zsh, fish.\nTry --help.\n",
        exitCode: 2,
      },
    },
  ],
});
