import { NO_BYTES } from "../../base/no-bytes.js";
import { inflateBody } from "../../rpc/body-collector.js";
import { Code } from "../../rpc/code.js";
import type { Compressions } from "../../rpc/compression.js";
import { COMPRESSED } from "../../rpc/envelope.js";
import type {
  ClientExchange,
  ClientExchangeSink,
  ClientProtocol,
  RequestOptions,
  RequestTarget,
} from "../../rpc/exchange.js";
import { codeFromFailure, codeFromHttpStatus } from "../../rpc/failure-code.js";
import { CANCEL, NO_ERROR } from "../../rpc/http-code.js";
import type { HttpConnection, HttpFailure, HttpField, HttpFields, HttpHead } from "../../rpc/http-types.js";
import { MessageStream } from "../../rpc/message-stream.js";
import { RpcError } from "../../rpc/rpc-error.js";
import { UNSET_HTTP_SINK } from "../../rpc/unset-sinks.js";
import { type GrpcStatus, readStatus } from "../grpc-wire/status.js";
import { readDetails } from "../grpc-wire/status-details.js";
import { formatTimeout } from "../grpc-wire/timeout.js";
import { CONTENT_TYPE, isGrpcWeb } from "./content-type.js";
import { parseTrailers, TRAILERS } from "./trailers.js";

/** gRPC-Web (grpc/doc/PROTOCOL-WEB.md), as a client speaks it: one request, or a stream of them where the connection carries such. */
export const grpcWebClient: ClientProtocol = {
  requestFields(target: RequestTarget, sendEncoding: string | undefined): HttpFields {
    const fields: HttpField[] = [
      { name: ":method", value: "POST" },
      { name: ":scheme", value: target.scheme },
      { name: ":path", value: target.method.path },
      { name: ":authority", value: target.authority },
      { name: "content-type", value: CONTENT_TYPE },
      { name: "accept", value: CONTENT_TYPE },
      { name: "x-grpc-web", value: "1" },
      // Pages may not set user-agent (PROTOCOL-WEB.md, "User Agent").
      { name: "x-user-agent", value: target.userAgent },
    ];
    // In a page there is nothing to inflate with.
    const { acceptEncoding } = target.compressions;
    if (acceptEncoding !== "identity") fields.push({ name: "grpc-accept-encoding", value: acceptEncoding });
    if (sendEncoding !== undefined) fields.push({ name: "grpc-encoding", value: sendEncoding });
    return fields;
  },

  open(
    connection: HttpConnection,
    fields: HttpFields,
    target: RequestTarget,
    sendEncoding: string | undefined,
    options: RequestOptions,
    sink: ClientExchangeSink,
  ): ClientExchange {
    const { method } = target;
    const streams = method.kind === "client_streaming" || method.kind === "bidi_streaming";
    if (streams && connection.carriesRequestStreams !== true) {
      throw new RpcError(Code.Unimplemented, `${method.path} takes a stream of requests, which gRPC-Web can't carry`);
    }
    const extra: HttpField[] = options.metadata === undefined ? [] : [...options.metadata.toFields()];
    if (options.timeoutMs !== Infinity) extra.push({ name: "grpc-timeout", value: formatTimeout(options.timeoutMs) });
    return new GrpcWebClientExchange(connection, fields, extra, target, sendEncoding, options, sink);
  },
};

/** One call on the wire. */
class GrpcWebClientExchange extends MessageStream implements ClientExchange {
  readonly #sink: ClientExchangeSink;
  readonly #compressions: Compressions;
  /** As for messages: what inflates must end somewhere. */
  readonly #maxTrailerBytes: number;
  /** The trailers are here; they may have to be inflated by another thread. */
  #ending = false;
  /** The fields of the response's head, which hold the status if the response has no body. */
  #head: HttpHead | undefined;

  constructor(
    connection: HttpConnection,
    fields: HttpFields,
    extra: HttpFields,
    target: RequestTarget,
    sendEncoding: string | undefined,
    options: RequestOptions,
    sink: ClientExchangeSink,
  ) {
    const { input, output } = target.method;
    super(connection.open(fields, extra, false, UNSET_HTTP_SINK), output, input, options.maxReceiveBytes);
    this.stream.sink = this;
    this.#sink = sink;
    this.#compressions = target.compressions;
    this.#maxTrailerBytes = options.maxReceiveBytes;
    this.tracer = options.tracer;
    if (sendEncoding !== undefined) this.outboundCompression = target.compressions.get(sendEncoding);
  }

  send(message: unknown, last: boolean): boolean {
    return this.sendMessage(message, last);
  }

  end(): void {
    if (this.deflating) this.afterDeflating(() => this.#sendEnd());
    else this.#sendEnd();
  }

  #sendEnd(): void {
    this.tracer?.onHalfClose?.();
    this.stream.sendData(NO_BYTES, true);
  }

