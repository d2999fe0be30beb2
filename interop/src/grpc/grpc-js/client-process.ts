/**
 * The cases of grpc's interop tests on @grpc/grpc-js: `client-process.js PORT CA|- SERVER_NAME CASE...`. Runs them one
 * after the other; prints for each a line "ok CASE" or "failed CASE REASON".
 */
import { deepStrictEqual, notStrictEqual, ok, strictEqual } from "node:assert/strict";
import { readFileSync } from "node:fs";
import {
  type CallOptions,
  type ClientDuplexStream,
  type ClientReadableStream,
  type ClientWritableStream,
  credentials,
  Metadata,
  type ServiceError,
  status,
} from "@grpc/grpc-js";
import { type AnyMessage, loadTestServices, MAX_MESSAGE_BYTES } from "./test-service.js";

const REQUEST_SIZES = [27_182, 8, 1_828, 45_904];
const RESPONSE_SIZES = [31_415, 9, 2_653, 58_979];
const LARGE_REQUEST = 271_828;
const LARGE_RESPONSE = 314_159;
const SOAK_ITERATIONS = 30;
const CHANNEL_SOAK_ITERATIONS = 10;
/** `grpc.default_compression_algorithm`: gzip. */
const GZIP = 2;
/** WriteFlags.NoCompress. */
const NO_COMPRESS = 2;

const [port, ca, serverName, ...names] = process.argv.slice(2) as [string, string, string, ...string[]];
const services = loadTestServices();

// biome-ignore lint/suspicious/noExplicitAny: clients that were made at run time have no types
type AnyClient = any;

function open(options: object = {}, Client = services.TestService): AnyClient {
  const secured = ca !== "-";
  return new Client(
    `127.0.0.1:${port}`,
    secured ? credentials.createSsl(readFileSync(ca)) : credentials.createInsecure(),
    {
      "grpc.max_receive_message_length": MAX_MESSAGE_BYTES,
      "grpc.use_local_subchannel_pool": 1,
      ...(secured ? { "grpc.ssl_target_name_override": serverName, "grpc.default_authority": serverName } : undefined),
      ...options,
    },
  );
}

interface Replied {
  readonly reply: AnyMessage;
  readonly header: Metadata;
  readonly trailer: Metadata;
}

/** Makes a call with one reply; rejects with a ServiceError. */
function unary(
  client: AnyClient,
  method: string,
  request: object,
  metadata = new Metadata(),
  options: CallOptions = {},
): Promise<Replied> {
  return new Promise((resolve, reject) => {
    let header = new Metadata();
    let trailer = new Metadata();
    let reply: AnyMessage | undefined;
    const call = client[method](request, metadata, options, (error: ServiceError | null, message: AnyMessage) => {
      if (error !== null) reject(error);
      else reply = message;
    });
    call.on("metadata", (received: Metadata) => (header = received));
    call.on("status", (ended: { metadata: Metadata }) => {
      trailer = ended.metadata;
      // The callback comes first or last, as it happens.
      setImmediate(() => reply !== undefined && resolve({ reply, header, trailer }));
    });
  });
}

function upload(client: AnyClient, send: (call: ClientWritableStream<object>) => void): Promise<AnyMessage> {
  return new Promise((resolve, reject) => {
    const call = client.streamingInputCall((error: ServiceError | null, reply: AnyMessage) =>
      error === null ? resolve(reply) : reject(error),
    );
    send(call);
  });
}

async function sizesOf(call: ClientReadableStream<AnyMessage>): Promise<number[]> {
  const sizes: number[] = [];
  for await (const reply of call) sizes.push(reply.payload?.body.length ?? 0);
  return sizes;
}

/** The next reply of a stream, undefined at its end. Rejects with a ServiceError. */
function next(call: ClientDuplexStream<object, AnyMessage>): Promise<AnyMessage | undefined> {
  return new Promise((resolve, reject) => {
    const forget = () => call.off("data", onData).off("end", onEnd).off("error", onError).pause();
    const onData = (reply: AnyMessage) => {
      forget();
      resolve(reply);
    };
    const onEnd = () => {
      forget();
      resolve(undefined);
    };
    const onError = (error: ServiceError) => {
      forget();
      reject(error);
    };
    call.on("data", onData).on("end", onEnd).on("error", onError).resume();
  });
}

