import { type EventEmitter, once } from "node:events";
import { fileURLToPath } from "node:url";
import * as grpc from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";
import type { CallSettings, Compression, Implementation, Kind, Message, Outcome, Pairs, Run } from "./peer.js";
import { type ScriptCall, ScriptError, script } from "./script.js";

const PROTO = fileURLToPath(new URL("../proto/interop/v1/interop.proto", import.meta.url));

// biome-ignore lint/suspicious/noExplicitAny: the package gives no types for what it loads
const loaded = grpc.loadPackageDefinition(loadSync(PROTO, { longs: String, defaults: true })) as any;
const { Interop, Absent } = loaded.interop.v1 as Record<string, grpc.ServiceClientConstructor>;

/** `grpc.default_compression_algorithm`. */
const ALGORITHM: Readonly<Record<Compression, number>> = { identity: 0, deflate: 1, gzip: 2 };

/** `@grpc/grpc-js` as the cases see it. */
export const grpcJs: Implementation = {
  name: "grpc-js",
  compressesReplies: false,

  connect(settings) {
    const { tls } = settings;
    const trust =
      tls === undefined
        ? grpc.credentials.createInsecure()
        : grpc.credentials.createSsl(
            Buffer.from(tls.ca),
            tls.identity === undefined ? null : Buffer.from(tls.identity.key),
            tls.identity === undefined ? null : Buffer.from(tls.identity.cert),
          );
    const options: grpc.ChannelOptions = {
      "grpc.max_receive_message_length": settings.maxReceiveBytes ?? -1,
      "grpc.max_send_message_length": -1,
      "grpc.default_compression_algorithm": ALGORITHM[settings.compression ?? "identity"],
      "grpc.use_local_subchannel_pool": 1,
      "grpc.initial_reconnect_backoff_ms": 50,
    };
    const client = new Interop!(settings.target, trust, options);
    const absent = new Absent!(settings.target, trust, options);
    return {
      name: "grpc-js",
      async close() {
        client.close();
        absent.close();
      },
      call(kind, requests, settings = {}) {
        const { method, on } = pick(kind, settings, client, absent);
        return start(kind, method.bind(on), requests, settings);
      },
    };
  },

  async serve(settings) {
    const server = new grpc.Server({
      "grpc.max_receive_message_length": settings.maxReceiveBytes ?? -1,
      "grpc.max_send_message_length": -1,
      "grpc.max_concurrent_streams": 2_000,
    });
    server.addService(Interop!.service, {
      unary: (call: grpc.ServerUnaryCall<unknown, unknown>, done: grpc.sendUnaryData<unknown>) =>
        reply(script(scriptCall("unary", call, [fromLoader(call.request)])), call, done),
      clientStream: (call: grpc.ServerReadableStream<unknown, unknown>, done: grpc.sendUnaryData<unknown>) =>
        reply(script(scriptCall("clientStream", call, requestsOf(call))), call, done),
      serverStream: (call: grpc.ServerWritableStream<unknown, unknown>) =>
        replies(script(scriptCall("serverStream", call, [fromLoader(call.request)])), call),
      bidiStream: (call: grpc.ServerDuplexStream<unknown, unknown>) =>
        replies(script(scriptCall("bidiStream", call, requestsOf(call))), call),
    });
    const { tls } = settings;
    const trust =
      tls === undefined
        ? grpc.ServerCredentials.createInsecure()
        : grpc.ServerCredentials.createSsl(
            tls.clientCa === undefined ? null : Buffer.from(tls.clientCa),
            [{ private_key: Buffer.from(tls.identity.key), cert_chain: Buffer.from(tls.identity.cert) }],
            tls.clientCa !== undefined,
          );
    const port = await new Promise<number>((resolve, reject) =>
      server.bindAsync(settings.address ?? "127.0.0.1:0", trust, (error, bound) =>
        error === null ? resolve(bound) : reject(error),
      ),
    );
    return {
      name: "grpc-js",
      port,
      async close() {
        server.forceShutdown();
      },
    };
  },
};

