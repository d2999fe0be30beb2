import type { AnyMessageType } from "hawser/protobuf";
import { encode, fromJsonString } from "hawser/protobuf";
import { Code, createClient, type Metadata, RpcError, type Status } from "hawser/web";
import type { Console } from "../layout/console-context.js";
import type { MethodInfo } from "../schema/console-schema.js";
import type { CallDraft, CallRecord } from "./call-draft.js";
import { CallMessages } from "./call-messages.js";
import { metadataOf } from "./metadata-rows.js";

/**
 * Where a call is:
 *
 *     open ──> half-closed ──> ended
 *      └──────────────────────^
 *
 * It is open while requests can be sent, half-closed when there will be none but replies can come, and ended with a status.
 */
export type CallState =
  | { readonly kind: "open" }
  | { readonly kind: "half-closed" }
  | { readonly kind: "ended"; readonly code: Code; readonly message: string; readonly error: RpcError | undefined };

/** What a session is at a moment. A new object whenever something has changed. */
export interface CallSnapshot {
  readonly state: CallState;
  /** How many messages are kept: those behind the first are in {@link CallSession.messages}. */
  readonly count: number;
  readonly sent: number;
  readonly received: number;
  readonly header: Metadata | undefined;
  readonly headerAtMs: number | undefined;
  readonly trailer: Metadata | undefined;
  /** How long it took; undefined while it runs. */
  readonly durationMs: number | undefined;
}

/** Something that must be put right before a call can be made. */
export class DraftError extends Error {
  override readonly name = "DraftError";
}

/** How many requests of a stream are kept for the history. */
const MAX_KEPT_REQUESTS = 20;
/** How long replies are taken before the page gets its turn: a tenth of what a task may last. */
const SLICE_MS = 12;

/** How often subscribers are told at most: as often as one can read a number that changes. */
const TELL_EVERY_MS = 100;

/** What the call of any kind can do; which of it makes sense, the kind of the method says. */
interface AnyCall extends PromiseLike<unknown>, AsyncIterable<unknown> {
  readonly header: Promise<Metadata>;
  readonly trailer: Promise<Metadata>;
  cancel(reason?: unknown): void;
  onEnd(listener: (status: Status) => void): void;
  send(message: unknown): Promise<void>;
  end(): void;
}

