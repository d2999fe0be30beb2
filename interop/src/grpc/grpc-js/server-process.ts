/**
 * grpc's interop test service on @grpc/grpc-js: `server-process.js [CERTIFICATE KEY]`. Prints "listening on PORT"; ends
 * when its standard input does.
 */
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import {
  Metadata,
  Server,
  ServerCredentials,
  type ServerDuplexStream,
  type ServerReadableStream,
  type ServerUnaryCall,
  type ServerWritableStream,
  type sendUnaryData,
} from "@grpc/grpc-js";
import { loadTestServices, MAX_MESSAGE_BYTES } from "./test-service.js";

const ECHO_INITIAL = "x-grpc-test-echo-initial";
const ECHO_TRAILING = "x-grpc-test-echo-trailing-bin";

interface Status {
  readonly code: number;
  readonly message: string;
}

interface SimpleRequest {
  readonly responseSize: number;
  readonly fillServerId: boolean;
  readonly responseStatus: Status | null;
  readonly orcaPerQueryReport: LoadReport | null;
}

interface LoadReport {
  readonly cpuUtilization: number;
  readonly memoryUtilization: number;
  readonly requestCost: Readonly<Record<string, number>>;
  readonly utilization: Readonly<Record<string, number>>;
}

interface OutputRequest {
  readonly responseParameters: readonly { readonly size: number; readonly intervalUs: number }[];
  readonly responseStatus: Status | null;
}

interface InputRequest {
  readonly payload: { readonly body: Buffer } | null;
}

const serverId = randomUUID();

/** Sends the header that the request asks for, and gives the trailer. */
function echoMetadata(call: { metadata: Metadata; sendMetadata(metadata: Metadata): void }): Metadata {
  const header = new Metadata();
  for (const value of call.metadata.get(ECHO_INITIAL)) header.add(ECHO_INITIAL, value);
  call.sendMetadata(header);
  const trailer = new Metadata();
  for (const value of call.metadata.get(ECHO_TRAILING)) trailer.add(ECHO_TRAILING, value);
  return trailer;
}

function failure(status: Status | null, metadata: Metadata): object | null {
  return status === null || status.code === 0 ? null : { code: status.code, details: status.message, metadata };
}

async function sendOutputs(request: OutputRequest, call: { write(message: unknown): boolean }): Promise<void> {
  for (const { size, intervalUs } of request.responseParameters) {
    if (intervalUs > 0) await new Promise((resolve) => setTimeout(resolve, intervalUs / 1_000));
    call.write({ payload: { body: Buffer.alloc(size) } });
  }
}

/** A handler whose requests fail under it when the caller cancels: that is no failure of the server. */
function duplex(handle: (call: ServerDuplexStream<OutputRequest, object>) => Promise<void>) {
  return (call: ServerDuplexStream<OutputRequest, object>): void => {
    handle(call).catch((error: Error) => {
      if (!call.cancelled) call.destroy(error);
    });
  };
}

/** Plain iteration would destroy the stream at the end of the requests, and with it the replies. */
function requestsOf(call: ServerDuplexStream<OutputRequest, object>): AsyncIterable<OutputRequest> {
  return call.iterator({ destroyOnReturn: false });
}

const server = new Server({
  "grpc.max_receive_message_length": MAX_MESSAGE_BYTES,
  "grpc.server_call_metric_recording": 1,
});
server.addService(loadTestServices().TestService.service, {
  emptyCall(call: ServerUnaryCall<object, object>, reply: sendUnaryData<object>) {
    reply(null, {}, echoMetadata(call));
  },
  unaryCall(call: ServerUnaryCall<SimpleRequest, object>, reply: sendUnaryData<object>) {
    const { responseSize, fillServerId, responseStatus, orcaPerQueryReport } = call.request;
    if (orcaPerQueryReport !== null) {
      const recorder = call.getMetricsRecorder();
      recorder.recordCPUUtilizationMetric(orcaPerQueryReport.cpuUtilization);
      recorder.recordMemoryUtilizationMetric(orcaPerQueryReport.memoryUtilization);
      for (const [name, value] of Object.entries(orcaPerQueryReport.requestCost)) {
        recorder.recordRequestCostMetric(name, value);
      }
      for (const [name, value] of Object.entries(orcaPerQueryReport.utilization)) {
        recorder.recordUtilizationMetric(name, value);
      }
    }
    const trailer = echoMetadata(call);
    const failed = failure(responseStatus, trailer);
    if (failed !== null) return reply(failed);
    reply(null, { payload: { body: Buffer.alloc(responseSize) }, serverId: fillServerId ? serverId : "" }, trailer);
  },
  streamingOutputCall(call: ServerWritableStream<OutputRequest, object>) {
    const trailer = echoMetadata(call);
    sendOutputs(call.request, call).then(() => call.end(trailer));
  },
  streamingInputCall(call: ServerReadableStream<InputRequest, object>, reply: sendUnaryData<object>) {
    const trailer = echoMetadata(call);
    let aggregatedPayloadSize = 0;
    call.on("data", (request: InputRequest) => (aggregatedPayloadSize += request.payload?.body.length ?? 0));
    call.on("end", () => reply(null, { aggregatedPayloadSize }, trailer));
  },
  fullDuplexCall: duplex(async (call) => {
    const trailer = echoMetadata(call);
    for await (const request of requestsOf(call)) {
      const failed = failure(request.responseStatus, trailer);
      if (failed !== null) return void call.emit("error", failed);
      await sendOutputs(request, call);
    }
    call.end(trailer);
  }),
  halfDuplexCall: duplex(async (call) => {
    const trailer = echoMetadata(call);
    const all: OutputRequest[] = [];
    for await (const request of requestsOf(call)) all.push(request);
    for (const request of all) await sendOutputs(request, call);
    call.end(trailer);
  }),
});

const [certificate, key] = process.argv.slice(2);
const credentials =
  certificate === undefined || key === undefined
    ? ServerCredentials.createInsecure()
    : ServerCredentials.createSsl(null, [{ cert_chain: readFileSync(certificate), private_key: readFileSync(key) }]);
server.bindAsync("127.0.0.1:0", credentials, (error, port) => {
  if (error !== null) throw error;
  console.log(`listening on ${port}`);
});
process.stdin.resume().on("end", () => process.exit(0));