async function fails(code: status, call: Promise<unknown>, details?: string): Promise<void> {
  const error = await call.then(
    () => undefined,
    (thrown: ServiceError) => thrown,
  );
  ok(error !== undefined, `it did not fail; ${status[code]} was expected`);
  strictEqual(error.code, code, error.message);
  if (details !== undefined) strictEqual(error.details, details);
}

function payload(size: number): { body: Buffer } {
  return { body: Buffer.alloc(size) };
}

async function largeUnary(client: AnyClient): Promise<void> {
  const { reply } = await unary(client, "unaryCall", { responseSize: LARGE_RESPONSE, payload: payload(LARGE_REQUEST) });
  ok(reply.payload?.body.equals(Buffer.alloc(LARGE_RESPONSE)));
}

const cases: Record<string, (client: AnyClient) => Promise<void>> = {
  async empty_unary(client) {
    deepStrictEqual((await unary(client, "emptyCall", {})).reply, {});
  },

  large_unary: largeUnary,

  async client_compressed_unary(client) {
    const request = { responseSize: LARGE_RESPONSE, payload: payload(LARGE_REQUEST) };
    const compressed = { ...request, expectCompressed: { value: true } };
    await fails(status.INVALID_ARGUMENT, unary(client, "unaryCall", compressed));
    const compressing = open({ "grpc.default_compression_algorithm": GZIP });
    strictEqual((await unary(compressing, "unaryCall", compressed)).reply.payload?.body.length, LARGE_RESPONSE);
    compressing.close();
    const plain = { ...request, expectCompressed: { value: false } };
    strictEqual((await unary(client, "unaryCall", plain)).reply.payload?.body.length, LARGE_RESPONSE);
  },

  async server_compressed_unary(client) {
    for (const value of [true, false]) {
      const request = { responseSize: LARGE_RESPONSE, payload: payload(LARGE_REQUEST), responseCompressed: { value } };
      strictEqual((await unary(client, "unaryCall", request)).reply.payload?.body.length, LARGE_RESPONSE);
    }
  },

  async client_streaming(client) {
    const { aggregatedPayloadSize } = await upload(client, (call) => {
      for (const size of REQUEST_SIZES) call.write({ payload: payload(size) });
      call.end();
    });
    strictEqual(aggregatedPayloadSize, 74_922);
  },

  async client_compressed_streaming(client) {
    const probe = upload(client, (call) => call.end({ expectCompressed: { value: true }, payload: payload(27_182) }));
    await fails(status.INVALID_ARGUMENT, probe);
    const compressing = open({ "grpc.default_compression_algorithm": GZIP });
    const { aggregatedPayloadSize } = await upload(compressing, (call) => {
      call.write({ expectCompressed: { value: true }, payload: payload(27_182) });
      // As grpc-js has it: the flags of a message stand in the place of the stream's encoding.
      call.write({ expectCompressed: { value: false }, payload: payload(45_904) }, NO_COMPRESS as unknown as string);
      call.end();
    });
    strictEqual(aggregatedPayloadSize, 73_086);
    compressing.close();
  },

  async server_streaming(client) {
    const call = client.streamingOutputCall({ responseParameters: RESPONSE_SIZES.map((size) => ({ size })) });
    deepStrictEqual(await sizesOf(call), RESPONSE_SIZES);
  },

  async server_compressed_streaming(client) {
    const call = client.streamingOutputCall({
      responseParameters: [
        { size: 31_415, compressed: { value: true } },
        { size: 92_653, compressed: { value: false } },
      ],
    });
    deepStrictEqual(await sizesOf(call), [31_415, 92_653]);
  },

  async ping_pong(client) {
    const call = client.fullDuplexCall();
    for (const [i, size] of REQUEST_SIZES.entries()) {
      call.write({ responseParameters: [{ size: RESPONSE_SIZES[i] }], payload: payload(size) });
      strictEqual((await next(call))?.payload?.body.length, RESPONSE_SIZES[i]);
    }
    call.end();
    strictEqual(await next(call), undefined);
  },

  async empty_stream(client) {
    const call = client.fullDuplexCall();
    call.end();
    strictEqual(await next(call), undefined);
  },

  async timeout_on_sleeping_server(client) {
    const call = client.fullDuplexCall({ deadline: Date.now() + 1 });
    call.write({ payload: payload(27_182) });
    await fails(status.DEADLINE_EXCEEDED, next(call));
  },

  async cancel_after_begin(client) {
    await fails(
      status.CANCELLED,
      upload(client, (call) => call.cancel()),
    );
  },

  async cancel_after_first_response(client) {
    const call = client.fullDuplexCall();
    call.write({ responseParameters: [{ size: 31_415 }], payload: payload(27_182) });
    strictEqual((await next(call))?.payload?.body.length, 31_415);
    call.cancel();
    await fails(status.CANCELLED, next(call));
  },

  async status_code_and_message(client) {
    const responseStatus = { code: 2, message: "test status message" };
    await fails(status.UNKNOWN, unary(client, "unaryCall", { responseStatus }), responseStatus.message);
    const call = client.fullDuplexCall();
    call.write({ responseStatus });
    call.end();
    await fails(status.UNKNOWN, next(call), responseStatus.message);
  },

  async special_status_message(client) {
    const message = "\t\ntest with whitespace\r\nand Unicode BMP ☺ and non-BMP 😈\t\n";
    await fails(status.UNKNOWN, unary(client, "unaryCall", { responseStatus: { code: 2, message } }), message);
  },

  async custom_metadata(client) {
    const metadata = new Metadata();
    metadata.set("x-grpc-test-echo-initial", "test_initial_metadata_value");
    metadata.set("x-grpc-test-echo-trailing-bin", Buffer.of(0xab, 0xab, 0xab));
    const check = (header: Metadata, trailer: Metadata) => {
      deepStrictEqual(header.get("x-grpc-test-echo-initial"), ["test_initial_metadata_value"]);
      deepStrictEqual(trailer.get("x-grpc-test-echo-trailing-bin"), [Buffer.of(0xab, 0xab, 0xab)]);
    };
    const request = { responseSize: LARGE_RESPONSE, payload: payload(LARGE_REQUEST) };
    const { reply, header, trailer } = await unary(client, "unaryCall", request, metadata);
    strictEqual(reply.payload?.body.length, LARGE_RESPONSE);
    check(header, trailer);
    const call = client.fullDuplexCall(metadata);
    const received = new Promise<Metadata>((resolve) => call.on("metadata", resolve));
    const ended = new Promise<Metadata>((resolve) =>
      call.on("status", ({ metadata }: Replied["trailer"] & { metadata: Metadata }) => resolve(metadata)),
    );
    call.end({ responseParameters: [{ size: LARGE_RESPONSE }], payload: payload(LARGE_REQUEST) });
    deepStrictEqual(await sizesOf(call), [LARGE_RESPONSE]);
    check(await received, await ended);
  },

  async unimplemented_method(client) {
    await fails(status.UNIMPLEMENTED, unary(client, "unimplementedCall", {}));
  },

  async unimplemented_service() {
    const client = open({}, services.UnimplementedService);
    await fails(status.UNIMPLEMENTED, unary(client, "unimplementedCall", {}));
    client.close();
  },

  async concurrent_large_unary(client) {
    await Promise.all(Array.from({ length: 100 }, () => largeUnary(client)));
  },

  async rpc_soak(client) {
    for (let i = 0; i < SOAK_ITERATIONS; i++) await largeUnary(client);
  },

  async channel_soak() {
    for (let i = 0; i < CHANNEL_SOAK_ITERATIONS; i++) {
      const client = open();
      await largeUnary(client);
      client.close();
    }
  },

  async pick_first_unary(client) {
    const ids = new Set<string | undefined>();
    for (let i = 0; i < 100; i++) {
      const request = { responseSize: 1, payload: payload(1), fillServerId: true };
      const { serverId } = (await unary(client, "unaryCall", request)).reply;
      notStrictEqual(serverId, "");
      ids.add(serverId);
    }
    strictEqual(ids.size, 1);
  },
};

for (const name of names) {
  const client = open();
  try {
    const run = cases[name];
    ok(run !== undefined, "there is no such case");
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      // Generous: the machine may be busy.
      timer = setTimeout(() => reject(new Error("it did not end within 60 s")), 60_000);
    });
    await Promise.race([run(client), late]).finally(() => clearTimeout(timer));
    console.log(`ok ${name}`);
  } catch (error) {
    console.log(`failed ${name} ${String(error).replaceAll("\n", " ")}`);
  } finally {
    client.close();
  }
}
process.exit(0);
