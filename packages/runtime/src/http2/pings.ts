/** The PINGs of this side and who waits for their answers (RFC 9113 §6.7). */
import { writePing, writeUint32 } from "./frame/frame-writer.js";
import { misuse } from "./http2-error.js";
import type { Outgoing } from "./outgoing.js";

/** What the payloads of our PINGs begin with; the rest is a number. */
const PING_TAG = 0x68617773;

/** PINGs under way at once. */
export const MAX_PINGS = 16;

export class Pings {
  readonly #outgoing: Outgoing;
  /** Made for the first PING and dropped with the last answer: most connections wait for none. */
  #waiting: Map<number, () => void> | undefined = undefined;
  #number = 0;

  constructor(outgoing: Outgoing) {
    this.#outgoing = outgoing;
  }

  /** True while no further PING may be sent. */
  get full(): boolean {
    return this.#waiting !== undefined && this.#waiting.size >= MAX_PINGS;
  }

  /** Writes a PING. @throws Http2Error (misuse) while {@link Pings.full} */
  send(onAnswer: () => void): void {
    if (this.full) throw misuse(`${MAX_PINGS} PINGs are unanswered`);
    const number = this.#number++ | 0;
    this.#waiting ??= new Map();
    this.#waiting.set(number, onAnswer);
    const payload = new Uint8Array(8);
    writeUint32(payload, writeUint32(payload, 0, PING_TAG), number);
    const { outbox } = this.#outgoing;
    outbox.reserve(17);
    outbox.writer.pos = writePing(outbox.writer.buf, outbox.writer.pos, 0, payload, 0);
  }

  /** Takes the payload of an answer. Returns false if it answers nothing. */
  answer(bytes: Uint8Array, start: number): boolean {
    const number = new DataView(bytes.buffer, bytes.byteOffset + start, 8).getInt32(4);
    const waiting = this.#waiting;
    const onAnswer = waiting?.get(number);
    if (waiting === undefined || onAnswer === undefined) return false;
    waiting.delete(number);
    if (waiting.size === 0) this.#waiting = undefined;
    onAnswer();
    return true;
  }

  clear(): void {
    this.#waiting = undefined;
  }
}
