import { encodeText } from "../../base/encode-text.js";
import { NO_BYTES } from "../../base/no-bytes.js";
import { rememberLast } from "../../base/remember-last.js";
import { acceptsEncoding, unknownEncoding } from "../../rpc/accept-encoding.js";
import { Code } from "../../rpc/code.js";
import type { ServerHost, ServerMethod, ServerProtocol } from "../../rpc/exchange.js";
import { NO_ERROR } from "../../rpc/http-code.js";
import { httpStatusOf } from "../../rpc/http-status.js";
import type { HttpField, HttpHead, HttpPeer, HttpStream } from "../../rpc/http-types.js";
import { pathnameOf, queryOf } from "../../rpc/request-path.js";
import { statusJson } from "./error-json.js";
import { routerOf } from "./http-rule.js";
import { isHttpBody } from "./request.js";
import type { MethodMismatch, RestMatch, RestRouter } from "./rest-router.js";
import { RestStreamExchange } from "./stream-server-exchange.js";
import { type RestRequest, RestUnaryExchange } from "./unary-server-exchange.js";

/** REST as `google.api.http` describes it (google/api/http.proto), as a server speaks it; over any HTTP. */
export const restServer: ServerProtocol = {
  serve(host, stream, head, contentType, endStream, peer): boolean {
    const router = routersOf(host);
    let found: RestMatch | MethodMismatch | undefined;
    try {
      found = router.match(head.method, pathnameOf(head.path));
    } catch (error) {
      if (!(error instanceof URIError)) throw error;
      refuse(host, stream, Code.InvalidArgument, "the path has an escape that is none", endStream);
      return true;
    }
    if (found === undefined) return false;
    if ("allow" in found) refuseMethod(stream, found, endStream);
    else serveMatch(host, stream, head, contentType, endStream, peer, found);
    return true;
  },
};

/** The routes of a server, made anew when services were added. */
function routersOf(host: ServerHost): RestRouter {
  let known = routers.get(host);
  if (known === undefined || known.services !== host.services.size) {
    known = {
      services: host.services.size,
      router: routerOf(host.services.values(), (mistake) => host.reportMistake(mistake)),
    };
    routers.set(host, known);
  }
  return known.router;
}

const routers = new WeakMap<ServerHost, { readonly services: number; readonly router: RestRouter }>();

function serveMatch(
  host: ServerHost,
  stream: HttpStream,
  head: HttpHead,
  contentType: string,
  endStream: boolean,
  peer: HttpPeer,
  match: RestMatch,
): void {
  const { method: type } = match.route;
  const method = host.find(type.path);
  const fail = (code: Code, message: string): void => {
    refuse(host, stream, code, message, endStream);
    host.refused(method, { head, peer, timeoutMs: timeoutOf(head) }, code, message);
  };
  if (method === undefined) {
    fail(Code.Unimplemented, `there is no method ${type.path} here`);
    return;
  }
  if (type.kind === "client_streaming" || type.kind === "bidi_streaming") {
    fail(Code.Unimplemented, `${type.path} takes a stream of requests, which REST can't carry`);
    return;
  }
  if (!takes(match, contentType, endStream)) {
    stream.sendHead(
      [
        { name: ":status", value: "415" },
        { name: "accept-post", value: "application/json" },
      ],
      undefined,
      true,
    );
    if (!endStream) stream.reset(NO_ERROR);
    return;
  }
  const encoding = fieldValue(head, "content-encoding");
  if (encoding !== undefined && encoding !== "identity" && host.compressions.get(encoding) === undefined) {
    fail(Code.Unimplemented, unknownEncoding(encoding, host.compressions));
    return;
  }
  const request: RestRequest = {
    match,
    query: queryOf(head.path),
    contentType,
    encoding: encoding === "identity" ? undefined : encoding,
    accepts: (name) => acceptsEncoding(fieldValue(head, "accept-encoding") ?? "", undefined, name),
  };
  open(host, stream, head, endStream, peer, method, request);
}

function open(
  host: ServerHost,
  stream: HttpStream,
  head: HttpHead,
  endStream: boolean,
  peer: HttpPeer,
  method: ServerMethod,
  request: RestRequest,
): void {
  const exchange =
    method.type.kind === "unary"
      ? new RestUnaryExchange(host, stream, method, request)
      : new RestStreamExchange(host, stream, method, request, takesEvents(head));
  stream.sink = exchange;
  host.accept(method, exchange, { head, peer, timeoutMs: timeoutOf(head) });
  if (endStream) exchange.onData(NO_BYTES, 0, 0, true);
}

function takesEvents(head: HttpHead): boolean {
  return fieldValue(head, "accept")?.includes("text/event-stream") === true;
}

/** A body is JSON, or what an HttpBody says; a request without a body need not say what it is. */
function takes({ route }: RestMatch, contentType: string, endStream: boolean): boolean {
  if (route.body === "" || (contentType === "" && endStream)) return true;
  if (isJson(contentType)) return true;
  const { input } = route.method;
  const field = input.fields.find(({ name }) => name === route.body);
  const type = field === undefined ? input : field.type;
  return typeof type === "object" && "readFrom" in type && isHttpBody(type);
}

const isJson = rememberLast((contentType) => /^application\/(?:[\w.-]+\+)?json\s*(?:;|$)/i.test(contentType));

/** Seconds that the client allows, as Google's front ends read them (`x-server-timeout`). */
function timeoutOf(head: HttpHead): number {
  const seconds = fieldValue(head, "x-server-timeout");
  return seconds !== undefined && /^\d{1,9}(\.\d{1,9})?$/.test(seconds) ? Number(seconds) * 1000 : Infinity;
}

function refuse(host: ServerHost, stream: HttpStream, code: Code, message: string, endStream: boolean): void {
  const bytes = encodeText(JSON.stringify(statusJson(code, message, [], host.registry)));
  const fields: HttpField[] = [
    { name: ":status", value: String(httpStatusOf(code)) },
    { name: "content-type", value: "application/json" },
    { name: "content-length", value: String(bytes.length) },
  ];
  stream.sendHead(fields, undefined, false);
  stream.sendData(bytes, true);
  if (!endStream) stream.reset(NO_ERROR);
}

function refuseMethod(stream: HttpStream, { allow }: MethodMismatch, endStream: boolean): void {
  const fields: HttpField[] = [
    { name: ":status", value: "405" },
    { name: "allow", value: allow.join(", ") },
  ];
  stream.sendHead(fields, undefined, true);
  if (!endStream) stream.reset(NO_ERROR);
}

function fieldValue(head: HttpHead, name: string): string | undefined {
  for (const field of head.fields) if (field.name === name) return field.value;
  return undefined;
}
