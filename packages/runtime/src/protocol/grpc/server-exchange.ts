import type { Any } from "../../protobuf/wkt/google/protobuf/any.pb.js";
import { Code } from "../../rpc/code.js";
import type {
  ServerExchange,
  ServerExchangeSink,
  ServerHost,
  ServerMethod,
  ServerProtocol,
} from "../../rpc/exchange.js";
import type { HttpFailure, HttpField, HttpFields, HttpHead, HttpPeer, HttpStream } from "../../rpc/http-types.js";
import { MessageStream } from "../../rpc/message-stream.js";
import type { Metadata } from "../../rpc/metadata.js";
import { metadataFields, OK_TRAILERS, statusFields } from "../grpc-wire/status.js";
import { detailsField } from "../grpc-wire/status-details.js";
import { parseTimeout } from "../grpc-wire/timeout.js";
import { CONTENT_TYPE, isGrpc } from "./content-type.js";

/** gRPC over HTTP/2, as a server speaks it. */
export const grpcServer: ServerProtocol = {
  accepts: isGrpc,

  serve(host: ServerHost, stream: HttpStream, head: HttpHead, endStream: boolean, peer: HttpPeer): void {
    const plan = (head.derived as RequestPlan | undefined) ?? planRequest(host, head);
    const method = plan.method;
    if (plan.error !== undefined || method === undefined) {
      const error = plan.error as RequestError;
      stream.sendHead(trailersOnlyFields(error.code, error.message), error.fields, true);
      // The rest of the request is not wanted (RFC 9113 §8.1).
      if (!endStream) stream.reset(NO_ERROR);
      return;
    }
    const exchange = new GrpcServerExchange(host, stream, method, plan);
    stream.sink = exchange;
    host.accept(method, exchange, { head, peer, timeoutMs: plan.timeoutMs });
    if (endStream) exchange.onData(NOTHING, 0, 0, true);
  },
};

/** What a request head says; remembered with it, since heads repeat. */
interface RequestPlan {
  readonly method: ServerMethod | undefined;
  readonly timeoutMs: number;
  readonly encoding: string | undefined;
  readonly acceptEncoding: string;
  readonly error: RequestError | undefined;
}

interface RequestError {
  readonly code: Code;
  readonly message: string;
  readonly fields?: HttpFields;
}

function planRequest(host: ServerHost, head: HttpHead): RequestPlan {
  let timeout: string | undefined;
  let encoding: string | undefined;
  let acceptEncoding = "";
  for (const field of head.fields) {
    switch (field.name) {
      case "grpc-timeout":
        timeout = field.value;
        break;
      case "grpc-encoding":
        if (field.value !== "identity") encoding = field.value;
        break;
      case "grpc-accept-encoding":
        acceptEncoding = acceptEncoding === "" ? field.value : `${acceptEncoding},${field.value}`;
        break;
    }
  }
  const method = host.find(head.path);
  const timeoutMs = timeout === undefined ? Infinity : parseTimeout(timeout);
  const plan: RequestPlan = {
    method,
    timeoutMs: timeoutMs ?? 0,
    encoding,
    acceptEncoding,
    error: requestError(host, head, method, timeout, timeoutMs, encoding),
  };
  // What is wrong today may be right tomorrow: services can be added while the server runs.
  if (plan.error === undefined) head.derived = plan;
  return plan;
}

function requestError(
  host: ServerHost,
  head: HttpHead,
  method: ServerMethod | undefined,
  timeout: string | undefined,
  timeoutMs: number | undefined,
  encoding: string | undefined,
): RequestError | undefined {
  if (method === undefined) return { code: Code.Unimplemented, message: `there is no method ${head.path} here` };
  if (timeoutMs === undefined) return { code: Code.Internal, message: `the grpc-timeout "${timeout}" is malformed` };
  if (encoding !== undefined && host.compressions.get(encoding) === undefined) {
    return {
      code: Code.Unimplemented,
      message: `the grpc-encoding "${encoding}" is not supported; there are: ${host.compressions.acceptEncoding}`,
      fields: [{ name: "grpc-accept-encoding", value: host.compressions.acceptEncoding }],
    };
  }
  return undefined;
}

/** The head of every response without compression: the same array always, so that its block is encoded once. */
const RESPONSE_FIELDS: HttpFields = [
  { name: ":status", value: "200" },
  { name: "content-type", value: CONTENT_TYPE },
];

