import { decodeUtf8 } from "../base/utf8.js";
import { CloseCode, mayBeSent } from "./close-code.js";
import { FIN, MASK, MAX_CONTROL_BYTES, Opcode } from "./frame.js";

/** What comes over a WebSocket. A method must not throw. */
export interface FrameSink {
  /** A message begins. */
  onMessageBegin(opcode: number): void;
  /** Payload of the message, unmasked: `bytes[start, end)`, valid during the call only. */
  onPayload(bytes: Uint8Array, start: number, end: number): void;
  /** The message is whole. */
  onMessageEnd(): void;
  onPing(payload: Uint8Array): void;
  onPong(): void;
  /** The peer says that it sends no more; 1005 if it gives no code (RFC 6455 §7.1.5). */
  onClose(code: number, reason: string): void;
  /** The peer broke RFC 6455; close with `code`. Nothing more is read. */
  onBreach(code: number, reason: string): void;
}

/**
 * Reads the frames of a client (RFC 6455 §5): octets in, events out. A message's payload is handed on as it comes, so
 * that nothing is kept but a header or a control frame in the making: at most 14 and 125 octets.
 *
 *     header ── complete ──> payload ── complete ──> header
 *        └── a breach, or a Close frame ──> over <──┘
 */
export class FrameReader {
  readonly #sink: FrameSink;
  #state: "header" | "payload" | "over" = "header";
  readonly #header = new Uint8Array(MAX_CLIENT_HEADER_BYTES);
  #headerBytes = 0;
  /** Of the frame under way. */
  #opcode = 0;
  #fin = false;
  #left = 0;
  #maskAt = 0;
  /** Where in the mask the next octet falls. */
  #maskPhase = 0;
  /** A message has begun and its last frame has not come. */
  #inMessage = false;
  readonly #control = new Uint8Array(MAX_CONTROL_BYTES);
  #controlBytes = 0;

  constructor(sink: FrameSink) {
    this.#sink = sink;
  }

  /** Takes octets in. They are changed: unmasking is done where they lie. */
  receive(bytes: Uint8Array, start: number, end: number): void {
    while (start < end && this.#state !== "over") {
      start = this.#state === "header" ? this.#takeHeader(bytes, start, end) : this.#takePayload(bytes, start, end);
    }
  }

  /** Reads nothing more. */
  stop(): void {
    this.#state = "over";
  }

