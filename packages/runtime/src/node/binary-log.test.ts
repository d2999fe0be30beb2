import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { decode } from "../protobuf/codec/decode.js";
import { encode } from "../protobuf/codec/encode.js";
import { type MethodType, type ServiceType, service } from "../protobuf/type/service-type.js";
import { StringValue } from "../protobuf/wkt/google/protobuf/wrappers.pb.js";
import { Status } from "../protobuf/wkt/google/rpc/status.pb.js";
import {
  GrpcLogEntry_EventType as EventType,
  type GrpcLogEntry,
  GrpcLogEntry_Logger as Logger,
} from "../protobuf/wkt/grpc/binarylog/v1/binarylog.pb.js";
import { Code } from "../rpc/code.js";
import { RpcError } from "../rpc/rpc-error.js";
import { binaryLog } from "../services/binary-log/binary-log.js";
import { readBinaryLog } from "../services/binary-log/read-binary-log.js";
import { type BinaryLogFile, binaryLogFile } from "./binary-log-file.js";
import { createChannel, createClient, type NodeChannelOptions } from "./create-channel.js";
import { createServer } from "./create-server.js";

type Text = typeof StringValue;
const Echo: ServiceType<{
  echo: MethodType<"unary", Text, Text>;
  secret: MethodType<"unary", Text, Text>;
  chat: MethodType<"bidi_streaming", Text, Text>;
}> = service("test.Echo", {
  echo: { kind: "unary", name: "Echo", input: StringValue, output: StringValue },
  secret: { kind: "unary", name: "Secret", input: StringValue, output: StringValue },
  chat: { kind: "bidi_streaming", name: "Chat", input: StringValue, output: StringValue },
});

async function logged(t: TestContext, filter: string, options: NodeChannelOptions = {}) {
  const folder = await mkdtemp(join(tmpdir(), "hawser-"));
  const paths = { client: join(folder, "client.binlog"), server: join(folder, "server.binlog") };
  const files = { client: binaryLogFile(paths.client), server: binaryLogFile(paths.server) };
  const observer = (sink: BinaryLogFile) => binaryLog({ filter, sink });
  let failures = 0;
  const server = createServer({ observers: [observer(files.server)], onError() {} }).add(Echo, {
    echo({ value }, call) {
      if (value === "flaky" && failures++ < 1) throw new RpcError(Code.Unavailable, "not yet");
      call.header.set("x-header", "h");
      call.trailer.set("x-trailer-bin", Uint8Array.of(1, 2, 3));
      if (value === "wrong") {
        throw new RpcError(Code.InvalidArgument, "no", { details: [{ typeUrl: "a/b", value: Uint8Array.of(1) }] });
      }
      return { value: `${value}!` };
    },
    secret: (request) => request,
    async *chat(requests, call) {
      for await (const request of requests) {
        yield request;
        if (request.value === "stay")
          await new Promise<void>((go) => call.signal.addEventListener("abort", () => go()));
      }
    },
  });
  const { port } = await server.listen("127.0.0.1:0");
  const channel = createChannel(`127.0.0.1:${port}`, { ...options, observers: [observer(files.client)] });
  t.after(() => rm(folder, { recursive: true }));
  return {
    port,
    client: createClient(Echo, channel),
    /** Ends both sides and reads their logs. */
    async entries(): Promise<{ client: GrpcLogEntry[]; server: GrpcLogEntry[] }> {
      await channel.close();
      await server.shutdown({ graceMs: 5_000 });
      await Promise.all([files.client.close(), files.server.close()]);
      assert.deepEqual([files.client.dropped, files.server.dropped], [0, 0]);
      return {
        client: [...readBinaryLog(await readFile(paths.client))],
        server: [...readBinaryLog(await readFile(paths.server))],
      };
    },
  };
}

const NAMES = new Map(Object.entries(EventType).map(([name, number]) => [number as number, name]));

function types(entries: readonly GrpcLogEntry[]): string[] {
  return entries.map(({ type }) => (NAMES.get(type) as string).replace("EVENT_TYPE_", ""));
}

function metadataOf({ payload }: GrpcLogEntry): [string, Uint8Array][] {
  assert.ok(payload?.case !== "message" && payload !== undefined);
  return (payload.value.metadata?.entry ?? []).map(({ key, value }) => [key, value]);
}

