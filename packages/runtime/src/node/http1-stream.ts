import type { IncomingMessage, ServerResponse } from "node:http";
import { ByteWriter } from "../base/byte-writer.js";
import { NO_BYTES } from "../base/no-bytes.js";
import { CANCEL, NO_ERROR } from "../rpc/http-code.js";
import type { HttpFields, HttpSink, HttpStream } from "../rpc/http-types.js";
import { UNSET_HTTP_SINK } from "../rpc/unset-sinks.js";

/** One request of HTTP/1.1 and its response, in the shape in which everything above knows streams. */
export class Http1Stream implements HttpStream {
  sink: HttpSink = UNSET_HTTP_SINK;
  // A piece that a stream of Node hands on is its receiver's to keep.
  readonly lastingData = true;
  private readonly request: IncomingMessage;
  private readonly response: ServerResponse;
  /** Made when a message is first encoded into it. */
  private writer: ByteWriter | undefined = undefined;
  private start = 0;
  /** Bytes handed to the sink that it has not consumed. */
  private held = 0;
  /** The sink is told nothing more. */
  private deaf = false;
  private requestEnded: boolean;
  private awaitsDrain = false;
  private passed = false;
  private readonly onPass: (() => void) | undefined;
  private readonly onClose: (() => void) | undefined;

  /**
   * @param requestEnded whether the request is its head alone
   * @param options `onPass` is called if the request is nobody's here; without it that is answered. `onClose` is called
   *   at the end of the response, however it came
   */
  constructor(
    request: IncomingMessage,
    response: ServerResponse,
    requestEnded: boolean,
    { onPass, onClose }: { readonly onPass?: (() => void) | undefined; readonly onClose?: () => void },
  ) {
    this.request = request;
    this.response = response;
    this.requestEnded = requestEnded;
    this.onPass = onPass;
    this.onClose = onClose;
  }

  /** Begins to read; not before somebody has taken the request, and in the same turn. */
  begin(): void {
    if (this.passed) return;
    const { request, response } = this;
    // Without a body there is nothing to read: Node ends such a request when it has its answer.
    if (!this.requestEnded) {
      request.on("data", (chunk: Uint8Array) => this.onData(chunk));
      request.on("end", () => this.onEnd());
    }
    // What breaks off, and an answer that can't be sent, end as "close". (A request has no "error" if nobody listens.)
    response.on("error", ignore);
    response.on("close", () => {
      if (!response.writableFinished) this.fail("the connection was closed before the response had been sent");
      this.onClose?.();
    });
  }

  pass(): boolean {
    if (this.onPass === undefined) return false;
    this.passed = true;
    this.onPass();
    return true;
  }

  sendHead(fields: HttpFields, extra: HttpFields | undefined, endStream: boolean): void {
    const { response } = this;
    if (response.writableEnded || response.destroyed) return;
    if (response.headersSent) {
      response.end();
      return;
    }
    const headers: string[] = [];
    let status = 200;
    let hasLength = false;
    for (const { name, value } of extra === undefined ? fields : [...fields, ...extra]) {
      if (name === ":status") {
        status = Number(value);
        continue;
      }
      if (name === "content-length") hasLength = true;
      headers.push(name, value);
    }
    if (endStream && !hasLength && status !== 204) headers.push("content-length", "0");
    this.writeHead(status, headers);
    if (endStream) response.end();
    // A stream's head goes out before its first message, which may be long in coming.
    else if (!hasLength) response.flushHeaders();
  }

  sendText(fields: HttpFields, text: string): void {
    const { response } = this;
    if (response.writableEnded || response.destroyed) return;
    const length = Buffer.byteLength(text);
    const headers = ["content-length", String(length)];
    let status = 200;
    for (const { name, value } of fields) {
      if (name === ":status") status = Number(value);
      else headers.push(name, value);
    }
    this.writeHead(status, headers);
    // Node joins a text with its head to one piece; ASCII is written fastest by the encoding that takes a character for a byte.
    response.end(text, length === text.length ? "latin1" : "utf8");
  }

  beginData(): ByteWriter {
    const writer = (this.writer ??= new ByteWriter(0));
    this.start = writer.pos;
    return writer;
  }

  commitData(endStream: boolean): boolean {
    const writer = (this.writer ??= new ByteWriter(0));
    const bytes = writer.finish();
    writer.pos = 0;
    return this.sendData(bytes, endStream);
  }

  abortData(): void {
    if (this.writer !== undefined) this.writer.pos = this.start;
  }

