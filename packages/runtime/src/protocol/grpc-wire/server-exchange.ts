import { NO_BYTES } from "../../base/no-bytes.js";
import type { Any } from "../../protobuf/wkt/google/protobuf/any.pb.js";
import { Code } from "../../rpc/code.js";
import type { ServerHost, ServerMethod } from "../../rpc/exchange.js";
import { NO_ERROR } from "../../rpc/http-code.js";
import type { HttpFields, HttpHead, HttpPeer, HttpStream } from "../../rpc/http-types.js";
import type { Metadata } from "../../rpc/metadata.js";
import { ServerMessageStream } from "../../rpc/server-message-stream.js";
import { metadataFields, OK_TRAILERS, statusFields } from "./status.js";
import { detailsField } from "./status-details.js";
import { parseTimeout } from "./timeout.js";

/** What gRPC and gRPC-Web differ in, as a server speaks them: content types, and where the trailers go. */
export interface GrpcServerWire {
  /** The head of a response; the same array each time, so that its block is encoded once. */
  responseFields(encoding: string | undefined): HttpFields;
  /** Whether what a head says is remembered with it: only for one protocol, since others are not told from it. */
  readonly remembersPlans: boolean;
  exchange(host: ServerHost, stream: HttpStream, method: ServerMethod, plan: RequestPlan): GrpcServerExchange;
}

/** Answers a request of gRPC or gRPC-Web. */
export function serveGrpc(
  wire: GrpcServerWire,
  host: ServerHost,
  stream: HttpStream,
  head: HttpHead,
  endStream: boolean,
  peer: HttpPeer,
): void {
  const plan = (head.derived as RequestPlan | undefined) ?? planRequest(host, head);
  const method = plan.method;
  if (plan.error !== undefined || method === undefined) {
    const error = plan.error as RequestError;
    const fields = [...wire.responseFields(undefined), ...statusFields(error.code, error.message)];
    stream.sendHead(fields, error.fields, true);
    host.refused(method, { head, peer, timeoutMs: plan.timeoutMs }, error.code, error.message);
    // The rest of the request is not wanted (RFC 9113 §8.1).
    if (!endStream) stream.reset(NO_ERROR);
    return;
  }
  // What is wrong today may be right tomorrow, since services can be added: only what can be served is remembered.
  if (wire.remembersPlans) head.derived = plan;
  const exchange = wire.exchange(host, stream, method, plan);
  stream.sink = exchange;
  host.accept(method, exchange, { head, peer, timeoutMs: plan.timeoutMs });
  if (endStream) exchange.onData(NO_BYTES, 0, 0, true);
}

/** What a request head says. */
export interface RequestPlan {
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

/** One call on the wire. */
export abstract class GrpcServerExchange extends ServerMessageStream {
  private readonly wire: GrpcServerWire;
  private readonly host: ServerHost;
  private readonly plan: RequestPlan;

  constructor(wire: GrpcServerWire, host: ServerHost, stream: HttpStream, method: ServerMethod, plan: RequestPlan) {
    super(stream, method.type.input, method.type.output, method.maxReceiveBytes);
    this.wire = wire;
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
    this.stream.sendHead(this.wire.responseFields(this.outboundCompression?.name), metadataFields(metadata), false);
  }

  finish(code: Code, message: string, details: readonly Any[], trailer: Metadata | undefined): void {
    if (this.finished) return;
    this.finished = true;
    this.closed = true;
    if (this.deflating) this.afterDeflating(() => this.sendStatus(code, message, details, trailer));
    else this.sendStatus(code, message, details, trailer);
  }

  protected override onUnreadable(code: Code, message: string): void {
    this.sink.onBadRequest(code, message);
  }

  /** Sends what follows the last message, and ends the response. */
  protected abstract sendTrailers(fields: HttpFields, extra: HttpFields | undefined): void;

  private sendStatus(code: Code, message: string, details: readonly Any[], trailer: Metadata | undefined): void {
    let extra = metadataFields(trailer);
    if (details.length > 0) extra = [...(extra ?? []), detailsField(code, message, details)];
    if (!this.headerSent) {
      this.headerSent = true;
      this.stream.sendHead([...this.wire.responseFields(undefined), ...statusFields(code, message)], extra, true);
    } else {
      this.sendTrailers(code === Code.Ok && message === "" ? OK_TRAILERS : statusFields(code, message), extra);
    }
    // The client may still be sending: it is told that the rest is not wanted (RFC 9113 §8.1).
    if (!this.requestEnded) this.stream.reset(NO_ERROR);
  }
}
