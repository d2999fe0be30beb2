/**
 * The server under test of connectconformance: reads a ServerCompatRequest from standard input, starts, says where, and
 * serves until it is ended by a signal.
 */
import { type Code, createServer, RpcError, type ServerCall } from "hawser";
import { packAny } from "hawser/wkt";
import { readMessages, writeMessage } from "./framing.js";
import { ServerCompatRequest, ServerCompatResponse } from "./gen/connectrpc/conformance/v1/server_compat.pb.js";
import {
  BidiStreamRequest,
  ClientStreamRequest,
  ConformancePayload_RequestInfo,
  type ConformancePayload_RequestInfoInit,
  type ConformancePayloadInit,
  ConformanceService,
  type Error$ as ErrorDefinition,
  type Header,
  IdempotentUnaryRequest,
  ServerStreamRequest,
  UnaryRequest,
  type UnaryResponseDefinition,
} from "./gen/connectrpc/conformance/v1/service.pb.js";
import { appendHeaders, headersOf } from "./headers.js";

/** An Any, as requests are echoed. */
type Packed = ReturnType<typeof packAny>;

for await (const request of readMessages(ServerCompatRequest)) {
  const server = createServer({
    ...(request.messageReceiveLimit === 0 ? {} : { maxReceiveBytes: request.messageReceiveLimit }),
    interceptors: [compressAsAsked],
    onError: (error) => console.error("the server under test:", error),
  }).add(ConformanceService, {
    unary: (message, call) => unary(message.responseDefinition, [packAny(UnaryRequest, message)], call),
    idempotentUnary: (message, call) =>
      unary(message.responseDefinition, [packAny(IdempotentUnaryRequest, message)], call),

    async clientStream(messages, call) {
      const requests: Packed[] = [];
      let definition: UnaryResponseDefinition | undefined;
      for await (const message of messages) {
        if (requests.length === 0) definition = message.responseDefinition;
        requests.push(packAny(ClientStreamRequest, message));
      }
      return unary(definition, requests, call);
    },

    async *serverStream(message, call) {
      const { responseDefinition: definition } = message;
      if (definition === undefined) return;
      setMetadata(call, definition);
      call.sendHeader();
      let info: ConformancePayload_RequestInfoInit | undefined = requestInfo(call, [
        packAny(ServerStreamRequest, message),
      ]);
      for (const data of definition.responseData) {
        await sleep(definition.responseDelayMs, call);
        yield { payload: payload(data, info) };
        info = undefined;
      }
      throwError(definition.error, info);
    },

    async *bidiStream(messages, call) {
      let requests: Packed[] = [];
      let definition: BidiStreamRequest["responseDefinition"];
      let fullDuplex = false;
      let first = true;
      let sent = 0;
      for await (const message of messages) {
        if (first) {
          definition = message.responseDefinition;
          fullDuplex = message.fullDuplex;
          if (definition !== undefined) {
            setMetadata(call, definition);
            if (fullDuplex) call.sendHeader();
          }
          first = false;
        }
        requests.push(packAny(BidiStreamRequest, message));
        if (!fullDuplex) continue;
        const data = definition?.responseData[sent];
        if (data === undefined) break;
        await sleep(definition?.responseDelayMs ?? 0, call);
        yield { payload: payload(data, sent === 0 ? requestInfo(call, requests) : { requests }) };
        sent++;
        requests = [];
      }
      if (definition === undefined) return;
      if (!fullDuplex) call.sendHeader();
      for (const data of definition.responseData.slice(sent)) {
        await sleep(definition.responseDelayMs, call);
        yield { payload: payload(data, sent === 0 ? requestInfo(call, requests) : undefined) };
        sent++;
      }
      throwError(definition.error, sent === 0 ? requestInfo(call, requests) : undefined);
    },
  });
  const { serverCreds, clientTlsCert } = request;
  const tls =
    request.useTls && serverCreds !== undefined
      ? {
          cert: text(serverCreds.cert),
          key: text(serverCreds.key),
          ...(clientTlsCert.length === 0 ? {} : { ca: text(clientTlsCert) }),
        }
      : undefined;
  const { port } = await server.listen("127.0.0.1:0", tls === undefined ? {} : { tls });
  await writeMessage(ServerCompatResponse, {
    host: "127.0.0.1",
    port,
    ...(tls === undefined || serverCreds === undefined ? {} : { pemCert: serverCreds.cert }),
  });
}

/** Replies are compressed as the request was, as connect-go does: then each compression is tried both ways. */
async function compressAsAsked(call: unknown, next: () => Promise<unknown>): Promise<unknown> {
  const serverCall = call as ServerCall;
  const encoding = serverCall.metadata.get("grpc-encoding");
  if (typeof encoding === "string" && encoding !== "identity") serverCall.useCompression(encoding);
  return next();
}

async function unary(
  definition: UnaryResponseDefinition | undefined,
  requests: readonly Packed[],
  call: ServerCall,
): Promise<{ payload: ConformancePayloadInit }> {
  const info = requestInfo(call, requests);
  if (definition === undefined) return { payload: payload(undefined, info) };
  setMetadata(call, definition);
  await sleep(definition.responseDelayMs, call);
  const { response } = definition;
  if (response?.case === "error") throwError(response.value, info);
  return { payload: payload(response?.case === "responseData" ? response.value : undefined, info) };
}

function setMetadata(
  call: ServerCall,
  definition: { readonly responseHeaders: readonly Header[]; readonly responseTrailers: readonly Header[] },
): void {
  appendHeaders(call.header, definition.responseHeaders);
  appendHeaders(call.trailer, definition.responseTrailers);
}

function requestInfo(call: ServerCall, requests: readonly Packed[]): ConformancePayload_RequestInfoInit {
  const { deadline } = call;
  return {
    requestHeaders: headersOf(call.metadata),
    requests: [...requests],
    ...(deadline === undefined ? {} : { timeoutMs: BigInt(Math.max(0, deadline.getTime() - Date.now())) }),
  };
}

function payload(
  data: Uint8Array | undefined,
  requestInfo: ConformancePayload_RequestInfoInit | undefined,
): ConformancePayloadInit {
  return { ...(data === undefined ? {} : { data }), ...(requestInfo === undefined ? {} : { requestInfo }) };
}

function throwError(error: ErrorDefinition | undefined, info: ConformancePayload_RequestInfoInit | undefined): void {
  if (error === undefined) return;
  const details = [...error.details, ...(info === undefined ? [] : [packAny(ConformancePayload_RequestInfo, info)])];
  throw new RpcError(error.code as Code, error.message ?? "", { details });
}

function sleep(delayMs: number, call: ServerCall): Promise<void> {
  if (delayMs === 0) return Promise.resolve();
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, delayMs);
    call.onEnd(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}

function text(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