const utf8 = new TextEncoder();

test("a call, as its client and its server log it", async (t) => {
  const { client, entries, port } = await logged(t, "*");
  const metadata = { "x-key": "v", "x-bytes-bin": Uint8Array.of(0, 255) };
  await client.echo({ value: "a" }, { metadata, timeoutMs: 5_500 });
  const logs = await entries();
  const both = ["CLIENT_HEADER", "CLIENT_MESSAGE", "CLIENT_HALF_CLOSE", "SERVER_HEADER", "SERVER_MESSAGE"];
  for (const [side, log] of Object.entries(logs)) {
    assert.deepEqual(types(log), [...both, "SERVER_TRAILER"], side);
    assert.deepEqual(
      log.map(({ sequenceIdWithinCall }) => sequenceIdWithinCall),
      [1n, 2n, 3n, 4n, 5n, 6n],
    );
    assert.ok(log.every(({ callId }) => callId !== 0n && callId === log[0]?.callId));
    assert.ok(log.every(({ logger }) => logger === (side === "client" ? Logger.LOGGER_CLIENT : Logger.LOGGER_SERVER)));
    assert.ok(log.every(({ payloadTruncated }) => !payloadTruncated));
    const [header, request, , response, reply, trailer] = log as [
      GrpcLogEntry,
      GrpcLogEntry,
      GrpcLogEntry,
      GrpcLogEntry,
      GrpcLogEntry,
      GrpcLogEntry,
    ];
    assert.ok(header.payload?.case === "clientHeader");
    assert.equal(header.payload.value.methodName, "/test.Echo/Echo");
    assert.equal(header.payload.value.authority, `127.0.0.1:${port}`);
    assert.equal(header.payload.value.timeout?.seconds, 5n);
    assert.deepEqual(metadataOf(header), [
      ["x-key", utf8.encode("v")],
      ["x-bytes-bin", Uint8Array.of(0, 255)],
    ]);
    const data = encode(StringValue, { value: "a" });
    assert.deepEqual(request.payload, { case: "message", value: { length: 3, data } });
    assert.deepEqual(metadataOf(response), [["x-header", utf8.encode("h")]]);
    assert.deepEqual(reply.payload?.value, { length: 4, data: encode(StringValue, { value: "a!" }) });
    assert.deepEqual(metadataOf(trailer), [["x-trailer-bin", Uint8Array.of(1, 2, 3)]]);
    // The peer is in the first entry of what came.
    const withPeer = log.filter(({ peer }) => peer !== undefined);
    assert.deepEqual(withPeer, [side === "client" ? response : header]);
    assert.deepEqual([withPeer[0]?.peer?.type, withPeer[0]?.peer?.address], [1, "127.0.0.1"]);
    if (side === "client") assert.equal(response.peer?.ipPort, port);
  }
  assert.notEqual(logs.client[0]?.callId, logs.server[0]?.callId);
});

test("an error: its status and its details; a response that is a status alone has the peer in its trailer", async (t) => {
  const { client, entries } = await logged(t, "*");
  await assert.rejects(Promise.resolve(client.echo({ value: "wrong" })));
  await assert.rejects(Promise.resolve(client.echo({ value: "flaky" })));
  const logs = await entries();
  for (const log of Object.values(logs)) {
    const trailer = log.find(({ payload }) => payload?.case === "trailer");
    assert.ok(trailer?.payload?.case === "trailer");
    const { statusCode, statusMessage, statusDetails } = trailer.payload.value;
    assert.deepEqual([statusCode, statusMessage], [Code.InvalidArgument, "no"]);
    assert.equal(decode(Status, statusDetails).details[0]?.typeUrl, "a/b");
  }
  const last = logs.client.at(-1);
  assert.equal(types(logs.client).at(-2), "CLIENT_HALF_CLOSE");
  assert.equal(last?.peer?.address, "127.0.0.1");
});

