import { NO_BYTES } from "../../base/no-bytes.js";
import { unknownEncoding } from "../../rpc/accept-encoding.js";
import { Code } from "../../rpc/code.js";
import type { ServerHost, ServerMethod, ServerProtocol } from "../../rpc/exchange.js";
import { NO_ERROR } from "../../rpc/http-code.js";
import { httpStatusOf } from "../../rpc/http-status.js";
import type { HttpFields, HttpHead, HttpPeer, HttpStream } from "../../rpc/http-types.js";
import { pathnameOf, queryOf } from "../../rpc/request-path.js";
import { type ConnectType, contentTypeOf, parseContentType } from "./content-type.js";
import { endStreamEnvelope } from "./end-stream.js";
import { errorToJson } from "./error-json.js";
import { parseGetRequest } from "./get-request.js";
import { planRequest, type RequestPlan } from "./request-plan.js";
import { ConnectStreamExchange } from "./stream-server-exchange.js";
import { ConnectUnaryExchange } from "./unary-server-exchange.js";

/** The Connect protocol (connectrpc.com/docs/protocol), as a server speaks it; over any HTTP. */
export const connectServer: ServerProtocol = {
  /** JSON and GET are everybody's: they are Connect's where the path is that of a method. */
  serve(host, stream, head, contentType, endStream, peer): boolean {
    const method = host.find(pathnameOf(head.path));
    if (head.method === "GET") {
      if (method === undefined) return false;
      serveGet(host, stream, head, endStream, peer, method);
      return true;
    }
    const type = parseContentType(contentType);
    if (head.method !== "POST" || type === undefined) return false;
    if (method !== undefined) servePost(host, stream, head, endStream, peer, method, type);
    else if (type.streams || type.codec === "proto") {
      const message = `there is no method ${head.path} here`;
      // "404 Not Found": the path leads nowhere, as for any other server of HTTP (Connect protocol, "HTTP to Error Code").
      refuseUnary(stream, 404, Code.Unimplemented, message, endStream);
      host.refused(undefined, { head, peer, timeoutMs: Infinity }, Code.Unimplemented, message);
    } else return false;
    return true;
  },
};

function servePost(
  host: ServerHost,
  stream: HttpStream,
  head: HttpHead,
  endStream: boolean,
  peer: HttpPeer,
  method: ServerMethod,
  type: ConnectType,
): void {
  const streams = method.type.kind !== "unary";
  if (type.streams !== streams) {
    // So that nobody takes the 200 of a stream for success (Connect protocol, "Streaming-Request").
    const accepted = (["proto", "json"] as const).map((codec) => contentTypeOf({ codec, streams })).join(", ");
    stream.sendHead(
      [
        { name: ":status", value: "415" },
        { name: "accept-post", value: accepted },
      ],
      undefined,
      true,
    );
    if (!endStream) stream.reset(NO_ERROR);
    return;
  }
  const plan = planRequest(host, head, type.codec, streams ? "connect-" : "");
  if (plan.error !== undefined) {
    refuse(stream, type, plan.error.code, plan.error.message, endStream);
    host.refused(method, { head, peer, timeoutMs: plan.timeoutMs }, plan.error.code, plan.error.message);
    return;
  }
  const exchange = streams
    ? new ConnectStreamExchange(host, stream, method, plan)
    : new ConnectUnaryExchange(host, stream, method, plan);
  stream.sink = exchange;
  host.accept(method, exchange, { head, peer, timeoutMs: plan.timeoutMs });
  if (endStream) exchange.onData(NO_BYTES, 0, 0, true);
}

function serveGet(
  host: ServerHost,
  stream: HttpStream,
  head: HttpHead,
  endStream: boolean,
  peer: HttpPeer,
  method: ServerMethod,
): void {
  const { kind, idempotency } = method.type;
  if (kind !== "unary" || idempotency !== "no_side_effects") {
    // A link, a picture or a crawler must not set anything in motion.
    stream.sendHead(METHOD_NOT_ALLOWED, undefined, true);
    if (!endStream) stream.reset(NO_ERROR);
    return;
  }
  const json: ConnectType = { codec: "json", streams: false };
  const request = parseGetRequest(queryOf(head.path));
  if (typeof request === "string") {
    refuse(stream, json, Code.InvalidArgument, request, endStream);
    return;
  }
  const { compression } = request;
  if (compression !== undefined && host.compressions.get(compression) === undefined) {
    refuse(stream, json, Code.Unimplemented, unknownEncoding(compression, host.compressions), endStream);
    return;
  }
  const planned = planRequest(host, head, request.codec, "");
  if (planned.error !== undefined) {
    refuse(stream, json, planned.error.code, planned.error.message, endStream);
    return;
  }
  const plan: RequestPlan = { ...planned, encoding: compression };
  const exchange = new ConnectUnaryExchange(host, stream, method, plan);
  stream.sink = exchange;
  host.accept(method, exchange, { head, peer, timeoutMs: plan.timeoutMs });
  exchange.receive(request.message);
}

/** Answers what can't become a call. */
function refuse(stream: HttpStream, type: ConnectType, code: Code, message: string, endStream: boolean): void {
  if (type.streams) {
    const fields: HttpFields = [
      { name: ":status", value: "200" },
      { name: "content-type", value: contentTypeOf(type) },
    ];
    stream.sendHead(fields, undefined, false);
    stream.sendData(endStreamEnvelope(code, message, [], undefined), true);
    if (!endStream) stream.reset(NO_ERROR);
  } else {
    refuseUnary(stream, httpStatusOf(code), code, message, endStream);
  }
}

function refuseUnary(stream: HttpStream, status: number, code: Code, message: string, endStream: boolean): void {
  const body = encoder.encode(JSON.stringify(errorToJson(code, message, [])));
  const fields: HttpFields = [
    { name: ":status", value: String(status) },
    { name: "content-type", value: "application/json" },
    { name: "content-length", value: String(body.length) },
  ];
  stream.sendHead(fields, undefined, false);
  stream.sendData(body, true);
  if (!endStream) stream.reset(NO_ERROR);
}

const METHOD_NOT_ALLOWED: HttpFields = [
  { name: ":status", value: "405" },
  { name: "allow", value: "POST" },
];

const encoder = new TextEncoder();
