import { Code } from "../../rpc/code.js";
import type {
  ClientExchange,
  ClientExchangeSink,
  ClientProtocol,
  RequestOptions,
  RequestTarget,
} from "../../rpc/exchange.js";
import { codeFromFailure, codeFromHttpStatus } from "../../rpc/failure-code.js";
import type { HttpConnection, HttpFailure, HttpField, HttpFields, HttpHead } from "../../rpc/http-types.js";
import { MessageStream } from "../../rpc/message-stream.js";
import { RpcError } from "../../rpc/rpc-error.js";
import { UNSET_HTTP_SINK } from "../../rpc/unset-sinks.js";
import { type GrpcStatus, readStatus } from "../grpc-wire/status.js";
import { readDetails } from "../grpc-wire/status-details.js";
import { formatTimeout } from "../grpc-wire/timeout.js";
import { CONTENT_TYPE, isGrpcWeb } from "./content-type.js";
import { parseTrailers, TRAILERS } from "./trailers.js";

/** gRPC-Web (grpc/doc/PROTOCOL-WEB.md), as a client speaks it: one request, and a reply or a stream of them. */
export const grpcWebClient: ClientProtocol = {
  requestFields(target: RequestTarget): HttpFields {
    return [
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
  },

  open(
    connection: HttpConnection,
    fields: HttpFields,
    target: RequestTarget,
    _sendEncoding: string | undefined,
    options: RequestOptions,
    sink: ClientExchangeSink,
  ): ClientExchange {
    const { method } = target;
    if (method.kind === "client_streaming" || method.kind === "bidi_streaming") {
      throw new RpcError(Code.Unimplemented, `${method.path} takes a stream of requests, which gRPC-Web can't carry`);
    }
    const extra: HttpField[] = options.metadata === undefined ? [] : [...options.metadata.toFields()];
    if (options.timeoutMs !== Infinity) extra.push({ name: "grpc-timeout", value: formatTimeout(options.timeoutMs) });
    return new GrpcWebClientExchange(connection, fields, extra, target, options, sink);
  },
};

/** One call on the wire. */
class GrpcWebClientExchange extends MessageStream implements ClientExchange {
  readonly #sink: ClientExchangeSink;
  /** The fields of the response's head, which hold the status if the response has no body. */
  #head: HttpHead | undefined;

  constructor(
    connection: HttpConnection,
    fields: HttpFields,
    extra: HttpFields,
    target: RequestTarget,
    options: RequestOptions,
    sink: ClientExchangeSink,
  ) {
    const { input, output } = target.method;
    super(connection.open(fields, extra, false, UNSET_HTTP_SINK), output, input, options.maxReceiveBytes);
    this.stream.sink = this;
    this.#sink = sink;
    this.tracer = options.tracer;
  }

  send(message: unknown, last: boolean): boolean {
    return this.sendMessage(message, last);
  }

  end(): void {}

  cancel(): void {
    if (this.closed) return;
    this.closed = true;
    this.stream.reset(CANCEL);
  }

  onHead(head: HttpHead): void {
    if (this.closed) return;
    const error = responseError(head);
    if (error !== undefined) {
      this.stream.reset(CANCEL);
      this.#conclude(error.code, error.message, head.fields, undefined);
      return;
    }
    this.#head = head;
    // A status in the head means that nothing follows; it is concluded at the end of the empty body.
    if (readStatus(head) === undefined) this.#sink.onHeader(head);
  }

  onTrailers(): void {}

  onFailure(failure: HttpFailure): void {
    this.#conclude(codeFromFailure(failure), failure.message, [], failure);
  }

  onWritable(): void {
    this.#sink.onWritable();
  }

  protected override onMessage(message: unknown, size: number): boolean {
    return this.#sink.onMessage(message, size);
  }

  protected override onOtherEnvelope(flags: number, bytes: Uint8Array, start: number, end: number): void {
    if (flags !== TRAILERS) {
      super.onOtherEnvelope(flags, bytes, start, end);
      return;
    }
    const trailers: HttpHead = { ...EMPTY_HEAD, fields: parseTrailers(bytes, start, end) };
    this.#finish(trailers, "the trailers have no grpc-status");
    this.stream.reset(NO_ERROR);
  }

  protected override onEndOfData(): void {
    this.#finish(this.#head ?? EMPTY_HEAD, "the response ended without trailers");
  }

  protected override onUnreadable(code: Code, message: string): void {
    this.stream.reset(CANCEL);
    this.#sink.onFinish({ code, message, fields: [], details: [], failure: undefined });
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

/** RFC 9113 §7. */
const NO_ERROR = 0x0;
const CANCEL = 0x8;
