import { ByteWriter } from "../../base/byte-writer.js";
import type { Any } from "../../protobuf/wkt/google/protobuf/any.pb.js";
import { acceptsEncoding } from "../../rpc/accept-encoding.js";
import { type BareBody, BareServerExchange } from "../../rpc/bare-server-exchange.js";
import type { Code } from "../../rpc/code.js";
import type { ServerHost, ServerMethod } from "../../rpc/exchange.js";
import type { HttpStream } from "../../rpc/http-types.js";
import { readJsonBody, writeJsonText } from "../../rpc/json-body.js";
import { contentTypeOf } from "./content-type.js";
import { errorToJson } from "./error-json.js";
import type { RequestPlan } from "./request-plan.js";

/** A unary call: its body is the message, its status that of HTTP. */
export class ConnectUnaryExchange extends BareServerExchange {
  readonly #method: ServerMethod;
  readonly #plan: RequestPlan;

  constructor(host: ServerHost, stream: HttpStream, method: ServerMethod, plan: RequestPlan) {
    const { encoding, acceptEncoding } = plan;
    super(host, stream, method, { encoding, accepts: (name) => acceptsEncoding(acceptEncoding, encoding, name) });
    this.#method = method;
    this.#plan = plan;
  }

  protected override readRequest(body: Uint8Array): unknown {
    const { input } = this.#method.type;
    if (this.#plan.codec === "proto") return input.readFrom(body, 0, body.length);
    // Members that are not known are skipped, as unknown fields are in binary: a newer client must not be turned away.
    return readJsonBody(input, body, { registry: this.host.registry, ignoreUnknownFields: true });
  }

  protected override writeReply(message: unknown): BareBody {
    const { output } = this.#method.type;
    const contentType = contentTypeOf({ codec: this.#plan.codec, streams: false });
    if (this.#plan.codec === "json") {
      return { contentType, content: writeJsonText(output, message, this.host.registry) };
    }
    const writer = new ByteWriter();
    output.writeTo(writer, message);
    return { contentType, content: writer.finish() };
  }

  protected override writeError(code: Code, message: string, details: readonly Any[]): BareBody {
    return { contentType: "application/json", content: JSON.stringify(errorToJson(code, message, details)) };
  }
}
