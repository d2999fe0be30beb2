/** Our server and clients that are broken, hostile or no gRPC at all: it answers as it should and goes on serving others. */
import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { once } from "node:events";
import {
  type ClientHttp2Session,
  connect as connectHttp2,
  constants,
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
} from "node:http2";
import { connect, type Socket } from "node:net";
import { after, afterEach, before, describe, test } from "node:test";
import { gzipSync } from "node:zlib";
import { type Channel, createChannel, createClient, createServer, type NodeServer, type ServerCall } from "hawser";
import { type Certificates, makeCertificates } from "./certificates.js";
import { mustExit } from "./exit-check.js";
import {
  block,
  DATA,
  END_HEADERS,
  END_STREAM,
  envelope,
  type Frame,
  frame,
  GOAWAY,
  HEADERS,
  onFrames,
  PREFACE,
  RST_STREAM,
  SETTINGS,
  uint32,
} from "./frames.js";
import { Interop } from "./gen/interop/v1/interop.pb.js";

mustExit();

let certificates: Certificates;
let server: NodeServer;
let port: number;
let tlsPort: number;
let channel: Channel;
const errors: unknown[] = [];
/** The calls of `unary`, for tests that look at what the handler saw. */
const calls: ServerCall[] = [];

before(async () => {
  certificates = await makeCertificates();
  server = createServer({ maxReceiveBytes: 1024 * 1024, onError: (error) => errors.push(error) }).add(Interop, {
    async unary({ id, payload }, call) {
      calls.push(call);
      if (call.metadata.has("x-read-bin")) call.metadata.get("x-read-bin");
      if (call.metadata.has("x-hang")) await new Promise((resolve) => call.signal.addEventListener("abort", resolve));
      return { id, payload };
    },
    async clientStream(requests) {
      let count = 0;
      for await (const _ of requests) count++;
      return { id: count };
    },
  });
  ({ port } = await server.listen("127.0.0.1:0"));
  ({ port: tlsPort } = await server.listen("127.0.0.1:0", { tls: certificates.server }));
  channel = createChannel(`127.0.0.1:${port}`);
});

after(async () => {
  await channel.close();
  await server.shutdown({ graceMs: 0 });
});

/** Whatever a test did, others are served, and nothing of it is left. */
afterEach(async () => {
  strictEqual((await createClient(Interop, channel).unary({ id: 5 }, { timeoutMs: 5_000 })).id, 5n);
  while (server.runningCalls > 0) await new Promise(setImmediate);
  calls.length = 0;
});

interface Response {
  readonly status: number;
  /** `grpc-status`, from the head or the trailers; -1 if there was none. */
  readonly code: number;
  readonly message: string;
  readonly head: IncomingHttpHeaders;
}

const GRPC: OutgoingHttpHeaders = {
  ":method": "POST",
  ":path": "/interop.v1.Interop/Unary",
  "content-type": "application/grpc",
  te: "trailers",
};

/** One request by Node's own HTTP/2, with any head and body. */
async function request(
  fields: OutgoingHttpHeaders,
  body: Uint8Array | undefined,
  session?: ClientHttp2Session,
): Promise<Response> {
  const own = session ?? connectHttp2(`http://127.0.0.1:${port}`);
  own.on("error", () => {});
  const stream = own.request({ ...GRPC, ...fields }, { endStream: body === undefined });
  let head: IncomingHttpHeaders = {};
  let trailers: IncomingHttpHeaders = {};
  stream.on("response", (received) => (head = received));
  stream.on("trailers", (received) => (trailers = received));
  stream.on("error", () => {});
  stream.resume();
  if (body !== undefined) stream.end(body);
  await once(stream, "close");
  if (session === undefined) own.close();
  const status = trailers["grpc-status"] ?? head["grpc-status"];
  const message = String(trailers["grpc-message"] ?? head["grpc-message"] ?? "");
  return {
    status: Number(head[":status"]),
    code: status === undefined ? -1 : Number(status),
    message: decodeURIComponent(message),
    head,
  };
}

const REQUEST = envelope(Buffer.from([8, 1]));