test("header and messages are cut to the limits, and say so; excluded methods are not logged", async (t) => {
  const { client, entries } = await logged(t, "test.Echo/*{h:8;m:4},-test.Echo/Secret");
  await client.secret({ value: "not for the log" });
  const metadata = { a: "1234567", b: "12345678901", "grpc-trace-bin": Uint8Array.of(7) };
  await client.echo({ value: "abcdef" }, { metadata });
  for (const log of Object.values(await entries())) {
    assert.ok(
      log.every(({ payload }) => !(payload?.case === "clientHeader" && /Secret/.test(payload.value.methodName))),
    );
    const [header, request] = log as [GrpcLogEntry, GrpcLogEntry];
    assert.equal(header.payloadTruncated, true);
    assert.deepEqual(metadataOf(header), [
      ["a", utf8.encode("1234567")],
      ["grpc-trace-bin", Uint8Array.of(7)],
    ]);
    assert.equal(request.payloadTruncated, true);
    assert.ok(request.payload?.case === "message");
    assert.deepEqual([request.payload.value.length, request.payload.value.data.length], [8, 4]);
  }
});

test("a stream; and one that the client gives up", async (t) => {
  const { client, entries } = await logged(t, "*{m:0}");
  for await (const _ of client.chat([{ value: "a" }, { value: "b" }]));
  const chat = client.chat();
  await chat.send({ value: "stay" });
  await chat.next();
  chat.cancel();
  const logs = await entries();
  for (const log of Object.values(logs)) {
    const [first, second] = [...new Set(log.map(({ callId }) => callId))].map((id) =>
      types(log.filter(({ callId }) => callId === id)),
    );
    assert.deepEqual([...(first ?? [])].sort(), [
      "CLIENT_HALF_CLOSE",
      "CLIENT_HEADER",
      "CLIENT_MESSAGE",
      "CLIENT_MESSAGE",
      "SERVER_HEADER",
      "SERVER_MESSAGE",
      "SERVER_MESSAGE",
      "SERVER_TRAILER",
    ]);
    assert.equal(first?.at(-1), "SERVER_TRAILER");
    assert.deepEqual(second, ["CLIENT_HEADER", "CLIENT_MESSAGE", "SERVER_HEADER", "SERVER_MESSAGE", "CANCEL"]);
  }
});

test("of retries the client logs the call, once", async (t) => {
  const retryPolicy = {
    maxAttempts: 3,
    initialBackoff: "0.01s",
    maxBackoff: "0.01s",
    backoffMultiplier: 1,
    retryableStatusCodes: ["UNAVAILABLE"],
  };
  const { client, entries } = await logged(t, "*", {
    serviceConfig: { methodConfig: [{ name: [{}], retryPolicy }] },
  });
  await client.echo({ value: "flaky" });
  const logs = await entries();
  assert.deepEqual(types(logs.client), [
    "CLIENT_HEADER",
    "CLIENT_MESSAGE",
    "CLIENT_HALF_CLOSE",
    "SERVER_HEADER",
    "SERVER_MESSAGE",
    "SERVER_TRAILER",
  ]);
  assert.equal(new Set(logs.server.map(({ callId }) => callId)).size, 2);
});

test("a call that never got out is logged with the status that the library made of it", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "hawser-"));
  t.after(() => rm(folder, { recursive: true }));
  const path = join(folder, "log");
  const sink = binaryLogFile(path);
  const channel = createChannel("127.0.0.1:1", { observers: [binaryLog({ filter: "*", sink })] });
  await assert.rejects(Promise.resolve(createClient(Echo, channel).echo({})));
  await channel.close();
  await sink.close();
  const log = [...readBinaryLog(await readFile(path))];
  assert.deepEqual(types(log), ["CLIENT_HEADER", "SERVER_TRAILER"]);
  const { payload } = log[1] as GrpcLogEntry;
  assert.ok(payload?.case === "trailer");
  assert.equal(payload.value.statusCode, Code.Unavailable);
  assert.match(payload.value.statusMessage, /ECONNREFUSED/);
});

test("a file that can't be written costs entries, not calls", async () => {
  const sink = binaryLogFile("/no/such/folder/log");
  const channel = createChannel("127.0.0.1:1", { observers: [binaryLog({ filter: "*", sink })] });
  await assert.rejects(Promise.resolve(createClient(Echo, channel).echo({})), { code: Code.Unavailable });
  await assert.rejects(sink.close(), /ENOENT/);
  sink.write(new Uint8Array(1));
  assert.ok(sink.dropped >= 1);
  await channel.close();
});
