import { encodeText } from "../../base/encode-text.js";
import { NO_BYTES } from "../../base/no-bytes.js";
import { unknownEncoding } from "../../rpc/accept-encoding.js";
import { Code } from "../../rpc/code.js";
import type { ServerHost, ServerMethod, ServerProtocol } from "../../rpc/exchange.js";
import { fieldValue } from "../../rpc/field-value.js";
import { NO_ERROR } from "../../rpc/http-code.js";
import { httpStatusOf } from "../../rpc/http-status.js";
import type { HttpField, HttpHead, HttpPeer, HttpStream } from "../../rpc/http-types.js";
import { pathnameOf } from "../../rpc/request-path.js";
import { statusJson } from "./error-json.js";
import { routerOf } from "./http-rule.js";
import type { MethodMismatch, RestMatch, RestRouter } from "./rest-router.js";
import { RestStreamExchange } from "./stream-server-exchange.js";
import { RestRequest, RestUnaryExchange } from "./unary-server-exchange.js";

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
  if (method === undefined) {
    fail(host, stream, head, endStream, peer, method, Code.Unimplemented, `there is no method ${type.path} here`);
    return;
  }
  if (type.kind === "client_streaming" || type.kind === "bidi_streaming") {
    const message = `${type.path} takes a stream of requests, which REST can't carry`;
    fail(host, stream, head, endStream, peer, method, Code.Unimplemented, message);
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
  let encoding = fieldValue(head, "content-encoding");
  if (encoding === "identity") encoding = undefined;
  if (encoding !== undefined && host.compressions.get(encoding) === undefined) {
    const message = unknownEncoding(encoding, host.compressions);
    fail(host, stream, head, endStream, peer, method, Code.Unimplemented, message);
    return;
  }
  open(host, stream, head, endStream, peer, method, new RestRequest(match, head, contentType, encoding));
}

/** Answers what is a route's, but can't become a call. */
function fail(
  host: ServerHost,
  stream: HttpStream,
  head: HttpHead,
  endStream: boolean,
  peer: HttpPeer,
  method: ServerMethod | undefined,
  code: Code,
  message: string,
): void {
  refuse(host, stream, code, message, endStream);
  host.refused(method, { head, peer, timeoutMs: timeoutOf(head) }, code, message);
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
      : new RestStreamExchange(host, stream, method, request, wantsEvents(head));
  stream.sink = exchange;
  host.accept(method, exchange, { head, peer, timeoutMs: timeoutOf(head) });
  if (endStream) exchange.onData(NO_BYTES, 0, 0, true);
}

function wantsEvents(head: HttpHead): boolean {
  return fieldValue(head, "accept")?.includes("text/event-stream") === true;
}

/** A body is JSON, or what an HttpBody says; a request without a body need not say what it is. */
function takes({ route }: RestMatch, contentType: string, endStream: boolean): boolean {
  if (contentType === "application/json" || route.body === "" || route.takesBytes) return true;
  return (contentType === "" && endStream) || JSON_TYPE.test(contentType);
}

const JSON_TYPE = /^application\/(?:[\w.-]+\+)?json\s*(?:;|$)/i;

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
