import { Option } from "commander";
import { jsonOutput, textOutput } from "../call/call-output.js";
import { CallTimings } from "../call/call-timings.js";
import type { MessageFormat } from "../call/message-text.js";
import { readRequests } from "../call/request-source.js";
import { runCall } from "../call/run-call.js";
import { usageError } from "../cli-error.js";
import { append, type CommandSpec } from "../command.js";
import { LateTypes } from "../connect/late-types.js";
import { metadataOf } from "../connect/metadata-flags.js";
import { openChannel } from "../connect/open-channel.js";
import { openContract } from "../connect/open-contract.js";
import { addServerFlags, parseDuration, SERVER_HELP, type ServerFlags } from "../connect/server-flags.js";
import { EXIT_INTERRUPTED, Interrupt } from "../connect/until-interrupted.js";
import { findMethod } from "../contract/resolve-name.js";

interface Flags extends ServerFlags {
  readonly data?: readonly string[];
  readonly format: MessageFormat;
  readonly compact?: true;
  readonly emitDefaults?: true;
  readonly timeout?: number;
  readonly verbose?: true;
  readonly json?: true;
}

/** `hawser call`: one call of any kind. */
export const command: CommandSpec<Flags> = {
  configure(command) {
    command
      .argument("<target>", "the server")
      .argument("<method>", "service and method, as notes.v1.Notes/Get; the package may be left out")
      .argument("[requests...]", "what to send: messages, @file, or - for standard input; default: an empty message")
      .option("-d, --data <request>", "as an operand behind the method; may be repeated", append)
      .addOption(new Option("--format <format>", "of requests and replies").choices(["json", "text"]).default("json"))
      .option("--compact", "each reply on one line")
      .option("--emit-defaults", "also show fields that have their default values")
      .addOption(new Option("-t, --timeout <duration>", "the call's deadline, as 500ms or 5s").argParser(parseDuration))
      .addOption(new Option("--deadline <duration>", "the same as --timeout").argParser(parseDuration).hideHelp())
      .option("-v, --verbose", "also show metadata and timings, on stderr");
    addServerFlags(command);
    command.option("--json", "replies, metadata, status and timings as JSON, one object on a line");
  },
  run: ([target, method, requests], flags) => call(target as string, method as string, requests as string[], flags),
  sections: [
    {
      title: "Requests",
      text: `JSON messages follow each other on lines of their own or not; text messages have U+001E between them. They are sent
as they are read, also from a pipe or a terminal, and replies are shown as they arrive. Ctrl-C cancels the call.`,
    },
    ...SERVER_HELP,
  ],
  exitCodes: [
    { code: 1, meaning: "the call could not be made: an error in the schema, the request or the method's name" },
    {
      code: 65,
      meaning: "and up to 80: the call failed with the status 1 (CANCELLED) to 16 (UNAUTHENTICATED), plus 64",
    },
    { code: 130, meaning: "Ctrl-C: the call was cancelled" },
  ],
  examples: [
    {
      line: `hawser call localhost:8080 notes.v1.Notes/Get '{"id": 7}'`,
      does: "a unary call",
      shown: {
        files: {},
        prints: `{
  "id": "7",
  "text": "splice the hawser",
  "state": "STATE_DONE",
  "labels": {
    "topic": "rope"
  }
}
`,
      },
    },
    {
      line: "hawser call localhost:8080 Notes/Get '{\"id\": -1}'",
      does: "a call that fails, with the server's details",
      shown: {
        files: {},
        prints: `error: INVALID_ARGUMENT: no such id
  google.rpc.BadRequest {"fieldViolations":[{"field":"id","description":"below 0"}]}
help: correct the request; hawser describe notes.v1.GetRequest shows its fields
`,
        exitCode: 67,
      },
    },
    { line: "hawser call localhost:8080 Notes/Watch -d '{\"id\": 7}' --timeout 5s", does: "replies as they arrive" },
    { line: "cat notes.ndjson | hawser call localhost:8080 Notes/Upload -", does: "requests as they arrive" },
    {
      line: "hawser call https://notes.example Notes/Get -H 'authorization: Bearer t' -v",
      does: "TLS, metadata, timings",
    },
    { line: "hawser call localhost:8080 Notes/Get 'id: 7' --format text -s proto/", does: "text format, local schema" },
  ],
};

async function call(
  target: string,
  name: string,
  requests: readonly string[],
  flags: Flags & { deadline?: number },
): Promise<number> {
  const metadata = metadataOf(flags.header ?? []);
  const data = [...requests, ...(flags.data ?? [])];
  if (data.filter((each) => each === "-" || each === "@-").length > 1) {
    throw usageError("standard input is named twice", "name it once: it has one end");
  }
  const timings = new CallTimings();
  const types = new LateTypes();
  const channel = openChannel(target, flags, { observer: timings, types });
  using interrupt = new Interrupt();
  const { signal } = interrupt;
  try {
    const contract = await openContract(channel, flags, metadata, signal);
    const found = await findMethod(contract, name);
    const style = { format: flags.format, compact: flags.compact === true, emitDefaults: flags.emitDefaults === true };
    const output = flags.json ? jsonOutput(style.emitDefaults) : textOutput(style, flags.verbose === true);
    const timeoutMs = flags.timeout ?? flags.deadline;
    const messages = readRequests(data, found.method.input, flags.format, found.view.types);
    const exitCode = await runCall(
      { channel, contract, found, metadata, timeoutMs, signal, timings, output, types },
      messages,
    );
    return interrupt.byUser ? EXIT_INTERRUPTED : signal.aborted ? 0 : exitCode;
  } catch (error) {
    if (interrupt.byUser) return EXIT_INTERRUPTED;
    throw error;
  } finally {
    // Standard input may go on although the call is over.
    if (data.includes("-") || data.includes("@-")) process.stdin.destroy();
    await channel.close();
  }
}
