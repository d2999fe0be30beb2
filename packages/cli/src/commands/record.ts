import { append, type CommandSpec } from "../command.js";
import { bytesAlone } from "../connect/bytes-alone.js";
import { addListenFlags } from "../connect/listen-flags.js";
import { metadataOf } from "../connect/metadata-flags.js";
import { openChannel } from "../connect/open-channel.js";
import { openContract } from "../connect/open-contract.js";
import { parseSize } from "../connect/parse-size.js";
import { addServerFlags, SERVER_HELP, type ServerFlags } from "../connect/server-flags.js";
import { EXIT_INTERRUPTED, Interrupt } from "../connect/until-interrupted.js";
import { USUALLY_REDACTED } from "../recording/redaction.js";
import { RECORD_ADDRESS, type RecordFlags, runRecord } from "../recording/run-record.js";

/** `--cert` and `--key` are those of the client: who records listens without TLS. */
interface Flags extends Omit<ServerFlags, "cert" | "key">, Omit<RecordFlags, "cert" | "key"> {
  readonly cert?: string;
  readonly key?: string;
  readonly redact?: readonly string[] | false;
}

/** 4 MiB: what a message may have unless a server says otherwise. */
const DEFAULT_MAX_CALL = 4 * 1024 ** 2;

/** 256 MiB: half of what is read again. */
const DEFAULT_MAX_SIZE = 256 * 1024 ** 2;

/** `hawser record`: a proxy that stores the calls that pass through it. */
export const command: CommandSpec<Flags> = {
  configure(command) {
    command
      .argument("<target>", "the server that calls are passed on to")
      .requiredOption("-o, --out <file>", "the recording, as calls.jsonl")
      .option("--force", "write it anew if it is there already")
      .option("--redact <key>", `leave values of this metadata out too, beside ${USUALLY_REDACTED.join(", ")}`, append)
      .option("--no-redact", "leave nothing out")
      .option("--max-call <size>", "messages of one call that are stored (default: 4M)", parseSize)
      .option("--max-size <size>", "what the file may grow to (default: 256M)", parseSize)
      .option("--run <command>", "run this in a shell, with HAWSER_TARGET set, and end with it; on a free port")
      .option("-q, --quiet", "do not show calls");
    addListenFlags(command, { tls: false, otherwise: RECORD_ADDRESS });
    addServerFlags(command);
    command.option("--json", "the address, each call and the result as JSON, one object on a line");
  },
  run: ([target], flags) => record(target as string, flags),
  sections: [
    {
      title: "Recordings",
      text: `A line of JSON for each call, behind one that holds the schema: messages, metadata, status, and when everything came.
hawser replay and hawser mock --recorded read it without any .proto. docs/recordings.md has the format. Clients may speak
gRPC, gRPC-Web, Connect and REST; what they say to the server goes through as it is, what is redacted too.`,
    },
    ...SERVER_HELP,
  ],
  exitCodes: [
    { code: 0, meaning: "Ctrl-C, and everything is recorded; with --run the exit code of its command" },
    { code: 1, meaning: "no schema, the port or the file cannot be had, or not all calls were recorded" },
    { code: 130, meaning: "Ctrl-C while the command of --run ran" },
  ],
  examples: [
    { line: "hawser record localhost:8080 --out calls.jsonl", does: "clients call 127.0.0.1:8081 from now on" },
    {
      line: "hawser record localhost:8080 -o calls.jsonl --run 'hawser call $HAWSER_TARGET Notes/Get \"id: 7\" --format text' && hawser replay calls.jsonl localhost:8080",
      does: "records what a command calls, then calls it again and compares",
      shown: {
        files: {},
        prints: `1 call recorded in calls.jsonl
id: 7
text: "splice the hawser"
state: STATE_DONE
labels {
  key: "topic"
  value: "rope"
}
1 call: 1 the same, 0 different
`,
      },
    },
    {
      line: "hawser record https://notes.example -o calls.jsonl --redact x-tenant",
      does: "over TLS, without a key's values",
    },
  ],
};

async function record(target: string, flags: Flags): Promise<number> {
  const { redact = [], cert: _, key: __, maxCall = DEFAULT_MAX_CALL, maxSize = DEFAULT_MAX_SIZE, ...rest } = flags;
  const redacted = new Set(redact === false ? [] : [...USUALLY_REDACTED, ...redact.map((key) => key.toLowerCase())]);
  bytesAlone("record", flags);
  const metadata = metadataOf(flags.header ?? []);
  const channel = openChannel(target, flags);
  using interrupt = new Interrupt();
  try {
    const contract = await openContract(channel, flags, metadata, interrupt.signal);
    return await runRecord({
      target,
      channel,
      contract,
      metadata,
      interrupt,
      redacted,
      flags: { ...rest, maxCall, maxSize },
    });
  } catch (error) {
    if (interrupt.byUser) return EXIT_INTERRUPTED;
    throw error;
  } finally {
    await channel.close();
  }
}
