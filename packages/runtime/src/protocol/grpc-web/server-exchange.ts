import type { ServerProtocol } from "../../rpc/exchange.js";
import type { HttpFields } from "../../rpc/http-types.js";
import { UNSET_HTTP_SINK } from "../../rpc/unset-sinks.js";
import { ResponseFields } from "../grpc-wire/response-fields.js";
import { GrpcServerExchange, type GrpcServerWire, serveGrpc } from "../grpc-wire/server-exchange.js";
import { Base64Stream } from "./base64-stream.js";
import { CONTENT_TYPE, isGrpcWeb, isGrpcWebText, TEXT_CONTENT_TYPE } from "./content-type.js";
import { trailersEnvelope } from "./trailers.js";

/** gRPC-Web (grpc/doc/PROTOCOL-WEB.md), binary and text, as a server speaks it; over any HTTP. */
export const grpcWebServer: ServerProtocol = {
  serve(host, stream, head, contentType, endStream, peer): boolean {
    if (head.method !== "POST") return false;
    if (isGrpcWeb(contentType)) serveGrpc(BINARY, host, stream, head, endStream, peer);
    else if (isGrpcWebText(contentType)) {
      serveGrpc(TEXT, host, new Base64Stream(stream, UNSET_HTTP_SINK), head, endStream, peer);
    } else return false;
    return true;
  },
};

function wireOf(contentType: string): GrpcServerWire {
  const responseFields = new ResponseFields(contentType);
  const wire: GrpcServerWire = {
    responseFields: (encoding) => responseFields.for(encoding),
    remembersPlans: false,
    exchange: (host, stream, method, plan) => new GrpcWebExchange(wire, host, stream, method, plan),
  };
  return wire;
}

/** One call on the wire: its trailers are the last envelope of the body. */
class GrpcWebExchange extends GrpcServerExchange {
  protected override sendTrailers(fields: HttpFields, extra: HttpFields | undefined): void {
    this.stream.sendData(trailersEnvelope(fields, extra), true);
  }
}

const BINARY = wireOf(CONTENT_TYPE);
const TEXT = wireOf(TEXT_CONTENT_TYPE);
