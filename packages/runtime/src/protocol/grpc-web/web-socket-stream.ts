import { ByteWriter } from "../../base/byte-writer.js";
import { NO_BYTES } from "../../base/no-bytes.js";
import type { Timer } from "../../base/timer-wheel.js";
import { decodeUtf8 } from "../../base/utf8.js";
import type { ServerHost } from "../../rpc/exchange.js";
import { CANCEL, NO_ERROR } from "../../rpc/http-code.js";
import type { HttpFailure, HttpField, HttpFields, HttpSink, HttpStream } from "../../rpc/http-types.js";
import { UNSET_HTTP_SINK } from "../../rpc/unset-sinks.js";
import {
  CloseCode,
  closeFrame,
  controlFrame,
  FrameReader,
  type FrameSink,
  MAX_HEADER_BYTES,
  Opcode,
  writeHeaderBefore,
} from "../../websocket/index.js";
import { INITIAL_CREDIT, parseHead, SocketMessage } from "./socket-messages.js";
import { trailersEnvelope } from "./trailers.js";

/**
 * One call over a WebSocket, in the shape of a stream of HTTP: what its sink gets is a body of gRPC-Web. `base` carries
 * the WebSocket's octets.
 *
 *     head ── first message ──> open ── end of the response ──> closing ── the client's Close ──> closed
 *      └──────── a breach, the client's Close, the loss of the connection, silence ───────────────^
 */
export class WebSocketStream implements HttpStream, HttpSink, FrameSink {
  sink: HttpSink = UNSET_HTTP_SINK;
  readonly #base: HttpStream;
  readonly #host: ServerHost;
  readonly #onRequest: (fields: HttpField[]) => void;
  readonly #reader: FrameReader = new FrameReader(this);
  #state: "head" | "open" | "closing" | "closed" = "head";
  readonly #writer = new ByteWriter(0);
  #start = 0;
  /** The first message, as far as it has come. */
  #head = new ByteWriter(0);
  #messageType = 0;
  /** Of a client's message: what its first octet says, -1 before that. */
  #kind = -1;
  #credit: number;
  readonly #hasCredit: boolean;
  /** The octets of a message CREDIT so far, and how many there were. */
  #granted = 0;
  #grantedBytes = 0;
  #requestsEnded = false;
  /** Of what is being received, the octets that the sink got and gives back itself. */
  #handedOn = 0;
  /** The base can't take more for now. */
  #stuck = false;
  /** A send returned false, and `onWritable` has not been called since. */
  #waiting = false;
  /** The last Ping that could not be answered yet: "the most recent" is enough (RFC 6455 §5.5.3). */
  #ping: Uint8Array | undefined;
  #timer: Timer | undefined;
  /** Octets came since the timer was set. */
  #heard = false;
  /** Received and not consumed: while there is much of it the client is not read from, and so can't be heard. */
  #unread = 0;

  constructor(host: ServerHost, base: HttpStream, hasCredit: boolean, onRequest: (fields: HttpField[]) => void) {
    this.#host = host;
    this.#base = base;
    this.#hasCredit = hasCredit;
    this.#credit = hasCredit ? INITIAL_CREDIT : Infinity;
    this.#onRequest = onRequest;
    base.sink = this;
    this.#setTimer(HEAD_TIMEOUT_MS);
  }

  // The stream, as a protocol writes to it.

  sendHead(fields: HttpFields, extra: HttpFields | undefined, endStream: boolean): void {
    const own = (all: HttpFields) => all.filter(({ name }) => !name.startsWith(":"));
    this.sendData(trailersEnvelope(own(fields), extra === undefined ? undefined : own(extra)), endStream);
  }

  beginData(): ByteWriter {
    const writer = this.#writer;
    writer.pos = 0;
    writer.reserve(MAX_HEADER_BYTES);
    writer.pos = MAX_HEADER_BYTES;
    this.#start = writer.pos;
    return writer;
  }

