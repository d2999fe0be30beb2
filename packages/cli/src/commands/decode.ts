import { CliError, usageError } from "../cli-error.js";
import type { CommandSpec } from "../command.js";
import { readInput } from "../input/read-input.js";
import { byteGuesser } from "../raw/guess-bytes.js";
import { parseRaw } from "../raw/parse-raw.js";
import { printRaw, rawJson } from "../raw/print-raw.js";
import { RawError, type RawField } from "../raw/raw-field.js";
import { printJson } from "../report-error.js";

interface Flags {
  readonly hex?: true;
  readonly base64?: true;
  readonly grpc?: true;
  readonly json?: true;
}

/** `hawser decode`: what is in the bytes of a message of which no schema is known. */
export const command: CommandSpec<Flags> = {
  configure(command) {
    command
      .argument("[input]", "a file, or - for standard input", "-")
      .option("--hex", "the input is hexadecimal; spaces, colons and line ends are left out")
      .option("--base64", "the input is base64, also of the kind for URLs")
      .option("--grpc", "the input is the body of a gRPC call: messages with five bytes in front of each")
      .option("--json", "print the fields as JSON, one object on a line for each message");
  },
  run: ([input], flags) => decodeRaw(input as string, flags),
  sections: [
    {
      title: "Guesses",
      text: `Without a schema, bytes can be read in several ways. Bytes with a length are shown as text if all of it can be printed,
else as a message if they read as one, else as packed numbers or bytes; behind a number stands what else it may be.`,
    },
  ],
  exitCodes: [{ code: 1, meaning: "the input is no message; what comes before the fault is not shown" }],
  examples: [
    { line: "hawser decode note.binpb", does: "the fields of a message" },
    { line: "hawser decode --grpc body.bin", does: "the messages of a captured call" },
    {
      line: "hawser decode note.hex --hex",
      does: "bytes from a log",
      shown: {
        files: { "note.hex": "08 96 01 12 04 72 6f 70 65 1a 03 08 ac 02 25 00 00 c0 3f\n" },
        prints:
          '1: 150  # sint 75\n2: "rope"\n3 {  # 3 bytes\n  1: 300  # sint 150\n}\n4: 0x3fc00000  # fixed32, float 1.5, 1069547520\n',
      },
    },
  ],
};

async function decodeRaw(input: string, flags: Flags): Promise<number> {
  if (flags.hex && flags.base64) throw usageError("--hex and --base64 exclude each other", "give one of them");
  const bytes = unwrap(await readInput(input), flags);
  const messages = flags.grpc ? grpcMessages(bytes) : [{ bytes, offset: 0 }];
  for (const [i, message] of messages.entries()) {
    const fields = parse(message.bytes, message.offset);
    if (flags.json) printJson({ fields: rawJson(fields) });
    else
      process.stdout.write(
        `${flags.grpc ? `# message ${i + 1}, ${message.bytes.length} bytes\n` : ""}${printRaw(fields)}`,
      );
  }
  return 0;
}

function parse(bytes: Uint8Array, offset: number): RawField[] {
  try {
    return parseRaw(bytes, offset, byteGuesser());
  } catch (error) {
    if (!(error instanceof RawError)) throw error;
    throw new CliError(
      `the input is no message: byte ${error.offset}: ${error.message}`,
      "check that it is whole, and how it is written: --hex, --base64, --grpc",
    );
  }
}

function unwrap(bytes: Uint8Array, { hex, base64 }: Flags): Uint8Array {
  if (!hex && !base64) return bytes;
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    .toString("latin1")
    .replaceAll(/[\s:]/g, "");
  const digits = hex ? text.replace(/^0x/i, "") : text;
  if (!(hex ? /^(?:[0-9a-f]{2})*$/i : /^[\w+/-]*={0,2}$/).test(digits)) {
    throw new CliError(`the input is not ${hex ? "hexadecimal" : "base64"}`, "leave the option out if it is bytes");
  }
  return Buffer.from(digits, hex ? "hex" : "base64");
}

/** The messages of a body (gRPC over HTTP2, "Length-Prefixed-Message"). */
function grpcMessages(bytes: Uint8Array): { bytes: Uint8Array; offset: number }[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const found: { bytes: Uint8Array; offset: number }[] = [];
  for (let at = 0; at < bytes.length; ) {
    const length = at + 5 > bytes.length ? Number.POSITIVE_INFINITY : view.getUint32(at + 1);
    if (at + 5 + length > bytes.length) {
      throw new CliError(`byte ${at}: a message should follow, and the input ends`, "check that it is the whole body");
    }
    if (bytes[at] === 1)
      throw new CliError(`byte ${at}: the message is compressed`, "capture the call without compression");
    if (bytes[at] !== 0)
      throw new CliError(`byte ${at}: no message begins with ${bytes[at]}`, "leave --grpc out if it is one message");
    found.push({ bytes: bytes.subarray(at + 5, at + 5 + length), offset: at + 5 });
    at += 5 + length;
  }
  return found;
}
