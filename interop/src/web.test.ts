// hawser/web against a server that nobody here wrote: connect-node's gRPC-Web, over HTTP/1.1 and real sockets.
import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, test } from "node:test";
import { createFileRegistry, type DescService, fromBinary } from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { Code as ConnectCode, ConnectError, type HandlerContext } from "@connectrpc/connect";
import { connectNodeAdapter } from "@connectrpc/connect-node";
import { encode } from "hawser/protobuf";
import { Code, createChannel, createClient, RpcError, type WebChannel } from "hawser/web";
import { FileDescriptorSet, fileDescriptor } from "hawser/wkt";
import { $file_interop_v1_interop, Interop } from "./gen/interop/v1/interop.pb.js";

interface Message {
  readonly id: bigint;
  readonly payload: Uint8Array;
}

const descriptors = encode(FileDescriptorSet, { file: [fileDescriptor($file_interop_v1_interop)] });
const service = createFileRegistry(fromBinary(FileDescriptorSetSchema, descriptors)).getService("interop.v1.Interop");

let server: Server;
let channel: WebChannel;
/** Requests whose connection went before they were answered. */
let cancelled = 0;

before(async () => {
  const handler = connectNodeAdapter({
    routes(router) {
      router.service(
        service as DescService,
        {
          async unary(request: Message, context: HandlerContext) {
            context.responseHeader.set("x-echo", context.requestHeader.get("x-ask") ?? "");
            context.responseTrailer.set("x-cost", "3");
            if (request.id === 404n)
              throw new ConnectError("no – not there", ConnectCode.NotFound, { "x-why": "gone" });
            if (request.id === 1000n) await gone(context);
            return { id: request.id, payload: request.payload };
          },
          async clientStream(requests: AsyncIterable<Message>) {
            let count = 0n;
            for await (const _ of requests) count++;
            return { id: count };
          },
          async *bidiStream(requests: AsyncIterable<Message>) {
            yield* requests;
          },
          async *serverStream(request: Message, context: HandlerContext) {
            for (let id = 0n; id < request.id; id++) yield { id, payload: request.payload };
            if (request.id === 3n) throw new ConnectError("after three", ConnectCode.Aborted);
            if (request.id === 5n) await gone(context);
          },
        } as never,
      );
    },
  });
  server = createServer(handler);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  channel = createChannel(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});

after(async () => {
  await channel.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

/** Waits for the end of the request; if it is the deadline, which passes here too, that is the answer. */
async function gone({ signal }: HandlerContext): Promise<never> {
  await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve()));
  cancelled++;
  throw signal.reason;
}

async function failure(call: PromiseLike<unknown>): Promise<RpcError> {
  const error = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  assert.ok(RpcError.is(error), `expected an RpcError, got ${error}`);
  return error;
}

async function collect(calls: AsyncIterable<Message>): Promise<bigint[]> {
  const ids: bigint[] = [];
  for await (const reply of calls) ids.push(reply.id);
  return ids;
}

test("web: a unary call with metadata both ways", async () => {
  const client = createClient(Interop, channel);
  const payload = new Uint8Array([0, 1, 255]);
  const call = client.unary({ id: 7, payload }, { metadata: { "x-ask": "ahoy" }, timeoutMs: 30_000 });
  assert.deepEqual({ ...(await call) }, { id: 7n, payload });
  assert.equal((await call.header).get("x-echo"), "ahoy");
  assert.equal((await call.trailer).get("x-cost"), "3");
});

test("web: messages of 0 bytes and of 3 MiB", async () => {
  const client = createClient(Interop, channel);
  assert.equal((await client.unary({})).payload.length, 0);
  const payload = new Uint8Array(3 << 20).map((_, i) => i * 31);
  assert.deepEqual((await client.unary({ payload })).payload, payload);
});

test("web: an error with a non-ASCII message and metadata", async () => {
  const error = await failure(createClient(Interop, channel).unary({ id: 404 }));
  assert.equal(error.code, Code.NotFound);
  assert.equal(error.message, "no – not there");
  assert.equal(error.metadata.get("x-why"), "gone");
});

test("web: a stream of replies, and one that fails after some", async () => {
  const client = createClient(Interop, channel);
  assert.deepEqual(await collect(client.serverStream({ id: 4 })), [0n, 1n, 2n, 3n]);
  assert.equal((await collect(client.serverStream({ id: 10_000, payload: new Uint8Array(64) }))).length, 10_000);
  const error = await failure(collect(client.serverStream({ id: 3 })));
  assert.equal(error.code, Code.Aborted);
  assert.equal(error.message, "after three");
});

test("web: leaving the loop, a signal and a deadline end the request", async () => {
  const client = createClient(Interop, channel);
  const before = cancelled;
  for await (const reply of client.serverStream({ id: 5 })) if (reply.id === 4n) break;

  const controller = new AbortController();
  const waiting = failure(client.unary({ id: 1000 }, { signal: controller.signal }));
  setTimeout(() => controller.abort(), 50);
  assert.equal((await waiting).code, Code.Cancelled);

  assert.equal((await failure(client.unary({ id: 1000 }, { timeoutMs: 100 }))).code, Code.DeadlineExceeded);
  while (cancelled < before + 3) await new Promise((resolve) => setTimeout(resolve, 5));
});

test("web: an unknown method, a server that is none, a closed port and a stream of requests", async () => {
  const client = createClient(Interop, channel);
  assert.equal((await failure(client.missing({}))).code, Code.Unimplemented);

  const other = createServer((_request, response) => response.writeHead(503).end("busy"));
  await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
  const { port } = other.address() as AddressInfo;
  const busy = await failure(createClient(Interop, `http://127.0.0.1:${port}`).unary({}));
  assert.equal(busy.code, Code.Unavailable);
  assert.match(busy.message, /503/);
  other.closeAllConnections();
  await new Promise((resolve) => other.close(resolve));

  const refused = await failure(createClient(Interop, `http://127.0.0.1:${port}`).unary({}));
  assert.equal(refused.code, Code.Unavailable);
  assert.match(refused.message, new RegExp(`127.0.0.1:${port}.*ECONNREFUSED`));
});

test("web: a stream of requests where fetch streams them", async () => {
  const streamed = createClient(Interop, channel);
  assert.equal((await streamed.clientStream([{ id: 1 }, { id: 2 }])).id, 2n);
  assert.equal((await streamed.clientStream([])).id, 0n);
  // Which this server refuses over HTTP/1.1.
  assert.match((await failure(collect(streamed.bidiStream([{ id: 5 }])))).message, /HTTP status 505/);
});

test("web: a URL that is none is refused", () => {
  assert.throws(() => createChannel("localhost:8080"), /needs a URL/);
});
