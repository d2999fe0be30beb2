import { ByteWriter } from "../base/byte-writer.js";
import { NO_BYTES } from "../base/no-bytes.js";
import { CONTENT_TYPE } from "../protocol/grpc-web/content-type.js";
import {
  formatHead,
  GRPC_WEBSOCKETS_CREDIT,
  INITIAL_CREDIT,
  SocketMessage,
} from "../protocol/grpc-web/socket-messages.js";
import { parseTrailers, TRAILERS } from "../protocol/grpc-web/trailers.js";
import { ENVELOPE_BYTES } from "../rpc/envelope.js";
import { INTERNAL_ERROR } from "../rpc/http-code.js";
import type { HttpFields, HttpSink, HttpStream } from "../rpc/http-types.js";

/**
 * One call over a WebSocket, in the shape of a stream of HTTP.
 *
 *     new ── connect ──> connecting ── open ──> open ── Close, error, reset ──> over
 *                             └────────────────────────────────────────────────^
 */
export class WebSocketStream implements HttpStream {
  sink: HttpSink;
  readonly #url: string;
  readonly #make: () => WebSocket;
  readonly #head: string;
  readonly #onEnd: () => void;
  #socket: WebSocket | undefined;
  #state: "connecting" | "open" | "over" = "connecting";
  /** What is sent once the socket is open. */
  #queue: Uint8Array[] = [];
  #queuedBytes = 0;
  readonly #writer = new ByteWriter(0);
  #start = 0;
  /** The response's head as far as it has come; undefined once it has. */
  #inHead: Uint8Array | undefined = NO_BYTES;
  /** Octets that were read and for which the server has got no credit yet. */
  #owed = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    url: string,
    make: () => WebSocket,
    fields: HttpFields,
    extra: HttpFields | undefined,
    sink: HttpSink,
    onEnd: () => void,
  ) {
    this.#url = url;
    this.#make = make;
    this.#head = formatHead(fields, extra);
    this.sink = sink;
    this.#onEnd = onEnd;
  }

  connect(): void {
    let socket: WebSocket;
    try {
      socket = this.#make();
    } catch (error) {
      // As for ws: from a page of https:. Whoever opened the stream has not yet seen it.
      queueMicrotask(() => this.fail(INTERNAL_ERROR, "connection", `no WebSocket to ${this.#url}: ${error}`, error));
      return;
    }
    this.#socket = socket;
    socket.binaryType = "arraybuffer";
    socket.addEventListener("open", () => this.#onOpen(socket));
    socket.addEventListener("message", ({ data }: MessageEvent) => this.#onMessage(data));
    socket.addEventListener("close", ({ code, reason }) => this.#onClose(code, reason));
    // A "close" follows, which says as little.
    socket.addEventListener("error", () => {});
  }

  sendHead(): void {
    // The request's head went with `open`; requests have no trailers.
  }

  beginData(): ByteWriter {
    const writer = this.#writer;
    writer.reserve(1);
    writer.buf[writer.pos] = SocketMessage.DATA;
    this.#start = writer.pos++;
    return writer;
  }

  commitData(endStream: boolean): boolean {
    const bytes = this.#writer.finish();
    this.#writer.pos = 0;
    return this.#send(bytes, endStream);
  }

  abortData(): void {
    this.#writer.pos = this.#start;
  }

  sendData(bytes: Uint8Array, endStream: boolean): boolean {
    if (bytes.length === 0) return this.#send(undefined, endStream);
    const message = new Uint8Array(1 + bytes.length);
    message.set(bytes, 1);
    return this.#send(message, endStream);
  }

  reset(): void {
    if (this.#state === "over") return;
    this.#end();
    this.#socket?.close(NORMAL);
  }

  consume(count: number): void {
    this.#owed += count;
    if (this.#owed < INITIAL_CREDIT / 4 || this.#state !== "open") return;
    if (this.#socket?.protocol !== GRPC_WEBSOCKETS_CREDIT) return;
    const owed = this.#owed;
    this.#owed = 0;
    this.#socket.send(new Uint8Array([SocketMessage.CREDIT, owed >>> 24, owed >>> 16, owed >>> 8, owed]));
  }

  hold(): void {}

  release(): void {}

  /** Ends the stream with an error. */
  fail(code: number, origin: "peer" | "connection", message: string, cause?: unknown): void {
    if (this.#state === "over") return;
    this.reset();
    this.sink.onFailure({ code, message, origin, unprocessed: false, ...(cause === undefined ? {} : { cause }) });
  }

  #send(message: Uint8Array | undefined, endStream: boolean): boolean {
    if (this.#state === "over") return true;
    if (message !== undefined) this.#transmit(message);
    if (endStream) this.#transmit(END);
    if (this.#backlog <= MAX_BACKLOG_BYTES) return true;
    this.#watchBacklog();
    return false;
  }

  #transmit(message: Uint8Array): void {
    if (this.#state === "open") this.#socket?.send(message as Uint8Array<ArrayBuffer>);
    else {
      this.#queue.push(message);
      this.#queuedBytes += message.length;
    }
  }

  get #backlog(): number {
    return this.#queuedBytes + (this.#socket?.bufferedAmount ?? 0);
  }

  /** A WebSocket does not say when it has sent something: it has to be asked. */
  #watchBacklog(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      if (this.#state === "over") return;
      if (this.#backlog <= MAX_BACKLOG_BYTES / 2) this.sink.onWritable();
      else this.#watchBacklog();
    }, BACKLOG_POLL_MS);
  }

  #onOpen(socket: WebSocket): void {
    if (this.#state === "over") return;
    this.#state = "open";
    socket.send(encoder.encode(this.#head));
    for (const message of this.#queue) socket.send(message as Uint8Array<ArrayBuffer>);
    this.#queue = [];
    this.#queuedBytes = 0;
  }

  #onMessage(data: unknown): void {
    if (this.#state === "over") return;
    if (!(data instanceof ArrayBuffer)) {
      this.fail(INTERNAL_ERROR, "peer", `the server's WebSocket at ${this.#url} sent text, not gRPC-Web`);
      return;
    }
    const bytes = new Uint8Array(data);
    if (this.#inHead === undefined) this.sink.onData(bytes, 0, bytes.length, false);
    else this.#takeHead(this.#inHead, bytes);
  }

  #takeHead(before: Uint8Array, bytes: Uint8Array): void {
    const all = new Uint8Array(before.length + bytes.length);
    all.set(before);
    all.set(bytes, before.length);
    const end = all.length < ENVELOPE_BYTES ? Infinity : ENVELOPE_BYTES + new DataView(all.buffer).getUint32(1);
    if (all.length > 0 && (all[0] !== TRAILERS || (end > MAX_HEAD_BYTES && end !== Infinity))) {
      this.fail(INTERNAL_ERROR, "peer", `the server's WebSocket at ${this.#url} did not begin with a head of gRPC-Web`);
      return;
    }
    if (all.length < end) {
      this.#inHead = all;
      return;
    }
    this.#inHead = undefined;
    const fields = parseTrailers(all, ENVELOPE_BYTES, end).filter(({ name }) => name !== "content-type");
    fields.push({ name: "content-type", value: CONTENT_TYPE });
    this.consume(end);
    this.sink.onHead(
      { method: "", scheme: "", authority: "", path: "", status: 200, fields, derived: undefined },
      false,
    );
    if (all.length > end) this.sink.onData(all, end, all.length, false);
  }

  #onClose(code: number, reason: string): void {
    if (this.#state === "over") return;
    if (code === NORMAL && this.#inHead === undefined) {
      this.#end();
      this.sink.onData(NO_BYTES, 0, 0, true);
      return;
    }
    const words = reason === "" ? "" : `: ${reason}`;
    if (this.#state === "connecting") {
      // Browsers hide from a page why a request failed, lest it learns of other origins.
      const message = `the WebSocket to ${this.#url} can't be opened: the server can't be reached, does not allow this page's origin (CORS), or takes no WebSockets`;
      this.fail(INTERNAL_ERROR, "connection", message);
    } else if (code === GOING_AWAY || code === ABNORMAL || code === NO_STATUS) {
      this.fail(INTERNAL_ERROR, "connection", `the WebSocket to ${this.#url} was lost (${code}${words})`);
    } else {
      this.fail(INTERNAL_ERROR, "peer", `the server closed the WebSocket to ${this.#url} (${code}${words})`);
    }
  }

  #end(): void {
    this.#state = "over";
    clearTimeout(this.#timer);
    this.#queue = [];
    this.#onEnd();
  }
}

const END: Uint8Array = new Uint8Array([SocketMessage.END]);

// Of RFC 6455 §7.4.1, those that need words of their own.
const NORMAL = 1000;
const GOING_AWAY = 1001;
const NO_STATUS = 1005;
const ABNORMAL = 1006;

/** 256 KiB, as a window of our HTTP/2 engine: past it senders wait. */
const MAX_BACKLOG_BYTES: number = 256 * 1024;

/** 10 ms, in which a fast line sends more than a backlog has left: the pauses hold nobody up. */
const BACKLOG_POLL_MS = 10;

/** 64 KiB: heads are smaller everywhere. */
const MAX_HEAD_BYTES: number = 64 * 1024;

const encoder = new TextEncoder();
