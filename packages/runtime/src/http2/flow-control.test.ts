/** Flow control at both levels (RFC 9113 §5.2, §6.9), and backpressure. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Http2Connection } from "./connection.js";
import { FrameType } from "./frame/frame-types.js";
import type { Http2Stream } from "./stream/stream.js";
import { concat, data, readFrames, rstStream, settings, windowUpdate } from "./testing/frames.js";
import { fieldsOf, REQUEST, RESPONSE, ScriptedPeer } from "./testing/scripted-peer.js";

const text = (length: number): Uint8Array => new Uint8Array(length).fill(0x61);

function answered(peer: ScriptedPeer, id: number): Http2Stream {
  peer.sendHeaders(id, REQUEST, true);
  const stream = peer.streams.get(id)!;
  stream.sendHead(fieldsOf(RESPONSE), undefined, false);
  peer.written();
  peer.events();
  return stream;
}

function inPlace(stream: Http2Stream, length: number, endStream: boolean): boolean {
  const writer = stream.beginData();
  writer.reserve(length);
  writer.buf.fill(0x62, writer.pos, writer.pos + length);
  writer.pos += length;
  return stream.commitData(endStream);
}

/** `DATA 1 500 bytes` and the like, summed up for each stream. */
function sums(lines: string[]): Record<string, number> {
  const totals: Record<string, number> = {};
  for (const line of lines) {
    const match = /^DATA (\d+) (\d+) bytes/.exec(line);
    if (match) totals[match[1]!] = (totals[match[1]!] ?? 0) + Number(match[2]);
  }
  return totals;
}

test("a stream sends no more than its window, in place and by reference", () => {
  for (const send of [(s: Http2Stream) => inPlace(s, 300, true), (s: Http2Stream) => s.sendData(text(300), true)]) {
    const peer = ScriptedPeer.ready("server", {}, [4, 100]);
    const stream = answered(peer, 1);
    send(stream);
    assert.deepEqual(peer.written(), ["DATA 1 100 bytes"]);
    peer.send(windowUpdate(1, 150));
    assert.deepEqual(peer.written(), ["DATA 1 150 bytes"]);
    assert.equal(peer.connection.wantsFlush, false);
    peer.send(windowUpdate(1, 50));
    assert.deepEqual(peer.written(), ["DATA 1 50 bytes end"]);
    assert.equal(peer.connection.openStreams, 0);
  }
});

test("all streams together send no more than the connection's window, by turns", () => {
  const peer = ScriptedPeer.ready("server", {}, [4, 1_000_000]);
  const streams = [1, 3, 5].map((id) => answered(peer, id));
  for (const stream of streams) stream.sendData(text(40_000), true);
  const first = sums(peer.written());
  assert.equal(
    Object.values(first).reduce((a, b) => a + b),
    65_535,
  );
  for (const id of ["1", "3", "5"]) assert.ok(first[id]! >= 16_383, `stream ${id} had its turn: ${first[id]}`);
  // An empty end needs no window, and a new small piece does not overtake those that wait.
  const late = answered(peer, 7);
  inPlace(late, 50, true);
  assert.deepEqual(peer.written(), []);
  const ender = answered(peer, 9);
  ender.sendHead(fieldsOf([["grpc-status", "0"]]), undefined, true);
  assert.deepEqual(peer.written(), ["HEADERS 9 grpc-status=0 end"]);
  peer.send(windowUpdate(0, 1_000_000));
  const rest = sums(peer.written());
  for (const id of [1, 3, 5]) assert.equal(first[id]! + rest[id]!, 40_000);
  assert.equal(rest[7], 50);
  assert.equal(peer.connection.openStreams, 0);
});

test("trailers and END_STREAM keep their place behind what waits", () => {
  const peer = ScriptedPeer.ready("server", {}, [4, 0]);
  const stream = answered(peer, 1);
  inPlace(stream, 5, false);
  inPlace(stream, 5, false);
  stream.sendData(text(5), false);
  stream.sendHead(fieldsOf([["grpc-status", "0"]]), undefined, true);
  stream.sendHead(fieldsOf([["never", "sent"]]), undefined, true);
  inPlace(stream, 5, false);
  assert.deepEqual(peer.written(), []);
  peer.send(windowUpdate(1, 12));
  assert.deepEqual(peer.written(), ["DATA 1 bbbbb", "DATA 1 bbbbb", "DATA 1 aa"]);
  peer.send(windowUpdate(1, 3));
  assert.deepEqual(peer.written(), ["DATA 1 aaa", "HEADERS 1 grpc-status=0 end"]);
});

