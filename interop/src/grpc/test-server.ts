import { randomUUID } from "node:crypto";
import {
  Code,
  createServer,
  type Interceptor,
  type NodeServer,
  RpcError,
  type ServerCall,
  wasCompressed,
  withoutCompression,
} from "hawser";
import { reportLoad } from "hawser/services";
import type { Identity } from "../certificates.js";
import type {
  BoolValue,
  EchoStatus,
  SimpleRequest,
  StreamingOutputCallRequest,
} from "../gen/grpc/testing/messages.pb.js";
import { TestService } from "../gen/grpc/testing/test.pb.js";
import { loadReport, OutOfBandReports } from "./backend-metrics.js";

const ECHO_INITIAL = "x-grpc-test-echo-initial";
const ECHO_TRAILING = "x-grpc-test-echo-trailing-bin";

/** Some of the messages of the test service are larger than gRPC's default limit allows. */
const MAX_RECEIVE_BYTES = 16 * 1024 * 1024;

/** A test server that listens. */
export interface TestServer {
  readonly port: number;
  close(): Promise<void>;
}

/**
 * Our server of grpc's interop test service (grpc/doc/interop-test-descriptions.md, "Server features"), on the public API.
 *
 * @param interceptors for tests that look at the calls
 */
export async function startTestServer(tls?: Identity, interceptors: readonly Interceptor[] = []): Promise<TestServer> {
  const server = createTestServer(interceptors);
  const { port } = await server.listen("127.0.0.1:0", tls === undefined ? {} : { tls });
  return { port, close: () => server.shutdown({ graceMs: 0 }) };
}

/** The server, not listening yet. */
export function createTestServer(interceptors: readonly Interceptor[] = []): NodeServer {
  /** "Server ID": unique among servers, the same in all calls to one. */
  const serverId = randomUUID();
  const server = createServer({
    interceptors,
    maxReceiveBytes: MAX_RECEIVE_BYTES,
    onError: (error) => console.error("the test server:", error),
  }).add(TestService, {
    emptyCall: (_request, call) => {
      echoMetadata(call);
      return {};
    },
    unaryCall: (request, call) => simpleResponse(request, call, serverId),
    cacheableUnaryCall: (request, call) => {
      call.header.set("cache-control", "max-age=60, public");
      echoMetadata(call);
      throwStatus(request.responseStatus);
      return { payload: { body: new TextEncoder().encode(String(process.hrtime.bigint())) } };
    },
    async *streamingOutputCall(request, call) {
      echoMetadata(call);
      throwStatus(request.responseStatus);
      yield* outputs(request, call);
    },
    async streamingInputCall(requests, call) {
      echoMetadata(call);
      let aggregatedPayloadSize = 0;
      for await (const request of requests) {
        checkCompression(request, request.expectCompressed);
        aggregatedPayloadSize += request.payload?.body.length ?? 0;
      }
      return { aggregatedPayloadSize };
    },
    async *fullDuplexCall(requests, call) {
      echoMetadata(call);
      let release: (() => void) | undefined;
      try {
        for await (const request of requests) {
          throwStatus(request.responseStatus);
          if (request.orcaOobReport !== undefined) {
            release ??= await reports.hold();
            reports.report(request.orcaOobReport);
          }
          yield* outputs(request, call);
        }
      } finally {
        release?.();
      }
    },
    async *halfDuplexCall(requests, call) {
      echoMetadata(call);
      const all: StreamingOutputCallRequest[] = [];
      for await (const request of requests) all.push(request);
      for (const request of all) yield* outputs(request, call);
    },
  });
  const reports = new OutOfBandReports(server);
  return server;
}

function simpleResponse(request: SimpleRequest, call: ServerCall, serverId: string): object {
  echoMetadata(call);
  checkCompression(request, request.expectCompressed);
  throwStatus(request.responseStatus);
  if (request.responseCompressed?.value === true) call.useCompression("gzip");
  if (request.orcaPerQueryReport !== undefined) reportLoad(call, loadReport(request.orcaPerQueryReport));
  return {
    payload: { body: new Uint8Array(request.responseSize) },
    ...(request.fillServerId ? { serverId } : {}),
  };
}

async function* outputs(request: StreamingOutputCallRequest, call: ServerCall): AsyncGenerator<object> {
  if (request.responseParameters.some((parameter) => parameter.compressed?.value === true)) call.useCompression("gzip");
  for (const { size, intervalUs, compressed } of request.responseParameters) {
    if (intervalUs > 0) await new Promise((resolve) => setTimeout(resolve, intervalUs / 1_000));
    const reply = { payload: { body: new Uint8Array(size) } };
    yield compressed?.value === true ? reply : withoutCompression(reply);
  }
}

/** "Echo metadata". */
function echoMetadata(call: ServerCall): void {
  const initial = call.metadata.get(ECHO_INITIAL);
  if (initial !== undefined) call.header.set(ECHO_INITIAL, initial);
  const trailing = call.metadata.get(ECHO_TRAILING);
  if (trailing !== undefined) call.trailer.set(ECHO_TRAILING, trailing);
}

/** "Echo status". */
function throwStatus(status: EchoStatus | undefined): void {
  if (status !== undefined && status.code !== Code.Ok) throw new RpcError(status.code as Code, status.message);
}

/** "Compressed request". */
function checkCompression(request: object, expected: BoolValue | undefined): void {
  if (expected === undefined || expected.value === wasCompressed(request)) return;
  const is = expected.value ? "is not" : "is";
  throw new RpcError(Code.InvalidArgument, `the message ${is} compressed, and expect_compressed is ${expected.value}`);
}
