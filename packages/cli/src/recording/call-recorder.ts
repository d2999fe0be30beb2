import { codeName, type Metadata, type RpcError } from "hawser";
import type { AnyMessageType, MethodType, Registry } from "hawser/protobuf";
import type { CallWatcher, PassageWatcher, PassingCall } from "../proxy/call-watcher.js";
import { messageLine } from "./message-line.js";
import type { CallLine, EventLine, StatusLine } from "./recording-format.js";
import { recordedPairs } from "./redaction.js";

/** How calls are recorded. */
export interface CallRecorderOptions {
  readonly registry: Registry;
  /** Keys of metadata whose values are left out. */
  readonly redacted: ReadonlySet<string>;
  /** Bytes of messages that are kept of one call. */
  readonly maxCallBytes: number;
  /** Which methods are recorded. */
  readonly wants: (method: MethodType) => boolean;
  /** Told of each call when it has ended. */
  readonly onCall: (call: CallLine, ended: RecordedEnd) => void;
}

/** For people who look on. */
export interface RecordedEnd {
  readonly code: number;
  readonly message: string;
  readonly ms: number;
}

/** 256 MiB: messages of all calls that run at once. Streams that never end must not fill the memory. */
const MAX_PENDING_BYTES = 256 * 1024 * 1024;

/** 100,000: events of one call, whose messages may be empty. */
const MAX_EVENTS = 100_000;

/** Makes lines of a recording of the calls that pass through a proxy. */
export class CallRecorder implements PassageWatcher {
  readonly options: CallRecorderOptions;
  /** Bytes of messages of the calls that run. */
  pendingBytes = 0;
  readonly #running = new Set<RunningRecord>();
  #begun = 0;

  constructor(options: CallRecorderOptions) {
    this.options = options;
  }

  onCall(call: PassingCall): CallWatcher | undefined {
    if (!this.options.wants(call.method)) return undefined;
    const record = new RunningRecord(this, call, ++this.#begun);
    this.#running.add(record);
    return record;
  }

  /** Records calls that have not ended as far as they have come. */
  cutOff(): void {
    for (const record of [...this.#running]) record.cut();
  }

  /** A call has ended. */
  ended(record: RunningRecord, line: CallLine, end: RecordedEnd | undefined): void {
    if (!this.#running.delete(record)) return;
    this.options.onCall(line, end ?? { code: 1, message: "the recording ended before it", ms: 0 });
  }
}

class RunningRecord implements CallWatcher {
  readonly #recorder: CallRecorder;
  readonly #call: PassingCall;
  readonly #number: number;
  readonly #at = new Date();
  readonly #began = performance.now();
  readonly #events: EventLine[] = [];
  #bytes = 0;
  #truncated = false;

  constructor(recorder: CallRecorder, call: PassingCall, number: number) {
    this.#recorder = recorder;
    this.#call = call;
    this.#number = number;
  }

  onRequest(bytes: Uint8Array): void {
    this.#message("request", this.#call.method.input, bytes);
  }

  onHalfClose(): void {
    this.#event({ halfClose: true });
  }

  onHeader(header: Metadata): void {
    this.#event({ header: recordedPairs(header, this.#recorder.options.redacted) });
  }

  onReply(bytes: Uint8Array): void {
    this.#message("reply", this.#call.method.output, bytes);
  }

  onEnd(error: RpcError | undefined, trailer: Metadata): void {
    const { redacted } = this.#recorder.options;
    const code = error?.code ?? 0;
    const details = error?.details ?? [];
    const status: StatusLine = {
      code: codeName(code),
      message: error?.message ?? "",
      ...(details.length === 0
        ? {}
        : {
            details: details.map(({ typeUrl, value }) => ({ typeUrl, base64: Buffer.from(value).toString("base64") })),
          }),
    };
    const ms = this.#ms();
    // Whatever was left out, the end is there.
    this.#events.push({ ms, status, trailer: recordedPairs(trailer, redacted) });
    this.#finish({ code, message: status.message, ms });
  }

  /** The recording ends before the call does. */
  cut(): void {
    this.#finish(undefined);
  }

  #finish(end: RecordedEnd | undefined): void {
    const { method, metadata, deadline } = this.#call;
    this.#recorder.pendingBytes -= this.#bytes;
    this.#bytes = 0;
    const line: CallLine = {
      call: this.#number,
      at: this.#at.toISOString(),
      method: method.path.slice(1),
      ...(deadline === undefined ? {} : { timeoutMs: Math.max(0, deadline.getTime() - this.#at.getTime()) }),
      metadata: recordedPairs(metadata, this.#recorder.options.redacted),
      events: this.#events,
      ...(this.#truncated ? { truncated: true } : {}),
    };
    this.#recorder.ended(this, line, end);
  }

  #message(kind: "request" | "reply", type: AnyMessageType, bytes: Uint8Array): void {
    const { registry, maxCallBytes } = this.#recorder.options;
    const isTooMuch =
      this.#bytes + bytes.length > maxCallBytes || this.#recorder.pendingBytes + bytes.length > MAX_PENDING_BYTES;
    // What comes behind a message that is left out would be another stream.
    if (isTooMuch) this.#truncated = true;
    if (this.#truncated) return;
    this.#bytes += bytes.length;
    this.#recorder.pendingBytes += bytes.length;
    const line = messageLine(type, bytes, registry);
    this.#event(kind === "request" ? { request: line } : { reply: line });
  }

  #event(event: WithoutTime): void {
    if (this.#events.length >= MAX_EVENTS) this.#truncated = true;
    if (!this.#truncated) this.#events.push({ ms: this.#ms(), ...event });
  }

  /** Microseconds are as much as anybody can read. */
  #ms(): number {
    return Math.round((performance.now() - this.#began) * 1000) / 1000;
  }
}

type WithoutTime = EventLine extends infer Each ? (Each extends EventLine ? Omit<Each, "ms"> : never) : never;