function trailersOnlyFields(code: Code, message: string): HttpField[] {
  return [...RESPONSE_FIELDS, ...statusFields(code, message)];
}

/** Heads of compressed responses, by encoding; as many as there are encodings. */
const compressedFields = new Map<string, HttpFields>();

function responseFields(encoding: string | undefined): HttpFields {
  if (encoding === undefined) return RESPONSE_FIELDS;
  let fields = compressedFields.get(encoding);
  if (fields === undefined) {
    fields = [...RESPONSE_FIELDS, { name: "grpc-encoding", value: encoding }];
    compressedFields.set(encoding, fields);
  }
  return fields;
}

/** One call on the wire. */
class GrpcServerExchange extends MessageStream implements ServerExchange {
  sink: ServerExchangeSink = UNSET;
  private readonly host: ServerHost;
  private readonly plan: RequestPlan;
  private headerSent = false;
  private requestEnded = false;
  private finished = false;

  constructor(host: ServerHost, stream: HttpStream, method: ServerMethod, plan: RequestPlan) {
    super(stream, method.type.input, method.type.output, method.maxReceiveBytes);
    this.host = host;
    this.plan = plan;
    if (plan.encoding !== undefined) this.inboundCompression = host.compressions.get(plan.encoding);
  }

  useCompression(name: string): boolean {
    if (this.headerSent) return (this.outboundCompression?.name ?? "identity") === name;
    const accepted = name === "identity" || this.plan.acceptEncoding.split(",").some((each) => each.trim() === name);
    if (accepted) this.outboundCompression = this.host.compressions.require(name);
    return accepted;
  }

  sendHeader(metadata: Metadata | undefined): void {
    if (this.headerSent) return;
    this.headerSent = true;
    this.stream.sendHead(responseFields(this.outboundCompression?.name), metadataFields(metadata), false);
  }

  send(message: unknown): boolean {
    return this.sendMessage(message, false);
  }

  finish(code: Code, message: string, details: readonly Any[], trailer: Metadata | undefined): void {
    if (this.finished) return;
    this.finished = true;
    this.closed = true;
    if (this.deflating) this.afterDeflating(() => this.sendStatus(code, message, details, trailer));
    else this.sendStatus(code, message, details, trailer);
  }

  abandon(): void {
    this.finished = true;
    this.closed = true;
  }

  hold(): void {
    this.stream.hold();
  }

  release(): void {
    this.stream.release();
  }

  onHead(): void {
    // The head came with the stream; on a server further sections are trailers.
  }

  onTrailers(): void {
    // Requests have no trailers in gRPC; their end is the end of the requests.
    this.onData(NOTHING, 0, 0, true);
  }

  onFailure(failure: HttpFailure): void {
    // Also when nothing more is read: a handler may still be at work.
    this.closed = true;
    if (!this.finished) this.sink.onCancel(failure);
  }

  onWritable(): void {
    if (!this.finished) this.sink.onWritable();
  }

  protected override onMessage(message: unknown, size: number): boolean {
    return this.sink.onMessage(message, size);
  }

  protected override onEndOfData(): void {
    this.requestEnded = true;
    this.sink.onHalfClose();
  }

  protected override onUnreadable(code: Code, message: string): void {
    this.sink.onBadRequest(code, message);
  }

  private sendStatus(code: Code, message: string, details: readonly Any[], trailer: Metadata | undefined): void {
    let extra = metadataFields(trailer);
    if (details.length > 0) extra = [...(extra ?? []), detailsField(code, message, details)];
    if (!this.headerSent) {
      this.headerSent = true;
      this.stream.sendHead(trailersOnlyFields(code, message), extra, true);
    } else if (code === Code.Ok && message === "") {
      this.stream.sendHead(OK_TRAILERS, extra, true);
    } else {
      this.stream.sendHead(statusFields(code, message), extra, true);
    }
    // The client may still be sending: it is told that the rest is not wanted (RFC 9113 §8.1).
    if (!this.requestEnded) this.stream.reset(NO_ERROR);
  }
}

/** Until the server has taken the call over. */
const UNSET: ServerExchangeSink = {
  onMessage: () => true,
  onHalfClose() {},
  onBadRequest() {},
  onCancel() {},
  onWritable() {},
};

const NOTHING = new Uint8Array(0);

/** RFC 9113 §7. */
const NO_ERROR = 0x0;
