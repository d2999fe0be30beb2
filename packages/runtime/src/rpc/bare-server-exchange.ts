import { encodeText } from "../base/encode-text.js";
import { NO_BYTES } from "../base/no-bytes.js";
import type { Any } from "../protobuf/wkt/google/protobuf/any.pb.js";
import { BodyCollector, inflateBody } from "./body-collector.js";
import { Code } from "./code.js";
import type { ServerExchange, ServerExchangeSink, ServerHost, ServerMethod } from "./exchange.js";
import { NO_ERROR } from "./http-code.js";
import { httpStatusOf } from "./http-status.js";
import type { HttpFailure, HttpField, HttpSink, HttpStream } from "./http-types.js";
import type { Metadata } from "./metadata.js";
import type { MessageTracer } from "./observer.js";
import { RpcError } from "./rpc-error.js";
import { UNSET_SERVER_SINK } from "./unset-sinks.js";

/** What a request says of encodings. */
export interface BareRequest {
  /** How the body is compressed; undefined for not at all. */
  readonly encoding: string | undefined;
  /** Whether the client takes a response that is compressed so. */
  accepts(encoding: string): boolean;
}

/** A body and what it is. */
export interface BareBody {
  readonly contentType: string;
  /** Bytes, or text that goes as UTF-8. */
  readonly content: Uint8Array | string;
}

/**
 * A unary call as a request and a response of HTTP, each with one bare message for its body: what Connect and REST have
 * in common on a server. What a handler sets as trailer goes into the head, so nothing is sent before the call has ended.
 */
export abstract class BareServerExchange implements ServerExchange, HttpSink {
  sink: ServerExchangeSink = UNSET_SERVER_SINK;
  tracer: MessageTracer | undefined = undefined;
  protected readonly host: ServerHost;
  protected readonly stream: HttpStream;
  protected readonly request: BareRequest;
  readonly #maxReceiveBytes: number;
  readonly #body: BodyCollector;
  protected header: Metadata | undefined;
  #reply: BareBody | undefined;
  #encoding: string | undefined;
  #responded = false;
  #sentListeners: (() => void)[] | undefined;
  protected requestEnded = false;
  protected finished = false;

  constructor(host: ServerHost, stream: HttpStream, method: ServerMethod, request: BareRequest) {
    this.host = host;
    this.stream = stream;
    this.request = request;
    this.#maxReceiveBytes = method.maxReceiveBytes;
    this.#body = new BodyCollector(stream, method.maxReceiveBytes);
  }

  /** Reads a request from its body. @throws RpcError or ProtobufError if it is none */
  protected abstract readRequest(body: Uint8Array): unknown;
  /** @throws ProtobufError if `message` can't be encoded */
  protected abstract writeReply(message: unknown): BareBody;
  protected abstract writeError(code: Code, message: string, details: readonly Any[]): BareBody;

