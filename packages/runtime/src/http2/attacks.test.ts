/** What happened to other implementations (CVE numbers in the names), played against this one. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { FrameFlag, FrameType } from "./frame/frame-types.js";
import { HpackDecoder } from "./hpack/decoder.js";
import { ATTACKS } from "./testing/attacker.js";
import {
  concat,
  continuation,
  data,
  frame,
  headersFrame,
  ping,
  priority,
  rstStream,
  settings,
  settingsAck,
  windowUpdate,
} from "./testing/frames.js";
import { fieldsOf, type Pairs, REQUEST, RESPONSE, ScriptedPeer } from "./testing/scripted-peer.js";

const CALM = /^GOAWAY \d+ ENHANCE_YOUR_CALM/;

/** Sends until the connection ends. Returns how often. */
function flood(peer: ScriptedPeer, once: (i: number) => void, most = 20_000): number {
  for (let i = 0; i < most; i++) {
    once(i);
    if (peer.failure !== undefined) return i + 1;
  }
  return most;
}

test("rapid reset (CVE-2023-44487): a burst of resets is forgiven, no more", () => {
  const peer = ScriptedPeer.ready("server");
  const block = peer.block(REQUEST);
  const count = flood(peer, (i) => {
    peer.send(headersFrame(1 + 2 * i, block, true), rstStream(1 + 2 * i, 8));
    peer.takeBytes();
  });
  assert.equal(count, 1001);
  assert.equal(peer.failure?.code, 11);
  assert.equal(peer.connection.openStreams, 0);

  const patient = ScriptedPeer.ready("server");
  patient.connection.tick(0);
  for (let i = 0; i < 3000; i++) {
    patient.send(headersFrame(1 + 2 * i, block, true), rstStream(1 + 2 * i, 8));
    if (i % 30 === 0) patient.connection.tick((i / 30) * 1000);
    patient.takeBytes();
  }
  assert.equal(patient.failure, undefined, "30 resets a second are a client that is in a hurry");
});

test("rapid reset: streams whose handlers still run count against the limit", () => {
  const peer = ScriptedPeer.ready("server", { maxConcurrentStreams: 10 });
  peer.onStream = (stream) => stream.hold();
  for (let i = 0; i < 10; i++) {
    peer.sendHeaders(1 + 2 * i, REQUEST, true);
    peer.send(rstStream(1 + 2 * i, 8));
  }
  assert.equal(peer.connection.openStreams, 0);
  assert.equal(peer.connection.streamsInUse, 10);
  peer.written();
  peer.sendHeaders(21, REQUEST, true);
  assert.deepEqual(peer.written(), ["RST_STREAM 21 REFUSED_STREAM"]);
  peer.streams.get(1)!.release();
  peer.streams.get(1)!.release();
  peer.streams.get(3)!.reset(8);
  assert.equal(peer.connection.streamsInUse, 8);
  peer.events();
  peer.sendHeaders(23, REQUEST, true);
  assert.deepEqual(peer.events(), ["request 23 POST /x end"]);
  peer.streams.get(23)!.sendHead(fieldsOf(RESPONSE), undefined, true);
  assert.equal(peer.connection.streamsInUse, 8, "an answered stream needs no release");
});

test("made you reset (CVE-2025-8671): resets that the peer causes count as well", () => {
  const causes: [string, (id: number) => Uint8Array][] = [
    ["WINDOW_UPDATE 0", (id) => windowUpdate(id, 0)],
    ["WINDOW_UPDATE overflow", (id) => windowUpdate(id, 2 ** 31 - 1)],
    ["DATA after END_STREAM", (id) => data(id, "x")],
    ["HEADERS after END_STREAM", (id) => headersFrame(id, new Uint8Array(0), true)],
    ["PRIORITY on itself", (id) => priority(id, id)],
    ["PRIORITY of a wrong size", (id) => frame(FrameType.PRIORITY, 0, id, [1])],
  ];
  for (const [name, cause] of causes) {
    const peer = ScriptedPeer.ready("server");
    const block = peer.block(REQUEST);
    const count = flood(peer, (i) => {
      peer.send(headersFrame(1 + 2 * i, block, true), cause(1 + 2 * i));
      peer.takeBytes();
    });
    assert.equal(count, 1001, name);
    assert.equal(peer.failure?.code, 11, name);
  }
});

