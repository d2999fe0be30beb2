import type { Any } from "../../protobuf/wkt/google/protobuf/any.pb.js";
import { acceptsEncoding } from "../../rpc/accept-encoding.js";
import { Code } from "../../rpc/code.js";
import type { ServerHost, ServerMethod } from "../../rpc/exchange.js";
import { NO_ERROR } from "../../rpc/http-code.js";
import type { HttpField, HttpStream } from "../../rpc/http-types.js";
import { jsonFormat } from "../../rpc/message-format.js";
import { UNNAMED_ENCODING } from "../../rpc/message-stream.js";
import type { Metadata } from "../../rpc/metadata.js";
import { ServerMessageStream } from "../../rpc/server-message-stream.js";
import { contentTypeOf } from "./content-type.js";
import { endStreamEnvelope } from "./end-stream.js";
import type { RequestPlan } from "./request-plan.js";

/** A call with a stream on either side: envelopes both ways, the last of which holds status and trailer. */
export class ConnectStreamExchange extends ServerMessageStream {
  private readonly host: ServerHost;
  private readonly plan: RequestPlan;

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

  protected override onUnreadable(code: Code, message: string): void {
    // What a client sends that is no message is its argument; that it breaks the protocol, or sends too much, is not.
    const isArgument = code === Code.Internal && message !== UNNAMED_ENCODING;
    this.sink.onBadRequest(isArgument ? Code.InvalidArgument : code, message);
  }
}