  /** The request is `bytes`, which came with the head. */
  receive(bytes: Uint8Array): void {
    this.requestEnded = true;
    const { encoding } = this.request;
    const compression = encoding === undefined ? undefined : this.host.compressions.get(encoding);
    try {
      const inflated = inflateBody(bytes, compression, this.#maxReceiveBytes);
      const compressedBytes = compression === undefined ? undefined : bytes.length;
      if (inflated instanceof Uint8Array) this.#onRequest(inflated, compressedBytes);
      else {
        inflated.then(
          (done) => this.#onRequest(done, compressedBytes),
          (error) => this.#onUnreadable(error),
        );
      }
    } catch (error) {
      this.#onUnreadable(error);
    }
  }

  onHead(): void {}

  onData(bytes: Uint8Array, start: number, end: number, endStream: boolean): void {
    if (this.finished || this.requestEnded) return;
    try {
      this.#body.add(bytes, start, end);
    } catch (error) {
      this.#onUnreadable(error);
      return;
    }
    if (endStream) this.receive(this.#body.take());
  }

  onTrailers(): void {
    this.onData(NO_BYTES, 0, 0, true);
  }

  onFailure(failure: HttpFailure): void {
    if (!this.finished) this.sink.onCancel(failure);
  }

  onWritable(): void {}

  useCompression(name: string): boolean {
    if (this.#reply !== undefined) return (this.#encoding ?? "identity") === name;
    if (!this.request.accepts(name)) return false;
    this.#encoding = this.host.compressions.require(name)?.name;
    return true;
  }

  sendHeader(metadata: Metadata | undefined): void {
    this.header = metadata;
  }

  send(message: unknown): boolean {
    this.#reply = this.writeReply(message);
    return true;
  }

  finish(code: Code, message: string, details: readonly Any[], trailer: Metadata | undefined): void {
    if (this.finished) return;
    this.finished = true;
    const body = code === Code.Ok ? this.#reply : this.writeError(code, message, details);
    this.#respond(httpStatusOf(code), body ?? this.writeReply({}), trailer);
  }

  abandon(): void {
    this.finished = true;
  }

  hold(): void {
    this.stream.hold();
  }

  release(): void {
    this.stream.release();
  }

  resume(): void {}

  whenSent(action: () => void): void {
    if (this.#responded) action();
    else (this.#sentListeners ??= []).push(action);
  }

  #onRequest(bytes: Uint8Array, compressedBytes: number | undefined): void {
    if (this.finished) return;
    this.tracer?.onMessageReceived?.(bytes, 0, bytes.length, compressedBytes);
    let message: unknown;
    try {
      message = this.readRequest(bytes);
    } catch (error) {
      this.#onUnreadable(error);
      return;
    }
    this.sink.onMessage(message, bytes.length);
    this.sink.onHalfClose();
  }

  #onUnreadable(error: unknown): void {
    if (this.finished) return;
    if (RpcError.is(error)) this.sink.onBadRequest(error.code, error.message);
    else this.sink.onBadRequest(Code.InvalidArgument, `the request can't be read: ${(error as Error).message}`);
  }

  #respond(status: number, { contentType, content }: BareBody, trailer: Metadata | undefined): void {
    const compression = this.#encoding === undefined ? undefined : this.host.compressions.get(this.#encoding);
    const { stream } = this;
    // Text that nobody compresses or watches need not become bytes here.
    if (
      typeof content === "string" &&
      stream.sendText !== undefined &&
      compression === undefined &&
      this.tracer === undefined
    ) {
      stream.sendText(this.#headFields(status, contentType, trailer), content);
      this.#onSent();
      return;
    }
    const bytes = typeof content === "string" ? encodeText(content) : content;
    const send = (body: Uint8Array, encoding: string | undefined): void => {
      const fields = this.#headFields(status, contentType, trailer);
      fields.push({ name: "content-length", value: String(body.length) });
      if (encoding !== undefined) fields.push({ name: "content-encoding", value: encoding });
      if (status === 200 && this.#reply !== undefined) {
        this.tracer?.onMessageSent?.(bytes, 0, bytes.length, encoding === undefined ? undefined : body.length);
      }
      stream.sendHead(fields, undefined, body.length === 0);
      if (body.length > 0) stream.sendData(body, true);
      this.#onSent();
    };
    if (compression === undefined || bytes.length === 0) {
      send(bytes, undefined);
      return;
    }
    const compressed = compression.compress(bytes);
    if (compressed instanceof Uint8Array) send(compressed, compression.name);
    else {
      compressed.then(
        (done) => send(done, compression.name),
        // Then it goes as it is: the client takes that always.
        () => send(bytes, undefined),
      );
    }
  }

  /** The response's head but for what the body decides. */
  #headFields(status: number, contentType: string, trailer: Metadata | undefined): HttpField[] {
    const fields: HttpField[] = [
      { name: ":status", value: String(status) },
      { name: "content-type", value: contentType },
    ];
    if (this.header !== undefined) fields.push(...this.header.toFields());
    if (trailer !== undefined) {
      for (const { name, value } of trailer.toFields()) fields.push({ name: `trailer-${name}`, value });
    }
    return fields;
  }

  #onSent(): void {
    // The client may still be sending: it is told that the rest is not wanted (RFC 9113 §8.1).
    if (!this.requestEnded) this.stream.reset(NO_ERROR);
    this.noteSent();
  }

  /** The response is on its way. */
  protected noteSent(): void {
    this.#responded = true;
    const listeners = this.#sentListeners;
    if (listeners === undefined) return;
    this.#sentListeners = undefined;
    for (const action of listeners) action();
  }
}
