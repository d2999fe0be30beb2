import { encodeBase64 } from "../../base/base64.js";
import { ByteWriter } from "../../base/byte-writer.js";
import { NO_BYTES } from "../../base/no-bytes.js";
import type { Any } from "../../protobuf/wkt/google/protobuf/any.pb.js";
import { BodyCollector, inflateBody } from "../../rpc/body-collector.js";
import { Code } from "../../rpc/code.js";
import type { ClientExchange, ClientExchangeSink } from "../../rpc/exchange.js";
import { codeFromFailure, codeFromHttpStatus } from "../../rpc/failure-code.js";
import { CANCEL } from "../../rpc/http-code.js";
import type { HttpFailure, HttpField, HttpFields, HttpHead, HttpSink, HttpStream } from "../../rpc/http-types.js";
import { isPlain } from "../../rpc/message-compression.js";
import { RpcError } from "../../rpc/rpc-error.js";
import { type ClientRequest, formatOf } from "./client-request.js";
import { errorFromJson } from "./error-json.js";
import { contentTypeError } from "./response-type.js";

/** A unary call: one bare message each way. The stream is opened when the message is there, which may be its query. */
export class ConnectUnaryClientExchange implements ClientExchange, HttpSink {
  readonly #request: ClientRequest;
  readonly #byGet: boolean;
  readonly #sink: ClientExchangeSink;
  #stream: HttpStream | undefined;
  #head: HttpHead | undefined;
  #body: BodyCollector | undefined;
  #closed = false;

  constructor(request: ClientRequest, byGet: boolean, sink: ClientExchangeSink) {
    this.#request = request;
    this.#byGet = byGet;
    this.#sink = sink;
  }

