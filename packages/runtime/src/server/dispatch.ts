import { connectServer } from "../protocol/connect/server-exchange.js";
import { grpcServer } from "../protocol/grpc/server-exchange.js";
import { grpcWebServer } from "../protocol/grpc-web/server-exchange.js";
import { serveWebSocket } from "../protocol/grpc-web/web-socket-server.js";
import { restServer } from "../protocol/rest/server-exchange.js";
import { Code } from "../rpc/code.js";
import type { ServerHost, ServerProtocol } from "../rpc/exchange.js";
import { fieldValue } from "../rpc/field-value.js";
import { NO_ERROR } from "../rpc/http-code.js";
import type { HttpFields, HttpHead, HttpPeer, HttpStream } from "../rpc/http-types.js";
import { pathnameOf } from "../rpc/request-path.js";
import { type CorsPolicy, isPreflight, mayCall } from "./cors.js";
import { CorsStream } from "./cors-stream.js";

/** In the order in which they are asked: JSON and GET are claimed by the one that knows the path. */
const PROTOCOLS: readonly ServerProtocol[] = [grpcServer, grpcWebServer, connectServer, restServer];

/** Finds the protocol of a request by its method and content type, and has it answered. */
export function dispatch(
  host: ServerHost,
  cors: CorsPolicy | undefined,
  stream: HttpStream,
  head: HttpHead,
  endStream: boolean,
  peer: HttpPeer,
): void {
  const origin = fieldValue(head, "origin");
  if (isPreflight(head)) {
    if (origin !== undefined && cors?.allows(origin)) cors.answerPreflight(stream, head, origin);
    else stream.sendHead(FORBIDDEN, undefined, true);
    if (!endStream) stream.reset(NO_ERROR);
    return;
  }
  if (origin !== undefined && !mayCall(cors, head, origin)) {
    const message = `pages of ${origin} may not call here: the server's option "cors" names those that may`;
    refuse(stream, FORBIDDEN, message, endStream);
    host.refused(host.find(pathnameOf(head.path)), { head, peer, timeoutMs: Infinity }, Code.PermissionDenied, message);
    return;
  }
  if (head.protocol !== undefined) {
    serveWebSocket(host, stream, head, peer);
    return;
  }
  const shared = origin !== undefined && cors?.allows(origin) ? new CorsStream(stream, cors, origin) : stream;
  const contentType = fieldValue(head, "content-type") ?? "";
  for (const protocol of PROTOCOLS) if (protocol.serve(host, shared, head, contentType, endStream, peer)) return;
  const answer = answerTo(host, head, contentType);
  if (answer === NOT_FOUND && stream.pass?.() === true) return;
  shared.sendHead(answer, undefined, true);
  if (!endStream) shared.reset(NO_ERROR);
}

/** Answers in words for who looks at the response, and not at the protocol that was to be spoken. */
function refuse(stream: HttpStream, head: HttpFields, message: string, endStream: boolean): void {
  stream.sendHead(head, [{ name: "content-type", value: "text/plain; charset=utf-8" }], false);
  stream.sendData(encoder.encode(`${message}\n`), true);
  if (!endStream) stream.reset(NO_ERROR);
}

/** What a request of no protocol gets. */
function answerTo(host: ServerHost, head: HttpHead, contentType: string): HttpFields {
  const isMethod = host.find(pathnameOf(head.path)) !== undefined;
  if (isMethod && head.method !== "POST") return METHOD_NOT_ALLOWED;
  // "gRPC servers SHOULD respond with HTTP status of 415" (gRPC over HTTP2, "Content-Type").
  return isMethod || contentType.startsWith("application/grpc") ? UNSUPPORTED_MEDIA_TYPE : NOT_FOUND;
}

const encoder = new TextEncoder();

const NOT_FOUND: HttpFields = [{ name: ":status", value: "404" }];
const FORBIDDEN: HttpFields = [{ name: ":status", value: "403" }];
const UNSUPPORTED_MEDIA_TYPE: HttpFields = [{ name: ":status", value: "415" }];
const METHOD_NOT_ALLOWED: HttpFields = [
  { name: ":status", value: "405" },
  { name: "allow", value: "POST" },
];