  sendData(bytes: Uint8Array, endStream: boolean): boolean {
    const response = this.response;
    if (response.writableEnded || response.destroyed) return true;
    if (endStream) {
      // Node joins a head and a string to one piece; a head and bytes are two.
      if (bytes.length <= MAX_JOINED_BYTES) response.end(latin1Of(bytes), "latin1");
      else response.end(bytes);
      return true;
    }
    if (response.write(bytes)) return true;
    if (!this.awaitsDrain) {
      this.awaitsDrain = true;
      response.once("drain", () => {
        this.awaitsDrain = false;
        if (!this.deaf) this.sink.onWritable();
      });
    }
    return false;
  }

  reset(code: number): void {
    this.deaf = true;
    if (code !== NO_ERROR || !this.response.writableEnded) this.request.destroy();
    else if (!this.requestEnded) this.discardRest();
  }

  consume(count: number): void {
    this.held -= count;
    if (this.held < MAX_HELD_BYTES && this.request.isPaused()) this.request.resume();
  }

  // A connection of HTTP/1.1 has one request at a time, and each counts as a connection.
  hold(): void {}

  release(): void {}

  /**
   * Reads on, for a while, what nobody wants any more. To close at once would have the kernel reset the connection, and
   * the client lose the response that it has not read yet (RFC 9112 §9.6).
   */
  private discardRest(): void {
    const request = this.request;
    let discarded = 0;
    request.on("data", (chunk: Uint8Array) => {
      discarded += chunk.length;
      if (discarded > MAX_DISCARDED_BYTES) request.destroy();
    });
    request.resume();
    const timer = setTimeout(() => request.destroy(), MAX_DISCARD_MS);
    timer.unref();
    request.once("close", () => clearTimeout(timer));
    request.once("end", () => clearTimeout(timer));
  }

  private writeHead(status: number, headers: string[]): void {
    const { response } = this;
    if (response.getHeaderNames().length === 0) {
      response.writeHead(status, headers);
      return;
    }
    // Set by a server that this one is part of; `writeHead` would then keep one of each name only.
    for (let i = 0; i < headers.length; i += 2) response.removeHeader(headers[i]);
    for (let i = 0; i < headers.length; i += 2) response.appendHeader(headers[i], headers[i + 1]);
    response.writeHead(status);
  }

  private onEnd(): void {
    this.requestEnded = true;
    if (!this.deaf) this.sink.onData(NO_BYTES, 0, 0, true);
  }

  private onData(chunk: Uint8Array): void {
    if (this.deaf) return;
    this.held += chunk.length;
    this.sink.onData(chunk, 0, chunk.length, false);
    if (this.held >= MAX_HELD_BYTES && !this.deaf) this.request.pause();
  }

  private fail(message: string): void {
    if (this.deaf) return;
    this.deaf = true;
    this.sink.onFailure({ code: CANCEL, message, origin: "peer", unprocessed: false });
  }
}

function ignore(): void {}

/** Bytes as a string of as many characters, which the encoding "latin1" makes the same bytes again. */
function latin1Of(bytes: Uint8Array): string {
  const buffer = Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  return buffer.toString("latin1");
}

/** Answers gRPC, which needs HTTP/2. True if the request was that. */
export function answersGrpc({ headers }: IncomingMessage, response: ServerResponse): boolean {
  const contentType = headers["content-type"];
  if (contentType === undefined || contentType === "application/json" || !GRPC.test(contentType)) return false;
  response.writeHead(505, { "content-type": "text/plain" });
  response.end("gRPC needs HTTP/2; over HTTP/1.1 this port speaks Connect, gRPC-Web and REST.\n");
  return true;
}

/** gRPC itself, whose trailers need HTTP/2; not gRPC-Web. */
const GRPC = /^application\/grpc(?:\+|;|\s|$)/i;

/** Whether a request has no body (RFC 9112 §6.3). */
export function hasNoBody({ headers }: IncomingMessage): boolean {
  if (headers["transfer-encoding"] !== undefined) return false;
  const length = headers["content-length"];
  return length === undefined || Number(length) === 0;
}

/** 4 KiB: up to there a copy is cheaper than a second piece to write. */
const MAX_JOINED_BYTES: number = 4 * 1024;

/** 256 KiB, the window of a stream of our HTTP/2 engine. */
const MAX_HELD_BYTES: number = 256 * 1024;

/** 1 MiB and 5 s: by then a client has read the response, if it reads at all while it sends. */
const MAX_DISCARDED_BYTES: number = 1024 * 1024;
const MAX_DISCARD_MS = 5_000;
