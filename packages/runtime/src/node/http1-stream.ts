import type { IncomingMessage, ServerResponse } from "node:http";
import type { TLSSocket } from "node:tls";
import { ByteWriter } from "../base/byte-writer.js";
import { NO_BYTES } from "../base/no-bytes.js";
import { CANCEL, NO_ERROR } from "../rpc/http-code.js";
import type { HttpField, HttpFields, HttpHead, HttpSink, HttpStream } from "../rpc/http-types.js";
import { UNSET_HTTP_SINK } from "../rpc/unset-sinks.js";

/** One request of HTTP/1.1 and its response, in the shape in which everything above knows streams. */
export class Http1Stream implements HttpStream {
  sink: HttpSink = UNSET_HTTP_SINK;
  // A piece that a stream of Node hands on is its receiver's to keep.
  readonly lastingData = true;
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;
  /** Made when a message is first encoded into it. */
  #writer: ByteWriter | undefined;
  #start = 0;
  /** Bytes handed to the sink that it has not consumed. */
  #held = 0;
  /** The sink is told nothing more. */
  #deaf = false;
  #requestEnded: boolean;
  #awaitsDrain = false;
  #passed = false;
  readonly #onPass: (() => void) | undefined;
  readonly #onClose: (() => void) | undefined;

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
    this.#request = request;
    this.#response = response;
    this.#requestEnded = requestEnded;
    this.#onPass = onPass;
    this.#onClose = onClose;
  }

  /** Begins to read; not before somebody has taken the request, and in the same turn. */
  begin(): void {
    if (this.#passed) return;
    const request = this.#request;
    const response = this.#response;
    if (!this.#requestEnded) {
      request.on("data", (chunk: Uint8Array) => this.#onData(chunk));
      request.on("end", () => {
        this.#requestEnded = true;
        if (!this.#deaf) this.sink.onData(NO_BYTES, 0, 0, true);
      });
    }
    // What breaks off, and an answer that can't be sent, end as "close". (A request has no "error" if nobody listens.)
    response.on("error", ignore);
    response.on("close", () => {
      if (!response.writableFinished) this.#fail("the connection was closed before the response had been sent");
      this.#onClose?.();
    });
  }

  pass(): boolean {
    if (this.#onPass === undefined) return false;
    this.#passed = true;
    this.#onPass();
    return true;
  }

  sendHead(fields: HttpFields, extra: HttpFields | undefined, endStream: boolean): void {
    const response = this.#response;
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
    if (response.getHeaderNames().length === 0) response.writeHead(status, headers);
    else {
      // Set by a server that this one is part of; `writeHead` would then keep one of each name only.
      for (let i = 0; i < headers.length; i += 2) response.removeHeader(headers[i]);
      for (let i = 0; i < headers.length; i += 2) response.appendHeader(headers[i], headers[i + 1]);
      response.writeHead(status);
    }
    if (endStream) response.end();
    // A stream's head goes out before its first message, which may be long in coming.
    else if (!hasLength) response.flushHeaders();
  }

  sendText(fields: HttpFields, text: string): void {
    const response = this.#response;
    // Node joins a short text with its head to one piece to write.
    this.sendHead(fields, [{ name: "content-length", value: String(Buffer.byteLength(text)) }], false);
    if (!response.writableEnded && !response.destroyed) response.end(text);
  }

  beginData(): ByteWriter {
    const writer = (this.#writer ??= new ByteWriter(0));
    this.#start = writer.pos;
    return writer;
  }

  commitData(endStream: boolean): boolean {
    const writer = (this.#writer ??= new ByteWriter(0));
    const bytes = writer.finish();
    writer.pos = 0;
    return this.sendData(bytes, endStream);
  }

  abortData(): void {
    if (this.#writer !== undefined) this.#writer.pos = this.#start;
  }

  sendData(bytes: Uint8Array, endStream: boolean): boolean {
    const response = this.#response;
    if (response.writableEnded || response.destroyed) return true;
    if (endStream) {
      // Node joins a head and a string to one piece; a head and bytes are two.
      if (bytes.length <= MAX_JOINED_BYTES) response.end(latin1Of(bytes), "latin1");
      else response.end(bytes);
      return true;
    }
    if (response.write(bytes)) return true;
    if (!this.#awaitsDrain) {
      this.#awaitsDrain = true;
      response.once("drain", () => {
        this.#awaitsDrain = false;
        if (!this.#deaf) this.sink.onWritable();
      });
    }
    return false;
  }

  reset(code: number): void {
    this.#deaf = true;
    if (code !== NO_ERROR || !this.#response.writableEnded) this.#request.destroy();
    else if (!this.#requestEnded) this.#discardRest();
  }

  consume(count: number): void {
    this.#held -= count;
    if (this.#held < MAX_HELD_BYTES && this.#request.isPaused()) this.#request.resume();
  }

  // A connection of HTTP/1.1 has one request at a time, and each counts as a connection.
  hold(): void {}

  release(): void {}

  /**
   * Reads on, for a while, what nobody wants any more. To close at once would have the kernel reset the connection, and
   * the client lose the response that it has not read yet (RFC 9112 §9.6).
   */
  #discardRest(): void {
    const request = this.#request;
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

  #onData(chunk: Uint8Array): void {
    if (this.#deaf) return;
    this.#held += chunk.length;
    this.sink.onData(chunk, 0, chunk.length, false);
    if (this.#held >= MAX_HELD_BYTES && !this.#deaf) this.#request.pause();
  }

  #fail(message: string): void {
    if (this.#deaf) return;
    this.#deaf = true;
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
  if (!GRPC.test(headers["content-type"] ?? "")) return false;
  response.writeHead(505, { "content-type": "text/plain" });
  response.end("gRPC needs HTTP/2; over HTTP/1.1 this port speaks Connect, gRPC-Web and REST.\n");
  return true;
}

/** gRPC itself, whose trailers need HTTP/2; not gRPC-Web. */
const GRPC = /^application\/grpc(?:\+|;|\s|$)/i;

/** Whether a request has no body (RFC 9112 §6.3). */
export function hasNoBody({ headers }: IncomingMessage): boolean {
  return headers["transfer-encoding"] === undefined && Number(headers["content-length"] ?? 0) === 0;
}

/** The head of a request of HTTP/1.1. Fields that came more than once are there more than once, as in HTTP/2. */
export function headOf(request: IncomingMessage): HttpHead {
  const { rawHeaders } = request;
  const fields: HttpField[] = [];
  let authority = "";
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i].toLowerCase();
    if (name === "host") authority = rawHeaders[i + 1];
    else if (!CONNECTION_FIELDS.has(name)) fields.push({ name, value: rawHeaders[i + 1] });
  }
  return {
    method: request.method ?? "",
    scheme: (request.socket as Partial<TLSSocket>).encrypted === true ? "https" : "http",
    authority,
    // The absolute form is for proxies (RFC 9112 §3.2.2), but every server must take it.
    path: (request.url ?? "").replace(/^https?:\/\/[^/?#]*/i, ""),
    status: 0,
    fields,
    derived: undefined,
  };
}

/** Fields of the connection, not of the request (RFC 9110 §7.6.1): HTTP/2 has none of them. */
const CONNECTION_FIELDS: ReadonlySet<string> = new Set([
  "connection",
  "keep-alive",
  "proxy-connection",
  "transfer-encoding",
  "upgrade",
]);

/** 4 KiB: up to there a copy is cheaper than a second piece to write. */
const MAX_JOINED_BYTES: number = 4 * 1024;

/** 256 KiB, the window of a stream of our HTTP/2 engine. */
const MAX_HELD_BYTES: number = 256 * 1024;

/** 1 MiB and 5 s: by then a client has read the response, if it reads at all while it sends. */
const MAX_DISCARDED_BYTES: number = 1024 * 1024;
const MAX_DISCARD_MS = 5_000;
