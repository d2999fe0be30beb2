/** The program of the page that grpc-web.test.ts opens: Google's grpc-web client, over XMLHttpRequest. */
import * as grpcWeb from "grpc-web";
import { decode, encode } from "hawser/protobuf";
import { Reply, Request } from "../gen/interop/v1/interop.pb.js";

/** How a call ended, in words that can leave the page. */
export interface GrpcWebEnded {
  readonly code: number;
  readonly message: string;
  readonly ids: readonly number[];
  readonly metadata: Readonly<Record<string, string>>;
}

class Empty {}

function methodOf(name: string, type: string): grpcWeb.MethodDescriptor<object, { id: bigint; payload: Uint8Array }> {
  return new grpcWeb.MethodDescriptor(
    `/interop.v1.Interop/${name}`,
    type,
    Empty,
    Empty as never,
    (request: object) => encode(Request, request),
    (bytes: Uint8Array) => decode(Reply, bytes),
  );
}

/** @param format `binary`, or `text` for gRPC-Web in base64 */
function call(url: string, format: string, kind: string, metadata: Record<string, string>): Promise<GrpcWebEnded> {
  const client = new grpcWeb.GrpcWebClientBase({ format, maxReceiveMessageSize: 0 });
  const ids: number[] = [];
  const seen: Record<string, string> = {};
  return new Promise((resolve) => {
    const request = { id: 7n, payload: new Uint8Array(1_000) };
    const fail = (error: { code: number; message: string; metadata?: Record<string, string> }): void =>
      resolve({ code: error.code, message: error.message, ids, metadata: { ...seen, ...error.metadata } });
    if (kind === "unary") {
      const path = `${url}/interop.v1.Interop/Unary`;
      const stream = client.rpcCall(path, request, metadata, methodOf("Unary", "unary"), (error, reply) => {
        if (error !== null) fail(error);
        else ids.push(reply.payload.length);
      });
      stream.on("metadata", (header) => Object.assign(seen, header));
      stream.on("status", (status) => Object.assign(seen, status.metadata));
      stream.on("end", () => resolve({ code: 0, message: "", ids, metadata: seen }));
      return;
    }
    const path = `${url}/interop.v1.Interop/ServerStream`;
    const stream = client.serverStreaming(path, request, metadata, methodOf("ServerStream", "server_streaming"));
    stream.on("data", (reply) => ids.push(Number(reply.id)));
    stream.on("error", fail);
    stream.on("end", () => resolve({ code: 0, message: "", ids, metadata: seen }));
  });
}

Object.assign(globalThis, { call });
