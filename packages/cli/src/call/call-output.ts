import { once } from "node:events";
import { codeName, type Metadata, type RpcError } from "hawser";
import type { AnyMessageType, MethodType, Registry } from "hawser/protobuf";
import { colorsFor } from "../colors.js";
import { metadataJson, metadataLines } from "../connect/metadata-flags.js";
import { type Timings, timingJson, timingText } from "./call-timings.js";
import type { ShownDetail } from "./error-details.js";
import { type MessageStyle, messageJson, printMessage } from "./message-text.js";

/** How a call ended. */
export interface CallEnd {
  /** `undefined` for OK. */
  readonly error: RpcError | undefined;
  readonly details: readonly ShownDetail[];
  /** What to do about the error. */
  readonly help: string;
  readonly header: Metadata;
  readonly trailer: Metadata;
  readonly timings: Timings;
}

/** Where a call shows what becomes of it. */
export interface CallOutput {
  begin(method: MethodType, metadata: Metadata): void;
  header(peer: string | undefined, header: Metadata): void;
  /** Resolves when there is room for more. */
  reply(type: AnyMessageType, message: object, registry: Registry): Promise<void>;
  end(end: CallEnd): void;
}

/** For people: replies on stdout, everything else on stderr. */
export function textOutput(style: MessageStyle, verbose: boolean): CallOutput {
  const colors = colorsFor(process.stderr);
  const say = (lines: readonly string[]): void => {
    if (verbose && lines.length > 0) process.stderr.write(`${colors.dim(lines.join("\n"))}\n`);
  };
  let replies = 0;
  return {
    begin: ({ path }, metadata) => say([`> ${path}`, ...metadataLines(metadata).map((line) => `> ${line}`)]),
    header: (peer, header) =>
      say([
        `< header${peer === undefined ? "" : ` from ${peer}`}`,
        ...metadataLines(header).map((line) => `< ${line}`),
      ]),
    async reply(type, message, registry) {
      const separator = style.format === "text" && replies > 0 ? "\u001e\n" : "";
      replies++;
      await write(`${separator}${printMessage(type, message, style, registry)}\n`);
    },
    end({ error, details, help, trailer, timings }) {
      say(["< trailer", ...metadataLines(trailer).map((line) => `< ${line}`)]);
      const status = error === undefined ? "OK" : codeName(error.code);
      say([`* ${status} ${timingText(timings)}, ${replies} ${replies === 1 ? "reply" : "replies"}`]);
      if (error === undefined) return;
      const lines = [
        `${colors.red("error:")} ${status}${error.message === "" ? "" : `: ${error.message}`}`,
        ...details.map(detailLine),
        `${colors.cyan("help:")} ${help}`,
      ];
      process.stderr.write(`${lines.join("\n")}\n`);
    },
  };
}

function detailLine(detail: ShownDetail): string {
  return `  ${detail.type} ${"value" in detail ? JSON.stringify(detail.value) : `(base64) ${detail.base64}`}`;
}

/** For programs: `{"message":…}` for each reply, and one object for the end, each on a line. */
export function jsonOutput(emitDefaults: boolean): CallOutput {
  return {
    begin: () => {},
    header: () => {},
    reply: (type, message, registry) =>
      write(`${JSON.stringify({ message: messageJson(type, message, emitDefaults, registry) })}\n`),
    end({ error, details, help, header, trailer, timings }) {
      const code = error?.code ?? 0;
      const end = {
        ok: error === undefined,
        ...(error === undefined ? {} : { error: { message: `${codeName(code)}: ${error.message}`, help } }),
        status: { code, name: codeName(code), message: error?.message ?? "", details },
        header: metadataJson(header),
        trailer: metadataJson(trailer),
        timings: timingJson(timings),
      };
      process.stdout.write(`${JSON.stringify(end)}\n`);
    },
  };
}

/** Waits for a reader that is slow; one that is gone is none. */
async function write(text: string): Promise<void> {
  const { stdout } = process;
  if (stdout.write(text) || stdout.destroyed) return;
  const ended = new AbortController();
  await Promise.race([
    once(stdout, "drain", { signal: ended.signal }),
    once(stdout, "close", { signal: ended.signal }),
  ]).catch(() => {});
  ended.abort();
}