  send(message: unknown): boolean {
    const writer = new ByteWriter();
    formatOf(this.#request, "input").writeTo(writer, message);
    const bytes = writer.finish();
    const { sendEncoding, target } = this.#request;
    const compression = sendEncoding === undefined ? undefined : target.compressions.get(sendEncoding);
    if (compression === undefined || isPlain(message)) {
      this.#open(bytes, bytes, undefined);
      return true;
    }
    const compressed = compression.compress(bytes);
    if (compressed instanceof Uint8Array) this.#open(compressed, bytes, compression.name);
    else {
      compressed.then(
        (done) => this.#open(done, bytes, compression.name),
        (error) => this.#conclude(Code.Internal, `the request can't be compressed: ${(error as Error).message}`, []),
      );
    }
    return true;
  }

  end(): void {}

  cancel(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#stream?.reset(CANCEL);
  }

  resume(): void {}

  onHead(head: HttpHead, endStream: boolean): void {
    if (this.#closed) return;
    const { maxReceiveBytes, codec } = this.#request;
    this.#head = head;
    this.#body = new BodyCollector(this.#stream as HttpStream, maxReceiveBytes);
    const contentType = fieldValue(head.fields, "content-type") ?? "";
    const error = head.status === 200 ? contentTypeError(contentType, { codec, streams: false }) : undefined;
    if (error !== undefined) {
      this.#fail(error.code, error.message, head.fields);
      return;
    }
    this.#sink.onHeader({ ...head, fields: head.fields.filter(({ name }) => !name.startsWith(TRAILER_PREFIX)) });
    if (endStream) this.#onResponse();
  }

  onData(bytes: Uint8Array, start: number, end: number, endStream: boolean): void {
    if (this.#closed) return;
    try {
      (this.#body as BodyCollector).add(bytes, start, end);
    } catch (error) {
      this.#onUnreadable(error);
      return;
    }
    if (endStream) this.#onResponse();
  }

  onTrailers(): void {
    this.onData(NO_BYTES, 0, 0, true);
  }

  onFailure(failure: HttpFailure): void {
    if (this.#closed) return;
    this.#closed = true;
    const { message } = failure;
    this.#sink.onFinish({ code: codeFromFailure(failure), message, fields: [], details: [], failure });
  }

  onWritable(): void {}

  /** @param plain what `bytes` are, uncompressed */
  #open(bytes: Uint8Array, plain: Uint8Array, encoding: string | undefined): void {
    const { connection, fields, extra, target, codec, tracer } = this.#request;
    if (this.#closed) return;
    if (!connection.available) {
      // While the request was compressed, the connection began to close.
      const message = "the connection was closed before the request had been sent";
      this.onFailure({ code: CANCEL, message, origin: "connection", unprocessed: true });
      return;
    }
    tracer?.onMessageSent?.(plain, 0, plain.length, encoding === undefined ? undefined : bytes.length);
    tracer?.onHalfClose?.();
    if (!this.#byGet) {
      const own = encoding === undefined ? extra : [...extra, { name: "content-encoding", value: encoding }];
      this.#stream = connection.open(fields, own, false, this);
      this.#stream.sendData(bytes, true);
      return;
    }
    // In the order that finds most in caches (Connect protocol, "Query-Get").
    const asText = codec === "json" && encoding === undefined;
    const message = asText ? encodeURIComponent(decoder.decode(bytes)) : urlBase64(bytes);
    const query = `?connect=v1${asText ? "" : "&base64=1"}${encoding === undefined ? "" : `&compression=${encoding}`}&encoding=${codec}&message=${message}`;
    const head: HttpField[] = fields.flatMap(({ name, value }) => {
      if (name === ":method") return [{ name, value: "GET" }];
      if (name === ":path") return [{ name, value: target.method.path + query }];
      return name === "content-type" || name === "connect-protocol-version" ? [] : [{ name, value }];
    });
    this.#stream = connection.open(head, extra, true, this);
  }

  #onResponse(): void {
    const head = this.#head as HttpHead;
    const { target, maxReceiveBytes } = this.#request;
    const encoding = fieldValue(head.fields, "content-encoding") ?? "identity";
    const compression = encoding === "identity" ? undefined : target.compressions.get(encoding);
    if (encoding !== "identity" && compression === undefined) {
      this.#fail(Code.Internal, `the server compresses as "${encoding}", which was not asked for`, head.fields);
      return;
    }
    try {
      const body = (this.#body as BodyCollector).take();
      const compressedBytes = compression === undefined ? undefined : body.length;
      const inflated = inflateBody(body, compression, maxReceiveBytes);
      if (inflated instanceof Uint8Array) this.#onBody(inflated, compressedBytes);
      else {
        inflated.then(
          (done) => this.#onBody(done, compressedBytes),
          (error) => this.#onUnreadable(error),
        );
      }
    } catch (error) {
      this.#onUnreadable(error);
    }
  }

  #onBody(bytes: Uint8Array, compressedBytes: number | undefined): void {
    const { status, fields } = this.#head as HttpHead;
    if (this.#closed) return;
    if (status !== 200) {
      this.#onError(status, bytes, trailersOf(fields));
      return;
    }
    this.#request.tracer?.onMessageReceived?.(bytes, 0, bytes.length, compressedBytes);
    let message: unknown;
    try {
      message = formatOf(this.#request, "output").readFrom(bytes, 0, bytes.length);
    } catch (error) {
      this.#onUnreadable(error);
      return;
    }
    this.#sink.onMessage(message, bytes.length);
    this.#conclude(Code.Ok, "", trailersOf(fields));
  }

  #onError(status: number, bytes: Uint8Array, trailers: HttpFields): void {
    const inferred = codeFromHttpStatus(status);
    let json: unknown;
    try {
      json = JSON.parse(decoder.decode(bytes));
    } catch {
      // A proxy's page, say: the status is all that is known.
    }
    const error = errorFromJson(json, inferred);
    if (error === undefined) this.#conclude(inferred, `the server answered with HTTP status ${status}`, trailers);
    else this.#conclude(error.code, error.message, trailers, error.details);
  }

  #onUnreadable(error: unknown): void {
    const code = RpcError.is(error) && error.code === Code.ResourceExhausted ? error.code : Code.Internal;
    this.#fail(code, `the response can't be read: ${(error as Error).message}`, []);
  }

  #fail(code: Code, message: string, fields: HttpFields): void {
    this.#stream?.reset(CANCEL);
    this.#conclude(code, message, fields);
  }

  #conclude(code: Code, message: string, fields: HttpFields, details: readonly Any[] = []): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#sink.onFinish({ code, message, fields, details, failure: undefined });
  }
}

/** How a unary response marks what is trailing metadata (Connect protocol, "Unary-Response"). */
const TRAILER_PREFIX = "trailer-";

function trailersOf(fields: HttpFields): HttpFields {
  return fields
    .filter(({ name }) => name.startsWith(TRAILER_PREFIX))
    .map(({ name, value }) => ({ name: name.slice(TRAILER_PREFIX.length), value }));
}

function fieldValue(fields: HttpFields, name: string): string | undefined {
  return fields.find((field) => field.name === name)?.value;
}

/** RFC 4648 §5, without padding, which a query would have to escape. */
function urlBase64(bytes: Uint8Array): string {
  return encodeBase64(bytes).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

const decoder = new TextDecoder();
