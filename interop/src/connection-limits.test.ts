/** What `listen` says about connections, seen from the other end of a bare socket. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { test } from "node:test";
import { createServer, type ListenOptions, type NodeServer } from "hawser";
import { sleep } from "./echo-program.js";
import { clients, Echo, echoHandlers, StatusError } from "./echo-service.js";
import { mustExit } from "./exit-check.js";
import {
  ACK,
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
  PING,
  PREFACE,
  RST_STREAM,
  SETTINGS,
} from "./frames.js";

mustExit();

const REFUSED_STREAM = 7;
const ENHANCE_YOUR_CALM = 0xb;
const MAX_CONCURRENT_STREAMS = 3;
const UNAVAILABLE = 14;
const LAST_OF_ALL = 2 ** 31 - 1;

type Context = { after(done: () => Promise<void>): void };

interface Listening {
  readonly server: NodeServer;
  readonly port: number;
  /** Lets the calls end that were sent with a time of -1. */
  release(): void;
}

async function listen(t: Context, options: ListenOptions): Promise<Listening> {
  let release = (): void => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const pause = (ms: number) => (ms < 0 ? released : sleep(ms));
  const server = createServer().add(Echo, echoHandlers({ name: "server", pause }));
  t.after(() => server.shutdown({ graceMs: 0 }));
  const { port } = await server.listen("127.0.0.1:0", options);
  return { server, port, release };
}

/** A client that does what it is told and nothing else, once it has said hello. */
class BareClient {
  readonly frames: Frame[] = [];
  readonly closed: Promise<unknown>;
  readonly socket: Socket;

  constructor(port: number) {
    this.socket = connect(port, "127.0.0.1").on("error", () => {});
    this.closed = once(this.socket, "close");
    onFrames(this.socket, 0, (each) => this.frames.push(each));
    this.socket.write(Buffer.concat([PREFACE, frame(SETTINGS, 0, 0), frame(SETTINGS, ACK, 0)]));
  }

  request(stream: number, text: string): void {
    const value = Buffer.from(text);
    const message = Buffer.concat([Buffer.from([0x0a, value.length]), value]);
    this.socket.write(
      Buffer.concat([frame(HEADERS, END_HEADERS, stream, HEAD), frame(DATA, END_STREAM, stream, envelope(message))]),
    );
  }

  /** Waits for a frame. */
  async get(wanted: (frame: Frame) => boolean): Promise<Frame> {
    for (;;) {
      const found = this.frames.find(wanted);
      if (found !== undefined) return found;
      assert.ok(!this.socket.destroyed, "the connection ended before");
      await sleep(5);
    }
  }
}

const HEAD = block([
  [":method", "POST"],
  [":scheme", "http"],
  [":path", "/interop.Echo/Wait"],
  [":authority", "x"],
  ["content-type", "application/grpc"],
  ["te", "trailers"],
]);

/** A client whose connection is none of those that are tested. */
async function assertServed(port: number): Promise<void> {
  for (const { connect } of clients) {
    const client = connect(`127.0.0.1:${port}`);
    assert.equal(await client.wait("0 other"), "server other");
    await client.close();
  }
}

test("keepalive: a client that has gone silent is asked, and given up without an answer", async (t) => {
  const { server, port } = await listen(t, { keepalive: { timeMs: 50, timeoutMs: 50 } });
  const client = new BareClient(port);
  client.request(1, "-1 running");
  await client.get(({ type, flags }) => type === PING && flags === 0);
  await client.closed;
  await assertServed(port);
  while (server.runningCalls > 1) await sleep(5);
});

test("keepalive: a client that answers is kept", async (t) => {
  const { port, release } = await listen(t, { keepalive: { timeMs: 20, timeoutMs: 10_000 } });
  const client = new BareClient(port);
  client.request(1, "-1 running");
  let answered = 0;
  while (answered < 5) {
    await client.get(() => client.frames.filter(({ type, flags }) => type === PING && flags === 0).length > answered);
    const pings = client.frames.filter(({ type, flags }) => type === PING && flags === 0);
    for (const { payload } of pings.slice(answered)) client.socket.write(frame(PING, ACK, 0, payload));
    answered = pings.length;
  }
  release();
  await client.get(({ type, flags }) => type === HEADERS && flags === (END_HEADERS | END_STREAM));
  client.socket.destroy();
});

test("keepalive of a client that comes too often: GOAWAY too_many_pings, and others are served", async (t) => {
  const { port } = await listen(t, { keepalive: { minPeerIntervalMs: 60_000 } });
  const client = new BareClient(port);
  await client.get(({ type, flags }) => type === SETTINGS && flags === ACK);
  for (let i = 0; i < 5; i++) {
    client.socket.write(frame(PING, 0, 0, Buffer.alloc(8)));
    await sleep(10);
  }
  const { payload } = await client.get(({ type }) => type === GOAWAY);
  assert.equal(payload.readUInt32BE(4), ENHANCE_YOUR_CALM);
  assert.equal(payload.toString("latin1", 8), "too_many_pings");
  await client.closed;
  await assertServed(port);
});