test("reset flood (CVE-2019-9514): malformed requests, refused ones and late DATA count, too", () => {
  const peer = ScriptedPeer.ready("server");
  const block = peer.block([["x", "malformed"]]);
  assert.equal(
    flood(peer, (i) => peer.send(headersFrame(1 + 2 * i, block, true))),
    1001,
  );
  assert.match(peer.written().at(-1)!, CALM);

  const refused = ScriptedPeer.ready("server", { maxConcurrentStreams: 0 });
  const good = refused.block(REQUEST);
  assert.equal(
    flood(refused, (i) => refused.send(headersFrame(1 + 2 * i, good, true))),
    1001,
  );
});

test("ping flood (CVE-2019-9512): a client that never reads is cut off", () => {
  const peer = ScriptedPeer.ready("server", { maxPingStrikes: 1e9 });
  assert.equal(
    flood(peer, () => peer.send(ping())),
    1001,
  );
  assert.match(peer.written().at(-1)!, CALM);
  const client = ScriptedPeer.ready("client");
  assert.equal(
    flood(client, () => client.send(ping())),
    1001,
  );
});

test("too many pings: keepalive under the least interval is forgiven twice, and after each answer", () => {
  const peer = ScriptedPeer.ready("server");
  const at = (nowMs: number): void => {
    peer.connection.tick(nowMs);
    peer.send(ping());
  };
  at(0);
  at(10_000);
  at(20_000);
  at(21_000);
  at(22_000);
  assert.equal(peer.failure, undefined);
  peer.sendHeaders(1, REQUEST, true);
  peer.streams.get(1)!.sendHead(fieldsOf(RESPONSE), undefined, true);
  at(23_000);
  at(24_000);
  at(25_000);
  assert.equal(peer.failure, undefined);
  at(26_000);
  assert.equal(peer.written().at(-1), 'GOAWAY 1 ENHANCE_YOUR_CALM "too_many_pings"');
});

test("keepalive at the least interval is no abuse, however long it goes on, though it is a little late or early on its way", () => {
  const peer = ScriptedPeer.ready("server");
  for (let i = 0; i < 1_000; i++) {
    peer.connection.tick(i * 10_000 + (i % 2) * 900);
    peer.send(ping());
    peer.written();
  }
  assert.equal(peer.failure, undefined);
  peer.connection.tick(9_990_900 + 8_000);
  for (let i = 0; i < 3; i++) peer.send(ping());
  assert.equal(peer.written().at(-1), 'GOAWAY 0 ENHANCE_YOUR_CALM "too_many_pings"');
});

test("settings flood (CVE-2019-9515) and SETTINGS of many entries (CVE-2020-11080)", () => {
  const peer = ScriptedPeer.ready("server");
  assert.equal(
    flood(peer, () => peer.send(settings([4, 100]))),
    1001,
  );
  const read = ScriptedPeer.ready("server");
  const count = flood(read, () => {
    read.send(settings());
    read.takeBytes();
  });
  assert.ok(count <= 10_000, `${count}`);
  const many = ScriptedPeer.ready("server");
  many.send(settings(...Array.from({ length: 32 }, (): [number, number] => [99, 1])));
  assert.equal(many.failure, undefined);
  many.send(settings(...Array.from({ length: 33 }, (): [number, number] => [99, 1])));
  assert.match(many.written().at(-1)!, CALM);
});

test("frames that bring nothing: PRIORITY and unknown types", () => {
  for (const one of [priority(1, 3), frame(0xbb, 0, 0)]) {
    const peer = ScriptedPeer.ready("server");
    assert.ok(flood(peer, () => peer.send(one)) <= 10_001);
    assert.match(peer.written().at(-1)!, CALM);
  }
});

