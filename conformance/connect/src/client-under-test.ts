/**
 * The client under test of connectconformance: reads ClientCompatRequests from standard input, makes the calls they
 * describe, a few side by side, and says what came of them.
 */
import {
  type Channel,
  type ClientProtocol,
  connectProtocol,
  createChannel,
  createClient,
  grpcWebProtocol,
  Metadata,
  RpcError,
  type RunningCall,
} from "hawser";
import { create, createRegistry, decode, type MessageType } from "hawser/protobuf";
import * as web from "hawser/web";
import { readMessages, writeMessage } from "./framing.js";
import {
  ClientCompatRequest,
  ClientCompatResponse,
  type ClientResponseResultInit,
} from "./gen/connectrpc/conformance/v1/client_compat.pb.js";
import { Codec, Compression, HTTPVersion, Protocol, StreamType } from "./gen/connectrpc/conformance/v1/config.pb.js";
import {
  BidiStreamRequest,
  ClientStreamRequest,
  ConformancePayload,
  ConformancePayload_RequestInfo,
  ConformanceService,
  IdempotentUnaryRequest,
  ServerStreamRequest,
  UnaryRequest,
  UnimplementedRequest,
} from "./gen/connectrpc/conformance/v1/service.pb.js";
import { appendHeaders, headersOf } from "./headers.js";

/** As many as the reference client has under way. */
const PARALLEL = 8;

const COMPRESSIONS: ReadonlyMap<number, string> = new Map([
  [Compression.COMPRESSION_GZIP, "gzip"],
  [Compression.COMPRESSION_BR, "br"],
  [Compression.COMPRESSION_ZSTD, "zstd"],
  [Compression.COMPRESSION_DEFLATE, "deflate"],
]);

/** Stands for a payload that a reply does not have. */
const EMPTY_PAYLOAD: ConformancePayload = create(ConformancePayload, {});

/** The replies hold the requests, each in an Any. */
const REQUESTS = createRegistry(
  ...Object.values(ConformanceService.methods).map(({ input }) => input),
  ConformancePayload_RequestInfo,
);

let writes: Promise<void> = Promise.resolve();
const running = new Set<Promise<void>>();
for await (const request of readMessages(ClientCompatRequest)) {
  while (running.size >= PARALLEL) await Promise.race(running);
  const call = answer(request).finally(() => running.delete(call));
  running.add(call);
}
await Promise.all(running);
await writes;
process.exit(0);

async function answer(request: ClientCompatRequest): Promise<void> {
  const { testName } = request;
  let result: Parameters<typeof writeMessage<ClientCompatResponse, object>>[1];
  const channel = open(request);
  try {
    result = { testName, result: { case: "response", value: await call(request, channel) } };
  } catch (error) {
    const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
    result = { testName, result: { case: "error", value: { message } } };
  }
  await channel.close();
  // One after the other: two messages must not mix.
  writes = writes.then(() => writeMessage(ClientCompatResponse, result));
  await writes;
}

/** The channel of a case: over HTTP/2 on Node's sockets, over HTTP/1.1 by `fetch`. */
function open(request: ClientCompatRequest): Channel | web.WebChannel {
  const { serverTlsCert, clientTlsCreds: creds } = request;
  const compression = COMPRESSIONS.get(request.compression);
  const address = `${request.host}:${request.port}`;
  const protocol = protocolOf(request);
  const limits = request.messageReceiveLimit === 0 ? {} : { maxReceiveBytes: request.messageReceiveLimit };
  if (request.httpVersion === HTTPVersion.HTTP_VERSION_1) {
    return web.createChannel(`http://${address}`, { ...limits, ...(protocol === undefined ? {} : { protocol }) });
  }
  return createChannel(address, {
    ...(serverTlsCert.length === 0
      ? {}
      : {
          tls: {
            ca: text(serverTlsCert),
            ...(creds === undefined ? {} : { cert: text(creds.cert), key: text(creds.key) }),
          },
        }),
    ...(compression === undefined ? {} : { compression }),
    ...(protocol === undefined ? {} : { protocol }),
    ...limits,
  });
}

function protocolOf({ protocol, codec, useGetHttpMethod }: ClientCompatRequest): ClientProtocol | undefined {
  if (protocol === Protocol.PROTOCOL_CONNECT) {
    return connectProtocol({ json: codec === Codec.CODEC_JSON, get: useGetHttpMethod, registry: REQUESTS });
  }
  return protocol === Protocol.PROTOCOL_GRPC_WEB ? grpcWebProtocol : undefined;
}

/** What is known of a call while it runs. */
interface Progress {
  readonly call: RunningCall;
  readonly payloads: ConformancePayload[];
  unsent: number;
}

