import { Option } from "commander";
import { usageError } from "../cli-error.js";
import { append, type CommandSpec } from "../command.js";
import { addListenFlags, type ListenFlags } from "../connect/listen-flags.js";
import { metadataOf } from "../connect/metadata-flags.js";
import { openChannel } from "../connect/open-channel.js";
import { addServerFlags, parseDuration, SERVER_HELP, type ServerFlags } from "../connect/server-flags.js";
import { EXIT_INTERRUPTED, Interrupt } from "../connect/until-interrupted.js";
import { runMock } from "../mock/run-mock.js";
import { parseSpeed } from "../recording/parse-speed.js";
import { readRecording } from "../recording/read-recording.js";
import { RecordedAnswers } from "../recording/recorded-answers.js";
import type { Recording } from "../recording/recording.js";
import { runReplay } from "../recording/run-replay.js";

/** `--cert` and `--key` are those of the client: who answers from a recording listens without TLS. */
interface Flags extends ServerFlags, Pick<ListenFlags, "listen" | "cors"> {
  readonly speed: number;
  readonly ignore?: readonly string[];
  readonly timeout: number;
  readonly verbose?: true;
  readonly run?: string;
  readonly quiet?: true;
  readonly json?: true;
}

/** `hawser replay`: a server that answers from a recording, or a client that makes its calls again. */
export const command: CommandSpec<Flags> = {
  configure(command) {
    command
      .argument("<recording>", "what hawser record wrote")
      .argument(
        "[target]",
        "calls are made again to this server and compared; without one a server answers as recorded",
      )
      .addOption(
        new Option("--speed <factor>", "how many times as fast as it was; max: without waiting")
          .argParser(parseSpeed)
          .default(1),
      )
      .option("--ignore <path>", "a field that may differ, as at or items.price, or status; may be repeated", append)
      .addOption(
        new Option("-t, --timeout <duration>", "how long a call may take").argParser(parseDuration).default(30_000),
      )
      .option("-v, --verbose", "also show calls that come out the same")
      .option(
        "--run <command>",
        "without a target: run this beside the server, with HAWSER_TARGET set, and end with it",
      )
      .option("-q, --quiet", "without a target: do not show calls");
    addListenFlags(command, { tls: false });
    addServerFlags(command);
    command.option("--json", "each call and the result as JSON, one object on a line");
  },
  run: ([path, target], flags) => replay(path as string, target as string | undefined, flags),
  sections: [
    {
      title: "As a server",
      text: `A call gets the answer of a recorded one with the same requests; several of them take turns. Streams come as they came, with
their pauses. What was not recorded fails with FAILED_PRECONDITION; hawser mock --recorded makes up an answer instead.`,
    },
    {
      title: "As a client",
      text: `Calls are made one after the other as they began, with their metadata but for what was redacted (--header gives it anew).
Replies, their number and the status are compared.`,
    },
    ...SERVER_HELP.slice(0, 1),
  ],
  exitCodes: [
    { code: 0, meaning: "every call came out as it was recorded" },
    { code: 1, meaning: "a call came out otherwise, or the recording is broken" },
    { code: 130, meaning: "Ctrl-C; with --run the exit code of its command, whatever it is" },
  ],
  examples: [
    { line: "hawser replay calls.jsonl", does: "answers on 127.0.0.1:8080 as recorded" },
    { line: "hawser replay calls.jsonl --quiet --speed max --run 'npm test'", does: "tests beside it" },
    {
      line: "hawser replay calls.jsonl localhost:8080 --ignore at",
      does: "the new version of a server against the old one",
    },
    {
      line: `hawser record localhost:8080 -qo calls.jsonl --run 'hawser call $HAWSER_TARGET Notes/Get "{\\"id\\": 7}"' >note.json && hawser replay calls.jsonl -q --run 'hawser call $HAWSER_TARGET Notes/Get "{\\"id\\": 8}"'`,
      does: "a call that was not recorded",
      shown: {
        files: {},
        prints: `1 call recorded in calls.jsonl
error: FAILED_PRECONDITION: notes.v1.Notes/Get: the one call of it that is recorded has another request
help: hawser call --verbose shows what else the server said
`,
        exitCode: 73,
      },
    },
  ],
};

async function replay(path: string, target: string | undefined, flags: Flags): Promise<number> {
  if (flags.schema !== undefined || flags.protoPath !== undefined) {
    throw usageError("a recording has its schema in it", "leave --schema and --proto-path out");
  }
  if (target !== undefined && flags.run !== undefined) {
    throw usageError("--run is for a server, and there is a target", "leave one of them out");
  }
  const recording = readRecording(path);
  return target === undefined ? serve(recording, flags) : callAgain(recording, target, flags);
}

function serve(recording: Recording, flags: Flags): Promise<number> {
  const { listen, cors, run, quiet, json, speed } = flags;
  const given = { listen, cors, run, quiet, json };
  const present = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  const answers = new RecordedAnswers(recording, speed, true);
  return runMock({ schema: recording.schema, answerers: [answers], flags: present });
}

async function callAgain(recording: Recording, target: string, flags: Flags): Promise<number> {
  const metadata = metadataOf(flags.header ?? []);
  const channel = openChannel(target, flags, { types: recording.schema.types });
  using interrupt = new Interrupt();
  try {
    const { speed, timeout: timeoutMs, ignore = [] } = flags;
    const code = await runReplay({
      recording,
      channel,
      metadata,
      speed,
      timeoutMs,
      signal: interrupt.signal,
      ignored: new Set(ignore),
      json: flags.json === true,
      verbose: flags.verbose === true,
    });
    return interrupt.byUser ? EXIT_INTERRUPTED : code;
  } finally {
    await channel.close();
  }
}
