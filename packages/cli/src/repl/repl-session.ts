import type { Channel } from "hawser";
import type { CallOutput } from "../call/call-output.js";
import type { CallTimings } from "../call/call-timings.js";
import { readRequestTexts } from "../call/request-source.js";
import { runCall } from "../call/run-call.js";
import { CliError } from "../cli-error.js";
import type { LateTypes } from "../connect/late-types.js";
import { metadataOf } from "../connect/metadata-flags.js";
import { parseDuration } from "../connect/server-flags.js";
import type { Contract } from "../contract/contract.js";
import { findMethod, findService } from "../contract/resolve-name.js";
import { ProtoPrinter } from "../describe/proto-printer.js";

/** What a session works with. */
export interface ReplSetup {
  readonly channel: Channel;
  readonly contract: Contract;
  readonly headers: readonly string[];
  readonly timeoutMs: number | undefined;
  readonly timings: CallTimings;
  readonly types: LateTypes;
  /** A new one for each call. */
  output(): CallOutput;
  print(text: string): void;
}

/** The commands of a session, with what the help says of them. */
export const REPL_COMMANDS: readonly (readonly [line: string, does: string])[] = [
  ["Service/Method {...}", "call a method; JSON of several requests one behind the other"],
  ["Service/Method", "call it with what is typed next, a request each; an empty line, or Ctrl-D, ends them"],
  ["list [service]", "the services, or the methods of one"],
  ["describe NAME", "a service, message, enum ... as .proto text"],
  ["use SERVICE", "from now on, methods may be named alone"],
  ["header NAME: VALUE", "metadata for the calls that follow; without a value it is taken away"],
  ["timeout 5s", "a deadline for the calls that follow; timeout off for none"],
  ["help", "this list"],
  ["exit", "leave, as does Ctrl-D"],
];

/** A line that was understood and wants more lines: requests of a call that streams. */
export interface OpenCall {
  /** A line of requests. */
  push(line: string): void;
  /** No more requests. */
  end(): void;
  cancel(): void;
  /** Resolves when the call is over. */
  readonly done: Promise<void>;
}

/** What a line came to. */
export type ReplResult =
  | { readonly kind: "done" }
  | { readonly kind: "exit" }
  | { readonly kind: "open"; readonly call: OpenCall };

const DONE: ReplResult = { kind: "done" };

/** Understands lines and does what they say. */
export class ReplSession {
  readonly #setup: ReplSetup;
  readonly #headers = new Map<string, string>();
  #timeoutMs: number | undefined;
  #service: string | undefined;
  #running: AbortController | undefined;

  constructor(setup: ReplSetup) {
    this.#setup = setup;
    this.#timeoutMs = setup.timeoutMs;
    for (const header of setup.headers) this.#setHeader(header);
  }

  /** The service whose methods may be named alone. */
  get service(): string | undefined {
    return this.#service;
  }

  /** Gives the call up that is running. @returns false if there is none */
  interrupt(): boolean {
    if (this.#running === undefined) return false;
    this.#running.abort(new Error("interrupted"));
    return true;
  }

  /** @throws CliError if the line cannot be understood or done */
  async run(line: string): Promise<ReplResult> {
    const text = line.trim();
    const [, word = "", rest = ""] = /^(\S+)\s*([\s\S]*)$/.exec(text) ?? [];
    switch (word) {
      case "":
        return DONE;
      case "exit":
      case "quit":
        return { kind: "exit" };
      case "help":
        this.#setup.print(REPL_COMMANDS.map(([left, right]) => `${left.padEnd(22)} ${right}\n`).join(""));
        return DONE;
      case "list":
        await this.#list(rest);
        return DONE;
      case "describe":
        await this.#describe(rest);
        return DONE;
      case "use":
        this.#service = (await findService(this.#setup.contract, rest)).service.typeName;
        return DONE;
      case "header":
        this.#setHeader(rest);
        return DONE;
      case "timeout":
        this.#timeoutMs = rest === "off" ? undefined : durationOf(rest);
        return DONE;
      default:
        return this.#call(word, rest);
    }
  }

  async #list(name: string): Promise<void> {
    const { contract, print } = this.#setup;
    if (name === "") {
      print((await contract.services()).map((each) => `${each}\n`).join(""));
      return;
    }
    const { service } = await findService(contract, name);
    print(
      Object.values(service.methods)
        .map(({ path }) => `${path.slice(1)}\n`)
        .join(""),
    );
  }

  async #describe(name: string): Promise<void> {
    const { contract, print } = this.#setup;
    const full = this.#fullName(name).replace("/", ".");
    for (const each of [name, full]) {
      const view = each === "" ? undefined : await contract.find(each);
      const declaration = view?.symbols.get(each);
      if (view === undefined || declaration === undefined) continue;
      print(new ProtoPrinter(declaration.file, view.types).declaration(declaration));
      return;
    }
    throw new CliError(
      `${contract.source} declares no ${name}`,
      "give its full name, package included; list shows the services",
    );
  }

  #fullName(name: string): string {
    return this.#service !== undefined && !/[./]/.test(name) ? `${this.#service}/${name}` : name;
  }

  #setHeader(text: string): void {
    const at = text.indexOf(":");
    const name = (at < 0 ? text : text.slice(0, at)).trim();
    const value = at < 0 ? "" : text.slice(at + 1).trim();
    if (value === "" && this.#headers.delete(name)) return;
    metadataOf([text]);
    this.#headers.set(name, value);
  }

  async #call(name: string, data: string): Promise<ReplResult> {
    const { channel, contract, timings, types, output } = this.#setup;
    const full = this.#fullName(name);
    if (!/[./]/.test(full))
      throw new CliError(
        `there is no command ${name}`,
        "help shows all; methods are named Service/Method, or after use SERVICE",
      );
    const found = await findMethod(contract, full);
    const { kind, input } = found.method;
    const streams = kind === "client_streaming" || kind === "bidi_streaming";
    const lines = new LineQueue();
    if (data !== "") lines.push(data);
    if (data !== "" || !streams) lines.end();
    const running = new AbortController();
    this.#running = running;
    const metadata = metadataOf([...this.#headers].map(([key, value]) => `${key}: ${value}`));
    const { signal } = running;
    const timeoutMs = this.#timeoutMs;
    const plan = { channel, contract, found, metadata, timeoutMs, signal, timings, types, output: output() };
    const done = runCall(plan, readRequestTexts(lines, input, "json", found.view.types))
      .then(() => {})
      .finally(() => {
        this.#running = undefined;
        lines.end();
      });
    if (!streams || data !== "") {
      await done;
      return DONE;
    }
    const call: OpenCall = {
      push: (line) => lines.push(`${line}\n`),
      end: () => lines.end(),
      cancel: () => running.abort(new Error("interrupted")),
      done,
    };
    return { kind: "open", call };
  }
}

function durationOf(text: string): number {
  try {
    return parseDuration(text);
  } catch {
    throw new CliError(`${JSON.stringify(text)} is no duration`, "write it as 250ms, 5s or 1m, or off");
  }
}

/** Lines on their way from the one who types them to the call that sends them. */
class LineQueue implements AsyncIterable<string> {
  readonly #lines: string[] = [];
  #ended = false;
  #wake: (() => void) | undefined;

  push(line: string): void {
    this.#lines.push(line);
    this.#wake?.();
  }

  end(): void {
    this.#ended = true;
    this.#wake?.();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<string> {
    for (;;) {
      const line = this.#lines.shift();
      if (line !== undefined) yield line;
      else if (this.#ended) return;
      else {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
        this.#wake = undefined;
      }
    }
  }
}
