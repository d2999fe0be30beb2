import type { Socket } from "node:net";
import { ByteWriter } from "../base/byte-writer.js";
import { CANCEL, NO_ERROR } from "../rpc/http-code.js";
import type { HttpFields, HttpSink, HttpStream } from "../rpc/http-types.js";
import { UNSET_HTTP_SINK } from "../rpc/unset-sinks.js";

/**
 * A connection of HTTP/1.1 whose client asks to change the protocol, in the shape in which everything above knows
 * streams: a head with status 200 is the change (RFC 9110 §15.2.2), any other the answer that it does not take place.
 */
export class Http1UpgradeStream implements HttpStream {
  sink: HttpSink = UNSET_HTTP_SINK;
  readonly #socket: Socket;
  readonly #acceptFields: HttpFields;
  readonly #writer = new ByteWriter(0);
  #start = 0;
  #headSent = false;
  #held = 0;
  #deaf = false;
  #corked = false;

  /** @param acceptFields what the answer says if the protocol changes, beside its own */
  constructor(socket: Socket, acceptFields: HttpFields) {
    this.#socket = socket;
    this.#acceptFields = acceptFields;
    socket.on("data", (chunk: Uint8Array) => this.#onData(chunk));
    socket.on("end", () => this.#fail("the client closed the connection"));
    socket.on("error", () => {});
    socket.on("close", () => this.#fail("the connection was closed"));
    socket.on("drain", () => {
      if (!this.#deaf) this.sink.onWritable();
    });
  }

  sendHead(fields: HttpFields, extra: HttpFields | undefined, endStream: boolean): void {
    if (this.#headSent) {
      if (endStream) this.#socket.end();
      return;
    }
    this.#headSent = true;
    const all = extra === undefined ? fields : [...fields, ...extra];
    const status = all.find(({ name }) => name === ":status")?.value ?? "500";
    const changes = status === "200";
    const sent = all.filter(({ name }) => name !== ":status");
    if (changes) sent.push(...this.#acceptFields);
    else {
      sent.push({ name: "connection", value: "close" });
      if (endStream) sent.push({ name: "content-length", value: "0" });
    }
    let text = changes ? "HTTP/1.1 101 Switching Protocols\r\n" : `HTTP/1.1 ${status} ${REASONS[status] ?? ""}\r\n`;
    for (const { name, value } of sent) text += `${name}: ${value}\r\n`;
    this.#socket.write(`${text}\r\n`, "latin1");
    if (endStream) this.#socket.end();
  }

  beginData(): ByteWriter {
    this.#start = this.#writer.pos;
    return this.#writer;
  }

  commitData(endStream: boolean): boolean {
    const bytes = this.#writer.finish();
    this.#writer.pos = 0;
    return this.sendData(bytes, endStream);
  }

  abortData(): void {
    this.#writer.pos = this.#start;
  }

  sendData(bytes: Uint8Array, endStream: boolean): boolean {
    const socket = this.#socket;
    if (!socket.writable) return true;
    if (!this.#corked) {
      // What is sent in one turn goes out in one write.
      this.#corked = true;
      socket.cork();
      process.nextTick(() => {
        this.#corked = false;
        socket.uncork();
      });
    }
    const hasRoom = bytes.length === 0 || socket.write(bytes);
    if (endStream) socket.end();
    return hasRoom;
  }

  reset(code: number): void {
    this.#deaf = true;
    if (code !== NO_ERROR || !this.#socket.writableEnded) this.#socket.destroy();
    else this.#discardRest();
  }

  consume(count: number): void {
    this.#held -= count;
    if (this.#held < MAX_HELD_BYTES && this.#socket.isPaused()) this.#socket.resume();
  }

  // A connection counts as such; there is one stream on it.
  hold(): void {}

  release(): void {}

  #onData(chunk: Uint8Array): void {
    if (this.#deaf) return;
    this.#held += chunk.length;
    this.sink.onData(chunk, 0, chunk.length, false);
    if (this.#held >= MAX_HELD_BYTES && !this.#deaf) this.#socket.pause();
  }

  /** So that the kernel does not reset the connection before the client has read the last words (RFC 9112 §9.6). */
  #discardRest(): void {
    const socket = this.#socket;
    let discarded = 0;
    socket.on("data", (chunk: Uint8Array) => {
      discarded += chunk.length;
      if (discarded > MAX_DISCARDED_BYTES) socket.destroy();
    });
    socket.on("end", () => socket.destroy());
    socket.resume();
    const timer = setTimeout(() => socket.destroy(), MAX_DISCARD_MS);
    timer.unref();
    socket.once("close", () => clearTimeout(timer));
  }

  #fail(message: string): void {
    if (this.#deaf) return;
    this.#deaf = true;
    this.sink.onFailure({ code: CANCEL, message, origin: "peer", unprocessed: false });
    // The allowance of half a connection is for HTTP; who asked for a change must be there to hear.
    this.#socket.destroy();
  }
}

const REASONS: Readonly<Record<string, string>> = {
  "400": "Bad Request",
  "403": "Forbidden",
  "404": "Not Found",
  "426": "Upgrade Required",
  "503": "Service Unavailable",
};

/** 256 KiB, the window of a stream of our HTTP/2 engine. */
const MAX_HELD_BYTES: number = 256 * 1024;

/** As for a request of HTTP/1.1 that was answered before its end. */
const MAX_DISCARDED_BYTES: number = 1024 * 1024;
const MAX_DISCARD_MS = 5_000;
