import { Option } from "commander";
import { ProtobufError } from "hawser/protobuf";
import { parseCount, parsePause, parseSeed } from "../bench/bench-flags.js";
import { CliError } from "../cli-error.js";
import { append, type CommandSpec } from "../command.js";
import { addListenFlags } from "../connect/listen-flags.js";
import { EXIT_DONE } from "../exit-code.js";
import { IMPORT_ROOTS } from "../input/import-roots.js";
import { DEFAULT_INPUT } from "../input/source-set.js";
import { MessageGenerator } from "../mock/generate-message.js";
import { GeneratedAnswers } from "../mock/generated-answers.js";
import type { Answerer } from "../mock/mock-call.js";
import { type MockSchema, mockSchema } from "../mock/mock-schema.js";
import { type MockServerFlags, runMock } from "../mock/run-mock.js";
import { ScriptSource } from "../mock/script/script-source.js";
import { ScriptAnswers } from "../mock/script-answers.js";
import { ValidateRules } from "../mock/validate-rules.js";
import { randomOf } from "../random.js";
import { parseSpeed } from "../recording/parse-speed.js";
import { readRecording } from "../recording/read-recording.js";
import { RecordedAnswers } from "../recording/recorded-answers.js";
import type { Recording } from "../recording/recording.js";
import { withSchema } from "../recording/with-schema.js";
import { printJson } from "../report-error.js";

interface Flags extends MockServerFlags {
  readonly protoPath?: readonly string[];
  readonly script?: string;
  readonly recorded?: string;
  readonly speed: number;
  readonly seed: number;
  readonly replies: number;
  readonly interval: number;
  readonly check?: true;
}

const NOTES = `syntax = "proto3";
package notes.v1;
service Notes {
  rpc Get(GetRequest) returns (Note);
  rpc Watch(GetRequest) returns (stream Note);
}
message GetRequest { int64 id = 1; }
message Note {
  int64 id = 1;
  string title = 2;
  string author_email = 3;
}
`;

/** `hawser mock`: a server of a schema that nobody has written. */
export const command: CommandSpec<Flags> = {
  configure(command) {
    command
      .argument(
        "[inputs...]",
        `directories, .proto files or descriptor sets, or a server to reflect as http://host:port (default: ${DEFAULT_INPUT}/)`,
      )
      .option(
        "--recorded <file>",
        "answer calls that are in a recording as they were; without inputs its schema is served",
      )
      .addOption(
        new Option("--speed <factor>", "of recorded answers: how many times as fast; max: without waiting")
          .argParser(parseSpeed)
          .default(1),
      )
      .option("--script <file>", "YAML or JSON: what certain calls are answered; read again when it changes")
      .addOption(new Option("--seed <number>", "another one makes up other answers").argParser(parseSeed).default(1))
      .addOption(
        new Option("--replies <count>", "how many a stream has that is made up").argParser(parseCount).default(3),
      )
      .addOption(new Option("--interval <duration>", "between these, as 500ms").argParser(parsePause).default(0));
    addListenFlags(command);
    command
      .option("--run <command>", "run this in a shell, with HAWSER_TARGET set, and end with it; on a free port")
      .option("--check", "read schema and script, and serve nothing")
      .option("-q, --quiet", "do not show calls")
      .option("-I, --proto-path <dir>", "an import root; may be given more than once", append)
      .option("--json", "the address and each call as JSON, one object on a line");
  },
  run: ([inputs], flags) => mock(inputs as string[], flags),
  sections: [
    {
      title: "Answers",
      text: `The first rule of the script that fits, then what is recorded; else they are made up of field names, types and buf.validate rules, the same
for the same request and --seed. Who asks for the id 7 gets the id 7. Reflection and health are there as well, and all
protocols are spoken on the port: gRPC, gRPC-Web, Connect, and REST by google.api.http.`,
    },
    {
      title: "Script",
      text: `A list of rules: method, request, metadata, chance, times say which calls; reply, replies, each, error what they get;
delay, interval, header, trailer, repeat, fill how. docs/mock.md has all of it.`,
    },
    IMPORT_ROOTS,
  ],
  exitCodes: [
    { code: 0, meaning: "with --check: schema and script are good" },
    { code: 1, meaning: "an error in the schema or the script, or the port cannot be opened" },
    { code: 130, meaning: "Ctrl-C; with --run the exit code of its command, whatever it is" },
  ],
  examples: [
    { line: "hawser mock", does: "serves proto/ on 127.0.0.1:8080" },
    {
      line: "hawser mock --quiet --run 'hawser call $HAWSER_TARGET Notes/Get \"id: 7\" --format text'",
      does: "runs a command beside it",
      shown: {
        files: { "proto/notes.proto": NOTES },
        prints: `id: 7
title: "Short cable"
author_email: "lea.berg@example.com"
`,
      },
    },
    {
      line: "hawser mock --check --script mock.yaml",
      does: "a script with a mistake",
      shown: {
        files: {
          "proto/notes.proto": NOTES,
          "mock.yaml": `- method: Notes/Get
  request: { id: 404 }
  error: { code: NOT_FOUND, message: no such note }
- method: Notes/Get
  reply: { titel: Splices }
`,
        },
        prints: `error: mock.yaml:5: this is no notes.v1.Note: $.titel: notes.v1.Note has no such field
help: notes.v1.Note has the fields id, title, author_email
`,
        exitCode: 1,
      },
    },
    { line: "hawser mock http://localhost:9090 --listen :8081", does: "what a server reflects, on another port" },
    { line: "hawser mock api.binpb --script mock.yaml --cors '*'", does: "for pages of any origin" },
    { line: "hawser mock --quiet --run 'npm test'", does: "tests beside it, which read HAWSER_TARGET" },
  ],
};

async function mock(inputs: readonly string[], flags: Flags): Promise<number> {
  const { schema, recording } = await served(inputs, flags);
  const { types } = schema;
  const script = flags.script === undefined ? undefined : new ScriptSource(flags.script, schema);
  if (flags.check) {
    const services = schema.services.map(({ typeName }) => typeName);
    const rules = script?.rules.length ?? 0;
    if (flags.json) printJson({ ok: true, services, rules });
    else process.stdout.write(`${services.length} services and ${rules} rules are good\n`);
    return EXIT_DONE;
  }
  const generator = new MessageGenerator(new ValidateRules(schema.files, types));
  const { seed, replies, interval: intervalMs } = flags;
  const generated = new GeneratedAnswers(generator, types, { seed, replies, intervalMs });
  const answerers: Answerer[] = [generated];
  if (recording !== undefined) answerers.unshift(new RecordedAnswers(recording, flags.speed, false));
  if (script !== undefined) answerers.unshift(new ScriptAnswers(script, generated, types, randomOf(seed)));
  return runMock({ schema, answerers, script, flags });
}

/** What is served: the inputs, or the schema of a recording if there are none. */
async function served(inputs: readonly string[], flags: Flags): Promise<{ schema: MockSchema; recording?: Recording }> {
  const { recorded, protoPath = [] } = flags;
  if (recorded === undefined) return { schema: await mockSchema(inputs, protoPath) };
  const recording = readRecording(recorded);
  if (inputs.length === 0 && protoPath.length === 0) return { schema: recording.schema, recording };
  const schema = await mockSchema(inputs, protoPath);
  try {
    return { schema, recording: withSchema(recording, schema) };
  } catch (error) {
    if (!(error instanceof ProtobufError)) throw error;
    throw new CliError(
      `${recorded} does not fit the schema of the inputs: ${error.message}`,
      "leave the inputs out: the recording has its own schema",
    );
  }
}