test("SETTINGS_INITIAL_WINDOW_SIZE moves the windows of open streams, below zero if need be", () => {
  const peer = ScriptedPeer.ready("server", {}, [4, 100]);
  const stream = answered(peer, 1);
  stream.sendData(text(59), false);
  stream.sendData(text(200), true);
  assert.deepEqual(sums(peer.written()), { 1: 100 });
  peer.send(settings([4, 10]));
  peer.send(windowUpdate(1, 90));
  assert.deepEqual(peer.written(), ["SETTINGS ACK"]);
  peer.send(windowUpdate(1, 1));
  assert.deepEqual(peer.written(), ["DATA 1 a"]);
  peer.send(settings([4, 1000]));
  assert.deepEqual(sums(peer.written()), { 1: 158 });
  const other = answered(peer, 3);
  peer.send(windowUpdate(3, 2 ** 31 - 1 - 1000));
  assert.equal(peer.failure, undefined);
  assert.ok(other);
  peer.send(settings([4, 1001]));
  assert.match(peer.written().at(-1)!, /GOAWAY 3 FLOW_CONTROL_ERROR/);
});

test("the connection's window is credited at once, a stream's as it is consumed", () => {
  const peer = ScriptedPeer.ready("server", { streamWindow: 100_000, connectionWindow: 200_000, maxStreamWindow: 0 });
  peer.consuming = false;
  peer.sendHeaders(1, REQUEST);
  for (let i = 0; i < 6; i++) peer.send(data(1, text(16_000)));
  assert.deepEqual(peer.written(), []);
  peer.sendHeaders(3, REQUEST);
  peer.send(data(3, text(10_000)));
  assert.deepEqual(peer.written(), ["WINDOW_UPDATE 0 106000"]);
  const stream = peer.streams.get(1)!;
  stream.consume(49_999);
  assert.deepEqual(peer.written(), []);
  stream.consume(1);
  assert.deepEqual(peer.written(), ["WINDOW_UPDATE 1 50000"]);
  peer.send(data(1, text(10), true));
  stream.consume(46_010);
  assert.deepEqual(peer.written(), [], "no window after the end");
});

test("padding is given back by the engine", () => {
  const peer = ScriptedPeer.ready("server", { streamWindow: 65_535, maxStreamWindow: 0 });
  peer.consuming = false;
  peer.sendHeaders(1, REQUEST);
  for (let i = 0; i < 127; i++) peer.send(data(1, "x", false, 255));
  assert.deepEqual(peer.written(), []);
  peer.send(data(1, "x", false, 255));
  assert.deepEqual(peer.written(), ["WINDOW_UPDATE 1 32768"]);
});

test("a peer that overruns a window is told so", () => {
  const peer = ScriptedPeer.ready("server", { streamWindow: 65_535, connectionWindow: 65_535 });
  peer.consuming = false;
  peer.sendHeaders(1, REQUEST);
  for (let i = 0; i < 4; i++) peer.send(data(1, text(16_384)));
  assert.match(peer.written().at(-1)!, /RST_STREAM 1 FLOW_CONTROL_ERROR/);
  assert.match(peer.events().at(-1)!, /failure 1 FLOW_CONTROL_ERROR local/);
  assert.equal(peer.failure, undefined);
});

test("a smaller window than the initial one counts from the peer's acknowledgement on", () => {
  const peer = new ScriptedPeer("client", { streamWindow: 1000 });
  peer.consuming = false;
  peer.send(settings());
  peer.open();
  peer.sendHeaders(1, RESPONSE);
  peer.send(data(1, text(5000)));
  assert.equal(peer.failure, undefined);
  assert.equal(
    peer.events().some((event) => event.startsWith("failure")),
    false,
  );
});

test("senders are stopped while a stream's queue or the outbox is full, and told when there is room", () => {
  const peer = ScriptedPeer.ready("server", { streamQueueBytes: 10_000, outboxBytes: 50_000 }, [4, 0]);
  const stalled = answered(peer, 1);
  assert.equal(stalled.sendData(text(5000), false), true);
  assert.equal(stalled.sendData(text(6000), false), false);
  peer.send(windowUpdate(1, 4000));
  peer.written();
  assert.deepEqual(peer.events(), []);
  peer.send(windowUpdate(1, 4000));
  peer.written();
  assert.deepEqual(peer.events(), ["writable 1"]);

  const open = ScriptedPeer.ready("server", { streamQueueBytes: 10_000, outboxBytes: 50_000 }, [4, 2 ** 30]);
  open.send(windowUpdate(0, 2 ** 30));
  const streams = [1, 3].map((id) => answered(open, id));
  let sent = 0;
  while (inPlace(streams[0]!, 1000, false)) sent++;
  assert.ok(sent >= 45 && sent <= 60, `${sent} pieces went into the outbox`);
  assert.equal(inPlace(streams[1]!, 1000, false), false);
  while (open.connection.wantsFlush) open.connection.take();
  assert.deepEqual(open.events().sort(), ["writable 1", "writable 3"]);
  open.connection.take();
  assert.deepEqual(open.events(), []);
});