  cancel(): void {
    if (this.closed) return;
    this.closed = true;
    this.stream.reset(CANCEL);
  }

  onHead(head: HttpHead, endStream: boolean): void {
    if (this.closed) return;
    const encoding = head.fields.find(({ name, value }) => name === "grpc-encoding" && value !== "identity")?.value;
    if (encoding !== undefined) this.inboundCompression = this.#compressions.get(encoding);
    const error = responseError(head) ?? this.#encodingError(encoding);
    if (error !== undefined) {
      this.stream.reset(CANCEL);
      this.#conclude(error.code, error.message, head.fields, undefined);
      return;
    }
    this.#head = head;
    // A status in the head means that nothing follows; it is concluded at the end of the empty body.
    if (readStatus(head) === undefined) this.#sink.onHeader(head);
    if (endStream) this.onData(NO_BYTES, 0, 0, true);
  }

  onTrailers(): void {
    // A proxy's, or a gRPC server's: what gRPC-Web has to say at the end stands in the body.
    this.onData(NO_BYTES, 0, 0, true);
  }

  onFailure(failure: HttpFailure): void {
    if (this.closed) return;
    const conclude = () => this.#conclude(codeFromFailure(failure), failure.message, [], failure);
    if (this.inflating) this.afterInflating(conclude);
    else conclude();
  }

  onWritable(): void {
    this.#sink.onWritable();
  }

  protected override onMessage(message: unknown, size: number): boolean {
    return this.#sink.onMessage(message, size);
  }

  protected override onOtherEnvelope(flags: number, bytes: Uint8Array, start: number, end: number): void {
    const compression = (flags & COMPRESSED) === 0 ? undefined : this.inboundCompression;
    if ((flags & ~COMPRESSED) !== TRAILERS || (flags !== TRAILERS && compression === undefined)) {
      super.onOtherEnvelope(flags, bytes, start, end);
      return;
    }
    this.#ending = true;
    try {
      const inflated = inflateBody(bytes.slice(start, end), compression, this.#maxTrailerBytes);
      if (inflated instanceof Uint8Array) this.#onTrailersEnvelope(inflated);
      else
        inflated.then(
          (done) => this.#onTrailersEnvelope(done),
          (error) => this.#failTrailers(error),
        );
    } catch (error) {
      this.#failTrailers(error);
    }
  }

  #onTrailersEnvelope(bytes: Uint8Array): void {
    const trailers: HttpHead = { ...EMPTY_HEAD, fields: parseTrailers(bytes, 0, bytes.length) };
    this.#finish(trailers, "the trailers have no grpc-status");
    this.stream.reset(NO_ERROR);
  }

  #failTrailers(error: unknown): void {
    this.stream.reset(CANCEL);
    this.#conclude(Code.Internal, `the trailers can't be read: ${(error as Error).message}`, [], undefined);
  }

  protected override onEndOfData(): void {
    if (this.#ending) return;
    this.#finish(this.#head ?? EMPTY_HEAD, "the response ended without trailers");
  }

  protected override onUnreadable(code: Code, message: string): void {
    this.stream.reset(CANCEL);
    this.#sink.onFinish({ code, message, fields: [], details: [], failure: undefined });
  }

  #encodingError(encoding: string | undefined): GrpcStatus | undefined {
    if (encoding === undefined || this.inboundCompression !== undefined) return undefined;
    return { code: Code.Internal, message: `the server compresses as "${encoding}", which was not asked for` };
  }

  #finish(section: HttpHead, otherwise: string): void {
    const status = readStatus(section) ?? { code: Code.Internal, message: otherwise };
    this.#conclude(status.code, status.message, section.fields, undefined);
  }

  #conclude(code: Code, message: string, fields: HttpFields, failure: HttpFailure | undefined): void {
    if (this.closed) return;
    this.closed = true;
    this.#sink.onFinish({ code, message, fields, details: code === Code.Ok ? [] : readDetails(fields), failure });
  }
}

/** Why a response is none of gRPC-Web. */
function responseError(head: HttpHead): GrpcStatus | undefined {
  const contentType = head.fields.find((field) => field.name === "content-type")?.value ?? "";
  if (head.status !== 200) {
    const message = `the server answered with HTTP status ${head.status}, not with gRPC-Web`;
    return readStatus(head) ?? { code: codeFromHttpStatus(head.status), message };
  }
  if (isGrpcWeb(contentType)) return undefined;
  return { code: Code.Unknown, message: `the server answered with content type "${contentType}", not with gRPC-Web` };
}

const EMPTY_HEAD: HttpHead = {
  method: "",
  scheme: "",
  authority: "",
  path: "",
  status: 0,
  fields: [],
  derived: undefined,
};