describe("heads", () => {
  test("a malformed grpc-timeout is INTERNAL", async () => {
    for (const timeout of ["", "5", "S", "five S", "123456789S", "-1S", "1.5S", "1 S", "1s", "0x1S"]) {
      const { status, code } = await request({ "grpc-timeout": timeout }, REQUEST);
      deepStrictEqual([status, code], [200, 13], `"${timeout}"`);
    }
    for (const timeout of ["1H", "1M", "10S", "99999999m", "99999999u", "99999999H"]) {
      strictEqual((await request({ "grpc-timeout": timeout }, REQUEST)).code, 0, timeout);
    }
  });

  test("another content type is 415, another method 405", async () => {
    for (const type of [
      "application/grpc+json",
      "application/grpcx",
      "text/plain",
      "application/x-www-form-urlencoded",
    ]) {
      strictEqual((await request({ "content-type": type }, REQUEST)).status, 415, type);
    }
    for (const type of ["application/grpc+proto", "application/grpc; charset=utf-8", "Application/GRPC"]) {
      strictEqual((await request({ "content-type": type }, REQUEST)).code, 0, type);
    }
    strictEqual((await request({ ":method": "GET" }, undefined)).status, 405);
    strictEqual((await request({ ":method": "PUT" }, REQUEST)).status, 405);
  });

  test("without te it is taken all the same", async () => {
    const session = connectHttp2(`http://127.0.0.1:${port}`);
    const { te: _, ...rest } = GRPC;
    const stream = session.request(rest);
    stream.resume();
    stream.end(REQUEST);
    const [trailers] = await once(stream, "trailers");
    strictEqual(trailers["grpc-status"], "0");
    session.close();
  });

  test("a path that is none of ours is UNIMPLEMENTED", async () => {
    for (const path of [
      "/",
      "/interop.v1.Interop/unary",
      "/interop.v1.Interop/Unary/",
      "/interop.v1.Interop/Unary?x=1",
      "//",
      "/__proto__/constructor",
      "/constructor",
    ]) {
      const { code, message } = await request({ ":path": path }, REQUEST);
      strictEqual(code, 12, path);
      ok(message.includes(path));
    }
  });

  test("an encoding that it does not know is UNIMPLEMENTED, and it says which it knows", async () => {
    const { code, head } = await request({ "grpc-encoding": "snappy" }, envelope(Buffer.from("x"), 1));
    strictEqual(code, 12);
    strictEqual(String(head["grpc-accept-encoding"]).startsWith("identity,gzip,deflate,br"), true);
  });

  test("base64 that is none costs its own call only, and only if it is read", async () => {
    strictEqual((await request({ "x-other-bin": "!!!" }, REQUEST)).code, 0);
    errors.length = 0;
    strictEqual((await request({ "x-read-bin": "!!!" }, REQUEST)).code, 2);
    match(String(errors[0]), /x-read-bin/);
    strictEqual((await request({ "x-read-bin": "AAEC" }, REQUEST)).code, 0);
  });

  test("more fields than there may be", async () => {
    const many = Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`x-${i}`, "v"]));
    strictEqual((await request(many, REQUEST)).status, 431);
    strictEqual((await request({ "x-long": "v".repeat(20_000) }, REQUEST)).status, 431);
  });
});