test("a busy connection is no attack: late frames, PINGs that measure, some cancelled calls among many", () => {
  const peer = ScriptedPeer.ready("server");
  const block = peer.block(REQUEST);
  const response = fieldsOf(RESPONSE);
  for (let i = 0; i < 20_000; i++) {
    const id = 1 + 2 * i;
    peer.send(headersFrame(id, block, true));
    if (i % 2 === 0) peer.streams.get(id)!.sendHead(response, undefined, true);
    else peer.send(rstStream(id, 8));
    peer.send(windowUpdate(id, 100), ping());
    peer.takeBytes();
    peer.streams.delete(id);
  }
  assert.equal(peer.failure, undefined);
});

test("a socket that takes nothing ends the connection", () => {
  const peer = ScriptedPeer.ready("server", { stallTimeoutMs: 10_000 });
  peer.connection.tick(0);
  peer.send(ping());
  peer.connection.tick(1000);
  peer.connection.tick(10_999);
  assert.equal(peer.connection.closed, false);
  peer.connection.tick(11_000);
  assert.equal(peer.failure?.message, "the peer has not read anything for 10000 ms");
});

test("empty frames flood (CVE-2019-9518)", () => {
  const peer = ScriptedPeer.ready("server");
  peer.sendHeaders(1, REQUEST);
  assert.equal(
    flood(peer, () => peer.send(data(1, ""))),
    101,
  );
  const padded = ScriptedPeer.ready("server");
  padded.sendHeaders(1, REQUEST);
  assert.equal(
    flood(padded, () => padded.send(data(1, "", false, 3))),
    101,
  );
});

test("CONTINUATION flood (CVE-2024-27983 and others), empty ones included (CVE-2026-33871)", () => {
  const peer = ScriptedPeer.ready("server");
  peer.send(headersFrame(1, new Uint8Array(0), true, false));
  assert.equal(
    flood(peer, () => peer.send(continuation(1, new Uint8Array(0), false))),
    9,
  );
  assert.match(peer.written().at(-1)!, CALM);
  const big = ScriptedPeer.ready("server");
  const part = new Uint8Array(16_384);
  big.send(headersFrame(1, part, true, false));
  assert.equal(
    flood(big, () => big.send(continuation(1, part, false))),
    4,
  );
  assert.match(big.written().at(-1)!, CALM);
});

test("HPACK bomb (CVE-2016-1544) and HTTP/2 bomb (CVE-2026-49975): size and number of fields are limited", () => {
  const peer = ScriptedPeer.ready("server");
  const request = peer.block(REQUEST);
  const entry = new Uint8Array([0x40, 1, 0x61, 0x7f, 0xc9, 0x1e, ...new Uint8Array(4040).fill(0x62)]);
  const references = new Uint8Array(5000).fill(0xbe);
  peer.send(headersFrame(1, concat(request, entry, references), true));
  assert.deepEqual(peer.events(), []);
  assert.deepEqual(peer.written(), ["HEADERS 1 :status=431 end"]);
  // The table has stayed in step: the entry is there.
  peer.send(headersFrame(3, concat(request, new Uint8Array([0xbe])), true));
  assert.equal(peer.heads[0]?.fields[0]?.value.length, 4040);

  const many = ScriptedPeer.ready("server");
  const crumbs: Pairs = Array.from({ length: 125 }, (): [string, string] => ["cookie", ""]);
  many.sendHeaders(1, [...REQUEST, ...crumbs]);
  assert.deepEqual(many.written(), ["HEADERS 1 :status=431 end", "RST_STREAM 1 NO_ERROR"]);
  many.sendHeaders(3, [...REQUEST, ...crumbs.slice(1)], true);
  assert.equal(many.events().length, 1);
});

test("a client gets too large a header section from its server", () => {
  const peer = ScriptedPeer.ready("client");
  peer.open();
  peer.written();
  const fields: Pairs = Array.from({ length: 5 }, (): [string, string] => ["x", "v".repeat(4000)]);
  const block = peer.block([...RESPONSE, ...fields]);
  peer.send(headersFrame(1, block.subarray(0, 10_000), false, false), continuation(1, block.subarray(10_000), true));
  assert.deepEqual(peer.events(), ["failure 1 ENHANCE_YOUR_CALM local"]);
  assert.deepEqual(peer.written(), ["RST_STREAM 1 ENHANCE_YOUR_CALM"]);
});

