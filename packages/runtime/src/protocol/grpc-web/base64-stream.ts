import { decodeBase64, encodeBase64 } from "../../base/base64.js";
import { ByteWriter } from "../../base/byte-writer.js";
import type { HttpFailure, HttpFields, HttpHead, HttpSink, HttpStream } from "../../rpc/http-types.js";

/**
 * A stream whose body goes in base64 both ways (PROTOCOL-WEB.md, "application/grpc-web-text"): each piece that is sent
 * is padded by itself, so that it can be read when it comes; what is received may be padded in the middle likewise.
 */
export class Base64Stream implements HttpStream, HttpSink {
  sink: HttpSink;
  readonly #stream: HttpStream;
  readonly #writer = new ByteWriter();
  /** Received characters that are no whole group of four yet. */
  #rest = "";

  constructor(stream: HttpStream, sink: HttpSink) {
    this.#stream = stream;
    this.sink = sink;
    stream.sink = this;
  }

  sendHead(fields: HttpFields, extra: HttpFields | undefined, endStream: boolean): void {
    this.#stream.sendHead(fields, extra, endStream);
  }

  beginData(): ByteWriter {
    this.#writer.pos = 0;
    return this.#writer;
  }

  commitData(endStream: boolean): boolean {
    return this.sendData(this.#writer.buf.subarray(0, this.#writer.pos), endStream);
  }

  abortData(): void {
    this.#writer.pos = 0;
  }

  sendData(bytes: Uint8Array, endStream: boolean): boolean {
    return this.#stream.sendData(encoder.encode(encodeBase64(bytes)), endStream);
  }

  reset(code: number): void {
    this.#stream.reset(code);
  }

  /** What the floor above consumed is less than what came, by a third. */
  consume(count: number): void {
    this.#stream.consume(Math.ceil(count / 3) * 4);
  }

  hold(): void {
    this.#stream.hold();
  }

  release(): void {
    this.#stream.release();
  }

  onHead(head: HttpHead, endStream: boolean): void {
    this.sink.onHead(head, endStream);
  }

  onData(bytes: Uint8Array, start: number, end: number, endStream: boolean): void {
    const text = this.#rest + decoder.decode(bytes.subarray(start, end));
    const whole = text.length - (text.length % 4);
    this.#rest = text.slice(whole);
    const decoded = this.#decode(text, whole);
    if (decoded === undefined || (endStream && this.#rest !== "")) {
      this.#stream.reset(PROTOCOL_ERROR);
      this.sink.onFailure({
        code: PROTOCOL_ERROR,
        message: "the body is no base64",
        origin: "peer",
        unprocessed: false,
      });
      return;
    }
    this.sink.onData(decoded, 0, decoded.length, endStream);
  }

  onTrailers(head: HttpHead): void {
    this.sink.onTrailers(head);
  }

  onFailure(failure: HttpFailure): void {
    this.sink.onFailure(failure);
  }

  onWritable(): void {
    this.sink.onWritable();
  }

  /** Decodes whole groups; padding ends a segment, after which another may begin. */
  #decode(text: string, whole: number): Uint8Array | undefined {
    const writer = new ByteWriter((whole / 4) * 3);
    for (let at = 0; at < whole; ) {
      const padding = text.indexOf("=", at);
      const end = padding < 0 || padding >= whole ? whole : padding - (padding % 4) + 4;
      const bytes = decodeBase64(text.slice(at, end));
      if (bytes === undefined) return undefined;
      writer.reserve(bytes.length);
      writer.buf.set(bytes, writer.pos);
      writer.pos += bytes.length;
      at = end;
    }
    return writer.buf.subarray(0, writer.pos);
  }
}

const encoder = new TextEncoder();
const decoder = new TextDecoder("latin1");

/** RFC 9113 §7. */
const PROTOCOL_ERROR = 0x1;
