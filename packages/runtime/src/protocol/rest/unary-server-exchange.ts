import type { Any } from "../../protobuf/wkt/google/protobuf/any.pb.js";
import { type BareBody, type BareRequest, BareServerExchange } from "../../rpc/bare-server-exchange.js";
import type { Code } from "../../rpc/code.js";
import type { ServerHost, ServerMethod } from "../../rpc/exchange.js";
import type { HttpStream } from "../../rpc/http-types.js";
import { statusJson } from "./error-json.js";
import { httpBodyOf, replyJson } from "./reply.js";
import { readRequest } from "./request.js";
import type { RestMatch } from "./rest-router.js";

/** What the head of a request of REST says. */
export interface RestRequest extends BareRequest {
  readonly match: RestMatch;
  readonly query: string;
  readonly contentType: string;
}

/** A unary call over REST: JSON both ways, or the bytes of an HttpBody. */
export class RestUnaryExchange extends BareServerExchange {
  protected readonly rest: RestRequest;

  constructor(host: ServerHost, stream: HttpStream, method: ServerMethod, request: RestRequest) {
    super(host, stream, method, request);
    this.rest = request;
  }

  protected override readRequest(body: Uint8Array): unknown {
    const { match, query, contentType } = this.rest;
    return readRequest(match, query, body, contentType, this.host.registry);
  }

  protected override writeReply(message: unknown): BareBody {
    const { route } = this.rest.match;
    return httpBodyOf(route, message) ?? jsonBody(replyJson(route, message, this.host.registry));
  }

  protected override writeError(code: Code, message: string, details: readonly Any[]): BareBody {
    return jsonBody(statusJson(code, message, details, this.host.registry));
  }
}

/** JSON as a body. */
export function jsonBody(json: unknown): BareBody {
  return { contentType: "application/json", content: JSON.stringify(json) };
}
