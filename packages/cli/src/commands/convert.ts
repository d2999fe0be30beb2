import { Option } from "commander";
import { type AnyMessageType, decode, encode, ProtobufError, type Registry } from "hawser/protobuf";
import { parseMessage, printMessage } from "../call/message-text.js";
import { valueSplitter } from "../call/value-splitter.js";
import { CliError, usageError } from "../cli-error.js";
import { append, type CommandSpec } from "../command.js";
import { schemaContract } from "../contract/schema-contract.js";
import { descriptorSetFormat } from "../input/descriptor-set.js";
import { readInput } from "../input/read-input.js";
import { writeOutput } from "../input/write-output.js";

type Format = "binary" | "json" | "text";

interface Flags {
  readonly type: string;
  readonly schema?: readonly string[];
  readonly protoPath?: readonly string[];
  readonly from?: Format;
  readonly to?: Format;
  readonly out: string;
  readonly delimited?: true;
  readonly compact?: true;
  readonly emitDefaults?: true;
}

const FORMATS = ["binary", "json", "text"];

/** `hawser convert`: messages from one format to another. */
export const command: CommandSpec<Flags> = {
  configure(command) {
    command
      .argument("[input]", "a file, or - for standard input", "-")
      .requiredOption("--type <name>", "the message type, as notes.v1.Note")
      .option(
        "-s, --schema <input>",
        "a directory, .proto file or descriptor set; may be repeated (default: proto/)",
        append,
      )
      .option("-I, --proto-path <dir>", "an import root; may be given more than once", append)
      .addOption(new Option("--from <format>", "what the input is; default: by its name, else binary").choices(FORMATS))
      .addOption(
        new Option("--to <format>", "what it becomes; default: by the name of --out, else json").choices(FORMATS),
      )
      .option("-o, --out <file>", "where the result goes; - for stdout", "-")
      .option("--delimited", "binary messages have their lengths in front, as writeDelimitedTo writes them")
      .option("--compact", "JSON and text: a line for each message")
      .option("--emit-defaults", "JSON: also fields that have their default values");
  },
  run: ([input], flags) => convert(input as string, flags),
  sections: [
    {
      title: "Several messages",
      text: `JSON messages follow each other, text messages have U+001E between them, binary ones need --delimited.
Names that end in .json or .ndjson are JSON, in .txtpb, .textproto or .pbtxt text.`,
    },
  ],
  exitCodes: [{ code: 1, meaning: "the schema, the type or the input has an error" }],
  examples: [
    { line: "hawser convert note.binpb --type notes.v1.Note", does: "to JSON, by the files in proto/" },
    { line: "hawser convert note.json --type notes.v1.Note -o note.binpb", does: "to binary" },
    {
      line: "hawser convert note.txtpb --type notes.v1.Note --compact",
      does: "from text to JSON",
      shown: {
        files: {
          "proto/notes.proto":
            'syntax = "proto3";\npackage notes.v1;\nmessage Note { int64 id = 1; repeated string tags = 2; }\n',
          "note.txtpb": 'id: 7 tags: "rope" tags: "knot"\n',
        },
        prints: '{"id":"7","tags":["rope","knot"]}\n',
      },
    },
  ],
};

async function convert(input: string, flags: Flags): Promise<number> {
  const from = flags.from ?? formatByName(input) ?? "binary";
  const to = flags.to ?? (flags.out === "-" ? undefined : formatByName(flags.out)) ?? "json";
  if (flags.delimited && from !== "binary" && to !== "binary") {
    throw usageError("--delimited is about binary messages, and there are none", "leave it out");
  }
  const contract = await schemaContract({ inputs: flags.schema ?? [], protoPaths: flags.protoPath ?? [] });
  const name = flags.type.replace(/^\./, "");
  const view = await contract.find(name);
  const type = view?.types.message(name);
  if (view === undefined || type === undefined) {
    throw new CliError(`${contract.source} declares no message ${name}`, "give its full name, package included");
  }
  const bytes = await readInput(input);
  const messages = from === "binary" ? readBinary(type, bytes, flags) : readTexts(type, bytes, from, view.types);
  if (to === "binary") {
    if (!flags.delimited && messages.length !== 1) {
      throw new CliError(`the input has ${messages.length} messages, and binary is for one`, "add --delimited");
    }
    const parts = messages.map((message) => encode(type, message));
    writeOutput(
      flags.out,
      flags.delimited ? Buffer.concat(parts.flatMap((part) => [lengthOf(part), part])) : parts[0]!,
    );
    return 0;
  }
  const style = { format: to, compact: flags.compact === true, emitDefaults: flags.emitDefaults === true };
  const separator = to === "text" ? "\u001e\n" : "";
  const texts = messages.map((message) => `${printMessage(type, message, style, view.types)}\n`);
  writeOutput(flags.out, texts.join(separator));
  return 0;
}

function formatByName(name: string): Format | undefined {
  return name.endsWith(".ndjson") || name.endsWith(".jsonl") ? "json" : descriptorSetFormat(name);
}

function readTexts(type: AnyMessageType, bytes: Uint8Array, format: "json" | "text", registry: Registry): object[] {
  const splitter = valueSplitter(format);
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8");
  const values = [...splitter.push(text), ...splitter.finish()];
  return values.map((value, i) => parseMessage(type, value, format, registry, `message ${i + 1}`));
}

function readBinary(type: AnyMessageType, bytes: Uint8Array, { delimited }: Flags): object[] {
  if (!delimited) return [decodeMessage(type, bytes, 1)];
  const messages: object[] = [];
  for (let at = 0; at < bytes.length; ) {
    const { value: length, next } = readLength(bytes, at);
    if (length > bytes.length - next) {
      throw new CliError(
        `message ${messages.length + 1} is said to have ${length} bytes, and ${bytes.length - next} are left`,
        "check that the input has lengths in front of its messages, and is whole",
      );
    }
    at = next + length;
    messages.push(decodeMessage(type, bytes.subarray(next, at), messages.length + 1));
  }
  return messages;
}

function decodeMessage(type: AnyMessageType, bytes: Uint8Array, number: number): object {
  try {
    return decode(type, bytes) as object;
  } catch (error) {
    if (!(error instanceof ProtobufError)) throw error;
    throw new CliError(
      `message ${number} is no ${type.typeName}: ${error.message}`,
      "check --type and --from; hawser decode shows what is in the bytes",
    );
  }
}

/** A varint of at most five bytes. */
function readLength(bytes: Uint8Array, at: number): { value: number; next: number } {
  let value = 0;
  for (let shift = 0; shift < 35; shift += 7) {
    const byte = bytes[at++];
    if (byte === undefined) break;
    value += (byte & 127) * 2 ** shift;
    if (byte < 128) return { value, next: at };
  }
  throw new CliError(
    "the input has no length where a message should begin",
    "leave --delimited out if it is one message",
  );
}

function lengthOf(part: Uint8Array): Uint8Array {
  const bytes: number[] = [];
  let rest = part.length;
  for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 128);
  return Uint8Array.from([...bytes, rest]);
}
