/** Our client and servers that are broken, hostile, gone or no gRPC at all: each call ends, in time, with the right code. */
import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { createServer as createHttp1Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { describe, test } from "node:test";
import { createServer as createTlsServer } from "node:tls";
import { gzipSync } from "node:zlib";
import {
  type Channel,
  Code,
  codeName,
  createChannel,
  createClient,
  createServer,
  type NodeChannelOptions,
  RpcError,
} from "hawser";
import { makeCertificates } from "./certificates.js";
import { mustExit } from "./exit-check.js";
import { FakeServer } from "./fake-server.js";
import {
  ACK,
  block,
  DATA,
  END_HEADERS,
  END_STREAM,
  envelope,
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
import { TcpProxy } from "./proxy.js";

mustExit();

const BACKOFF = { initialMs: 20, maxMs: 50 };

/** For servers that let their clients wait. */
const QUICK: NodeChannelOptions = { connectTimeoutMs: 300, backoff: BACKOFF };

/** For servers that say something, however busy the machine is. */
const PATIENT: NodeChannelOptions = { connectTimeoutMs: 20_000, backoff: BACKOFF };

/** The error that a call ends with. */
async function errorOf(call: Promise<unknown>): Promise<RpcError> {
  const error = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  ok(RpcError.is(error), `expected an RpcError, not ${String(error)}`);
  return error;
}

async function errorFrom(
  server: { target: string; close(): Promise<void> },
  options: NodeChannelOptions = PATIENT,
): Promise<RpcError> {
  const channel = createChannel(server.target, options);
  const error = await errorOf(createClient(Interop, channel).unary({ id: 1 }, { timeoutMs: 30_000 }));
  await channel.close();
  await server.close();
  return error;
}

function isUnavailable(error: RpcError, text: RegExp): void {
  strictEqual(codeName(error.code), "UNAVAILABLE", error.message);
  match(error.message, text);
}

/** A server that speaks HTTP/2 as far as SETTINGS, and leaves the rest to `onRequest`. */
function http2Server(onRequest: (socket: Socket, stream: number, connection: number) => void): Promise<FakeServer> {
  return FakeServer.start((socket, connection) => {
    socket.write(frame(SETTINGS, 0, 0));
    onFrames(socket, PREFACE.length, ({ type, flags, stream }) => {
      if (type === SETTINGS && flags !== ACK) socket.write(frame(SETTINGS, ACK, 0));
      if (type === HEADERS) onRequest(socket, stream, connection);
    });
  });
}

const OK_HEAD = block([
  [":status", "200"],
  ["content-type", "application/grpc"],
]);
const OK_TRAILERS = block([["grpc-status", "0"]]);

function okResponse(stream: number): Buffer {
  return Buffer.concat([
    frame(HEADERS, END_HEADERS, stream, OK_HEAD),
    frame(DATA, 0, stream, envelope(Buffer.from([8, 42]))),
    frame(HEADERS, END_HEADERS | END_STREAM, stream, OK_TRAILERS),
  ]);
}

describe("no connection", () => {
  test("a closed port: UNAVAILABLE names target, address and cause", async () => {
    const server = await FakeServer.start(() => {});
    await server.close();
    const error = await errorFrom({ target: `localhost:${server.port}`, close: async () => {} });
    isUnavailable(error, /ECONNREFUSED/);
    match(error.message, new RegExp(`localhost:${server.port}`));
    match(error.message, new RegExp(`127\\.0\\.0\\.1:${server.port}`));
    match(error.message, /\/interop\.v1\.Interop\/Unary/);
    ok(error.cause instanceof Error);
  });

  test("a name that nobody has", async () => {
    isUnavailable(
      await errorFrom({ target: "does-not-exist.invalid:1", close: async () => {} }),
      /does-not-exist\.invalid/,
    );
  });

  test("a server of HTTP/1", async () => {
    const http = createHttp1Server((_, response) => response.end("hello"));
    await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
    const target = `127.0.0.1:${(http.address() as AddressInfo).port}`;
    const close = async () => {
      http.closeAllConnections();
      http.close();
    };
    isUnavailable(await errorFrom({ target, close }), /HTTP/);
  });

  test("a server that sends garbage", async () => {
    isUnavailable(
      await errorFrom(await FakeServer.start((socket) => socket.write(Buffer.alloc(5_000, 0xa7)))),
      /HTTP\/2/,
    );
  });

  test("a server that never sends its SETTINGS", async () => {
    isUnavailable(await errorFrom(await FakeServer.start((socket) => socket.resume()), QUICK), /300 ms.*SETTINGS/);
  });

  test("a server that sends half a SETTINGS frame", async () => {
    const server = await FakeServer.start((socket) =>
      socket.write(frame(SETTINGS, 0, 0, Buffer.alloc(12)).subarray(0, 15)),
    );
    isUnavailable(await errorFrom(server, QUICK), /300 ms.*SETTINGS/);
  });

  test("a server that hangs up at once", async () => {
    isUnavailable(await errorFrom(await FakeServer.start((socket) => socket.end())), /closed the connection|broke/);
    isUnavailable(await errorFrom(await FakeServer.start((socket) => socket.resetAndDestroy())), /ECONNRESET/);
  });

  test("a TLS handshake that nobody answers", async () => {
    isUnavailable(
      await errorFrom(await FakeServer.start((socket) => socket.resume()), { ...QUICK, tls: true }),
      /300 ms.*TLS handshake/,
    );
  });

  test("a TLS server without HTTP/2", async () => {
    const { server: identity, ca } = await makeCertificates();
    for (const ALPNProtocols of [undefined, ["http/1.1"]]) {
      const tls = createTlsServer({ ...identity, ...(ALPNProtocols === undefined ? {} : { ALPNProtocols }) });
      tls.on("tlsClientError", () => {});
      await new Promise<void>((resolve) => tls.listen(0, "127.0.0.1", resolve));
      const target = `localhost:${(tls.address() as AddressInfo).port}`;
      const close = async () => {
        tls.close();
      };
      isUnavailable(await errorFrom({ target, close }, { ...PATIENT, tls: { ca } }), /ALPN|application protocol/i);
    }
  });

  test("the deadline passes while there is no connection", async () => {
    const server = await FakeServer.start((socket) => socket.resume());
    const channel = createChannel(server.target);
    const error = await errorOf(createClient(Interop, channel).unary({}, { timeoutMs: 50 }));
    strictEqual(error.code, Code.DeadlineExceeded);
    match(error.message, /waiting for a connection/);
    await channel.close();
    await server.close();
  });
});

describe("a response that is none", () => {
  const head = (...fields: [string, string][]) => frame(HEADERS, END_HEADERS, 1, block(fields));
  const last = (...fields: [string, string][]) => frame(HEADERS, END_HEADERS | END_STREAM, 1, block(fields));
  const okHead = frame(HEADERS, END_HEADERS, 1, OK_HEAD);
  const okEnd = frame(HEADERS, END_HEADERS | END_STREAM, 1, OK_TRAILERS);
  const data = (bytes: Uint8Array, end = false) => frame(DATA, end ? END_STREAM : 0, 1, bytes);
  const message = envelope(Buffer.from([8, 42]));
  const gzipHead = head([":status", "200"], ["content-type", "application/grpc"], ["grpc-encoding", "gzip"]);

  const RESPONSES: readonly (readonly [name: string, code: Code, frames: readonly Buffer[]])[] = [
    ["HTTP 404", Code.Unimplemented, [last([":status", "404"])]],
    ["HTTP 401", Code.Unauthenticated, [last([":status", "401"])]],
    [
      "HTTP 403 with a body",
      Code.PermissionDenied,
      [head([":status", "403"], ["content-type", "text/html"]), data(Buffer.from("no"), true)],
    ],
    ["HTTP 503", Code.Unavailable, [last([":status", "503"], ["retry-after", "1"])]],
    ["HTTP 418", Code.Unknown, [last([":status", "418"])]],
    ["a page", Code.Unknown, [head([":status", "200"], ["content-type", "text/html"]), data(Buffer.from("<p>"), true)]],
    ["no content type", Code.Unknown, [head([":status", "200"]), data(message), okEnd]],
    ["no status at the end", Code.Internal, [okHead, data(message, true)]],
    ["trailers without a status", Code.Unknown, [okHead, data(message), last(["x-a", "b"])]],
    ["a head alone", Code.Unknown, [last([":status", "200"], ["content-type", "application/grpc"])]],
    ["a status that is no number", Code.Unknown, [okHead, last(["grpc-status", "OK"])]],
    ["a status that is no code", Code.Unknown, [okHead, last(["grpc-status", "999"], ["grpc-message", "odd"])]],
    ["OK without a reply", Code.Unimplemented, [okHead, okEnd]],
    ["two replies to a unary call", Code.Unimplemented, [okHead, data(message), data(message), okEnd]],
    ["unknown flags", Code.Internal, [okHead, data(envelope(Buffer.from([8, 42]), 2)), okEnd]],
    ["a message of 4 GiB", Code.ResourceExhausted, [okHead, data(envelope(Buffer.from([8]), 0, 0xffff_ffff))]],
    ["a message that ends too soon", Code.Internal, [okHead, data(envelope(Buffer.from([8]), 0, 100), true)]],
    ["a prefix that ends too soon", Code.Internal, [okHead, data(Buffer.from([0, 0, 0]), true)]],
    [
      "a message that OK cuts off",
      Code.Internal,
      [okHead, data(message), data(envelope(Buffer.from([8]), 0, 9)), okEnd],
    ],
    ["a prefix that OK cuts off", Code.Internal, [okHead, data(message), data(Buffer.from([0, 0, 0])), okEnd]],
    ["compressed without an encoding", Code.Internal, [okHead, data(envelope(gzipSync("x"), 1)), okEnd]],
    [
      "an encoding that was not offered",
      Code.Internal,
      [head([":status", "200"], ["content-type", "application/grpc"], ["grpc-encoding", "snappy"]), okEnd],
    ],
    ["gzip that is none", Code.Internal, [gzipHead, data(envelope(Buffer.from("not gzip"), 1)), okEnd]],
    ["gzip that ends too soon", Code.Internal, [gzipHead, data(envelope(gzipSync("hello").subarray(0, 15), 1)), okEnd]],
    ["gzip of nothing", Code.Internal, [gzipHead, data(envelope(new Uint8Array(0), 1)), okEnd]],
    ["a bomb", Code.ResourceExhausted, [gzipHead, data(envelope(gzipSync(Buffer.alloc(8 * 1024 * 1024)), 1)), okEnd]],
    ["a message that is no message", Code.Internal, [okHead, data(envelope(Buffer.from([0xff]))), okEnd]],
    ["DATA before the header", Code.Internal, [data(message), okEnd]],
    [
      "HEADERS after the end",
      Code.NotFound,
      [last([":status", "200"], ["content-type", "application/grpc"], ["grpc-status", "5"]), okHead],
    ],
    ["no :status", Code.Internal, [head(["content-type", "application/grpc"]), okEnd]],
    ["upper-case names", Code.Internal, [head([":status", "200"], ["Content-Type", "application/grpc"]), okEnd]],
    [
      "frames of another kind",
      Code.NotFound,
      [
        frame(0x42, 0xff, 0, Buffer.alloc(100)),
        frame(0x43, 0, 1),
        last([":status", "200"], ["content-type", "application/grpc"], ["grpc-status", "5"]),
      ],
    ],
    ["DATA on stream 0", Code.Unavailable, [frame(DATA, 0, 0, message)]],
    ["a frame that is too large", Code.Unavailable, [frame(DATA, 0, 1, Buffer.alloc(128 * 1024 + 1))]],
    ["a push", Code.Unavailable, [frame(5, END_HEADERS, 1, Buffer.concat([uint32(2), OK_HEAD]))]],
    [
      "a header block that is none",
      Code.Unavailable,
      [frame(HEADERS, END_HEADERS, 1, Buffer.from([0xff, 0xff, 0xff, 0xff, 0xff, 0x7f]))],
    ],
  ];

  for (const [name, code, frames] of RESPONSES) {
    test(`${name}: ${codeName(code)}`, async () => {
      const server = await http2Server((socket) => socket.write(Buffer.concat(frames)));
      const error = await errorFrom(server);
      strictEqual(codeName(error.code), codeName(code), error.message);
    });
  }

  test("UNAVAILABLE or a reset once the deadline has passed, as of a proxy whose server kept it: DEADLINE_EXCEEDED", async () => {
    const caddys = block([[":status", "502"]]);
    const envoys = block([
      [":status", "200"],
      ["content-type", "application/grpc"],
      ["grpc-status", "14"],
    ]);
    const server = await http2Server((socket, stream) => {
      const resets = [0x7, 0x2].map((code) => frame(RST_STREAM, 0, stream, uint32(code)));
      const ends = [caddys, envoys].map((gone) => frame(HEADERS, END_HEADERS | END_STREAM, stream, gone));
      setTimeout(() => socket.write([...ends, ...resets][((stream - 1) / 2) % 4]), 2);
    });
    const channel = createChannel(server.target, PATIENT);
    await channel.waitForState("ready");
    const client = createClient(Interop, channel);
    // Timer and answer come at about the same time: either may be first.
    for (let i = 0; i < 100; i++) {
      const error = await errorOf(client.unary({ id: 1 }, { timeoutMs: 1 }));
      strictEqual(codeName(error.code), "DEADLINE_EXCEEDED", error.message);
    }
    await channel.close();
    await server.close();
  });

  test("the same, each byte in a packet of its own", async () => {
    for (const end of [OK_TRAILERS, block([["grpc-status", "5"]])]) {
      const whole = Buffer.concat([okHead, data(message), frame(HEADERS, END_HEADERS | END_STREAM, 1, end)]);
      const server = await http2Server(async (socket) => {
        for (const byte of whole) {
          socket.write(Buffer.from([byte]));
          await new Promise(setImmediate);
        }
      });
      const channel = createChannel(server.target);
      const call = createClient(Interop, channel).unary({});
      if (end === OK_TRAILERS) strictEqual((await call).id, 42n);
      else strictEqual((await errorOf(call)).code, Code.NotFound);
      await channel.close();
      await server.close();
    }
  });
});

describe("RST_STREAM and GOAWAY", () => {
  const RESETS: readonly (readonly [error: number, code: Code])[] = [
    [0x0, Code.Internal],
    [0x1, Code.Internal],
    [0x2, Code.Internal],
    [0x3, Code.Internal],
    [0x7, Code.Unavailable],
    [0x8, Code.Cancelled],
    [0xb, Code.ResourceExhausted],
    [0xc, Code.PermissionDenied],
    [0xff, Code.Internal],
  ];

  test("the code of a reset, before and after the header", async () => {
    for (const late of [false, true]) {
      const expected = RESETS.map(([, code]) => codeName(code));
      const resets = RESETS.map(([error]) => error);
      let next = 0;
      const server = await http2Server((socket, stream) => {
        const reset = frame(RST_STREAM, 0, stream, uint32(resets[next] as number));
        socket.write(late ? Buffer.concat([frame(HEADERS, END_HEADERS, stream, OK_HEAD), reset]) : reset);
      });
      const channel = createChannel(server.target);
      const client = createClient(Interop, channel);
      const codes: string[] = [];
      for (; next < resets.length; next++) codes.push(codeName((await errorOf(client.unary({}))).code));
      deepStrictEqual(codes, expected);
      await channel.close();
      await server.close();
    }
  });

  test("what a server has refused is tried again, once", async () => {
    let requests = 0;
    const server = await http2Server((socket, stream) => {
      socket.write(++requests === 1 ? frame(RST_STREAM, 0, stream, uint32(0x7)) : okResponse(stream));
    });
    const channel = createChannel(server.target);
    strictEqual((await createClient(Interop, channel).unary({})).id, 42n);
    strictEqual(requests, 2);
    await channel.close();
    await server.close();
  });

  test("a connection that goes away before it has looked at the call: the next one answers", async () => {
    const server = await http2Server((socket, stream, connection) => {
      if (connection === 1) socket.end(frame(GOAWAY, 0, 0, uint32(0, 0)));
      else socket.write(okResponse(stream));
    });
    const channel = createChannel(server.target);
    strictEqual((await createClient(Interop, channel).unary({})).id, 42n);
    strictEqual(server.connections, 2);
    await channel.close();
    await server.close();
  });

  test("GOAWAY lets the calls end that it names; later ones get a connection of their own", async () => {
    const server = await http2Server((socket, stream, connection) => {
      if (connection > 1) socket.write(okResponse(stream));
      else {
        socket.write(frame(GOAWAY, 0, 0, uint32(stream, 0)));
        setTimeout(() => socket.write(okResponse(stream)), 30);
      }
    });
    const channel = createChannel(server.target);
    const client = createClient(Interop, channel);
    const first = client.unary({});
    await new Promise((resolve) => setTimeout(resolve, 20));
    strictEqual((await client.unary({})).id, 42n);
    strictEqual((await first).id, 42n);
    await channel.close();
    await server.close();
  });

  test("GOAWAY with an error, and the end", async () => {
    const debug = Buffer.from("too_many_pings");
    const server = await http2Server((socket, stream) =>
      socket.end(frame(GOAWAY, 0, 0, Buffer.concat([uint32(stream, 0xb), debug]))),
    );
    isUnavailable(await errorFrom(server), /ENHANCE_YOUR_CALM.*too_many_pings/);
  });

  test("GOAWAY at once, over and over, ends in UNAVAILABLE", async () => {
    const server = await http2Server((socket) => socket.end(frame(GOAWAY, 0, 0, uint32(0, 0))));
    isUnavailable(await errorFrom(server), /GOAWAY|no connection|closed/);
  });
});

describe("a connection that breaks", () => {
  async function withServer(
    run: (proxy: TcpProxy, channel: Channel) => Promise<void>,
    options: NodeChannelOptions = PATIENT,
  ): Promise<void> {
    const server = createServer().add(Interop, {
      unary: ({ id }) => ({ id }),
      async *serverStream(_, { signal }) {
        for (let id = 0; id < 3; id++) yield { id, payload: new Uint8Array(100_000) };
        await new Promise((resolve) => signal.addEventListener("abort", resolve));
      },
    });
    const { port } = await server.listen("127.0.0.1:0");
    const proxy = await TcpProxy.start(port);
    const channel = createChannel(`127.0.0.1:${proxy.port}`, options);
    await run(proxy, channel);
    await channel.close();
    await proxy.close();
    await server.shutdown({ graceMs: 0 });
    strictEqual(server.runningCalls, 0);
  }

  async function readAll(channel: Channel): Promise<{ count: number; error: RpcError | undefined }> {
    let count = 0;
    try {
      for await (const _ of createClient(Interop, channel).serverStream({})) count++;
    } catch (error) {
      ok(RpcError.is(error));
      return { count, error };
    }
    return { count, error: undefined };
  }

  test("in the middle of a message: UNAVAILABLE, and the channel recovers", () =>
    withServer(async (proxy, channel) => {
      proxy.cutAfter = 150_000;
      const { count, error } = await readAll(channel);
      ok(count <= 1);
      isUnavailable(error as RpcError, /ECONNRESET|closed the connection/);
      proxy.cutAfter = Infinity;
      strictEqual(
        (await createClient(Interop, channel).unary({ id: 7 }, { waitForReady: true, timeoutMs: 30_000 })).id,
        7n,
      );
      strictEqual(proxy.connections, 2);
    }));

  test("without a word: keepalive finds it, and the channel recovers", () =>
    withServer(
      async (proxy, channel) => {
        const client = createClient(Interop, channel);
        await client.unary({});
        const streaming = readAll(channel);
        const [unary] = [client.unary({ id: 1 })];
        await unary;
        proxy.freeze();
        const hanging = errorOf(client.unary({ id: 2 }));
        isUnavailable((await streaming).error as RpcError, /keepalive/);
        isUnavailable(await hanging, /keepalive/);
        proxy.thaw();
        strictEqual((await client.unary({ id: 3 }, { waitForReady: true, timeoutMs: 30_000 })).id, 3n);
      },
      // As `keepalive`, without its floor of ten seconds.
      { ...PATIENT, http2: { keepaliveIntervalMs: 500, keepaliveTimeoutMs: 500 } },
    ));

  test("while it is down calls fail at once, or wait if they are to; then it comes back", async () => {
    const first = await FakeServer.start(() => {});
    const { port } = first;
    await first.close();
    const channel = createChannel(`127.0.0.1:${port}`, PATIENT);
    const client = createClient(Interop, channel);
    isUnavailable(await errorOf(client.unary({})), /ECONNREFUSED/);
    const waiting = client.unary({ id: 9 }, { waitForReady: true, timeoutMs: 30_000 });
    isUnavailable(await errorOf(client.unary({})), /ECONNREFUSED/);
    const server = createServer().add(Interop, { unary: ({ id }) => ({ id }) });
    await server.listen(`127.0.0.1:${port}`);
    strictEqual((await waiting).id, 9n);
    strictEqual((await client.unary({ id: 10 })).id, 10n);
    // And once more: the server goes, and comes back.
    await server.shutdown({ graceMs: 0 });
    strictEqual((await errorOf(client.unary({}))).code, Code.Unavailable);
    const next = createServer().add(Interop, { unary: ({ id }) => ({ id }) });
    await next.listen(`127.0.0.1:${port}`);
    strictEqual((await client.unary({ id: 11 }, { waitForReady: true, timeoutMs: 30_000 })).id, 11n);
    await channel.close();
    await next.shutdown();
  });
});
