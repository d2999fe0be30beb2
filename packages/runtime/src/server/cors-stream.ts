import type { ByteWriter } from "../base/byte-writer.js";
import type { HttpFields, HttpSink, HttpStream } from "../rpc/http-types.js";
import type { CorsPolicy } from "./cors.js";

/** A stream to a page of another origin: its response's head also says that the page may read it. */
export class CorsStream implements HttpStream {
  readonly #stream: HttpStream;
  readonly #policy: CorsPolicy;
  readonly #origin: string;
  #headSent = false;

  constructor(stream: HttpStream, policy: CorsPolicy, origin: string) {
    this.#stream = stream;
    this.#policy = policy;
    this.#origin = origin;
  }

  get sink(): HttpSink {
    return this.#stream.sink;
  }

  set sink(sink: HttpSink) {
    this.#stream.sink = sink;
  }

  sendHead(fields: HttpFields, extra: HttpFields | undefined, endStream: boolean): void {
    if (this.#headSent) {
      this.#stream.sendHead(fields, extra, endStream);
      return;
    }
    this.#headSent = true;
    const own = extra === undefined ? fields : [...fields, ...extra];
    this.#stream.sendHead(own, this.#ownFields(own), endStream);
  }

  get sendText(): HttpStream["sendText"] {
    if (this.#stream.sendText === undefined) return undefined;
    return (fields, text) => {
      this.#headSent = true;
      this.#stream.sendText?.([...fields, ...this.#ownFields(fields)], text);
    };
  }

  beginData(): ByteWriter {
    return this.#stream.beginData();
  }

  commitData(endStream: boolean): boolean {
    return this.#stream.commitData(endStream);
  }

  abortData(): void {
    this.#stream.abortData();
  }

  sendData(bytes: Uint8Array, endStream: boolean): boolean {
    return this.#stream.sendData(bytes, endStream);
  }

  reset(code: number): void {
    this.#stream.reset(code);
  }

  consume(count: number): void {
    this.#stream.consume(count);
  }

  hold(): void {
    this.#stream.hold();
  }

  release(): void {
    this.#stream.release();
  }

  /** What a head of these fields says beside them. */
  #ownFields(fields: HttpFields): HttpFields {
    const exposed = new Set(fields.map(({ name }) => name).filter((name) => !name.startsWith(":")));
    // A stream of gRPC-Web may end with its head, which then has these.
    exposed.add("grpc-status").add("grpc-message");
    return this.#policy.responseFields(this.#origin, [...exposed]);
  }
}
