import { ByteWriter } from "../../base/byte-writer.js";
import type { Any } from "../../protobuf/wkt/google/protobuf/any.pb.js";
import { BodyCollector, inflateBody } from "../../rpc/body-collector.js";
import { Code } from "../../rpc/code.js";
import type { ServerExchange, ServerExchangeSink, ServerHost, ServerMethod } from "../../rpc/exchange.js";
import type { HttpFailure, HttpField, HttpSink, HttpStream } from "../../rpc/http-types.js";
import { jsonFormat, type MessageFormat } from "../../rpc/message-format.js";
import type { Metadata } from "../../rpc/metadata.js";
import type { MessageTracer } from "../../rpc/observer.js";
import { RpcError } from "../../rpc/rpc-error.js";
import { UNSET_SERVER_SINK } from "../../rpc/unset-sinks.js";
import { httpStatusOf } from "./code.js";
import { contentTypeOf } from "./content-type.js";
import { acceptsEncoding } from "./encodings.js";
import { errorToJson } from "./error-json.js";
import type { RequestPlan } from "./request-plan.js";

/**
 * A unary call: one bare message each way. What a handler sets as trailer goes into the head, so nothing is sent before
 * the call has ended.
 */
export class ConnectUnaryExchange implements ServerExchange, HttpSink {
  sink: ServerExchangeSink = UNSET_SERVER_SINK;
  tracer: MessageTracer | undefined = undefined;
  readonly #host: ServerHost;
  readonly #stream: HttpStream;
  readonly #plan: RequestPlan;
  readonly #method: ServerMethod;
  readonly #body: BodyCollector;
  #header: Metadata | undefined;
  #reply: Uint8Array | undefined;
  #encoding: string | undefined;
  #requestEnded = false;
  #finished = false;
  #responded = false;
  #sentListeners: (() => void)[] = [];

  constructor(host: ServerHost, stream: HttpStream, method: ServerMethod, plan: RequestPlan) {
    this.#host = host;
    this.#stream = stream;
    this.#method = method;
    this.#plan = plan;
    this.#body = new BodyCollector(stream, method.maxReceiveBytes);
  }

  /** The request is `bytes`, which came with the head. */
  receive(bytes: Uint8Array): void {
    this.#requestEnded = true;
    const { encoding } = this.#plan;
    const compression = encoding === undefined ? undefined : this.#host.compressions.get(encoding);
    try {
      const inflated = inflateBody(bytes, compression, this.#method.maxReceiveBytes);
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
    if (this.#finished || this.#requestEnded) return;
    try {
      this.#body.add(bytes, start, end);
    } catch (error) {
      this.#onUnreadable(error);
      return;
    }
    if (endStream) this.receive(this.#body.take());
  }

  onTrailers(): void {
    this.onData(NOTHING, 0, 0, true);
  }

  onFailure(failure: HttpFailure): void {
    if (!this.#finished) this.sink.onCancel(failure);
  }

  onWritable(): void {}

  useCompression(name: string): boolean {
    if (this.#reply !== undefined) return (this.#encoding ?? "identity") === name;
    if (!acceptsEncoding(this.#plan.acceptEncoding, this.#plan.encoding, name)) return false;
    this.#encoding = this.#host.compressions.require(name)?.name;
    return true;
  }

  sendHeader(metadata: Metadata | undefined): void {
    this.#header = metadata;
  }

  send(message: unknown): boolean {
    const writer = new ByteWriter();
    this.#format("output").writeTo(writer, message);
    this.#reply = writer.finish();
    return true;
  }

  finish(code: Code, message: string, details: readonly Any[], trailer: Metadata | undefined): void {
    if (this.#finished) return;
    this.#finished = true;
    if (code === Code.Ok) {
      this.#respond(200, contentTypeOf({ codec: this.#plan.codec, streams: false }), this.#reply ?? NOTHING, trailer);
    } else {
      const json = JSON.stringify(errorToJson(code, message, details));
      this.#respond(httpStatusOf(code), "application/json", encoder.encode(json), trailer);
    }
  }

  abandon(): void {
    this.#finished = true;
  }

  whenSent(action: () => void): void {
    if (this.#responded) action();
    else this.#sentListeners.push(action);
  }

  hold(): void {
    this.#stream.hold();
  }

  release(): void {
    this.#stream.release();
  }

  resume(): void {}

  #format(side: "input" | "output"): MessageFormat {
    const type = this.#method.type[side];
    return this.#plan.codec === "json" ? jsonFormat(type, this.#host.registry) : type;
  }

  #onRequest(bytes: Uint8Array, compressedBytes: number | undefined): void {
    if (this.#finished) return;
    this.tracer?.onMessageReceived?.(bytes, 0, bytes.length, compressedBytes);
    let message: unknown;
    try {
      message = this.#format("input").readFrom(bytes, 0, bytes.length);
    } catch (error) {
      this.#onUnreadable(error);
      return;
    }
    this.sink.onMessage(message, bytes.length);
    this.sink.onHalfClose();
  }

  #onUnreadable(error: unknown): void {
    if (this.#finished) return;
    if (RpcError.is(error)) this.sink.onBadRequest(error.code, error.message);
    else this.sink.onBadRequest(Code.InvalidArgument, `the request can't be read: ${(error as Error).message}`);
  }

  #respond(status: number, contentType: string, body: Uint8Array, trailer: Metadata | undefined): void {
    const compression = this.#encoding === undefined ? undefined : this.#host.compressions.get(this.#encoding);
    if (compression === undefined || body.length === 0) {
      this.#sendResponse(status, contentType, body, undefined, trailer);
      return;
    }
    const compressed = compression.compress(body);
    if (compressed instanceof Uint8Array)
      this.#sendResponse(status, contentType, compressed, compression.name, trailer);
    else {
      compressed.then(
        (bytes) => this.#sendResponse(status, contentType, bytes, compression.name, trailer),
        // Then it goes as it is: the client takes that always.
        () => this.#sendResponse(status, contentType, body, undefined, trailer),
      );
    }
  }

  #sendResponse(
    status: number,
    contentType: string,
    body: Uint8Array,
    encoding: string | undefined,
    trailer: Metadata | undefined,
  ): void {
    const fields: HttpField[] = [
      { name: ":status", value: String(status) },
      { name: "content-type", value: contentType },
      { name: "content-length", value: String(body.length) },
    ];
    if (status === 200 && this.#reply !== undefined) {
      const { length } = this.#reply;
      this.tracer?.onMessageSent?.(this.#reply, 0, length, encoding === undefined ? undefined : body.length);
    }
    if (encoding !== undefined) fields.push({ name: "content-encoding", value: encoding });
    if (this.#header !== undefined) fields.push(...this.#header.toFields());
    for (const { name, value } of trailer?.toFields() ?? []) fields.push({ name: `trailer-${name}`, value });
    this.#stream.sendHead(fields, undefined, body.length === 0);
    if (body.length > 0) this.#stream.sendData(body, true);
    // The client may still be sending: it is told that the rest is not wanted (RFC 9113 §8.1).
    if (!this.#requestEnded) this.#stream.reset(NO_ERROR);
    this.#responded = true;
    for (const action of this.#sentListeners.splice(0)) action();
  }
}

const NOTHING = new Uint8Array(0);
const encoder = new TextEncoder();

/** RFC 9113 §7. */
const NO_ERROR = 0x0;