test("keepalive of a client that keeps the interval is no abuse", async (t) => {
  const { port } = await listen(t, { keepalive: { minPeerIntervalMs: 5 } });
  const client = new BareClient(port);
  for (let i = 0; i < 8; i++) {
    await sleep(20);
    client.socket.write(frame(PING, 0, 0, Buffer.alloc(8, i)));
    await client.get(({ type, flags, payload }) => type === PING && flags === ACK && payload[0] === i);
  }
  assert.ok(!client.frames.some(({ type }) => type === GOAWAY));
  client.socket.destroy();
});

test("streams beyond maxConcurrentStreams are refused; the limit is told, and clients that know it wait", async (t) => {
  const { server, port, release } = await listen(t, { http2: { maxConcurrentStreams: 2 } });
  const client = new BareClient(port);
  const { payload } = await client.get(({ type, flags }) => type === SETTINGS && flags === 0);
  const told = new Map<number, number>();
  for (let at = 0; at < payload.length; at += 6) told.set(payload.readUInt16BE(at), payload.readUInt32BE(at + 2));
  assert.equal(told.get(MAX_CONCURRENT_STREAMS), 2);
  for (const stream of [1, 3, 5]) client.request(stream, `-1 of-${stream}`);
  const refused = await client.get(({ type }) => type === RST_STREAM);
  assert.deepEqual([refused.stream, refused.payload.readUInt32BE(0)], [5, REFUSED_STREAM]);
  assert.equal(server.runningCalls, 2);
  release();
  for (const stream of [1, 3]) await client.get((each) => each.type === DATA && each.stream === stream);
  client.socket.destroy();
  for (const { connect } of clients) {
    const patient = connect(`127.0.0.1:${port}`);
    const texts = Array.from({ length: 20 }, (_, i) => `text-${i}`);
    const answers = await Promise.all(texts.map((text) => patient.wait(`5 ${text}`)));
    assert.deepEqual(
      answers,
      texts.map((text) => `server ${text}`),
    );
    await patient.close();
  }
});

test("half a preface, and half a header section, are waited for so long as was set", async (t) => {
  const { server, port } = await listen(t, { http2: { handshakeTimeoutMs: 50, headerTimeoutMs: 50 } });
  const mute = connect(port, "127.0.0.1").on("error", () => {});
  mute.write(PREFACE.subarray(0, 12));
  await once(mute.resume(), "close");
  const half = new BareClient(port);
  half.socket.write(frame(HEADERS, 0, 1, HEAD));
  await half.closed;
  assert.ok(half.frames.some(({ type }) => type === GOAWAY));
  const { limits } = server.ports[0] ?? {};
  assert.equal(limits?.["prefaceTimeouts"], 1);
  assert.equal(limits?.["headerTimeoutMs"], 1);
  await assertServed(port);
});

test("shutdown says GOAWAY twice: what is under way in between is served, and nothing after (RFC 9113 §6.8)", async (t) => {
  const { server, port, release } = await listen(t, {});
  const client = new BareClient(port);
  client.request(1, "-1 first");
  while (server.runningCalls < 1) await sleep(5);
  const down = server.shutdown({ graceMs: 60_000 });
  const warning = await client.get(({ type }) => type === GOAWAY);
  assert.equal(warning.payload.readUInt32BE(0), LAST_OF_ALL);
  // It was on its way when the warning came.
  client.request(3, "-1 second");
  const ping = await client.get(({ type, flags }) => type === PING && flags === 0);
  client.socket.write(frame(PING, ACK, 0, ping.payload));
  const last = await client.get((each) => each.type === GOAWAY && each !== warning);
  assert.equal(last.payload.readUInt32BE(0), 3);
  client.request(5, "0 late");
  release();
  await down;
  await client.closed;
  const answers = client.frames.filter(({ type }) => type === DATA).map(({ stream }) => stream);
  assert.deepEqual(answers, [1, 3]);
  assert.equal(server.calls.succeeded, 2);
});

test("shutdown cuts off at its deadline what has not ended by itself: UNAVAILABLE", async (t) => {
  const { server, port } = await listen(t, {});
  const running = clients.map(async ({ connect }) => {
    const client = connect(`127.0.0.1:${port}`);
    const [result] = await Promise.allSettled([client.wait("-1 never")]);
    await client.close();
    assert.ok(result?.status === "rejected" && result.reason instanceof StatusError);
    assert.equal(result.reason.code, UNAVAILABLE, result.reason.message);
  });
  const client = new BareClient(port);
  client.request(1, "-1 never");
  while (server.runningCalls < clients.length + 1) await sleep(5);
  await server.shutdown({ graceMs: 50 });
  await client.closed;
  assert.ok(!client.frames.some(({ type }) => type === DATA));
  await Promise.all(running);
});