/** What a loaded message looks like. */
interface Loaded {
  readonly id: string;
  readonly payload: Buffer;
}

function fromLoader(message: unknown): Message {
  const { id, payload } = message as Loaded;
  return { id: BigInt(id), payload };
}

const NO_MESSAGE: Message = { id: 0n, payload: new Uint8Array(0) };

function toLoader(message: Message): { id: string; payload: Uint8Array } {
  return { id: String(message.id), payload: message.payload };
}

// biome-ignore lint/suspicious/noExplicitAny: the methods of a loaded client have no types
type AnyMethod = (...args: any[]) => any;

function pick(
  kind: Kind,
  settings: CallSettings,
  client: grpc.Client,
  absent: grpc.Client,
): { method: AnyMethod; on: grpc.Client } {
  const on = settings.missing === "service" ? absent : client;
  const name = settings.missing === "method" ? "missing" : settings.missing === "service" ? "unary" : kind;
  return { method: (on as unknown as Record<string, AnyMethod>)[name] as AnyMethod, on };
}

function start(
  kind: Kind,
  method: AnyMethod,
  requests: readonly Message[] | AsyncIterable<Message>,
  settings: CallSettings,
): Run {
  const metadata = toMetadata(settings.metadata ?? []);
  const options = settings.timeoutMs === undefined ? {} : { deadline: Date.now() + settings.timeoutMs };
  const queue = new ReplyQueue();
  const first = toLoader((Array.isArray(requests) ? (requests[0] as Message) : undefined) ?? NO_MESSAGE);
  const done = (_error: unknown, message: unknown) => {
    if (message !== undefined && message !== null) queue.push(fromLoader(message));
  };
  let call: grpc.ClientUnaryCall & grpc.ClientDuplexStream<unknown, unknown>;
  if (kind === "unary") call = method(first, metadata, options, done);
  else if (kind === "clientStream") call = method(metadata, options, done);
  else if (kind === "serverStream") call = method(first, metadata, options);
  else call = method(metadata, options);
  if (kind === "clientStream" || kind === "bidiStream") void send(call, requests);
  const header = new Promise<Pairs>((resolve) => {
    call.on("metadata", (received) => resolve(fromMetadata(received)));
    call.on("status", () => resolve([]));
  });
  const outcome = new Promise<Outcome>((resolve) =>
    call.on("status", (status) => {
      queue.end();
      resolve({ code: status.code, message: status.details, trailer: fromMetadata(status.metadata) });
    }),
  );
  call.on("error", () => {});
  const streams = kind === "serverStream" || kind === "bidiStream";
  return { header, outcome, replies: streams ? streamed(call) : queue, cancel: () => call.cancel() };
}

/** The replies of a stream, read at the pace of the reader; unlike Node's own iterator it loses none when the call fails. */
function streamed(call: grpc.ClientReadableStream<unknown>): AsyncIterable<Message> {
  const messages: unknown[] = [];
  let ended = false;
  let wake = (): void => {};
  call.on("data", (message) => {
    messages.push(message);
    if (messages.length >= 16) call.pause();
    wake();
  });
  call.on("end", () => {
    ended = true;
    wake();
  });
  return {
    async *[Symbol.asyncIterator]() {
      for (;;) {
        if (messages.length > 0) {
          yield fromLoader(messages.shift());
        } else if (ended) {
          return;
        } else {
          call.resume();
          await new Promise<void>((resolve) => (wake = resolve));
        }
      }
    },
  };
}

async function send(
  call: grpc.ClientWritableStream<unknown>,
  requests: readonly Message[] | AsyncIterable<Message>,
): Promise<void> {
  let over = false;
  const ended = new Promise<void>((resolve) =>
    call.on("status", () => {
      over = true;
      resolve();
    }),
  );
  for await (const request of requests) {
    if (over) return;
    if (!call.write(toLoader(request))) await Promise.race([once(call, "drain").catch(() => {}), ended]);
  }
  call.end();
}

