import type { Any } from "../../protobuf/wkt/google/protobuf/any.pb.js";
import { acceptsEncoding } from "../../rpc/accept-encoding.js";
import { type BareBody, type BareRequest, BareServerExchange } from "../../rpc/bare-server-exchange.js";
import type { Code } from "../../rpc/code.js";
import type { ServerHost, ServerMethod } from "../../rpc/exchange.js";
import { fieldValue } from "../../rpc/field-value.js";
import type { HttpHead, HttpStream } from "../../rpc/http-types.js";
import { queryOf } from "../../rpc/request-path.js";
import { statusJson } from "./error-json.js";
import { httpBodyOf, replyText } from "./reply.js";
import { readRequest } from "./request.js";
import type { RestMatch } from "./rest-router.js";

/** What the head of a request of REST says. */
export class RestRequest implements BareRequest {
  readonly match: RestMatch;
  readonly contentType: string;
  readonly encoding: string | undefined;
  private readonly head: HttpHead;

  /** @param encoding how the body is compressed */
  constructor(match: RestMatch, head: HttpHead, contentType: string, encoding: string | undefined) {
    this.match = match;
    this.head = head;
    this.contentType = contentType;
    this.encoding = encoding;
  }

  get query(): string {
    return queryOf(this.head.path);
  }

  accepts(encoding: string): boolean {
    return acceptsEncoding(fieldValue(this.head, "accept-encoding") ?? "", undefined, encoding);
  }
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
    return httpBodyOf(route, message) ?? jsonBody(replyText(route, message, this.host.registry));
  }

  protected override writeError(code: Code, message: string, details: readonly Any[]): BareBody {
    return jsonBody(JSON.stringify(statusJson(code, message, details, this.host.registry)));
  }
}

/** The text of JSON as a body. */
export function jsonBody(content: string): BareBody {
  return { contentType: "application/json", content };
}
