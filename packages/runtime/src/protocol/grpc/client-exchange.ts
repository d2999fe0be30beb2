import { NO_BYTES } from "../../base/no-bytes.js";
import { Code } from "../../rpc/code.js";
import type {
  ClientExchange,
  ClientExchangeSink,
  ClientProtocol,
  RequestOptions,
  RequestTarget,
} from "../../rpc/exchange.js";
import { codeFromFailure, codeFromHttpStatus } from "../../rpc/failure-code.js";
import { CANCEL } from "../../rpc/http-code.js";
import type { HttpConnection, HttpFailure, HttpField, HttpFields, HttpHead } from "../../rpc/http-types.js";
import { ENDED_IN_MESSAGE, MessageStream } from "../../rpc/message-stream.js";
import { UNSET_HTTP_SINK } from "../../rpc/unset-sinks.js";
import { type GrpcStatus, readStatus } from "../grpc-wire/status.js";
import { readDetails } from "../grpc-wire/status-details.js";
import { formatTimeout } from "../grpc-wire/timeout.js";
import { CONTENT_TYPE, isGrpc } from "./content-type.js";

/** What all requests share is one object for all methods and channels. */
const METHOD: HttpField = { name: ":method", value: "POST" };
const TE: HttpField = { name: "te", value: "trailers" };
const TYPE: HttpField = { name: "content-type", value: CONTENT_TYPE };

/** gRPC over HTTP/2, as a client speaks it. */
export const grpcClient: ClientProtocol = {
  requestFields(target: RequestTarget, sendEncoding: string | undefined): HttpFields {
    const fields: HttpField[] = [
      METHOD,
      { name: ":scheme", value: target.scheme },
      { name: ":path", value: target.method.path },
      { name: ":authority", value: target.authority },
      TE,
      TYPE,
      { name: "user-agent", value: target.userAgent },
      { name: "grpc-accept-encoding", value: target.compressions.acceptEncoding },
    ];
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
    let extra: HttpField[] | undefined;
    if (options.timeoutMs !== Infinity) extra = [{ name: "grpc-timeout", value: formatTimeout(options.timeoutMs) }];
    if (options.metadata !== undefined && options.metadata.size > 0) {
      extra = extra === undefined ? [...options.metadata.toFields()] : extra.concat(options.metadata.toFields());
    }
    return new GrpcClientExchange(connection, fields, extra, target, sendEncoding, options, sink);
  },
};

/** What a response head says; remembered with it. */
interface ResponsePlan {
  readonly encoding: string | undefined;
  /** Set if the response is no gRPC. */
  readonly error: GrpcStatus | undefined;
}

/** One call on the wire. */
class GrpcClientExchange extends MessageStream implements ClientExchange {
  private readonly sink: ClientExchangeSink;
  private readonly target: RequestTarget;

  constructor(
    connection: HttpConnection,
    fields: HttpFields,
    extra: HttpFields | undefined,
    target: RequestTarget,
    sendEncoding: string | undefined,
    options: RequestOptions,
    sink: ClientExchangeSink,
  ) {
    const method = target.method;
    // The stream takes its sink after it is open: nothing can come before this turn is over.
    super(connection.open(fields, extra, false, UNSET_HTTP_SINK), method.output, method.input, options.maxReceiveBytes);
    this.stream.sink = this;
    this.sink = sink;
    this.target = target;
    this.tracer = options.tracer;
    if (sendEncoding !== undefined) this.outboundCompression = target.compressions.get(sendEncoding);
  }

  send(message: unknown, last: boolean): boolean {
    return this.sendMessage(message, last);
  }

  end(): void {
    if (this.deflating) this.afterDeflating(() => this.sendEnd());
    else this.sendEnd();
  }

  private sendEnd(): void {
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
    if (endStream) {
      // Trailers-only: the status is in the head.
      this.finish(head);
      return;
    }
    const plan = (head.derived as ResponsePlan | undefined) ?? this.planResponse(head);
    if (plan.error !== undefined) {
      this.conclude(plan.error.code, plan.error.message, head.fields, undefined);
      return;
    }
    if (plan.encoding !== undefined) this.inboundCompression = this.target.compressions.get(plan.encoding);
    this.sink.onHeader(head);
  }

  onTrailers(head: HttpHead): void {
    if (this.closed) return;
    if (this.inflating) this.afterInflating(() => this.finish(head));
    else this.finish(head);
  }

  onFailure(failure: HttpFailure): void {
    if (this.closed) return;
    const conclude = () => this.conclude(codeFromFailure(failure), failure.message, [], failure);
    if (this.inflating) this.afterInflating(conclude);
    else conclude();
  }

  onWritable(): void {
    this.sink.onWritable();
  }

  protected override onMessage(message: unknown, size: number): boolean {
    return this.sink.onMessage(message, size);
  }

  protected override onEndOfData(): void {
    this.conclude(Code.Internal, "the response ended without a grpc-status", [], undefined);
  }

  protected override onUnreadable(code: Code, message: string): void {
    this.stream.reset(CANCEL);
    this.sink.onFinish({ code, message, fields: [], details: [], failure: undefined });
  }

  private finish(head: HttpHead): void {
    if (this.closed) return;
    const status = readStatus(head);
    if (status?.code === Code.Ok && this.inMessage) {
      // Whatever the server says of the call: a message of its reply is lost.
      this.conclude(Code.Internal, ENDED_IN_MESSAGE, head.fields, undefined);
    } else if (status !== undefined) {
      this.conclude(status.code, status.message, head.fields, undefined);
    } else if (head.status !== 0 && head.status !== 200) {
      this.conclude(
        codeFromHttpStatus(head.status),
        `the peer answered with HTTP status ${head.status}`,
        head.fields,
        undefined,
      );
    } else {
      this.conclude(Code.Unknown, "the response ended without a grpc-status", head.fields, undefined);
    }
  }

  private conclude(code: Code, message: string, fields: HttpFields, failure: HttpFailure | undefined): void {
    if (this.closed) return;
    this.closed = true;
    // If the server ends a call before the requests have ended, the rest of these is not wanted. Else this does nothing.
    this.stream.reset(CANCEL);
    const details = code === Code.Ok ? [] : readDetails(fields);
    this.sink.onFinish({ code, message, fields, details, failure });
  }

  private planResponse(head: HttpHead): ResponsePlan {
    let contentType = "";
    let encoding: string | undefined;
    for (const field of head.fields) {
      if (field.name === "content-type") contentType = field.value;
      else if (field.name === "grpc-encoding" && field.value !== "identity") encoding = field.value;
    }
    const plan: ResponsePlan = { encoding, error: this.responseError(head, contentType, encoding) };
    head.derived = plan;
    return plan;
  }

  private responseError(head: HttpHead, contentType: string, encoding: string | undefined): GrpcStatus | undefined {
    if (head.status !== 200) {
      return (
        readStatus(head) ?? {
          code: codeFromHttpStatus(head.status),
          message: `the peer answered with HTTP status ${head.status}${contentType === "" ? "" : ` and content type "${contentType}"`}, not with gRPC`,
        }
      );
    }
    if (!isGrpc(contentType)) {
      return {
        code: Code.Unknown,
        message: `the peer answered with content type "${contentType}", not with ${CONTENT_TYPE}: is this a gRPC server?`,
      };
    }
    if (encoding !== undefined && this.target.compressions.get(encoding) === undefined) {
      return {
        code: Code.Internal,
        message: `the peer compressed its response as "${encoding}", which was not offered (${this.target.compressions.acceptEncoding})`,
      };
    }
    return undefined;
  }
}
