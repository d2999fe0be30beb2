/** The engine over real sockets against `node:http2`, which is nghttp2, in both roles. */
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import http2 from "node:http2";
import net, { type AddressInfo } from "node:net";
import { after, before, test } from "node:test";
import { Http2Connection } from "./connection.js";
import type { HttpFailure, HttpField, HttpHead, HttpSink } from "./http-types.js";
import type { Http2Options } from "./limits.js";
import type { Http2Stream } from "./stream/stream.js";

interface Wired {
  readonly connection: Http2Connection;
  readonly ready: Promise<void>;
  readonly closed: Promise<HttpFailure>;
}

/** Joins a connection to a socket: the least that an I/O side has to do. */
function wire(
  socket: net.Socket,
  role: "client" | "server",
  onStream: (stream: Http2Stream, head: HttpHead, endStream: boolean) => void,
  options: Http2Options = {},
): Wired {
  let scheduled = false;
  let writing = false;
  let ready: () => void = () => {};
  let closed: (failure: HttpFailure) => void = () => {};
  const readyPromise = new Promise<void>((resolve) => (ready = resolve));
  const closedPromise = new Promise<HttpFailure>((resolve) => (closed = resolve));
  const schedule = (): void => {
    if (scheduled) return;
    scheduled = true;
    setImmediate(flush);
  };
  function flush(): void {
    scheduled = false;
    if (writing || !connection.wantsFlush || socket.destroyed) return;
    const segments = connection.take();
    if (segments.length === 0) return;
    writing = true;
    socket.cork();
    segments.forEach((segment, i) => {
      socket.write(segment, () => {
        connection.recycle(segment);
        if (i < segments.length - 1) return;
        writing = false;
        if (connection.wantsFlush) schedule();
        else if (connection.closed) socket.end();
      });
    });
    socket.uncork();
    if (connection.congested) socket.pause();
    else socket.resume();
  }
  const connection: Http2Connection = new Http2Connection(
    role,
    {
      onStream,
      onFlush: schedule,
      onReady: () => ready(),
      onAvailable: () => {},
      onDraining: () => {},
      onClosed: (failure) => {
        closed(failure);
        if (!connection.wantsFlush && !writing) socket.end();
      },
    },
    options,
  );
  socket.setNoDelay(true);
  socket.on("data", (chunk: Uint8Array) => connection.receive(chunk));
  socket.on("end", () => connection.receiveEnd());
  socket.on("error", (error) => connection.receiveEnd(error));
  return { connection, ready: readyPromise, closed: closedPromise };
}

/** Collects a message. */
class Collector implements HttpSink {
  head: HttpHead | undefined;
  trailers: HttpHead | undefined;
  readonly chunks: Uint8Array[] = [];
  stream: Http2Stream | undefined;
  onRoom: () => void = () => {};
  readonly done: Promise<void>;
  #resolve: () => void = () => {};
  #reject: (error: Error) => void = () => {};
  constructor() {
    this.done = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }
  get body(): Buffer {
    return Buffer.concat(this.chunks);
  }
  onHead(head: HttpHead, endStream: boolean): void {
    this.head = head;
    if (endStream) this.#resolve();
  }
  onData(bytes: Uint8Array, start: number, end: number, endStream: boolean): void {
    this.chunks.push(bytes.slice(start, end));
    this.stream?.consume(end - start);
    if (endStream) this.#resolve();
  }
  onTrailers(head: HttpHead): void {
    this.trailers = head;
    this.#resolve();
  }
  onFailure(failure: HttpFailure): void {
    this.#reject(new Error(failure.message));
  }
  onWritable(): void {
    this.onRoom();
  }
}

function value(head: HttpHead | undefined, name: string): string | undefined {
  return head?.fields.find((field) => field.name === name)?.value;
}

function request(path: string): HttpField[] {
  return [
    { name: ":method", value: "POST" },
    { name: ":scheme", value: "http" },
    { name: ":path", value: path },
    { name: ":authority", value: "localhost" },
    { name: "te", value: "trailers" },
  ];
}

const SIZES = [0, 1, 100, 16_384, 65_536, 1 << 20, 16 << 20];

let nodeServer: http2.Http2Server;
let nodePort = 0;
let ownServer: net.Server;
let ownPort = 0;

before(async () => {
  nodeServer = http2.createServer({ settings: { maxConcurrentStreams: 2000 } });
  nodeServer.on("stream", (stream, headers) => {
    stream.on("error", () => {});
    stream.respond(
      { ":status": 200, "x-path": String(headers[":path"]), "x-meta": headers["x-meta"] ?? "" },
      { waitForTrailers: true },
    );
    stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": "0", "x-end": "yes" }));
    stream.pipe(stream);
  });
  nodeServer.listen(0, "127.0.0.1");
  await once(nodeServer, "listening");
  nodePort = (nodeServer.address() as AddressInfo).port;

  const echo = (stream: Http2Stream, head: HttpHead, endStream: boolean): void => {
    stream.sendHead(
      [
        { name: ":status", value: "200" },
        { name: "x-path", value: head.path },
      ],
      [{ name: "x-meta", value: value(head, "x-meta") ?? "" }],
      false,
    );
    const trailers = [
      { name: "grpc-status", value: "0" },
      { name: "x-end", value: "yes" },
    ];
    let owed = 0;
    stream.sink = {
      onHead() {},
      onData(bytes, start, end, last) {
        // Credit is given only when what came has gone out again.
        if (stream.sendData(bytes.slice(start, end), false)) stream.consume(end - start);
        else owed += end - start;
        if (last) stream.sendHead(trailers, undefined, true);
      },
      onTrailers() {
        stream.sendHead(trailers, undefined, true);
      },
      onFailure() {},
      onWritable() {
        stream.consume(owed);
        owed = 0;
      },
    };
    if (endStream) stream.sendHead(trailers, undefined, true);
  };
  ownServer = net.createServer((socket) => {
    wire(socket, "server", echo, { maxConcurrentStreams: 2000 });
  });
  ownServer.listen(0, "127.0.0.1");
  await once(ownServer, "listening");
  ownPort = (ownServer.address() as AddressInfo).port;
});

