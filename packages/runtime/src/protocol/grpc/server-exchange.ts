import type { ServerHost, ServerProtocol } from "../../rpc/exchange.js";
import type { HttpFields, HttpHead, HttpPeer, HttpStream } from "../../rpc/http-types.js";
import { ResponseFields } from "../grpc-wire/response-fields.js";
import { GrpcServerExchange, type GrpcServerWire, serveGrpc } from "../grpc-wire/server-exchange.js";
import { CONTENT_TYPE, isGrpc } from "./content-type.js";

/** gRPC over HTTP/2, as a server speaks it. */
export const grpcServer: ServerProtocol = {
  serve(host, stream, head, contentType, endStream, peer): boolean {
    if (head.method !== "POST" || !isGrpc(contentType)) return false;
    serveGrpc(GRPC, host, stream, head, endStream, peer);
    return true;
  },
};

/** As {@link grpcServer}, for a head that is known to be gRPC's because it was served before. */
export function serveKnownGrpc(
  host: ServerHost,
  stream: HttpStream,
  head: HttpHead,
  endStream: boolean,
  peer: HttpPeer,
): void {
  serveGrpc(GRPC, host, stream, head, endStream, peer);
}

const responseFields = new ResponseFields(CONTENT_TYPE);

const GRPC: GrpcServerWire = {
  responseFields: (encoding) => responseFields.for(encoding),
  remembersPlans: true,
  exchange: (host, stream, method, plan) => new GrpcExchange(GRPC, host, stream, method, plan),
};

/** One call on the wire: its trailers are those of HTTP. */
class GrpcExchange extends GrpcServerExchange {
  protected override sendTrailers(fields: HttpFields, extra: HttpFields | undefined): void {
    this.stream.sendHead(fields, extra, true);
  }
}
