import { connectServer } from "../protocol/connect/server-exchange.js";
import { grpcServer } from "../protocol/grpc/server-exchange.js";
import { grpcWebServer } from "../protocol/grpc-web/server-exchange.js";
import type { ServerHost, ServerProtocol } from "../rpc/exchange.js";
import type { HttpFields, HttpHead, HttpPeer, HttpStream } from "../rpc/http-types.js";
import { type CorsPolicy, isPreflight, originOf } from "./cors.js";
import { CorsStream } from "./cors-stream.js";

/** In the order in which they are asked: JSON and GET are claimed by the one that knows the path. */
const PROTOCOLS: readonly ServerProtocol[] = [grpcServer, grpcWebServer, connectServer];

/** Finds the protocol of a request by its method and content type, and has it answered. */
export function dispatch(
  host: ServerHost,
  cors: CorsPolicy | undefined,
  stream: HttpStream,
  head: HttpHead,
  endStream: boolean,
  peer: HttpPeer,
): void {
  const origin = originOf(head.fields);
  if (isPreflight(head)) {
    if (origin !== undefined && cors?.allows(origin)) cors.answerPreflight(stream, head, origin);
    else stream.sendHead(FORBIDDEN, undefined, true);
    if (!endStream) stream.reset(NO_ERROR);
    return;
  }
  const shared = origin !== undefined && cors?.allows(origin) ? new CorsStream(stream, cors, origin) : stream;
  const contentType = head.fields.find(({ name }) => name === "content-type")?.value ?? "";
  for (const protocol of PROTOCOLS) {
    if (protocol.accepts(head, contentType, host)) {
      protocol.serve(host, shared, head, endStream, peer);
      return;
    }
  }
  // "gRPC servers SHOULD respond with HTTP status of 415" (gRPC over HTTP2, "Content-Type").
  shared.sendHead(head.method === "POST" ? UNSUPPORTED_MEDIA_TYPE : METHOD_NOT_ALLOWED, undefined, true);
  if (!endStream) shared.reset(NO_ERROR);
}

const FORBIDDEN: HttpFields = [{ name: ":status", value: "403" }];
const UNSUPPORTED_MEDIA_TYPE: HttpFields = [{ name: ":status", value: "415" }];
const METHOD_NOT_ALLOWED: HttpFields = [
  { name: ":status", value: "405" },
  { name: "allow", value: "POST" },
];

/** RFC 9113 §7. */
const NO_ERROR = 0x0;