describe("bodies", () => {
  const BODIES: readonly (readonly [
    name: string,
    code: number,
    body: Uint8Array | undefined,
    fields?: OutgoingHttpHeaders,
  ])[] = [
    ["none", 12, undefined],
    ["an empty one", 12, Buffer.alloc(0)],
    ["two requests", 12, Buffer.concat([REQUEST, REQUEST])],
    ["half a prefix", 13, Buffer.from([0, 0, 0])],
    ["less than the prefix says", 13, envelope(Buffer.from([8]), 0, 100)],
    ["a prefix of 4 GiB", 8, envelope(Buffer.from([8]), 0, 0xffff_ffff)],
    ["one byte over the limit", 8, envelope(Buffer.alloc(10), 0, 1024 * 1024 + 1)],
    ["flags that nobody knows", 13, envelope(Buffer.from([8, 1]), 0x80)],
    ["compressed, but not said how", 13, envelope(gzipSync("x"), 1)],
    ["no message", 13, envelope(Buffer.from([0xff, 0xff]))],
    ["gzip that is none", 13, envelope(Buffer.from("no gzip"), 1), { "grpc-encoding": "gzip" }],
    [
      "gzip that ends too soon",
      13,
      envelope(gzipSync(Buffer.alloc(50_000)).subarray(0, 40), 1),
      { "grpc-encoding": "gzip" },
    ],
    [
      "deflate under the name of gzip",
      13,
      envelope(Buffer.from([0x78, 0x9c, 3, 0, 0, 0, 0, 1]), 1),
      { "grpc-encoding": "gzip" },
    ],
    ["a bomb of 2 MiB", 8, envelope(gzipSync(Buffer.alloc(2 * 1024 * 1024)), 1), { "grpc-encoding": "gzip" }],
    ["a bomb of 64 MiB", 8, envelope(gzipSync(Buffer.alloc(64 * 1024 * 1024)), 1), { "grpc-encoding": "gzip" }],
    ["identity, not compressed", 0, REQUEST, { "grpc-encoding": "identity" }],
    ["gzip named, not used", 0, REQUEST, { "grpc-encoding": "gzip" }],
    [
      "gzip in two members",
      0,
      envelope(Buffer.concat([gzipSync(Buffer.from([8])), gzipSync(Buffer.from([1]))]), 1),
      { "grpc-encoding": "gzip" },
    ],
  ];

  for (const [name, code, body, fields] of BODIES) {
    test(`${name}: ${code}`, async () => {
      const response = await request(fields ?? {}, body);
      deepStrictEqual([response.status, response.code], [200, code], response.message);
    });
  }

  test("a stream of requests with a bad one in it", async () => {
    const body = Buffer.concat([REQUEST, REQUEST, envelope(Buffer.from([8, 1]), 7), REQUEST]);
    strictEqual((await request({ ":path": "/interop.v1.Interop/ClientStream" }, body)).code, 13);
  });
});

describe("deadlines that the server keeps", () => {
  test("DEADLINE_EXCEEDED, and the handler is told", async () => {
    const { code, message } = await request({ "grpc-timeout": "300m", "x-hang": "1" }, REQUEST);
    strictEqual(code, 4, message);
    ok(calls[0]?.signal.aborted);
    ok((calls[0]?.deadline?.getTime() ?? Infinity) <= Date.now() + 300);
  });

  test("one that has passed already: no handler begins", async () => {
    strictEqual((await request({ "grpc-timeout": "0m" }, REQUEST)).code, 4);
    strictEqual(calls.length, 0);
  });

  test("one that passes before the request has come", async () => {
    const session = connectHttp2(`http://127.0.0.1:${port}`);
    const stream = session.request({ ...GRPC, "grpc-timeout": "30m" });
    const [head] = await once(stream, "response");
    strictEqual(head["grpc-status"], "4");
    strictEqual(server.runningCalls, 0);
    stream.on("error", () => {});
    stream.close();
    session.close();
  });
});

describe("clients that go away", () => {
  test("between the request and its end", async () => {
    const session = connectHttp2(`http://127.0.0.1:${port}`);
    const stream = session.request(GRPC);
    stream.on("error", () => {});
    stream.write(REQUEST);
    while (server.runningCalls === 0) await new Promise(setImmediate);
    stream.close(constants.NGHTTP2_CANCEL);
    // afterEach waits for the call to be gone.
    await once(stream, "close");
    session.close();
  });

  test("while the handler is at work: it is told", async () => {
    const session = connectHttp2(`http://127.0.0.1:${port}`);
    session.on("error", () => {});
    const stream = session.request({ ...GRPC, "x-hang": "1" });
    stream.on("error", () => {});
    stream.end(REQUEST);
    while (calls.length === 0) await new Promise(setImmediate);
    session.destroy();
    const [call] = calls;
    await new Promise((resolve) => call?.onEnd(resolve));
    ok(call?.signal.aborted);
  });
});

/** A socket on which nothing is said yet. */
async function dial(to: number = port): Promise<Socket> {
  const socket = connect(to, "127.0.0.1");
  socket.on("error", () => {});
  await once(socket, "connect");
  return socket;
}

/** What a socket brings until it ends. */
async function readAll(socket: Socket): Promise<Buffer> {
  const chunks: Buffer[] = [];
  socket.on("data", (chunk) => chunks.push(chunk));
  await once(socket, "close");
  return Buffer.concat(chunks);
}

