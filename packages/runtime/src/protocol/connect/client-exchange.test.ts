import assert from "node:assert/strict";
import { test } from "node:test";
import { encode } from "../../protobuf/codec/encode.js";
import { StringValue } from "../../protobuf/wkt/google/protobuf/wrappers.pb.js";
import { Code } from "../../rpc/code.js";
import { Compressions } from "../../rpc/compression.js";
import { NO_DEADLINE } from "../../rpc/deadline.js";
import type { ClientExchange, ClientProtocol, ExchangeEnd } from "../../rpc/exchange.js";
import type { HttpConnection, HttpFields, HttpHead, HttpSink, HttpStream } from "../../rpc/http-types.js";
import { grpcWebClient } from "../grpc-web/client-exchange.js";
import { connectProtocol } from "./client-exchange.js";

/** "Inflates" by dropping the first byte, in another turn. */
const LATER = {
  name: "later",
  compress: async (bytes: Uint8Array) => Uint8Array.from([0, ...bytes]),
  decompress: async (bytes: Uint8Array) => bytes.slice(1),
};

/** A call whose response the test plays. */
class Played {
  stream!: HttpStream;
  readonly messages: unknown[] = [];
  end: ExchangeEnd | undefined;

  constructor(protocol: ClientProtocol, kind: "unary" | "server_streaming") {
    const played = this;
    const connection = {
      available: true,
      peer: { address: "test" },
      open(_fields: HttpFields, _extra: HttpFields | undefined, _endStream: boolean, sink: HttpSink) {
        played.stream = {
          sink,
          sendHead() {},
          sendData: () => true,
          reset() {},
          consume() {},
        } as unknown as HttpStream;
        return played.stream;
      },
    } as unknown as HttpConnection;
    const target = {
      method: { kind, path: "/test.Echo/Echo", input: StringValue, output: StringValue },
      scheme: "http",
      authority: "test",
      userAgent: "test",
      compressions: new Compressions([LATER]),
    } as unknown as Parameters<ClientProtocol["open"]>[2];
    const fields = protocol.requestFields(target, undefined);
    const options = { deadlineMs: NO_DEADLINE, timeoutMs: Infinity, metadata: undefined, maxReceiveBytes: 1_000 };
    const exchange: ClientExchange = protocol.open(connection, fields, target, undefined, options, {
      onHeader() {},
      onMessage: (message) => this.messages.push(message) > 0,
      onFinish: (end) => {
        assert.equal(this.end, undefined, "it ended twice");
        this.end = end;
      },
      onWritable() {},
    });
    // What a request looks like is not looked at here; to open the stream is what counts.
    if (kind === "unary" && protocol !== grpcWebClient) exchange.send({ value: "x" }, true);
  }

  head(status: number, fields: Record<string, string>, endStream: boolean): this {
    const list = Object.entries(fields).map(([name, value]) => ({ name, value }));
    this.stream.sink.onHead({ status, fields: list } as unknown as HttpHead, endStream);
    return this;
  }

  envelope(flags: number, body: Uint8Array | string): this {
    const bytes = typeof body === "string" ? new TextEncoder().encode(body) : body;
    const framed = Uint8Array.from([flags, 0, 0, 0, bytes.length, ...bytes]);
    this.stream.sink.onData(framed, 0, framed.length, false);
    return this;
  }

  finish(): this {
    this.stream.sink.onData(new Uint8Array(0), 0, 0, true);
    return this;
  }
}

const STREAM = { "content-type": "application/connect+proto" };
const WEB = { "content-type": "application/grpc-web+proto" };

test("a response that is its head alone ends the call", () => {
  const unary = new Played(connectProtocol(), "unary").head(404, {}, true);
  assert.equal(unary.end?.code, Code.Unimplemented);

  const empty = new Played(connectProtocol(), "unary").head(200, { "content-type": "application/proto" }, true);
  assert.equal(empty.end?.code, Code.Ok);
  assert.equal(empty.messages.length, 1);

  const stream = new Played(connectProtocol(), "server_streaming").head(200, STREAM, true);
  assert.equal(stream.end?.code, Code.Internal);
  assert.match(stream.end.message, /without its last envelope/);

  for (const kind of ["unary", "server_streaming"] as const) {
    const web = new Played(grpcWebClient, kind).head(200, { ...WEB, "grpc-status": "5", "grpc-message": "gone" }, true);
    assert.deepEqual([web.end?.code, web.end?.message], [Code.NotFound, "gone"]);
    assert.equal(new Played(grpcWebClient, kind).head(200, WEB, true).end?.code, Code.Internal);
  }
});

test("Connect: an error that is null is none, one that is empty is one", () => {
  const end = (json: string) =>
    new Played(connectProtocol(), "server_streaming").head(200, STREAM, false).envelope(2, json).finish().end?.code;
  assert.equal(end('{"error":null}'), Code.Ok);
  assert.equal(end('{"error":{}}'), Code.Unknown);
  assert.equal(end('{"error":{"code":"aborted"}}'), Code.Aborted);
  assert.equal(end("[]"), Code.Internal);
});

test("the end of a stream that is inflated by another thread is not overtaken by the end of the body", async () => {
  const reply = Uint8Array.from([0, ...encode(StringValue, { value: "hi" })]);
  const connect = new Played(connectProtocol(), "server_streaming")
    .head(200, { ...STREAM, "connect-content-encoding": "later" }, false)
    .envelope(1, reply)
    .envelope(3, '\0{"metadata":{"x-cost":["3"]}}')
    .finish();
  const web = new Played(grpcWebClient, "server_streaming")
    .head(200, { ...WEB, "grpc-encoding": "later" }, false)
    .envelope(1, reply)
    .envelope(0x81, "\0grpc-status: 0\r\nx-cost: 3\r\n")
    .finish();
  for (const { end } of [connect, web]) assert.equal(end, undefined);
  await new Promise(setImmediate);
  for (const { end, messages } of [connect, web]) {
    assert.equal(end?.code, Code.Ok, end?.message);
    assert.equal(messages.length, 1);
    assert.ok(end.fields.some(({ name, value }) => name === "x-cost" && value === "3"));
  }
});

test("gRPC-Web: an encoding that was not asked for, and trailers that can't be inflated", async () => {
  const unknown = new Played(grpcWebClient, "unary").head(200, { ...WEB, "grpc-encoding": "zip" }, false);
  assert.equal(unknown.end?.code, Code.Internal);
  assert.match(unknown.end.message, /"zip", which was not asked for/);
  const unnamed = new Played(grpcWebClient, "unary").head(200, WEB, false).envelope(0x81, "grpc-status: 0\r\n");
  assert.equal(unnamed.end?.code, Code.Internal);
});
