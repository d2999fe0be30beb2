/**
 * The requirements of RFC 9113 and RFC 7541 that are not about one frame (those are in `rfc9113.test.ts`, and those of
 * push in `push.test.ts`), and at the end a list of where the other ones are tested that this engine has to meet.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { FrameFlag, FrameType } from "./frame/frame-types.js";
import { HpackDecoder } from "./hpack/decoder.js";
import {
  concat,
  continuation,
  data,
  frame,
  goAway,
  headersFrame,
  ping,
  rstStream,
  settings,
  windowUpdate,
} from "./testing/frames.js";
import { fieldsOf, type Pairs, REQUEST, RESPONSE, ScriptedPeer } from "./testing/scripted-peer.js";

function client(): ScriptedPeer {
  const peer = ScriptedPeer.ready("client");
  peer.open(REQUEST, false);
  peer.written();
  return peer;
}

test("RFC 9113 §3.4: a preface cut anywhere, and SETTINGS without an entry, are a preface", () => {
  const peer = new ScriptedPeer("server");
  for (const octet of concat(new TextEncoder().encode("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), settings())) {
    peer.send(new Uint8Array([octet]));
  }
  assert.deepEqual(peer.written().slice(1), ["WINDOW_UPDATE 0 4128769", "SETTINGS ACK"]);
});

test("RFC 9113 §4.2: a frame of 2^14 octets is taken, and none longer is sent", () => {
  const peer = ScriptedPeer.ready("server", {}, [4, 2 ** 20], [5, 2 ** 20]);
  peer.send(windowUpdate(0, 2 ** 20));
  peer.sendHeaders(1, REQUEST);
  peer.send(data(1, new Uint8Array(16_384), true));
  assert.equal(peer.failure, undefined);
  // The reader of this test refuses frames over 2^14; the peer allows more by SETTINGS_MAX_FRAME_SIZE.
  const small = ScriptedPeer.ready("server", {}, [4, 2 ** 20]);
  small.sendHeaders(1, REQUEST, true);
  small.streams.get(1)!.sendHead(fieldsOf(RESPONSE), undefined, false);
  small.streams.get(1)!.sendData(new Uint8Array(50_000), true);
  assert.deepEqual(
    small.written().map((line) => line.split(" ").slice(0, 3).join(" ")),
    ["HEADERS 1 :status=200", "DATA 1 16384", "DATA 1 16384", "DATA 1 16384", "DATA 1 848"],
  );
});

test("RFC 9113 §4.3.1, RFC 7541 §4.2: a smaller table of the peer is acknowledged at the front of the next block", () => {
  const peer = ScriptedPeer.ready("server");
  peer.send(settings([1, 0]), settings([1, 50]));
  peer.sendHeaders(1, REQUEST, true);
  peer.written();
  peer.streams.get(1)!.sendHead(fieldsOf([...RESPONSE, ["x-a", "b"]]), undefined, true);
  const payload = peer.takeBytes().subarray(9);
  // The smallest size in between, then the last one (001xxxxx).
  assert.equal(payload[0], 0x20);
  assert.equal(payload[1], 0x3f);
  assert.equal(payload[2], 50 - 31);
});

test("RFC 9113 §5.1, §6.9: DATA for a stream that was reset counts against the connection's window, which comes back", () => {
  const peer = ScriptedPeer.ready("server", { connectionWindow: 100_000 });
  peer.sendHeaders(1, REQUEST);
  peer.streams.get(1)!.reset(8);
  peer.written();
  for (let i = 0; i < 4; i++) peer.send(data(1, new Uint8Array(15_000)));
  assert.deepEqual(peer.written(), ["WINDOW_UPDATE 0 60000"]);
  for (let i = 0; i < 7; i++) peer.send(data(1, new Uint8Array(7_000)));
  assert.equal(peer.failure, undefined);
});

test("RFC 9113 §5.4.2: frames that were under way when a stream was reset are taken, and change the header table", () => {
  const peer = ScriptedPeer.ready("server");
  peer.sendHeaders(1, REQUEST);
  peer.streams.get(1)!.reset(8);
  const entry = new Uint8Array([0x40, 3, 0x78, 0x2d, 0x61, 2, 0x68, 0x69]);
  peer.send(data(1, "late"), windowUpdate(1, 5), headersFrame(1, entry, true), rstStream(1, 8));
  peer.send(headersFrame(3, concat(peer.block(REQUEST), new Uint8Array([0xbe])), true));
  assert.equal(peer.failure, undefined);
  assert.equal(peer.heads.at(-1)?.fields[0]?.value, "hi");
});

test("RFC 9113 §6.2: HEADERS with the fields of priority are taken; too short for them they are an error", () => {
  const peer = ScriptedPeer.ready("server");
  const block = peer.block(REQUEST);
  const flags = FrameFlag.END_HEADERS | FrameFlag.END_STREAM | FrameFlag.PRIORITY;
  peer.send(frame(FrameType.HEADERS, flags, 1, [0x80, 0, 0, 3, 200, ...block]));
  peer.send(frame(FrameType.HEADERS, flags | FrameFlag.PADDED, 3, [2, 0, 0, 0, 1, 0, ...block, 0, 0]));
  assert.equal(peer.events().length, 2);
  peer.send(frame(FrameType.HEADERS, flags, 5, [0, 0, 0, 3]));
  assert.match(peer.written().at(-1)!, /^GOAWAY 3 FRAME_SIZE_ERROR/);
});

test("RFC 9113 §6.5.3: settings are taken in their order, and acknowledged each", () => {
  const peer = ScriptedPeer.ready("server", {}, [4, 5], [4, 7]);
  peer.sendHeaders(1, REQUEST, true);
  peer.streams.get(1)!.sendHead(fieldsOf(RESPONSE), undefined, false);
  peer.streams.get(1)!.sendData(new Uint8Array(100).fill(0x61), true);
  assert.equal(peer.written().at(-1), "DATA 1 aaaaaaa");
  peer.send(settings([4, 8], [4, 9], [99, 1]), settings());
  assert.deepEqual(peer.written(), ["SETTINGS ACK", "SETTINGS ACK", "DATA 1 aa"]);
});

test("RFC 9113 §6.5.2: every setting out of its range, from a server", () => {
  for (const [entry, code] of [
    [[2, 2], "PROTOCOL_ERROR"],
    [[4, 2 ** 31], "FLOW_CONTROL_ERROR"],
    [[5, 16_383], "PROTOCOL_ERROR"],
    [[5, 2 ** 24], "PROTOCOL_ERROR"],
  ] as const) {
    const peer = client();
    peer.send(settings([entry[0], entry[1]]));
    assert.match(peer.written().at(-1)!, new RegExp(`^GOAWAY 0 ${code}`));
  }
});

test("RFC 9113 §6.7: PING is answered with its own octets, by both sides, before anything that waits", () => {
  for (const role of ["server", "client"] as const) {
    const peer = ScriptedPeer.ready(role);
    peer.send(ping([9, 8, 7, 6, 5, 4, 3, 2]));
    assert.deepEqual(peer.takeBytes(), ping([9, 8, 7, 6, 5, 4, 3, 2], true));
  }
});

test("RFC 9113 §6.8: the last stream of a GOAWAY never rises, and none is opened after one", () => {
  const peer = ScriptedPeer.ready("server");
  peer.sendHeaders(1, REQUEST);
  peer.connection.close();
  peer.sendHeaders(3, REQUEST);
  peer.connection.goAway();
  peer.connection.goAway(2);
  const lasts = peer.written().flatMap((line) => /^GOAWAY (\d+)/.exec(line)?.[1] ?? []);
  assert.deepEqual(lasts.map(Number), [2 ** 31 - 1, 3, 3]);

  const other = client();
  other.send(goAway(1, 0));
  assert.equal(other.connection.available, false);
  assert.throws(() => other.open(), { kind: "misuse" });
});

test("RFC 9113 §6.8: what comes beyond the last stream of our GOAWAY still counts for windows and header table", () => {
  const peer = ScriptedPeer.ready("server", { connectionWindow: 100_000 });
  peer.sendHeaders(1, REQUEST);
  peer.connection.goAway();
  peer.events();
  peer.written();
  const entry = new Uint8Array([0x40, 3, 0x78, 0x2d, 0x61, 2, 0x68, 0x69]);
  peer.send(headersFrame(3, concat(peer.block(REQUEST), entry), false));
  for (let i = 0; i < 4; i++) peer.send(data(3, new Uint8Array(15_000)));
  assert.deepEqual(peer.events(), []);
  assert.deepEqual(peer.written(), ["WINDOW_UPDATE 0 60000"]);
  peer.send(headersFrame(1, new Uint8Array([0xbe]), true));
  assert.deepEqual(peer.events(), ["trailers 1 x-a=hi"]);
});

test("RFC 9113 §6.9.2: SETTINGS_INITIAL_WINDOW_SIZE leaves the connection's window alone", () => {
  const peer = ScriptedPeer.ready("server", {}, [4, 2 ** 20]);
  peer.sendHeaders(1, REQUEST, true);
  peer.streams.get(1)!.sendHead(fieldsOf(RESPONSE), undefined, false);
  peer.streams.get(1)!.sendData(new Uint8Array(100_000), true);
  let sent = 0;
  for (const line of peer.written()) sent += Number(/^DATA 1 (\d+)/.exec(line)?.[1] ?? 0);
  assert.equal(sent, 65_535);
});

test("RFC 9113 §6.10: CONTINUATION on another stream than its HEADERS, or without any", () => {
  const other = ScriptedPeer.ready("server");
  other.send(headersFrame(1, other.block(REQUEST), true, false), continuation(3, new Uint8Array(0), true));
  assert.match(other.written().at(-1)!, /^GOAWAY 0 PROTOCOL_ERROR/);
  const none = ScriptedPeer.ready("server");
  none.send(continuation(1, none.block(REQUEST), true));
  assert.match(none.written().at(-1)!, /^GOAWAY 0 PROTOCOL_ERROR/);
});

test("RFC 9113 §7: unknown error codes mean no more than INTERNAL_ERROR would", () => {
  const peer = client();
  peer.send(rstStream(1, 0xdeadbeef));
  assert.deepEqual(peer.events(), ["failure 1 error code 0xdeadbeef peer"]);
  peer.open();
  peer.send(goAway(3, 0xdeadbeef));
  assert.equal(peer.failure, undefined);
  peer.sendHeaders(3, RESPONSE, true);
  assert.equal(peer.events().includes("head 3 200 end"), true);
});

test("RFC 9113 §8.1: a whole response before the end of the request stands, also if RST_STREAM(NO_ERROR) follows", () => {
  const peer = client();
  peer.sendHeaders(1, RESPONSE);
  peer.send(data(1, "early", true), rstStream(1, 0));
  assert.deepEqual(peer.events(), ["head 1 200", "data 1 early end"]);
  assert.equal(peer.connection.openStreams, 0);
});

test("RFC 9113 §8.1: a second header section that does not end the stream makes a response malformed", () => {
  const peer = client();
  peer.sendHeaders(1, RESPONSE);
  peer.sendHeaders(1, RESPONSE);
  assert.equal(peer.written().at(-1), "RST_STREAM 1 PROTOCOL_ERROR");
});

test("RFC 9113 §8.2: malformed responses, by name, value, connection-specific and pseudo-fields", () => {
  for (const pairs of [
    [["X-A", "1"]],
    [["x a", "1"]],
    [["x", "a\nb"]],
    [["x", "a\0"]],
    [["connection", "close"]],
    [["transfer-encoding", "chunked"]],
    [["te", "trailers, gzip"]],
    [[":path", "/"]],
    [[":status", "204"]],
    [[":unknown", "1"]],
  ] as Pairs[]) {
    const peer = client();
    peer.sendHeaders(1, [...RESPONSE, ...pairs], true);
    assert.equal(peer.written().at(-1), "RST_STREAM 1 PROTOCOL_ERROR", JSON.stringify(pairs));
    assert.deepEqual(peer.events(), ["failure 1 PROTOCOL_ERROR local"]);
  }
});

test("RFC 9113 §8.2.1, §8.2.2: we send no malformed field either", () => {
  for (const [name, value] of [
    ["X-Upper", "1"],
    ["x y", "1"],
    ["", "1"],
    ["x", "a\r\nb: c"],
    ["x", " outer"],
    ["x", "outer\t"],
    ["x", "\u0100"],
  ] as const) {
    const peer = client();
    assert.throws(() => peer.open([...REQUEST, [name, value]]), { kind: "misuse" }, JSON.stringify([name, value]));
    assert.deepEqual(peer.written(), []);
  }
});

test("RFC 9113 §8.5: CONNECT has an :authority and neither :scheme nor :path", () => {
  const good = ScriptedPeer.ready("server");
  good.sendHeaders(1, [
    [":method", "CONNECT"],
    [":authority", "there:443"],
  ]);
  assert.equal(good.events().length, 1);
  const bad = ScriptedPeer.ready("server");
  bad.sendHeaders(1, [[":method", "CONNECT"]]);
  assert.equal(bad.written().at(-1), "RST_STREAM 1 PROTOCOL_ERROR");
});

test("RFC 9113 §8.7: only what was certainly not worked on is called unprocessed", () => {
  const peer = client();
  peer.open();
  peer.open();
  peer.open();
  peer.written();
  peer.send(rstStream(1, 7), rstStream(3, 2), goAway(5, 0));
  const events = peer.events().filter((line) => line.startsWith("failure"));
  assert.deepEqual(events, [
    "failure 1 REFUSED_STREAM peer unprocessed",
    "failure 3 INTERNAL_ERROR peer",
    "failure 7 NO_ERROR connection unprocessed",
  ]);
});

test("RFC 7541 §4.2, §4.4: two table size updates at the front; an entry larger than the table empties it", () => {
  const decoder = new HpackDecoder(16_384, 128);
  const out: { name: string; value: string }[] = [];
  const decode = (...bytes: number[]): void => {
    out.length = 0;
    decoder.decode(new Uint8Array(bytes), 0, bytes.length, out as never);
  };
  decode(0x40, 1, 0x61, 1, 0x62);
  decode(0xbe);
  assert.equal(out[0]?.value, "b");
  decode(0x20, 0x3f, 0xe1, 0x1f, 0x82);
  assert.throws(() => decode(0xbe), { code: 9 }, "size 0 has emptied the table");
  const small = new HpackDecoder(16_384, 128);
  const some = [0x3f, 0x09, 0x40, 1, 0x61, 1, 0x62, 0x40, 1, 0x63, 20, ...new Array<number>(20).fill(0x64)];
  small.decode(new Uint8Array(some), 0, some.length, []);
  assert.throws(() => small.decode(new Uint8Array([0xbe]), 0, 1, []), { code: 9 });
});

test("RFC 7541 §7.1.3: fields that are secrets are literals that nobody may index", () => {
  const peer = ScriptedPeer.ready("client");
  peer.open([...REQUEST, ["authorization", "Bearer x"]]);
  peer.written();
  peer.open([...REQUEST, ["authorization", "Bearer x"]]);
  const bytes = peer.takeBytes();
  // 0001xxxx with the name's index, 23 (0x1f 0x08).
  assert.ok(bytes.some((octet, at) => octet === 0x1f && bytes[at + 1] === 0x08));
});

/** Requirements that other files test: section, what it asks, file, and how the name of its test begins. */
const ELSEWHERE: readonly (readonly [section: string, must: string, file: string, name: string])[] = [
  ["3.4", "preface and SETTINGS first", "rfc9113.test.js", "RFC 9113 §3.4"],
  ["5.1.1", "identifiers of pushed streams", "push.test.js", "§5.1.1, §6.6: a promised stream that is not idle"],
  [
    "5.1.2",
    "the peer's limit of streams is kept",
    "connection.test.js",
    "the peer's limit of streams makes the client wait",
  ],
  ["5.1.2", "streams over our limit are refused", "attacks.test.js", "SETTINGS_HEADER_TABLE_SIZE 2^32-1"],
  ["5.2.1", "DATA keeps to the stream's window", "flow-control.test.js", "a stream sends no more than its window"],
  ["5.2.1", "DATA keeps to the connection's window", "flow-control.test.js", "all streams together send no more"],
  ["5.2.2", "windows come back as data is read", "flow-control.test.js", "the connection's window is credited at once"],
  ["5.3.2", "PRIORITY is taken in every state", "connection.test.js", "PRIORITY and unknown frames are ignored"],
  ["5.4.1", "a connection error ends connection and streams", "attacks.test.js", "window overflow of the connection"],
  [
    "5.4.3",
    "the end of the socket ends every stream",
    "connection.test.js",
    "the end of the socket says what was open",
  ],
  ["6.1", "padding counts for flow control", "flow-control.test.js", "padding is given back by the engine"],
  ["6.5.3", "SETTINGS that are not acknowledged", "connection.test.js", "handshake, SETTINGS and header sections have"],
  ["6.6", "PUSH_PROMISE", "push.test.js", "§6.6: promises come on streams that are open"],
  [
    "6.8",
    "GOAWAY and the streams past its last",
    "connection.test.js",
    "GOAWAY: streams past the last fail unprocessed",
  ],
  ["6.8", "a graceful end says GOAWAY twice", "connection.test.js", "a graceful close of a server says GOAWAY twice"],
  ["6.9.1", "a peer that overruns a window", "flow-control.test.js", "a peer that overruns a window is told so"],
  ["6.9.2", "windows below zero", "flow-control.test.js", "SETTINGS_INITIAL_WINDOW_SIZE moves the windows"],
  [
    "6.9.3",
    "a smaller window holds from its acknowledgement",
    "flow-control.test.js",
    "a smaller window than the initial",
  ],
  ["6.10", "CONTINUATION of ours", "connection.test.js", "a section of ours that is over the peer's frame size"],
  ["8.1.1", "malformed requests and responses", "connection.test.js", "malformed messages are stream errors"],
  ["8.4", "push, both ways", "push.test.js", "§8.4: a server promises"],
  ["8.6", "status 101", "rfc9113.test.js", "status 101"],
  ["9.1", "nothing is opened past a GOAWAY or the last identifier", "connection.test.js", "GOAWAY: streams past"],
  ["10.5", "what costs memory or work is bounded", "attacks.test.js", "rapid reset"],
  ["RFC 7541 C", "the examples, and the stories of other encoders", "hpack/hpack.test.js", "HPACK stories are decoded"],
];

for (const [section, must, file, name] of ELSEWHERE) {
  test(`RFC 9113 §${section}: ${must}: tested in ${file}`, () => {
    const source = readFileSync(new URL(file, import.meta.url), "utf8");
    assert.ok(source.includes(name), `${file} has no test "${name}"`);
  });
}
