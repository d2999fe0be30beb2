import { once } from "node:events";
import { connect } from "node:net";
import { connect as connectTls } from "node:tls";
import type { Http2Options, HttpField, HttpFields } from "hawser/http2";
import { Http2Socket, type HttpFailure, type HttpHead, type HttpSink, type HttpStream } from "./engine.js";

/** What a request brought. */
export interface Answer {
  readonly status: number;
  readonly fields: HttpFields;
  readonly trailers: HttpFields;
  readonly body: Buffer;
}

/** What a server pushed. */
export interface Pushed extends Answer {
  readonly path: string;
}

/** What to ask for; a GET of `/` without more. */
export interface Question {
  readonly path?: string;
  readonly fields?: readonly HttpField[];
  /** Makes it a POST. */
  readonly body?: Uint8Array;
}

/** A client of the engine over a socket of Node's, for peers that somebody else wrote. */
export class Client {
  readonly #http2: Http2Socket;
  readonly #scheme: string;
  readonly #authority: string;
  readonly #closed: Promise<HttpFailure>;
  /** What was pushed, as it is promised; only with the option `enablePush`. */
  readonly pushed: readonly Promise<Pushed>[];

  private constructor(
    http2: Http2Socket,
    scheme: string,
    authority: string,
    closed: Promise<HttpFailure>,
    pushed: Promise<Pushed>[],
  ) {
    this.pushed = pushed;
    this.#http2 = http2;
    this.#scheme = scheme;
    this.#authority = authority;
    this.#closed = closed;
  }

  /** Connects to an `http:` or `https:` URL and waits for the peer's SETTINGS. Certificates are not checked. */
  static async connect(to: string, options: Http2Options = {}): Promise<Client> {
    const url = new URL(to);
    const tls = url.protocol === "https:";
    const port = Number(url.port);
    const socket = tls
      ? connectTls({
          host: url.hostname,
          port,
          servername: "localhost",
          ALPNProtocols: ["h2"],
          rejectUnauthorized: false,
        })
      : connect(port, url.hostname);
    await once(socket, tls ? "secureConnect" : "connect");
    let http2: Http2Socket | undefined;
    const pushed: Promise<Pushed>[] = [];
    let onClosed: (failure: HttpFailure) => void = () => {};
    const closed = new Promise<HttpFailure>((resolve) => {
      onClosed = resolve;
    });
    await new Promise<void>((resolve, reject) => {
      http2 = new Http2Socket(socket, "client", options, {
        onStream() {},
        onPush(promised, _associated, head) {
          pushed.push(
            new Promise<Answer>((done, failed) => {
              const sink = new Collecting(undefined, done, failed);
              sink.stream = promised;
              promised.sink = sink;
            }).then((answer) => ({ ...answer, path: head.path })),
          );
        },
        onReady: resolve,
        onAvailable() {},
        onDraining() {},
        onClosed(failure) {
          onClosed(failure);
          reject(new Error(failure.message));
        },
      });
    });
    const scheme = url.protocol.slice(0, -1);
    return new Client(http2 as unknown as Http2Socket, scheme, url.host, closed, pushed);
  }

  /** Streams that are open. */
  get openStreams(): number {
    return this.#http2.connection.openStreams;
  }

  /** Asks, and waits for the whole answer. @throws Error with the failure's words */
  request(question: Question = {}): Promise<Answer> {
    const { path = "/", fields = [], body } = question;
    const head = [
      { name: ":method", value: body === undefined ? "GET" : "POST" },
      { name: ":scheme", value: this.#scheme },
      { name: ":authority", value: this.#authority },
      { name: ":path", value: path },
    ];
    return new Promise((resolve, reject) => {
      const sink = new Collecting(body, resolve, reject);
      this.#http2.wake();
      sink.stream = this.#http2.connection.open(head, fields, body === undefined, sink);
      sink.send();
    });
  }

  /** Ends gracefully, and waits for the end. */
  async close(): Promise<void> {
    this.#http2.connection.close();
    await this.#closed;
  }
}

class Collecting implements HttpSink {
  stream: HttpStream | undefined;
  readonly #chunks: Uint8Array[] = [];
  readonly #resolve: (answer: Answer) => void;
  readonly #reject: (error: Error) => void;
  #left: Uint8Array | undefined;
  #head: HttpHead | undefined;

  constructor(body: Uint8Array | undefined, resolve: (answer: Answer) => void, reject: (error: Error) => void) {
    this.#left = body;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  send(): void {
    while (this.#left !== undefined) {
      const piece = this.#left.subarray(0, 16_000);
      this.#left = piece.length < this.#left.length ? this.#left.subarray(piece.length) : undefined;
      if (this.stream?.sendData(piece, this.#left === undefined) === false) return;
    }
  }

  onHead(head: HttpHead, endStream: boolean): void {
    this.#head = head;
    if (endStream) this.#done([]);
  }

  onData(bytes: Uint8Array, start: number, end: number, endStream: boolean): void {
    this.#chunks.push(bytes.slice(start, end));
    this.stream?.consume(end - start);
    if (endStream) this.#done([]);
  }

  onTrailers(head: HttpHead): void {
    this.#done(head.fields);
  }

  onFailure(failure: HttpFailure): void {
    this.#reject(new Error(failure.message));
  }

  onWritable(): void {
    this.send();
  }

  #done(trailers: HttpFields): void {
    const { status = 0, fields = [] } = this.#head ?? {};
    this.#resolve({ status, fields, trailers, body: Buffer.concat(this.#chunks) });
  }
}