describe("bytes", () => {
  test("gRPC over HTTP/1.1: it is told so", async () => {
    const socket = await dial();
    socket.write(
      "POST /x HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: application/grpc\r\ncontent-length: 0\r\n\r\n",
    );
    match((await readAll(socket)).toString(), /^HTTP\/1\.1 505 .*HTTP\/2/s);
  });

  test("garbage: the connection is closed", async () => {
    for (const bytes of [
      Buffer.alloc(10_000, 0xa5),
      Buffer.from("PRI * HTTP/3.0\r\n\r\n"),
      Buffer.from("\u0016\u0003\u0001\u0002\u0000\u0001"),
    ]) {
      const socket = await dial();
      socket.write(bytes);
      await readAll(socket);
    }
  });

  test("a preface in single bytes is one all the same", async () => {
    const socket = await dial();
    const frames: Frame[] = [];
    onFrames(socket, 0, (each) => frames.push(each));
    for (const byte of Buffer.concat([PREFACE, frame(SETTINGS, 0, 0)])) {
      socket.write(Buffer.from([byte]));
      await new Promise(setImmediate);
    }
    while (!frames.some(({ type, flags }) => type === SETTINGS && flags === 1)) await new Promise(setImmediate);
    socket.destroy();
  });

  test("half a preface, half a TLS handshake and half a request keep nobody from being served", async () => {
    const idle = [await dial(), await dial(), await dial(tlsPort), await dial(tlsPort)];
    idle[1]?.write(PREFACE.subarray(0, 10));
    idle[3]?.write(Buffer.from([22, 3, 1, 2, 0, 1, 0, 1]));
    const half = await dial();
    half.write(Buffer.concat([PREFACE, frame(SETTINGS, 0, 0), frame(HEADERS, 0, 1, block([[":method", "POST"]]))]));
    await using secure = createChannel(`localhost:${tlsPort}`, { tls: { ca: certificates.ca } });
    strictEqual((await createClient(Interop, secure).unary({ id: 3 })).id, 3n);
    for (const socket of [...idle, half]) socket.destroy();
  });

  test("a breach of HTTP/2 is answered with GOAWAY", async () => {
    const BREACHES = [
      frame(DATA, 0, 0, Buffer.alloc(1)),
      frame(HEADERS, END_HEADERS | END_STREAM, 2, block([[":method", "POST"]])),
      frame(SETTINGS, 0, 0, Buffer.alloc(5)),
      frame(DATA, 0, 1, Buffer.alloc(20_000)),
      frame(HEADERS, END_HEADERS, 1, Buffer.from([0xff, 0xff, 0xff, 0xff, 0xff, 0x7f])),
      frame(RST_STREAM, 0, 7, uint32(8)),
    ];
    for (const breach of BREACHES) {
      const socket = await dial();
      const frames: Frame[] = [];
      onFrames(socket, 0, (each) => frames.push(each));
      socket.write(Buffer.concat([PREFACE, frame(SETTINGS, 0, 0), breach]));
      await once(socket, "close");
      ok(frames.some(({ type }) => type === GOAWAY));
    }
  });

  test("streams opened and reset in a loop are stopped", async () => {
    const socket = await dial();
    const frames: Frame[] = [];
    onFrames(socket, 0, (each) => frames.push(each));
    const head = block([
      [":method", "POST"],
      [":scheme", "http"],
      [":path", "/interop.v1.Interop/Unary"],
      [":authority", "x"],
      ["content-type", "application/grpc"],
    ]);
    socket.write(Buffer.concat([PREFACE, frame(SETTINGS, 0, 0)]));
    for (let stream = 1; stream < 8_000 && !socket.destroyed; stream += 2) {
      socket.write(Buffer.concat([frame(HEADERS, END_HEADERS, stream, head), frame(RST_STREAM, 0, stream, uint32(8))]));
      if (stream % 500 === 1) await new Promise(setImmediate);
    }
    if (!socket.destroyed) await once(socket, "close");
    const goAway = frames.find(({ type }) => type === GOAWAY);
    strictEqual(goAway?.payload.readUInt32BE(4), 0xb);
  });
});

test("shutdown does not wait for those who never finish a handshake", async () => {
  const other = createServer().add(Interop, {});
  const { port: plain } = await other.listen("127.0.0.1:0");
  const { port: secure } = await other.listen("127.0.0.1:0", { tls: certificates.server });
  const sockets = [await dial(plain), await dial(secure)];
  await other.shutdown({ graceMs: 0 });
  for (const socket of sockets) socket.destroy();
});
