import { textOutput } from "../call/call-output.js";
import { CallTimings } from "../call/call-timings.js";
import type { CommandSpec } from "../command.js";
import { LateTypes } from "../connect/late-types.js";
import { metadataOf } from "../connect/metadata-flags.js";
import { openChannel } from "../connect/open-channel.js";
import { openContract } from "../connect/open-contract.js";
import { addServerFlags, parseDuration, SERVER_HELP, type ServerFlags } from "../connect/server-flags.js";
import { REPL_COMMANDS, ReplSession } from "../repl/repl-session.js";
import { runRepl } from "../repl/run-repl.js";

interface Flags extends ServerFlags {
  readonly timeout?: number;
  readonly emitDefaults?: true;
  readonly verbose?: true;
}

/** `hawser repl`: calls typed one after the other over one connection. */
export const command: CommandSpec<Flags> = {
  configure(command) {
    command
      .argument("<target>", "the server")
      .option("-t, --timeout <duration>", "the deadline of each call, as 500ms or 5s", parseDuration)
      .option("--emit-defaults", "also show fields that have their default values")
      .option("-v, --verbose", "also show metadata and timings");
    addServerFlags(command);
  },
  run: ([target], flags) => repl(target as string, flags),
  sections: [
    {
      title: "Lines",
      text: `${REPL_COMMANDS.map(([line, does]) => `${line.padEnd(22)} ${does}`).join("\n")}
Tab completes services, methods, fields, and values of enums. Ctrl-C cancels a call. Lines are kept for the next time in
$HAWSER_HISTORY, default ~/.local/state/hawser/history, those about headers left out.`,
    },
    ...SERVER_HELP,
  ],
  exitCodes: [{ code: 1, meaning: "the server or the schema is not there; or a line of a pipe could not be run" }],
  examples: [
    { line: "hawser repl localhost:8080", does: "type calls" },
    { line: "hawser repl localhost:8080 < calls.txt", does: "a script of calls" },
    {
      line: "hawser repl localhost:8080 --schema gone/",
      does: "a schema that is not there",
      shown: {
        files: {},
        prints:
          "error: the input gone/ does not exist\nhelp: check the path, which is relative to the working directory\n",
        exitCode: 1,
      },
    },
  ],
};

async function repl(target: string, flags: Flags): Promise<number> {
  const headers = flags.header ?? [];
  const metadata = metadataOf(headers);
  const timings = new CallTimings();
  const types = new LateTypes();
  const channel = openChannel(target, flags, { observer: timings, types });
  try {
    const contract = await openContract(channel, flags, metadata, new AbortController().signal);
    // Whether it is there shows now, not with the first line.
    await contract.services();
    const style = { format: "json", compact: false, emitDefaults: flags.emitDefaults === true } as const;
    const session = new ReplSession({
      channel,
      contract,
      headers,
      timeoutMs: flags.timeout,
      timings,
      types,
      output: () => textOutput(style, flags.verbose === true),
      print: (text) => void process.stdout.write(text),
    });
    return await runRepl(session, contract);
  } finally {
    process.stdin.destroy();
    await channel.close();
  }
}