test("a broken block ends the connection with COMPRESSION_ERROR (CVE-2024-7246)", () => {
  for (const block of [[0x80], [0xc6], [0x7f, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01], [0, 0x7f, 0xff, 0xff, 0xff, 0x7f]]) {
    const peer = ScriptedPeer.ready("server");
    peer.send(headersFrame(1, new Uint8Array(block), true));
    assert.match(peer.written().at(-1)!, /^GOAWAY 1 COMPRESSION_ERROR/);
  }
});

test("HPACK takes time in proportion to the block (CVE-2022-41723)", () => {
  // Not a timing: the work is counted by what comes out of the largest block that is ever decoded.
  const decoder = new HpackDecoder(16_384, 128);
  const block = new Uint8Array(65_536);
  for (let at = 0; at < block.length; at += 4) block.set([0x40, 0x81, 0x1f, 0x00], at);
  block[block.length - 1] = 1;
  assert.throws(() => decoder.decode(block, 0, block.length, []));
  assert.equal(decoder.oversize, true);
});

test("SETTINGS_HEADER_TABLE_SIZE 2^32-1 costs no memory, and unlimited streams are not to be had (CVE-2016-0150)", () => {
  const peer = ScriptedPeer.ready("server", { maxConcurrentStreams: 3 }, [1, 2 ** 32 - 1]);
  for (const id of [1, 3, 5, 7]) peer.sendHeaders(id, REQUEST, true);
  assert.deepEqual(peer.written(), ["RST_STREAM 7 REFUSED_STREAM"]);
  assert.equal(peer.connection.openStreams, 3);
});

test("a peer that does not read makes the server stop reading", () => {
  const peer = ScriptedPeer.ready("server", { outboxBytes: 10_000 }, [4, 2 ** 30]);
  peer.send(windowUpdate(0, 2 ** 30));
  peer.onStream = (stream) => {
    stream.sendHead(fieldsOf(RESPONSE), [{ name: "x-large", value: "v".repeat(2000) }], false);
    stream.sendData(new Uint8Array(3000), true);
  };
  let requests = 0;
  while (!peer.connection.congested && requests < 1000) peer.sendHeaders(1 + 2 * requests++, REQUEST, true);
  assert.ok(requests < 20, `${requests} requests were taken`);
  peer.takeBytes();
  assert.equal(peer.connection.congested, false);
});

test("a client is as careful as a server: push is refused (CVE-2024-2398), SETTINGS are checked (CVE-2026-33814)", () => {
  const push = ScriptedPeer.ready("client");
  push.open();
  push.send(frame(FrameType.PUSH_PROMISE, FrameFlag.END_HEADERS, 1, [0, 0, 0, 2, 0x82]));
  assert.match(push.written().at(-1)!, /^GOAWAY 0 PROTOCOL_ERROR/);
  const zero = ScriptedPeer.ready("client");
  zero.send(settings([5, 0]));
  assert.match(zero.written().at(-1)!, /^GOAWAY 0 PROTOCOL_ERROR/);
  const enable = ScriptedPeer.ready("client");
  enable.send(settings([2, 1]));
  assert.match(enable.written().at(-1)!, /^GOAWAY 0 PROTOCOL_ERROR/);
});

test("window overflow of the connection (CVE-2026-21714) ends it, and every stream with it", () => {
  const peer = ScriptedPeer.ready("server");
  for (let id = 1; id < 20; id += 2) peer.sendHeaders(id, REQUEST, true);
  peer.events();
  peer.send(windowUpdate(0, 2 ** 31 - 1));
  assert.equal(peer.events().length, 11);
  assert.equal(peer.connection.openStreams, 0);
  assert.match(peer.written().at(-1)!, /FLOW_CONTROL_ERROR/);
});

test("limits out of range are misuse", () => {
  for (const options of [
    { maxFrameSize: 100 },
    { streamWindow: 2 ** 31 },
    { connectionWindow: 1 },
    { resetBurst: Number.NaN },
  ]) {
    assert.throws(() => new ScriptedPeer("client", options), { kind: "misuse" });
  }
  assert.ok(settingsAck().length === 9);
});