  #takeHeader(bytes: Uint8Array, start: number, end: number): number {
    const header = this.#header;
    while (start < end) {
      header[this.#headerBytes++] = bytes[start++]!;
      // A flaw is answered when it can be seen, not when the rest has come.
      if (this.#headerBytes === 2 && !this.#judgeStart(header[0]!, header[1]!)) return end;
      if (this.#headerBytes >= 2 && this.#headerBytes === headerLength(header[1]!)) {
        this.#headerBytes = 0;
        this.#beginFrame(header);
        return start;
      }
    }
    return start;
  }

  #judgeStart(first: number, second: number): boolean {
    const opcode = first & 0x0f;
    const isControl = opcode >= Opcode.CLOSE;
    const fin = (first & FIN) !== 0;
    if ((first & 0x70) !== 0) return this.#breach("a reserved bit is set, and no extension was agreed upon");
    if ((opcode > Opcode.BINARY && !isControl) || opcode > Opcode.PONG) {
      return this.#breach(`the opcode ${opcode} is reserved`);
    }
    if ((second & MASK) === 0) return this.#breach("a client's frames must be masked");
    if (isControl && !fin) return this.#breach("a control frame is fragmented");
    if (isControl && (second & 0x7f) > MAX_CONTROL_BYTES) return this.#breach("a control frame is over 125 octets");
    if (opcode === Opcode.CONTINUATION && !this.#inMessage) return this.#breach("there is no message to continue");
    if (!isControl && opcode !== Opcode.CONTINUATION && this.#inMessage) {
      return this.#breach("a message begins within another");
    }
    return true;
  }

  #beginFrame(header: Uint8Array): void {
    this.#opcode = header[0]! & 0x0f;
    this.#fin = (header[0]! & FIN) !== 0;
    const short = header[1]! & 0x7f;
    let length = short;
    let at = 2;
    if (short === 126) {
      length = (header[2]! << 8) | header[3]!;
      at = 4;
    } else if (short === 127) {
      length = 0;
      for (let i = 2; i < 10; i++) length = length * 256 + header[i]!;
      at = 10;
    }
    // "The minimal number of bytes MUST be used"; the highest bit of eight octets must be 0 (RFC 6455 §5.2).
    if ((short === 126 && length < 126) || (short === 127 && length < 0x10000)) {
      this.#breach("the length of a frame has more octets than it needs");
      return;
    }
    if (length > Number.MAX_SAFE_INTEGER) {
      this.#fail(CloseCode.TOO_BIG, "a frame is longer than a message can be");
      return;
    }
    this.#left = length;
    this.#maskAt = at;
    this.#maskPhase = 0;
    this.#state = "payload";
    if (this.#opcode === Opcode.TEXT || this.#opcode === Opcode.BINARY) {
      this.#inMessage = true;
      this.#sink.onMessageBegin(this.#opcode);
    }
    if (this.#left === 0 && this.#isOpen()) this.#endFrame();
  }

  #takePayload(bytes: Uint8Array, start: number, end: number): number {
    const stop = Math.min(end, start + this.#left);
    this.#unmask(bytes, start, stop);
    this.#left -= stop - start;
    if (this.#opcode >= Opcode.CLOSE) {
      this.#control.set(bytes.subarray(start, stop), this.#controlBytes);
      this.#controlBytes += stop - start;
    } else {
      this.#sink.onPayload(bytes, start, stop);
    }
    if (this.#left === 0 && this.#isOpen()) this.#endFrame();
    return stop;
  }

  #unmask(bytes: Uint8Array, start: number, end: number): void {
    const header = this.#header;
    const at = this.#maskAt;
    let phase = this.#maskPhase;
    for (let i = start; i < end; i++) {
      bytes[i]! ^= header[at + phase]!;
      phase = (phase + 1) & 3;
    }
    this.#maskPhase = phase;
  }

  #endFrame(): void {
    this.#state = "header";
    if (this.#opcode < Opcode.CLOSE) {
      if (!this.#fin) return;
      this.#inMessage = false;
      this.#sink.onMessageEnd();
      return;
    }
    const payload = this.#control.slice(0, this.#controlBytes);
    this.#controlBytes = 0;
    if (this.#opcode === Opcode.PING) this.#sink.onPing(payload);
    else if (this.#opcode === Opcode.PONG) this.#sink.onPong();
    else this.#takeClose(payload);
  }

  #takeClose(payload: Uint8Array): void {
    if (payload.length === 0) {
      this.#state = "over";
      this.#sink.onClose(NO_STATUS, "");
      return;
    }
    const code = payload.length === 1 ? 0 : (payload[0]! << 8) | payload[1]!;
    if (!mayBeSent(code)) {
      this.#breach("a Close frame has no code that may be sent");
      return;
    }
    const reason = decodeUtf8(payload, 2, payload.length);
    if (reason === undefined) {
      this.#fail(CloseCode.INVALID_DATA, "the reason in a Close frame is not UTF-8");
      return;
    }
    this.#state = "over";
    this.#sink.onClose(code, reason);
  }

  /** Looked up anew: what the sink does when it is told something may have stopped this. */
  #isOpen(): boolean {
    return this.#state !== "over";
  }

  #breach(reason: string): false {
    this.#fail(CloseCode.PROTOCOL_ERROR, reason);
    return false;
  }

  #fail(code: number, reason: string): void {
    this.#state = "over";
    this.#sink.onBreach(code, reason);
  }
}

/** The length of a masked frame's header, by its second octet. */
function headerLength(second: number): number {
  const short = second & 0x7f;
  return 2 + MASK_BYTES + (short === 126 ? 2 : short === 127 ? 8 : 0);
}

const MASK_BYTES = 4;
const MAX_CLIENT_HEADER_BYTES: number = 2 + 8 + MASK_BYTES;

/** Stands for "no code was there"; never sent (RFC 6455 §7.4.1). */
const NO_STATUS = 1005;
