import { ByteWriter } from "../../base/byte-writer.js";
import type { Any } from "../../protobuf/wkt/google/protobuf/any.pb.js";
import { acceptsEncoding } from "../../rpc/accept-encoding.js";
import { type BareBody, BareServerExchange } from "../../rpc/bare-server-exchange.js";
import type { Code } from "../../rpc/code.js";
import type { ServerHost, ServerMethod } from "../../rpc/exchange.js";
import type { HttpStream } from "../../rpc/http-types.js";
import { jsonFormat, type MessageFormat } from "../../rpc/message-format.js";
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
    return this.#format("input").readFrom(body, 0, body.length);
  }

  protected override writeReply(message: unknown): BareBody {
    const writer = new ByteWriter();
    this.#format("output").writeTo(writer, message);
    return { contentType: contentTypeOf({ codec: this.#plan.codec, streams: false }), content: writer.finish() };
  }

  protected override writeError(code: Code, message: string, details: readonly Any[]): BareBody {
    return { contentType: "application/json", content: JSON.stringify(errorToJson(code, message, details)) };
  }

  #format(side: "input" | "output"): MessageFormat {
    const type = this.#method.type[side];
    return this.#plan.codec === "json" ? jsonFormat(type, this.host.registry) : type;
  }
}