for (const attack of ATTACKS) {
  test(`row ${attack.row}, counted: ${attack.name}`, () => {
    const told: string[] = [];
    const peer = ScriptedPeer.ready("server", { maxConcurrentStreams: 100 });
    peer.onLimit = (counter) => told.push(counter);
    peer.onStream = (stream, head) => {
      peer.consuming = head.path !== "/hold";
      const length = Number(/^\/bytes\/(\d+)$/.exec(head.path)?.[1] ?? -1);
      if (head.path === "/hold") return stream.hold();
      stream.sendHead(fieldsOf(RESPONSE), undefined, length < 0);
      for (let left = length; left > 0; left -= 16_384) {
        if (!stream.sendData(new Uint8Array(Math.min(left, 16_384)), left <= 16_384)) return;
      }
    };
    // A client that kept on reading would have read by now; without it the outbox fills.
    for (const portion of attack.frames()) {
      peer.send(portion);
      if (attack.reads) peer.takeBytes();
      if (peer.connection.congested || peer.failure !== undefined) break;
    }
    const { counters } = peer.connection;
    if (attack.counters.length > 0) {
      assert.ok(
        attack.counters.some((counter) => counters[counter] > 0),
        JSON.stringify(counters),
      );
      assert.equal(new Set(told).size, told.length, "each is told once, however often it was met");
      for (const counter of told) assert.ok(counters[counter as keyof typeof counters] > 0);
    }
    if (attack.outcome === "survives") assert.equal(peer.failure, undefined);
  });
}

test("counters of time limits, of refusals and of what is cut off", () => {
  const late = new ScriptedPeer("server", { handshakeTimeoutMs: 1000, settingsAckTimeoutMs: 0 });
  late.connection.tick(0);
  late.connection.tick(1000);
  assert.equal(late.connection.counters.handshakeTimeoutMs, 1);
  const unacknowledged = new ScriptedPeer("client", { handshakeTimeoutMs: 0, settingsAckTimeoutMs: 1000 });
  unacknowledged.connection.tick(0);
  unacknowledged.connection.tick(1000);
  assert.equal(unacknowledged.connection.counters.settingsAckTimeoutMs, 1);
  const half = ScriptedPeer.ready("server", { headerTimeoutMs: 1000 });
  half.send(headersFrame(1, new Uint8Array(0), true, false));
  half.connection.tick(0);
  half.connection.tick(1000);
  assert.equal(half.connection.counters.headerTimeoutMs, 1);
  const dead = ScriptedPeer.ready("client", { keepaliveIntervalMs: 1000, keepaliveTimeoutMs: 1000 });
  dead.open();
  for (let nowMs = 0; nowMs <= 5000; nowMs += 1000) {
    dead.connection.tick(nowMs);
    dead.takeBytes();
  }
  assert.equal(dead.connection.counters.keepaliveTimeoutMs, 1);
  const stalled = ScriptedPeer.ready("server", { stallTimeoutMs: 1000 }, [4, 0]);
  stalled.sendHeaders(1, REQUEST, true);
  stalled.streams.get(1)!.sendHead(fieldsOf(RESPONSE), undefined, false);
  stalled.streams.get(1)!.sendData(new Uint8Array(10), true);
  for (const nowMs of [0, 1000, 2000]) {
    stalled.takeBytes();
    stalled.connection.tick(nowMs);
  }
  assert.equal(stalled.connection.counters.stallTimeoutMs, 1);
  const full = ScriptedPeer.ready("server", { maxConcurrentStreams: 1 });
  for (const id of [1, 3, 5]) full.sendHeaders(id, REQUEST);
  assert.equal(full.connection.counters.maxConcurrentStreams, 2);
  full.connection.receiveEnd();
  assert.equal(full.connection.counters.brokenOff, 1);
  const idle = ScriptedPeer.ready("server");
  idle.connection.receiveEnd();
  assert.equal(idle.connection.counters.brokenOff, 0);
});
