import type { Http2Stream, HttpFields } from "hawser/http2";
import type { HttpFailure, HttpHead, HttpSink, HttpStream } from "./engine.js";

/** What a request asks of the responder by its path. */
const SIZED = /^\/bytes\/(\d{1,9})$/;

/** Bodies are sent in pieces of this size, so that flow control takes part. */
const PIECE: Uint8Array = new Uint8Array(16 * 1024).fill(0x2e);

const HELLO: Uint8Array = Uint8Array.from("hello from the other side\n", (c) => c.charCodeAt(0));

/**
 * A plain HTTP/2 origin: `/bytes/N` gives N octets, `/echo` what the request brought, `/push/N` a greeting and, pushed,
 * `/bytes/1000` and the N - 1 sizes after it, everything else a greeting. It answers when the request has ended, but for `/echo`, which
 * answers as it goes.
 */
export function respond(stream: HttpStream & { sink: HttpSink }, head: HttpHead, endStream: boolean): void {
  const pushes = Number(/^\/push\/(\d{1,3})$/.exec(head.path)?.[1] ?? 0);
  for (let i = 0; i < pushes; i++) push(stream as unknown as Http2Stream, head, 1000 + i);
  stream.sink = head.path === "/echo" ? new Echo(stream) : new Answer(stream, head);
  if (endStream) stream.sink.onData(HELLO, 0, 0, true);
}

/** Clients that take no pushes get none. */
function push(stream: Http2Stream, { scheme, authority }: HttpHead, length: number): void {
  const pushed = stream.push([
    { name: ":method", value: "GET" },
    { name: ":scheme", value: scheme },
    { name: ":authority", value: authority },
    { name: ":path", value: `/bytes/${length}` },
  ]);
  if (pushed === undefined) return;
  pushed.sink = IGNORE;
  pushed.sendHead(headOf(length), undefined, false);
  pushed.sendData(PIECE.subarray(0, length), true);
}

const IGNORE: HttpSink = { onHead() {}, onData() {}, onTrailers() {}, onFailure() {}, onWritable() {} };

class Answer implements HttpSink {
  readonly #stream: HttpStream;
  readonly #head: HttpHead;
  #left: number;

  constructor(stream: HttpStream, head: HttpHead) {
    this.#stream = stream;
    this.#head = head;
    const sized = SIZED.exec(head.path);
    this.#left = sized === null ? -1 : Number(sized[1]);
  }

  onHead(): void {}

  onData(_bytes: Uint8Array, start: number, end: number, endStream: boolean): void {
    if (end > start) this.#stream.consume(end - start);
    if (endStream) this.#answer();
  }

  onTrailers(): void {
    this.#answer();
  }

  onFailure(_failure: HttpFailure): void {}

  onWritable(): void {
    this.#send();
  }

  #answer(): void {
    const length = this.#left < 0 ? HELLO.length : this.#left;
    const bodyless = this.#head.method === "HEAD" || length === 0;
    this.#stream.sendHead(headOf(length), undefined, bodyless);
    if (bodyless) return;
    if (this.#left < 0) this.#stream.sendData(HELLO, true);
    else this.#send();
  }

  #send(): void {
    while (this.#left > 0) {
      const length = Math.min(this.#left, PIECE.length);
      this.#left -= length;
      if (!this.#stream.sendData(PIECE.subarray(0, length), this.#left === 0)) return;
    }
  }
}

class Echo implements HttpSink {
  readonly #stream: HttpStream;
  #answered = false;
  #owed = 0;

  constructor(stream: HttpStream) {
    this.#stream = stream;
  }

  onHead(): void {}

  onData(bytes: Uint8Array, start: number, end: number, endStream: boolean): void {
    this.#begin();
    // Window goes back only for what has gone out again: a client that does not read is not read from.
    if (this.#stream.sendData(bytes.slice(start, end), endStream)) this.#stream.consume(end - start);
    else this.#owed += end - start;
  }

  onTrailers(): void {
    this.#begin();
    this.#stream.sendData(HELLO.subarray(0, 0), true);
  }

  onFailure(_failure: HttpFailure): void {}

  onWritable(): void {
    this.#stream.consume(this.#owed);
    this.#owed = 0;
  }

  #begin(): void {
    if (this.#answered) return;
    this.#answered = true;
    this.#stream.sendHead(ECHO_HEAD, undefined, false);
  }
}

const ECHO_HEAD: HttpFields = [
  { name: ":status", value: "200" },
  { name: "content-type", value: "application/octet-stream" },
];

function headOf(length: number): HttpFields {
  return [
    { name: ":status", value: "200" },
    { name: "content-type", value: "text/plain" },
    { name: "content-length", value: String(length) },
  ];
}