/** The one reply of a call that has one. */
class ReplyQueue implements AsyncIterable<Message> {
  readonly #messages: Message[] = [];
  #finish!: () => void;
  readonly #ended = new Promise<void>((resolve) => (this.#finish = resolve));

  push(message: Message): void {
    this.#messages.push(message);
  }

  end(): void {
    this.#finish();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Message> {
    await this.#ended;
    // The callback with the reply comes a turn after the status.
    await new Promise(setImmediate);
    yield* this.#messages;
  }
}

function toMetadata(pairs: Pairs): grpc.Metadata {
  const metadata = new grpc.Metadata();
  for (const [key, value] of pairs) metadata.add(key, typeof value === "string" ? value : Buffer.from(value));
  return metadata;
}

/** Without what HTTP adds. */
function fromMetadata(metadata: grpc.Metadata): Pairs {
  return Object.keys(metadata.getMap())
    .filter(
      (key) => key !== "date" && key !== "content-type" && key !== "grpc-accept-encoding" && key !== "grpc-encoding",
    )
    .flatMap((key) => metadata.get(key).map((value): readonly [string, string | Uint8Array] => [key, value]));
}

type AnyServerCall =
  | grpc.ServerUnaryCall<unknown, unknown>
  | grpc.ServerWritableStream<unknown, unknown>
  | grpc.ServerReadableStream<unknown, unknown>
  | grpc.ServerDuplexStream<unknown, unknown>;

const trailers = new WeakMap<object, grpc.Metadata>();

function scriptCall(kind: Kind, call: AnyServerCall, requests: AsyncIterable<Message> | Message[]): ScriptCall {
  return {
    kind,
    metadata: fromMetadata(call.metadata),
    requests: (async function* () {
      yield* requests;
    })(),
    sendHeader: (pairs) => call.sendMetadata(toMetadata(pairs)),
    setTrailer: (pairs) => trailers.set(call, toMetadata(pairs)),
    cancelled: new Promise<void>((resolve) => {
      if (call.cancelled) resolve();
      else (call as EventEmitter).on("cancelled", () => resolve());
    }),
  };
}

async function* requestsOf(
  call: grpc.ServerReadableStream<unknown, unknown> | grpc.ServerDuplexStream<unknown, unknown>,
): AsyncGenerator<Message> {
  try {
    for await (const request of call.iterator({ destroyOnReturn: false })) yield fromLoader(request);
  } catch {
    // The call has ended.
  }
}

async function reply(
  made: AsyncGenerator<Message>,
  call: AnyServerCall,
  done: grpc.sendUnaryData<unknown>,
): Promise<void> {
  try {
    for await (const message of made) {
      done(null, toLoader(message), trailers.get(call));
      return;
    }
    done({ code: grpc.status.INTERNAL, details: "the script made no reply" });
  } catch (error) {
    done(statusOf(error, call));
  }
}

async function replies(
  made: AsyncGenerator<Message>,
  call: grpc.ServerWritableStream<unknown, unknown> | grpc.ServerDuplexStream<unknown, unknown>,
): Promise<void> {
  try {
    const over = new Promise<void>((resolve) => call.on("cancelled", () => resolve()));
    for await (const message of made) {
      if (call.cancelled) return;
      if (!call.write(toLoader(message))) await Promise.race([once(call, "drain").catch(() => {}), over]);
    }
    call.end(trailers.get(call));
  } catch (error) {
    call.emit("error", statusOf(error, call));
  }
}

function statusOf(error: unknown, call: AnyServerCall): Partial<grpc.StatusObject> {
  const metadata = trailers.get(call);
  const code = error instanceof ScriptError ? error.code : grpc.status.UNKNOWN;
  const details = error instanceof Error ? error.message : String(error);
  return { code, details, ...(metadata === undefined ? {} : { metadata }) };
}