after(() => {
  nodeServer.close();
  ownServer.close();
});

/** Sends a body with regard to backpressure, in pieces by turns by reference and in place. */
function sendBody(stream: Http2Stream, sink: Collector, body: Uint8Array): void {
  let at = 0;
  let turn = 0;
  const step = (): void => {
    for (;;) {
      const length = Math.min(turn % 3 === 0 ? 200_000 : turn % 3 === 1 ? 777 : 30_000, body.length - at);
      const last = at + length === body.length;
      let more: boolean;
      if (turn++ % 2 === 0) {
        more = stream.sendData(body.subarray(at, at + length), last);
      } else {
        const writer = stream.beginData();
        writer.reserve(length);
        writer.buf.set(body.subarray(at, at + length), writer.pos);
        writer.pos += length;
        more = stream.commitData(last);
      }
      at += length;
      if (last) return;
      if (!more) return;
    }
  };
  sink.onRoom = step;
  step();
}

for (const peer of ["node:http2", "own"] as const) {
  const port = (): number => (peer === "own" ? ownPort : nodePort);
  test(`client against ${peer}: bodies of 0 B to 16 MiB, trailers`, async () => {
    const socket = net.connect(port(), "127.0.0.1");
    const { connection, ready, closed } = wire(socket, "client", () => {});
    await ready;
    for (const size of SIZES) {
      const body = randomBytes(size);
      const sink = new Collector();
      const stream = connection.open(request(`/echo/${size}`), [{ name: "x-meta", value: `m${size}` }], false, sink);
      sink.stream = stream;
      sendBody(stream, sink, body);
      await sink.done;
      assert.equal(sink.head?.status, 200);
      assert.equal(value(sink.head, "x-path"), `/echo/${size}`);
      assert.equal(value(sink.head, "x-meta"), `m${size}`);
      assert.equal(value(sink.trailers, "grpc-status"), "0");
      assert.ok(sink.body.equals(body), `the body of ${size} bytes came back`);
    }
    assert.equal(connection.openStreams, 0);
    connection.close();
    assert.equal((await closed).code, 0);
  });

  test(`client against ${peer}: 1,000 streams at once`, async () => {
    const socket = net.connect(port(), "127.0.0.1");
    const { connection, ready, closed } = wire(socket, "client", () => {});
    await ready;
    await settled(connection);
    const fields = request("/many");
    const sinks: Collector[] = [];
    for (let i = 0; i < 1000; i++) {
      const sink = new Collector();
      sink.stream = connection.open(fields, [{ name: "x-meta", value: String(i) }], false, sink);
      sinks.push(sink);
    }
    assert.equal(connection.openStreams, 1000);
    sinks.forEach((sink, i) => void sink.stream!.sendData(Buffer.from(`body ${i}`.repeat(100)), true));
    await Promise.all(sinks.map((sink) => sink.done));
    sinks.forEach((sink, i) => {
      assert.equal(value(sink.head, "x-meta"), String(i));
      assert.equal(sink.body.toString(), `body ${i}`.repeat(100));
      assert.equal(value(sink.trailers, "x-end"), "yes");
    });
    connection.close();
    await closed;
  });
}

/** Until the peer has had time to say more than its first SETTINGS. */
function settled(connection: Http2Connection): Promise<void> {
  return new Promise((resolve) => connection.ping(resolve));
}

test("server against node:http2: bodies of 0 B to 16 MiB, trailers, 1,000 streams at once", async () => {
  // By default nghttp2's side refuses what its 10 MB of session memory cannot hold.
  const session = http2.connect(`http://127.0.0.1:${ownPort}`, { maxSessionMemory: 100 });
  const call = async (path: string, body: Buffer): Promise<void> => {
    const stream = session.request(
      { ":method": "POST", ":path": path, "x-meta": "m" },
      { endStream: body.length === 0 },
    );
    if (body.length > 0) stream.end(body);
    const chunks: Buffer[] = [];
    let headers: http2.IncomingHttpHeaders = {};
    let trailers: http2.IncomingHttpHeaders = {};
    stream.on("response", (received) => (headers = received));
    stream.on("trailers", (received) => (trailers = received));
    stream.on("data", (chunk: Buffer) => chunks.push(chunk));
    await once(stream, "end");
    assert.equal(headers["x-path"], path);
    assert.equal(headers["x-meta"], "m");
    assert.equal(trailers["grpc-status"], "0");
    assert.ok(Buffer.concat(chunks).equals(body), `the body of ${body.length} bytes came back`);
  };
  for (const size of SIZES) await call(`/echo/${size}`, randomBytes(size));
  await Promise.all(Array.from({ length: 1000 }, (_, i) => call(`/many/${i}`, Buffer.from(`x${i}`))));
  session.close();
  await once(session, "close");
});