  commitData(endStream: boolean): boolean {
    const { buf, pos } = this.#writer;
    const length = pos - this.#start;
    const frame = buf.slice(writeHeaderBefore(buf, this.#start, Opcode.BINARY, length), pos);
    if (buf.length > MAX_KEPT_BYTES) this.#writer.buf = new Uint8Array(0);
    return this.#sendMessage(frame, length, endStream);
  }

  abortData(): void {
    this.#writer.pos = 0;
  }

  sendData(bytes: Uint8Array, endStream: boolean): boolean {
    if (bytes.length === 0) return this.#sendMessage(NO_BYTES, 0, endStream);
    const frame = new Uint8Array(MAX_HEADER_BYTES + bytes.length);
    frame.set(bytes, MAX_HEADER_BYTES);
    const start = writeHeaderBefore(frame, MAX_HEADER_BYTES, Opcode.BINARY, bytes.length);
    return this.#sendMessage(frame.subarray(start), bytes.length, endStream);
  }

  reset(code: number): void {
    this.sink = UNSET_HTTP_SINK;
    if (this.#state === "closing" && code === NO_ERROR) return;
    if (this.#state === "open") this.#close(CloseCode.INTERNAL_ERROR, "the call was given up");
    else this.#abandon(code);
  }

  consume(count: number): void {
    this.#unread -= count;
    this.#base.consume(count);
  }

  hold(): void {
    this.#base.hold();
  }

  release(): void {
    this.#base.release();
  }

  // The WebSocket, as its octets come.

  onHead(): void {
    // The head came with the request; a section that follows is the end of the octets.
    this.#onEndOfOctets();
  }

  onData(bytes: Uint8Array, start: number, end: number, endStream: boolean): void {
    this.#heard = true;
    this.#handedOn = 0;
    this.#unread += end - start;
    this.#reader.receive(bytes, start, end);
    const own = end - start - this.#handedOn;
    if (own > 0) this.consume(own);
    if (endStream) this.#onEndOfOctets();
  }

  onTrailers(): void {
    this.#onEndOfOctets();
  }

  onFailure(failure: HttpFailure): void {
    this.#end();
    this.#tellFailure(failure);
  }

  onWritable(): void {
    this.#stuck = false;
    const ping = this.#ping;
    this.#ping = undefined;
    if (ping !== undefined) this.onPing(ping);
    this.#wakeSender();
  }

  // Its frames.

  onMessageBegin(opcode: number): void {
    this.#messageType = opcode;
    this.#kind = -1;
    if (this.#state === "open" && opcode === Opcode.TEXT) {
      this.onBreach(CloseCode.UNSUPPORTED_DATA, "only the first message may be text");
    }
  }

  onPayload(bytes: Uint8Array, start: number, end: number): void {
    if (start === end) return;
    if (this.#state === "head") this.#takeHead(bytes, start, end);
    else if (this.#state === "open") this.#takePayload(bytes, start, end);
  }

  onMessageEnd(): void {
    if (this.#state === "head") this.#endHead();
    else if (this.#state === "open") this.#endMessage();
  }

  onPing(payload: Uint8Array): void {
    if (this.#state === "closed") return;
    if (this.#stuck) this.#ping = payload;
    else this.#stuck = !this.#base.sendData(controlFrame(Opcode.PONG, payload), false);
  }

  onPong(): void {}

  onClose(code: number, reason: string): void {
    const gaveUp = this.#state === "open" || this.#state === "head";
    // The answer has the code that came (RFC 6455 §5.5.1), if one did.
    if (gaveUp) this.#base.sendData(code === NO_STATUS ? EMPTY_CLOSE : closeFrame(code, ""), true);
    else this.#base.sendData(NO_BYTES, true);
    this.#end();
    this.#base.reset(NO_ERROR);
    const words = reason === "" ? "" : `: ${reason}`;
    this.#tellFailure({
      code: CANCEL,
      message: `the client closed the WebSocket (${code}${words})`,
      origin: "peer",
      unprocessed: false,
    });
  }

  onBreach(code: number, reason: string): void {
    if (this.#state === "closed") return;
    const answers = this.#state !== "closing";
    this.#reader.stop();
    if (answers) this.#base.sendData(closeFrame(code, reason), true);
    this.#end();
    this.#base.reset(NO_ERROR);
    this.#tellFailure({
      code: CANCEL,
      message: `the client's WebSocket: ${reason}`,
      origin: "peer",
      unprocessed: false,
    });
  }

  // Time.

  onTimeout(): void {
    this.#timer = undefined;
    if (this.#state === "head") {
      this.onBreach(CloseCode.POLICY_VIOLATION, "the first message, the head of a request, did not come");
    } else if (this.#state === "closing") {
      this.#abandon(CANCEL);
    } else if (this.#state === "open") {
      this.#beat();
    }
  }

  /** Asks a silent client whether it is still there; proxies, too, cut what is silent. */
  #beat(): void {
    const deaf = this.#unread > 0 || this.#stuck;
    if (this.#heard || deaf) {
      if (!this.#stuck) this.#stuck = !this.#base.sendData(controlFrame(Opcode.PING, NO_BYTES), false);
      this.#setTimer(PING_MS);
      return;
    }
    this.#abandon(CANCEL);
    this.#tellFailure({
      code: CANCEL,
      message: `the client has not been heard for ${PING_MS} ms and answers no Ping`,
      origin: "connection",
      unprocessed: false,
    });
  }

  // The client's messages.

  #takeHead(bytes: Uint8Array, start: number, end: number): void {
    const head = this.#head;
    if (head.pos + end - start > MAX_HEAD_BYTES) {
      this.onBreach(CloseCode.TOO_BIG, `the head of a request is over ${MAX_HEAD_BYTES} octets`);
      return;
    }
    head.reserve(end - start);
    head.buf.set(bytes.subarray(start, end), head.pos);
    head.pos += end - start;
  }

  #endHead(): void {
    const { buf, pos } = this.#head;
    this.#head = new ByteWriter(0);
    const text = this.#messageType === Opcode.TEXT ? decodeUtf8(buf, 0, pos) : latin1.decode(buf.subarray(0, pos));
    const fields = text === undefined ? undefined : parseHead(text);
    if (fields === undefined) {
      this.onBreach(CloseCode.INVALID_DATA, 'the first message is no head of a request: lines of "name: value"');
      return;
    }
    this.#state = "open";
    this.#timer?.cancel();
    this.#setTimer(PING_MS);
    this.#onRequest(fields);
  }

  #takePayload(bytes: Uint8Array, start: number, end: number): void {
    if (this.#kind === -1) {
      this.#kind = bytes[start++]!;
      this.#granted = 0;
      this.#grantedBytes = 0;
      const known =
        this.#kind === SocketMessage.DATA ||
        this.#kind === SocketMessage.END ||
        (this.#kind === SocketMessage.CREDIT && this.#hasCredit);
      if (!known) {
        this.onBreach(CloseCode.UNSUPPORTED_DATA, `no message begins with the octet ${this.#kind}`);
        return;
      }
      if (start === end) return;
    }
    if (this.#kind === SocketMessage.CREDIT && this.#grantedBytes + end - start <= 4) {
      for (; start < end; start++) this.#granted = this.#granted * 256 + bytes[start]!;
      this.#grantedBytes += end - start;
      return;
    }
    if (this.#kind !== SocketMessage.DATA) {
      this.onBreach(CloseCode.INVALID_DATA, "a message is longer than what it is for");
    } else if (this.#requestsEnded) {
      this.onBreach(CloseCode.PROTOCOL_ERROR, "a request came after the end of the requests");
    } else {
      this.#handedOn += end - start;
      this.sink.onData(bytes, start, end, false);
    }
  }

  #endMessage(): void {
    if (this.#kind === -1) {
      this.onBreach(CloseCode.INVALID_DATA, "a message is empty: its first octet says what it is");
    } else if (this.#kind === SocketMessage.CREDIT) {
      this.#credit = Math.min(this.#credit + this.#granted, MAX_CREDIT);
      this.#wakeSender();
    } else if (this.#kind === SocketMessage.END && !this.#requestsEnded) {
      this.#requestsEnded = true;
      this.sink.onData(NO_BYTES, 0, 0, true);
    }
  }

  // Out.

  #sendMessage(frame: Uint8Array, payloadBytes: number, endStream: boolean): boolean {
    if (this.#state !== "open") return true;
    if (frame.length > 0) {
      this.#credit -= payloadBytes;
      if (!this.#base.sendData(frame, false)) this.#stuck = true;
    }
    if (endStream) {
      this.#close(CloseCode.NORMAL, "");
      return true;
    }
    this.#waiting = this.#stuck || this.#credit <= 0;
    return !this.#waiting;
  }

  #wakeSender(): void {
    if (!this.#waiting || this.#stuck || this.#credit <= 0) return;
    this.#waiting = false;
    this.sink.onWritable();
  }

  /** Says that nothing more comes, and waits for the client to say so too (RFC 6455 §7.1.2). */
  #close(code: number, reason: string): void {
    this.#base.sendData(closeFrame(code, reason), false);
    this.#state = "closing";
    this.#timer?.cancel();
    this.#setTimer(CLOSE_TIMEOUT_MS);
  }

  #onEndOfOctets(): void {
    if (this.#state === "closed") return;
    this.onFailure({
      code: CANCEL,
      message: "the connection was closed before the WebSocket was",
      origin: "peer",
      unprocessed: false,
    });
    this.#base.reset(CANCEL);
  }

  #abandon(code: number): void {
    this.#end();
    this.#base.reset(code === NO_ERROR ? CANCEL : code);
  }

  #end(): void {
    this.#state = "closed";
    this.#reader.stop();
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #tellFailure(failure: HttpFailure): void {
    const { sink } = this;
    this.sink = UNSET_HTTP_SINK;
    if (sink !== UNSET_HTTP_SINK) sink.onFailure(failure);
  }