/** One call: what is sent, what comes, and how it ends. Subscribers are told a few times a second. */
export class CallSession {
  readonly method: MethodInfo;
  readonly draft: CallDraft;
  readonly startedAt: number = Date.now();
  readonly messages: CallMessages = new CallMessages();
  readonly #console: Console;
  readonly #begin: number = performance.now();
  readonly #call: AnyCall;
  readonly #listeners = new Set<() => void>();
  readonly #requests: string[] = [];
  /** Sizes of messages that came and are not decoded yet, with their times. */
  readonly #arrived: { readonly bytes: number; readonly at: number }[] = [];
  #number = 0;
  #isTelling = false;
  #toldAt = 0;
  /** What is true now; subscribers are shown copies of it. */
  readonly #now: { -readonly [K in keyof CallSnapshot]: CallSnapshot[K] } = {
    state: { kind: "open" },
    count: 0,
    sent: 0,
    received: 0,
    header: undefined,
    headerAtMs: undefined,
    trailer: undefined,
    durationMs: undefined,
  };
  #snapshot: CallSnapshot = { ...this.#now };

  /**
   * Starts a call.
   *
   * @throws DraftError if the draft is none that can be sent
   */
  constructor(console: Console, method: MethodInfo, draft: CallDraft) {
    this.#console = console;
    this.method = method;
    this.draft = draft;
    const request = this.streamsRequests ? undefined : this.#read(draft.json);
    const metadata = draftMetadata(console, draft);
    const client = createClient(method.service.type, console.channel) as unknown as Record<
      string,
      (request: unknown, options: object) => AnyCall
    >;
    const options = {
      metadata,
      ...(draft.timeoutMs === undefined ? {} : { timeoutMs: draft.timeoutMs }),
      ...(draft.compression === "" ? {} : { compression: draft.compression }),
    };
    const sight = {
      onHeader: (at: number) => this.#change({ headerAtMs: at - this.#begin }),
      onReceived: (bytes: number, at: number) => this.#arrived.push({ bytes, at }),
    };
    this.#call = console.watch.during(sight, () => client[method.localName]!(request?.value, options));
    if (request !== undefined) {
      this.#record("out", request.type, request.value, request.bytes);
      this.#change({ state: { kind: "half-closed" }, sent: 1 });
    }
    this.#follow();
  }

  /** Whether more than one request can be sent. */
  get streamsRequests(): boolean {
    return this.method.kind === "client_streaming" || this.method.kind === "bidi_streaming";
  }

  get #streamsReplies(): boolean {
    return this.method.kind === "server_streaming" || this.method.kind === "bidi_streaming";
  }

  /** Where the call is now. */
  get state(): CallState {
    return this.#now.state;
  }

  /** What subscribers were told of last: the same object until they are told of something else. */
  snapshot = (): CallSnapshot => this.#snapshot;

  /** Calls `listener` after changes, until the function that is returned is called. */
  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /**
   * Sends one more request of a stream.
   *
   * @throws DraftError if the text is no message of the method
   */
  send(json: string): void {
    if (this.#now.state.kind !== "open") return;
    const { type, value, bytes } = this.#read(json);
    this.#record("out", type, value, bytes);
    this.#change({ sent: this.#now.sent + 1 });
    // A call that fails says so itself.
    this.#call.send(value).catch(() => undefined);
  }

  /** Says that there are no more requests. */
  halfClose(): void {
    if (this.#now.state.kind !== "open") return;
    this.#change({ state: { kind: "half-closed" } });
    this.#call.end();
  }

  /** Gives the call up. */
  cancel(): void {
    if (this.#now.state.kind !== "ended") this.#call.cancel("cancelled in the console");
  }

  #read(json: string): { type: AnyMessageType; value: unknown; bytes: number | undefined } {
    const { text, missing } = this.#console.fill.json(json);
    if (missing.length > 0) throw new DraftError(missingVariables(missing));
    const type = this.method.type.input;
    const { registry } = this.#console.schema;
    try {
      const value = fromJsonString(type, text === "" ? "{}" : text, { registry });
      const bytes = encode(type, value).length;
      if (this.#requests.length < MAX_KEPT_REQUESTS) this.#requests.push(text);
      return { type, value, bytes };
    } catch (error) {
      throw new DraftError(error instanceof Error ? error.message : String(error));
    }
  }

  #record(direction: "in" | "out", type: AnyMessageType, value: unknown, bytes: number | undefined, at?: number): void {
    const atMs = (at ?? performance.now()) - this.#begin;
    this.messages.push({ number: ++this.#number, direction, atMs, bytes, type, value });
  }

  async #follow(): Promise<void> {
    const call = this.#call;
    call.header.then((header) => this.#change({ header }));
    let ended: RpcError | undefined;
    try {
      if (this.#streamsReplies) await this.#takeReplies(call);
      else this.#reply(await call);
    } catch (error) {
      ended = RpcError.is(error) ? error : new RpcError(Code.Internal, String(error), { cause: error });
    }
    const trailer = await call.trailer;
    const durationMs = performance.now() - this.#begin;
    this.#change({
      state: { kind: "ended", code: ended?.code ?? Code.Ok, message: ended?.message ?? "", error: ended },
      trailer,
      durationMs,
    });
    this.#console.callEnded(this.#recordOf(durationMs, ended));
  }

  async #takeReplies(call: AnyCall): Promise<void> {
    let sliceEnd = performance.now() + SLICE_MS;
    for await (const reply of call) {
      this.#reply(reply);
      if (performance.now() < sliceEnd) continue;
      await nextTask();
      sliceEnd = performance.now() + SLICE_MS;
    }
  }

  #reply(value: unknown): void {
    const arrival = this.#arrived.shift();
    this.#record("in", this.method.type.output, value, arrival?.bytes, arrival?.at);
    this.#change({ received: this.#now.received + 1 });
  }

  #recordOf(durationMs: number, error: RpcError | undefined): CallRecord {
    return {
      draft: this.draft,
      requests: this.#requests,
      sent: this.#now.sent,
      received: this.#now.received,
      startedAt: this.startedAt,
      durationMs,
      code: error?.code ?? Code.Ok,
      message: error?.message ?? "",
    };
  }

  #change(change: Partial<CallSnapshot>): void {
    Object.assign(this.#now, change);
    if (this.#isTelling) return;
    this.#isTelling = true;
    const tell = (): void => {
      this.#isTelling = false;
      this.#toldAt = performance.now();
      this.#snapshot = { ...this.#now, count: this.messages.length };
      for (const listener of [...this.#listeners]) listener();
    };
    // Of ten thousand messages nobody sees each come; the first is shown at once.
    const restMs = this.#toldAt + TELL_EVERY_MS - performance.now();
    if (restMs > 0) setTimeout(tell, restMs);
    else requestFrame(tell);
  }
}

/** What is sent as metadata. @throws DraftError naming the row that can't be sent */
function draftMetadata(console: Console, draft: CallDraft): Metadata {
  const missing = new Set<string>();
  try {
    const metadata = metadataOf(draft.metadata, (text) => {
      const filled = console.fill.text(text);
      for (const name of filled.missing) missing.add(name);
      return filled.text;
    });
    if (missing.size === 0) return metadata;
  } catch (error) {
    throw new DraftError(error instanceof Error ? error.message : String(error));
  }
  throw new DraftError(missingVariables([...missing]));
}

function missingVariables(names: readonly string[]): string {
  return `${names.map((name) => `{{${name}}}`).join(", ")}: the environment that is chosen has no value for it`;
}

/** Frames stop in a page that nobody looks at; calls go on. */
function requestFrame(run: () => void): void {
  if (globalThis.document?.visibilityState === "visible") requestAnimationFrame(run);
  else setTimeout(run, TELL_EVERY_MS);
}

/** Lets the page do what else it has to: a message to oneself comes as a task, without the delay that timers have. */
function nextTask(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(undefined);
  });
}