async function call(
  request: ClientCompatRequest,
  channel: Channel | web.WebChannel,
): Promise<ClientResponseResultInit> {
  const client =
    channel instanceof web.WebChannel
      ? web.createClient(ConformanceService, channel)
      : createClient(ConformanceService, channel);
  const metadata = new Metadata();
  appendHeaders(metadata, request.requestHeaders);
  const options = { metadata, ...(request.timeoutMs === undefined ? {} : { timeoutMs: request.timeoutMs }) };

  switch (request.method) {
    case "Unary":
      return one(request, client.unary(only(UnaryRequest, request), options));
    case "IdempotentUnary":
      return one(request, client.idempotentUnary(only(IdempotentUnaryRequest, request), options));
    case "Unimplemented":
      return one(request, client.unimplemented(only(UnimplementedRequest, request), options));
    case "ServerStream": {
      const call = client.serverStream(only(ServerStreamRequest, request), options);
      const progress = { call, payloads: [], unsent: 0 };
      return outcome(progress, async () => {
        cancelAfterCloseSend(request, call);
        await receive(request, progress, call, Infinity);
      });
    }
    case "ClientStream": {
      const call = client.clientStream(undefined, options);
      const progress: Progress = { call, payloads: [], unsent: 0 };
      // The failure is looked at below, and may come before.
      call.catch(() => {});
      return outcome(progress, async () => {
        await sendAll(all(ClientStreamRequest, request), request, progress, call);
        if (request.cancel?.cancelTiming?.case === "beforeCloseSend") call.cancel();
        call.end();
        cancelAfterCloseSend(request, call);
        progress.payloads.push((await call).payload ?? EMPTY_PAYLOAD);
      });
    }
    case "BidiStream": {
      const call = client.bidiStream(undefined, options);
      const progress: Progress = { call, payloads: [], unsent: 0 };
      return outcome(progress, async () => {
        const requests = all(BidiStreamRequest, request);
        if (request.streamType === StreamType.STREAM_TYPE_FULL_DUPLEX_BIDI_STREAM) {
          for (const [i, message] of requests.entries()) {
            if (!(await sendAll([message], request, progress, call, requests.length - i))) break;
            await receive(request, progress, call, 1);
          }
        } else {
          await sendAll(requests, request, progress, call);
        }
        if (request.cancel?.cancelTiming?.case === "beforeCloseSend") call.cancel();
        call.end();
        cancelAfterCloseSend(request, call);
        await receive(request, progress, call, Infinity);
      });
    }
    default:
      throw new Error(`there is no method ${request.method}`);
  }
}

function one(
  request: ClientCompatRequest,
  call: RunningCall & Promise<{ readonly payload?: ConformancePayload | undefined } | object>,
): Promise<ClientResponseResultInit> {
  const progress: Progress = { call, payloads: [], unsent: 0 };
  return outcome(progress, async () => {
    cancelAfterCloseSend(request, call);
    const reply = await call;
    progress.payloads.push(("payload" in reply ? reply.payload : undefined) ?? EMPTY_PAYLOAD);
  });
}

/** Sends messages, each after its delay; false if one could not be sent: `remaining` says how many were left with it. */
async function sendAll<Init>(
  messages: readonly Init[],
  request: ClientCompatRequest,
  progress: Progress,
  call: { send(message: Init): Promise<void> },
  remaining: number = messages.length,
): Promise<boolean> {
  for (const [i, message] of messages.entries()) {
    if (request.requestDelayMs > 0) await sleep(request.requestDelayMs);
    try {
      await call.send(message);
    } catch {
      progress.unsent = remaining - i;
      return false;
    }
  }
  return true;
}

/** Takes at most `most` replies; cancels where the request says so. */
async function receive(
  request: ClientCompatRequest,
  progress: Progress,
  call: RunningCall & AsyncIterator<{ readonly payload?: ConformancePayload | undefined }>,
  most: number,
): Promise<void> {
  const timing = request.cancel?.cancelTiming;
  for (let i = 0; i < most; i++) {
    const { done, value } = await call.next();
    if (done) return;
    progress.payloads.push(value.payload ?? EMPTY_PAYLOAD);
    if (timing?.case === "afterNumResponses" && progress.payloads.length === timing.value) call.cancel();
  }
}

function cancelAfterCloseSend(request: ClientCompatRequest, call: RunningCall): void {
  const timing = request.cancel?.cancelTiming;
  if (timing?.case === "afterCloseSendMs") setTimeout(() => call.cancel(), timing.value);
}

async function outcome(progress: Progress, run: () => Promise<void>): Promise<ClientResponseResultInit> {
  const { call } = progress;
  let error: RpcError | undefined;
  try {
    await run();
  } catch (thrown) {
    if (!RpcError.is(thrown)) throw thrown;
    error = thrown;
  }
  return {
    responseHeaders: headersOf(await call.header),
    payloads: progress.payloads,
    responseTrailers: headersOf(await call.trailer),
    numUnsentRequests: progress.unsent,
    ...(error === undefined
      ? {}
      : { error: { code: error.code, message: error.message, details: [...error.details] } }),
  };
}

function only<T, Init>(type: MessageType<T, Init>, request: ClientCompatRequest): T {
  const [message, ...more] = all(type, request);
  if (message === undefined || more.length > 0) throw new Error(`${request.method} takes one request`);
  return message;
}

function all<T, Init>(type: MessageType<T, Init>, request: ClientCompatRequest): T[] {
  return request.requestMessages.map(({ typeUrl, value }) => {
    if (!typeUrl.endsWith(`/${type.typeName}`)) throw new Error(`${typeUrl} is no ${type.typeName}`);
    return decode(type, value);
  });
}

function sleep(delayMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, delayMs));
}

function text(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