test("a take makes no more frames than its budget, streams taking turns", () => {
  const peer = ScriptedPeer.ready("server", { takeBytes: 100_000 }, [4, 2 ** 30]);
  peer.send(windowUpdate(0, 2 ** 30));
  const streams = [1, 3].map((id) => answered(peer, id));
  for (const stream of streams) stream.sendData(text(10 << 20), true);
  const size = peer.connection.take().reduce((sum, segment) => sum + segment.length, 0);
  assert.ok(size >= 100_000 && size <= 120_000, `${size} bytes`);
  assert.equal(peer.connection.wantsFlush, true);
  const lines = peer.written();
  assert.notEqual(lines[0]!.slice(0, 6), lines[1]!.slice(0, 6));
});

test("a reset drops what waits", () => {
  const peer = ScriptedPeer.ready("server", {}, [4, 0]);
  const stream = answered(peer, 1);
  stream.sendData(text(50_000), true);
  const other = answered(peer, 3);
  other.sendData(text(50_000), true);
  stream.reset(8);
  assert.deepEqual(peer.written(), ["RST_STREAM 1 CANCEL"]);
  peer.send(rstStream(3, 8), windowUpdate(3, 10), windowUpdate(0, 1000));
  assert.deepEqual(peer.written(), []);
  assert.equal(peer.connection.wantsFlush, false);
});

test("a stream that the peer gives no window for does not live for ever", () => {
  const peer = ScriptedPeer.ready("server", { stallTimeoutMs: 60_000 }, [4, 0]);
  const stream = answered(peer, 1);
  const idle = answered(peer, 3);
  stream.sendData(text(5000), true);
  peer.connection.tick(1000);
  peer.connection.tick(60_000);
  peer.send(windowUpdate(1, 1));
  peer.written();
  peer.connection.tick(61_000);
  peer.connection.tick(120_000);
  assert.deepEqual(peer.events(), []);
  peer.connection.tick(121_000);
  assert.deepEqual(peer.events(), ["failure 1 CANCEL local"]);
  assert.deepEqual(peer.written(), ["RST_STREAM 1 CANCEL"]);
  assert.equal(peer.connection.openStreams, 1);
  assert.equal(idle.id, 3);
});

test("queued bodies come out as they went in, whatever the windows", () => {
  let seed = 7;
  const random = (below: number): number => (seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7fffffff) % below;
  for (let round = 0; round < 30; round++) {
    const peer = ScriptedPeer.ready("server", {}, [4, random(500)]);
    const stream = answered(peer, 1);
    const sent: number[] = [];
    const got: number[] = [];
    const drain = (): void => {
      const bytes = peer.takeBytes();
      for (let at = 0; at < bytes.length; ) {
        const length = (bytes[at]! << 16) | (bytes[at + 1]! << 8) | bytes[at + 2]!;
        if (bytes[at + 3] === 0) got.push(...bytes.subarray(at + 9, at + 9 + length));
        at += 9 + length;
      }
    };
    for (let i = 0; i < 60; i++) {
      const piece = Uint8Array.from({ length: random(i % 10 === 0 ? 6000 : 90) }, () => random(256));
      sent.push(...piece);
      if (random(2) === 0) {
        stream.sendData(piece, i === 59);
      } else {
        const writer = stream.beginData();
        writer.reserve(piece.length);
        writer.buf.set(piece, writer.pos);
        writer.pos += piece.length;
        stream.commitData(i === 59);
      }
      if (random(3) === 0) peer.send(windowUpdate(1, 1 + random(400)));
      if (random(4) === 0) drain();
    }
    peer.send(windowUpdate(1, 1_000_000), windowUpdate(0, 1_000_000));
    drain();
    assert.deepEqual(got, sent, `round ${round}`);
    assert.equal(peer.connection.openStreams, 0);
  }
});

test("frames are as large as the peer takes them, and MAX_FRAME_SIZE at the most", () => {
  for (const [takes, largest] of [
    [16_384, 16_384],
    [100_000, 100_000],
    [2 ** 24 - 1, 131_072],
  ] as const) {
    const peer = ScriptedPeer.ready("server", {}, [4, 1_000_000], [5, takes]);
    peer.send(windowUpdate(0, 1_000_000));
    const stream = answered(peer, 1);
    stream.sendData(text(300_000), true);
    const sizes = dataSizes(peer.connection);
    assert.equal(sizes[0], largest);
    assert.equal(Math.max(...sizes), largest);
    assert.equal(
      sizes.reduce((sum, size) => sum + size),
      300_000,
    );
  }
});

/** The lengths of the DATA frames that are to be written. */
function dataSizes(connection: Http2Connection): number[] {
  const parts: Uint8Array[] = [];
  while (connection.wantsFlush) parts.push(...connection.take());
  return readFrames(concat(...parts), 2 ** 24 - 1)
    .filter(({ type }) => type === FrameType.DATA)
    .map(({ payload }) => payload.length);
}