  #setTimer(ms: number): void {
    this.#heard = false;
    this.#timer = this.#host.timers.add(this, this.#host.clock.now() + ms);
  }
}

/** 10 s from the handshake to the head of the request, as for the handshake of HTTP/2. */
const HEAD_TIMEOUT_MS = 10_000;

/** 5 s for the client's Close: then the call has long ended, and only a descriptor is at stake. */
const CLOSE_TIMEOUT_MS = 5_000;

/** 30 s: proxies cut a silent connection after 60 s, as nginx does. */
const PING_MS = 30_000;

/** 16 KiB, as MAX_HEADER_LIST_SIZE of HTTP/2. */
const MAX_HEAD_BYTES: number = 16 * 1024;

/** 2^31 - 1, the largest window of HTTP/2: more would mean no flow control. */
const MAX_CREDIT: number = 2 ** 31 - 1;

/** 64 KiB: the writer of a call that sent a large message once does not keep as much. */
const MAX_KEPT_BYTES: number = 64 * 1024;

/** Stands for "no code was there" (RFC 6455 §7.4.1). */
const NO_STATUS = 1005;
const EMPTY_CLOSE: Uint8Array = controlFrame(Opcode.CLOSE, NO_BYTES);

const latin1 = new TextDecoder("latin1");
