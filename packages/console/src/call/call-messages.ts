import type { AnyMessageType, Registry } from "hawser/protobuf";
import { toJson } from "hawser/protobuf";
import { encodeBase64 } from "../form/bytes-text.js";

/** A message that was sent or came. */
export interface CallMessage {
  /** Counted from 1, both directions together. */
  readonly number: number;
  readonly direction: "out" | "in";
  /** Since the call began. */
  readonly atMs: number;
  /** The size of its encoding; undefined until it is known that it left. */
  readonly bytes: number | undefined;
  readonly type: AnyMessageType;
  readonly value: unknown;
}

/** As many messages are kept as a person may scroll through; of a stream without end the oldest go. */
export const MAX_MESSAGES = 20_000;
/** Likewise bytes of them, so that a page of large messages does not fill a browser's memory. */
export const MAX_MESSAGE_BYTES: number = 128 * 1024 * 1024;

/** The last messages of a call, in order. */
export class CallMessages {
  #kept: CallMessage[] = [];
  /** Where the oldest is: they go in batches, for a shift of each would move all others. */
  #start = 0;
  #bytes = 0;
  /** How many have been dropped. */
  dropped = 0;

  /** How many are kept. */
  get length(): number {
    return this.#kept.length - this.#start;
  }

  /** The one at a place among those that are kept. */
  at(index: number): CallMessage | undefined {
    return this.#kept[this.#start + index];
  }

  /** Adds one behind the last; the oldest goes if it is one too many. */
  push(message: CallMessage): void {
    this.#kept.push(message);
    this.#bytes += message.bytes ?? 0;
    while (this.length > 1 && (this.length > MAX_MESSAGES || this.#bytes > MAX_MESSAGE_BYTES)) {
      this.#bytes -= this.#kept[this.#start]!.bytes ?? 0;
      this.#start++;
      this.dropped++;
    }
    if (this.#start > MAX_MESSAGES) {
      this.#kept = this.#kept.slice(this.#start);
      this.#start = 0;
    }
  }
}

/** How long the one line is that a list shows of a message. */
const PREVIEW = 300;

/** A message in JSON, in lines; what can't be written says why. */
export function messageJson(message: CallMessage, registry: Registry): string {
  return jsonOf(message.type, message.value, registry, 2);
}

/** The beginning of a message in JSON, in one line. */
export function messagePreview(message: CallMessage, registry: Registry): string {
  return jsonOf(message.type, message.value, registry, 0).slice(0, PREVIEW);
}

function jsonOf(type: AnyMessageType, value: unknown, registry: Registry, indent: number): string {
  try {
    return JSON.stringify(toJson(type, value, { registry }), undefined, indent);
  } catch (error) {
    // An Any of a type that the schema has not: the rest can be shown with what is known of it.
    return describeUnwritable(value, error, indent);
  }
}

function describeUnwritable(value: unknown, error: unknown, indent: number): string {
  const plain = (_key: string, each: unknown): unknown => {
    if (typeof each === "bigint") return each.toString();
    return each instanceof Uint8Array ? encodeBase64(each) : each;
  };
  const reason = error instanceof Error ? error.message : String(error);
  return JSON.stringify({ "not ProtoJSON": reason, message: value }, plain, indent);
}
