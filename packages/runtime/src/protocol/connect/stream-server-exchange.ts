import type { Any } from "../../protobuf/wkt/google/protobuf/any.pb.js";
import { acceptsEncoding } from "../../rpc/accept-encoding.js";
import { Code } from "../../rpc/code.js";
import type { ServerExchange, ServerExchangeSink, ServerHost, ServerMethod } from "../../rpc/exchange.js";
import type { HttpFailure, HttpField, HttpStream } from "../../rpc/http-types.js";
import { jsonFormat } from "../../rpc/message-format.js";
import { MessageStream, UNNAMED_ENCODING } from "../../rpc/message-stream.js";
import type { Metadata } from "../../rpc/metadata.js";
import { UNSET_SERVER_SINK } from "../../rpc/unset-sinks.js";
import { contentTypeOf } from "./content-type.js";
import { endStreamEnvelope } from "./end-stream.js";
import type { RequestPlan } from "./request-plan.js";

/** A call with a stream on either side: envelopes both ways, the last of which holds status and trailer. */
export class ConnectStreamExchange extends MessageStream implements ServerExchange {
  sink: ServerExchangeSink = UNSET_SERVER_SINK;
  private readonly host: ServerHost;
  private readonly plan: RequestPlan;
  private headerSent = false;
  private requestEnded = false;
  private finished = false;

  constructor(host: ServerHost, stream: HttpStream, method: ServerMethod, plan: RequestPlan) {
    const { input, output } = method.type;
    const isJson = plan.codec === "json";
    super(
      stream,
      isJson ? jsonFormat(input, host.registry) : input,
      isJson ? jsonFormat(output, host.registry) : output,
      method.maxReceiveBytes,
    );
    this.host = host;
    this.plan = plan;
    if (plan.encoding !== undefined) this.inboundCompression = host.compressions.get(plan.encoding);
  }

  useCompression(name: string): boolean {
    if (this.headerSent) return (this.outboundCompression?.name ?? "identity") === name;
    if (!acceptsEncoding(this.plan.acceptEncoding, this.plan.encoding, name)) return false;
    this.outboundCompression = this.host.compressions.require(name);
    return true;
  }

  sendHeader(metadata: Metadata | undefined): void {
    if (this.headerSent) return;
    this.headerSent = true;
    const fields: HttpField[] = [
      { name: ":status", value: "200" },
      { name: "content-type", value: contentTypeOf({ codec: this.plan.codec, streams: true }) },
      { name: "connect-accept-encoding", value: this.host.compressions.acceptEncoding },
    ];
    if (this.outboundCompression !== undefined) {
      fields.push({ name: "connect-content-encoding", value: this.outboundCompression.name });
    }
    this.stream.sendHead(fields, metadata?.toFields(), false);
  }

  send(message: unknown): boolean {
    return this.sendMessage(message, false);
  }

  finish(code: Code, message: string, details: readonly Any[], trailer: Metadata | undefined): void {
    if (this.finished) return;
    this.finished = true;
    this.closed = true;
    const end = () => {
      this.sendHeader(undefined);
      this.stream.sendData(endStreamEnvelope(code, message, details, trailer), true);
      // The client may still be sending: it is told that the rest is not wanted (RFC 9113 §8.1).
      if (!this.requestEnded) this.stream.reset(NO_ERROR);
    };
    if (this.deflating) this.afterDeflating(end);
    else end();
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
    // The head came with the stream.
  }

  onTrailers(): void {
    this.onData(NOTHING, 0, 0, true);
  }

  onFailure(failure: HttpFailure): void {
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
    // What a client sends that is no message is its argument; that it breaks the protocol, or sends too much, is not.
    const isArgument = code === Code.Internal && message !== UNNAMED_ENCODING;
    this.sink.onBadRequest(isArgument ? Code.InvalidArgument : code, message);
  }
}

const NOTHING = new Uint8Array(0);

/** RFC 9113 §7. */
const NO_ERROR = 0x0;
