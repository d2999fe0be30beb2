/** Dialogues with a scripted peer: every frame type and the states of streams and connection. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { FrameFlag, FrameType } from "./frame/frame-types.js";
import {
  continuation,
  data,
  frame,
  goAway,
  headersFrame,
  ping,
  priority,
  rstStream,
  settings,
  settingsAck,
  windowUpdate,
} from "./testing/frames.js";
import { fieldsOf, type Pairs, REQUEST, RESPONSE, ScriptedPeer } from "./testing/scripted-peer.js";

const TRAILERS: Pairs = [["grpc-status", "0"]];
const PREFACE = new TextEncoder().encode("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");

test("a client sends preface, SETTINGS and WINDOW_UPDATE, and is ready with the peer's SETTINGS", () => {
  const peer = new ScriptedPeer("client");
  assert.deepEqual(peer.written(), ["preface", "SETTINGS 2=0 4=262144 5=131072 6=16384", "WINDOW_UPDATE 0 4128769"]);
  assert.equal(peer.connection.available, false);
  assert.throws(() => peer.open(), { kind: "misuse" });
  peer.send(settings([3, 100]));
  assert.deepEqual(peer.events(), ["ready"]);
  assert.deepEqual(peer.written(), ["SETTINGS ACK"]);
  assert.equal(peer.connection.available, true);
});

test("a server sends SETTINGS at once and takes preface and SETTINGS", () => {
  const peer = new ScriptedPeer("server");
  assert.deepEqual(peer.written(), ["SETTINGS 3=1024 4=262144 5=131072 6=16384", "WINDOW_UPDATE 0 4128769"]);
  peer.send(PREFACE);
  peer.send(settings());
  assert.deepEqual(peer.events(), ["ready"]);
  assert.deepEqual(peer.written(), ["SETTINGS ACK"]);
});

test("a request with body and trailers, answered in the same way", () => {
  const peer = ScriptedPeer.ready("server");
  peer.sendHeaders(1, [...REQUEST, ["x-a", "1"]]);
  peer.send(data(1, "hello"), data(1, "padded", false, 20));
  peer.sendHeaders(1, [["x-t", "2"]], true);
  assert.deepEqual(peer.events(), ["request 1 POST /x x-a=1", "data 1 hello", "data 1 padded", "trailers 1 x-t=2"]);
  assert.equal(peer.connection.openStreams, 1);
  const stream = peer.streams.get(1)!;
  stream.sendHead(fieldsOf(RESPONSE), undefined, false);
  const writer = stream.beginData();
  writer.reserve(3);
  writer.buf.set([0x61, 0x62, 0x63], writer.pos);
  writer.pos += 3;
  assert.equal(stream.commitData(false), true);
  stream.sendData(new Uint8Array([0x64]), false);
  stream.sendHead(fieldsOf(TRAILERS), undefined, true);
  assert.deepEqual(peer.written(), ["HEADERS 1 :status=200", "DATA 1 abc", "DATA 1 d", "HEADERS 1 grpc-status=0 end"]);
  assert.equal(peer.connection.openStreams, 0);
  stream.sendHead(fieldsOf(TRAILERS), undefined, true);
  stream.sendData(new Uint8Array(1), true);
  stream.reset(8);
  stream.consume(1);
  assert.deepEqual(peer.written(), [], "a closed stream says nothing");
});

test("the client's side: informational responses are skipped, END_STREAM ends with head, data or trailers", () => {
  const peer = ScriptedPeer.ready("client");
  peer.open();
  peer.open();
  peer.open();
  assert.equal(peer.written().length, 3);
  peer.sendHeaders(1, [[":status", "103"]]);
  peer.sendHeaders(1, RESPONSE);
  peer.send(data(1, "x"));
  peer.sendHeaders(1, TRAILERS, true);
  peer.sendHeaders(3, RESPONSE);
  peer.send(data(3, "y", true));
  peer.sendHeaders(5, [...RESPONSE, ...TRAILERS], true);
  assert.deepEqual(peer.events(), [
    "head 1 200",
    "data 1 x",
    "trailers 1 grpc-status=0",
    "head 3 200",
    "data 3 y end",
    "head 5 200 grpc-status=0 end",
  ]);
  assert.equal(peer.connection.openStreams, 0);
});

test("abandoned body leaves no trace, body before the head is misuse", () => {
  const peer = ScriptedPeer.ready("server");
  peer.sendHeaders(1, REQUEST, true);
  const stream = peer.streams.get(1)!;
  assert.throws(() => stream.sendData(new Uint8Array(1), false), { kind: "misuse" });
  stream.beginData();
  assert.throws(() => stream.commitData(false), { kind: "misuse" });
  stream.sendHead(fieldsOf(RESPONSE), undefined, false);
  const writer = stream.beginData();
  writer.reserve(200_000);
  writer.pos += 200_000;
  stream.abortData();
  assert.throws(() => stream.abortData(), { kind: "misuse" });
  assert.throws(() => stream.sendHead(fieldsOf([["Bad", ""]]), undefined, true), { kind: "misuse" });
  stream.sendHead(fieldsOf(TRAILERS), undefined, true);
  assert.deepEqual(peer.written(), ["HEADERS 1 :status=200", "HEADERS 1 grpc-status=0 end"]);
});

test("the same bytes give the same head, for as long as the table stands", () => {
  const peer = ScriptedPeer.ready("server");
  const fields = fieldsOf([...REQUEST, ["te", "trailers"]]);
  for (let id = 1; id <= 9; id += 2) peer.send(headersFrame(id, peer.indexedBlock(fields), true));
  const [first, second, third, fourth, fifth] = peer.heads;
  assert.notEqual(first, second, "the first block has filled the table");
  assert.equal(third, fourth, "remembered when it came for the second time");
  fourth!.derived = "derived";
  assert.equal(fifth!.derived, "derived");
  // Another insertion moves every index: the same fields are other octets then, and the old octets other fields.
  peer.send(headersFrame(11, peer.indexedBlock(fieldsOf([...REQUEST, ["x-new", "1"]])), true));
  for (let id = 13; id <= 17; id += 2) peer.send(headersFrame(id, peer.indexedBlock(fields), true));
  for (const head of peer.heads.slice(6)) assert.deepEqual(head.fields[0]?.name, "te");
});

test("PING is answered, our own are matched", () => {
  const peer = ScriptedPeer.ready("client");
  peer.send(ping());
  assert.deepEqual(peer.written(), ["PING ACK"]);
  let answered = 0;
  peer.connection.ping(() => answered++);
  const sent = peer.takeBytes();
  assert.deepEqual(peer.describeFrames(sent), ["PING"]);
  peer.send(ping([9, 9, 9, 9, 9, 9, 9, 9], true));
  assert.equal(answered, 0);
  peer.send(ping(sent.subarray(9), true));
  peer.send(ping(sent.subarray(9), true));
  assert.equal(answered, 1);
});

test("RST_STREAM of the peer fails the stream; REFUSED_STREAM says unprocessed", () => {
  const peer = ScriptedPeer.ready("client");
  peer.open();
  peer.open();
  peer.open(REQUEST, false);
  peer.sendHeaders(5, RESPONSE, true);
  peer.send(rstStream(1, 7), rstStream(3, 11), rstStream(5, 0), rstStream(5, 0));
  assert.deepEqual(peer.events(), [
    "head 5 200 end",
    "failure 1 REFUSED_STREAM peer unprocessed",
    "failure 3 ENHANCE_YOUR_CALM peer",
  ]);
  assert.equal(peer.connection.openStreams, 0);
});

test("a server hears of a reset after the request has ended", () => {
  const peer = ScriptedPeer.ready("server");
  peer.sendHeaders(1, REQUEST, true);
  peer.send(rstStream(1, 8));
  assert.deepEqual(peer.events(), ["request 1 POST /x end", "failure 1 CANCEL peer"]);
});

test("frames that were under way when we reset a stream are dropped, their sections decoded", () => {
  for (const role of ["client", "server"] as const) {
    const peer = ScriptedPeer.ready(role);
    if (role === "client") peer.open(REQUEST, false);
    else peer.sendHeaders(1, REQUEST);
    const stream = peer.streams.get(1)!;
    peer.events();
    peer.written();
    stream.reset(8);
    assert.deepEqual(peer.written(), ["RST_STREAM 1 CANCEL"]);
    const fields = fieldsOf([...RESPONSE, ["x-insert", "1"]]);
    peer.send(headersFrame(1, peer.indexedBlock(fields), false), data(1, "late"), windowUpdate(1, 5), rstStream(1, 8));
    assert.deepEqual(peer.events(), []);
    assert.deepEqual(peer.written(), []);
    assert.equal(peer.failure, undefined);
  }
});

test("reset(NO_ERROR) after the response lets what waits go out first", () => {
  const peer = ScriptedPeer.ready("server", {}, [4, 10]);
  peer.sendHeaders(1, REQUEST);
  const stream = peer.streams.get(1)!;
  stream.sendHead(fieldsOf(RESPONSE), undefined, false);
  stream.sendData(new TextEncoder().encode("0123456789abcde"), false);
  stream.sendHead(fieldsOf(TRAILERS), undefined, true);
  stream.reset(0);
  assert.deepEqual(peer.written(), ["HEADERS 1 :status=200", "DATA 1 0123456789"]);
  peer.send(data(1, "more of the request"));
  peer.send(windowUpdate(1, 100));
  assert.deepEqual(peer.written(), ["DATA 1 abcde", "HEADERS 1 grpc-status=0 end", "RST_STREAM 1 NO_ERROR"]);
  assert.deepEqual(peer.events(), ["request 1 POST /x"]);
});

test("GOAWAY: streams past the last fail unprocessed, the others go on, then the connection ends", () => {
  const peer = ScriptedPeer.ready("client");
  peer.open();
  peer.open();
  peer.send(goAway(1, 0, "bye"));
  assert.deepEqual(peer.events(), ["draining", "failure 3 NO_ERROR connection unprocessed"]);
  assert.equal(peer.connection.available, false);
  peer.sendHeaders(1, RESPONSE, true);
  assert.deepEqual(peer.events(), ["head 1 200 end", "closed"]);
  assert.equal(peer.failure?.message, 'the peer closed the connection: GOAWAY NO_ERROR "bye"');
});

test("what was never handed to the socket does not go out with the last GOAWAY: it may run elsewhere by then", () => {
  const peer = ScriptedPeer.ready("client");
  peer.open();
  assert.equal(peer.written().length, 1);
  peer.open();
  peer.connection.destroy();
  assert.deepEqual(peer.events(), ["failure 1 CANCEL local", "failure 3 CANCEL local unprocessed", "closed"]);
  assert.deepEqual(
    peer.written().map((frame) => frame.split(" ")[0]),
    ["GOAWAY"],
  );
});

test("the end of the socket says what was open, and what the peer had said", () => {
  const peer = ScriptedPeer.ready("client");
  peer.open();
  peer.open();
  peer.open();
  peer.written();
  peer.open();
  peer.connection.receiveEnd();
  assert.equal(peer.failure?.message, "the peer closed the connection (FIN) while 4 streams were open");
  assert.equal(
    peer.events()[3],
    "failure 7 NO_ERROR connection unprocessed",
    "the last was never handed to the socket",
  );

  const angry = ScriptedPeer.ready("client");
  angry.open();
  angry.send(goAway(1, 11, "too_many_pings"));
  angry.connection.receiveEnd(new Error("read ECONNRESET"));
  assert.equal(
    angry.failure?.message,
    'the connection broke (read ECONNRESET) while 1 stream was open, after GOAWAY ENHANCE_YOUR_CALM "too_many_pings"',
  );
  angry.connection.receiveEnd();
  angry.connection.destroy();
});

test("a graceful close of a server says GOAWAY twice and lets streams finish", () => {
  const peer = ScriptedPeer.ready("server");
  peer.sendHeaders(1, REQUEST, true);
  peer.connection.close();
  const sent = peer.takeBytes();
  assert.deepEqual(peer.describeFrames(sent), ["GOAWAY 2147483647 NO_ERROR", "PING"]);
  peer.sendHeaders(3, REQUEST, true);
  peer.send(ping(sent.subarray(-8), true));
  assert.deepEqual(peer.written(), ["GOAWAY 3 NO_ERROR"]);
  peer.sendHeaders(5, REQUEST, true);
  assert.deepEqual(peer.events(), ["request 1 POST /x end", "draining", "request 3 POST /x end"]);
  peer.streams.get(1)!.sendHead(fieldsOf(RESPONSE), undefined, true);
  peer.streams.get(3)!.sendHead(fieldsOf(RESPONSE), undefined, true);
  assert.deepEqual(peer.written(), ["HEADERS 1 :status=200 end", "HEADERS 3 :status=200 end"]);
  assert.deepEqual(peer.events(), ["closed"]);
  assert.equal(peer.failure?.code, 0);
});

test("a graceful close does not wait for ever for the answer to its PING", () => {
  const peer = ScriptedPeer.ready("server");
  peer.connection.tick(1000);
  peer.connection.close();
  peer.connection.tick(2000);
  peer.connection.tick(6999);
  assert.deepEqual(peer.written(), ["GOAWAY 2147483647 NO_ERROR", "PING"]);
  peer.connection.tick(7000);
  assert.deepEqual(peer.written(), ["GOAWAY 0 NO_ERROR"]);
  assert.equal(peer.events().at(-1), "closed");
});

test("a client closes when its streams have ended", () => {
  const peer = ScriptedPeer.ready("client");
  peer.open();
  peer.connection.close();
  assert.deepEqual(peer.written(), [
    "HEADERS 1 :method=POST :scheme=http :path=/x :authority=localhost end",
    "GOAWAY 0 NO_ERROR",
  ]);
  peer.sendHeaders(1, RESPONSE, true);
  assert.deepEqual(peer.events(), ["draining", "head 1 200 end", "closed"]);
});

test("destroy fails what is open, once", () => {
  const peer = ScriptedPeer.ready("client");
  peer.open();
  peer.written();
  peer.connection.destroy({ code: 8, message: "gone", origin: "local", unprocessed: false });
  peer.connection.destroy();
  peer.send(settings());
  assert.deepEqual(peer.events(), ["failure 1 CANCEL local", "closed"]);
  assert.deepEqual(peer.written(), ["GOAWAY 0 NO_ERROR"]);
  assert.equal(peer.connection.nextTickMs, Number.POSITIVE_INFINITY);
});

test("the peer's limit of streams makes the client wait", () => {
  const peer = ScriptedPeer.ready("client", {}, [3, 1]);
  peer.open();
  assert.equal(peer.connection.available, false);
  peer.sendHeaders(1, RESPONSE, true);
  assert.deepEqual(peer.events(), ["head 1 200 end", "available"]);
  peer.open();
  peer.send(settings([3, 2]));
  assert.deepEqual(peer.events(), ["available"]);
});

test("PRIORITY and unknown frames are ignored, in every state of a stream", () => {
  const peer = ScriptedPeer.ready("server");
  peer.send(priority(1, 3), priority(9, 0), frame(0xa, 0xff, 1, [1, 2, 3]), frame(0xff, 0, 0));
  peer.send(
    frame(FrameType.HEADERS, FrameFlag.END_HEADERS | FrameFlag.END_STREAM | FrameFlag.PRIORITY | FrameFlag.PADDED, 1, [
      2,
      0,
      0,
      0,
      0,
      15,
      ...peer.block(REQUEST),
      0,
      0,
    ]),
  );
  assert.deepEqual(peer.events(), ["request 1 POST /x end"]);
  assert.equal(peer.failure, undefined);
});

test("a section in CONTINUATION frames", () => {
  const peer = ScriptedPeer.ready("server");
  const block = peer.block([...REQUEST, ["x-long", "v".repeat(100)]]);
  peer.send(
    headersFrame(1, block.subarray(0, 10), true, false),
    continuation(1, block.subarray(10, 11), false),
    continuation(1, block.subarray(11), true),
  );
  assert.deepEqual(peer.events(), [`request 1 POST /x x-long=${"v".repeat(100)} end`]);
});

test("a section of ours that is over the peer's frame size goes on in CONTINUATION frames", () => {
  const peer = ScriptedPeer.ready("client");
  peer.open([...REQUEST, ["x-long", "\u00ff".repeat(40_000)]]);
  assert.deepEqual(peer.written(), [
    "HEADERS 1 16384 bytes end unfinished",
    "CONTINUATION 1 16384 bytes",
    "CONTINUATION 1 7257 bytes",
  ]);
});

test("malformed messages are stream errors (RFC 9113 §8.1 to §8.3)", () => {
  const without = (name: string): Pairs => REQUEST.filter(([n]) => n !== name);
  const malformed: Pairs[] = [
    [...REQUEST, ["X-Upper", "1"]],
    [...REQUEST, ["", "1"]],
    [...REQUEST, ["a b", "1"]],
    [...REQUEST, ["x", "a\nb"]],
    [...REQUEST, ["x", "a\rb"]],
    [...REQUEST, ["x", "a\0b"]],
    [...REQUEST, ["x", " a"]],
    [...REQUEST, ["connection", "close"]],
    [...REQUEST, ["upgrade", "h2c"]],
    [...REQUEST, ["transfer-encoding", "chunked"]],
    [...REQUEST, ["te", "gzip"]],
    [...REQUEST, [":status", "200"]],
    [...REQUEST, [":unknown", "1"]],
    [...REQUEST, [":path", "/y"]],
    [["x", "1"], ...REQUEST],
    [...REQUEST, ["content-length", "-1"]],
    [...REQUEST, ["content-length", "1"], ["content-length", "2"]],
    [...without(":path"), [":path", "no/slash"]],
    [...without(":path"), [":path", ""]],
    [...without(":path"), [":path", "*"]],
    [...without(":authority"), [":authority", "user@host"]],
    without(":method"),
    without(":scheme"),
    without(":path"),
    without(":authority"),
  ];
  for (const pairs of malformed) {
    const peer = ScriptedPeer.ready("server");
    peer.sendHeaders(1, pairs, true);
    assert.deepEqual(peer.events(), [], JSON.stringify(pairs));
    assert.deepEqual(peer.written(), ["RST_STREAM 1 PROTOCOL_ERROR"], JSON.stringify(pairs));
    peer.sendHeaders(3, REQUEST, true);
    assert.deepEqual(peer.events(), ["request 3 POST /x end"]);
  }
  const host = ScriptedPeer.ready("server");
  host.sendHeaders(1, [...without(":authority"), ["host", "example"]], true);
  assert.equal(host.heads[0]?.authority, "example");
});

test("malformed responses fail their stream", () => {
  for (const script of [
    (peer: ScriptedPeer) => peer.sendHeaders(1, []),
    (peer: ScriptedPeer) => peer.sendHeaders(1, [[":status", "20"]]),
    (peer: ScriptedPeer) => peer.sendHeaders(1, [[":status", "101"]]),
    (peer: ScriptedPeer) => peer.sendHeaders(1, [[":status", "100"]], true),
    (peer: ScriptedPeer) => peer.sendHeaders(1, [...RESPONSE, [":path", "/"]]),
    (peer: ScriptedPeer) => peer.send(data(1, "early")),
  ]) {
    const peer = ScriptedPeer.ready("client");
    peer.open();
    peer.written();
    script(peer);
    assert.deepEqual(peer.events(), ["failure 1 PROTOCOL_ERROR local"]);
    assert.deepEqual(peer.written(), ["RST_STREAM 1 PROTOCOL_ERROR"]);
  }
  const peer = ScriptedPeer.ready("client");
  peer.open();
  peer.sendHeaders(1, RESPONSE);
  peer.sendHeaders(1, TRAILERS, false);
  assert.deepEqual(peer.events(), ["head 1 200", "failure 1 PROTOCOL_ERROR local"]);
});

test("content-length must agree with the body", () => {
  const cases: [string, Uint8Array[], string[]][] = [
    ["5", [data(1, "hello", true)], ["request 1 POST /x content-length=5", "data 1 hello end"]],
    ["5", [data(1, "hell", true)], ["request 1 POST /x content-length=5", "failure 1 PROTOCOL_ERROR local"]],
    ["5", [data(1, "hello!")], ["request 1 POST /x content-length=5", "failure 1 PROTOCOL_ERROR local"]],
  ];
  for (const [length, frames, expected] of cases) {
    const peer = ScriptedPeer.ready("server");
    peer.sendHeaders(1, [...REQUEST, ["content-length", length]]);
    peer.send(...frames);
    assert.deepEqual(peer.events(), expected);
  }
});

test("frames on streams in the wrong state", () => {
  const cases: [string, (peer: ScriptedPeer) => void, string][] = [
    ["DATA on an idle stream", (p) => p.send(data(5, "x")), "PROTOCOL_ERROR"],
    ["RST_STREAM on an idle stream", (p) => p.send(rstStream(5, 8)), "PROTOCOL_ERROR"],
    ["WINDOW_UPDATE on an idle stream", (p) => p.send(windowUpdate(5, 1)), "PROTOCOL_ERROR"],
    ["HEADERS on an even stream", (p) => p.sendHeaders(2, REQUEST), "PROTOCOL_ERROR"],
    [
      "HEADERS on a closed stream",
      (p) => {
        p.sendHeaders(1, REQUEST, true);
        p.streams.get(1)!.sendHead(fieldsOf(RESPONSE), undefined, true);
        p.sendHeaders(1, REQUEST, true);
      },
      "STREAM_CLOSED",
    ],
    [
      "HEADERS on a stream that was passed over",
      (p) => {
        p.sendHeaders(5, REQUEST, true);
        p.sendHeaders(3, REQUEST, true);
      },
      "PROTOCOL_ERROR",
    ],
    ["PUSH_PROMISE", (p) => p.send(frame(FrameType.PUSH_PROMISE, 4, 1, [0, 0, 0, 2])), "PROTOCOL_ERROR"],
    ["CONTINUATION alone", (p) => p.send(continuation(1, new Uint8Array(1), true)), "PROTOCOL_ERROR"],
    [
      "CONTINUATION elsewhere",
      (p) => p.send(headersFrame(1, new Uint8Array(0), false, false), continuation(3, new Uint8Array(0), true)),
      "PROTOCOL_ERROR",
    ],
    ["PING amid a section", (p) => p.send(headersFrame(1, new Uint8Array(0), false, false), ping()), "PROTOCOL_ERROR"],
    ["ENABLE_PUSH 2", (p) => p.send(settings([2, 2])), "PROTOCOL_ERROR"],
    ["INITIAL_WINDOW_SIZE 2^31", (p) => p.send(settings([4, 2 ** 31])), "FLOW_CONTROL_ERROR"],
    ["MAX_FRAME_SIZE 0", (p) => p.send(settings([5, 0])), "PROTOCOL_ERROR"],
    ["MAX_FRAME_SIZE 2^24", (p) => p.send(settings([5, 2 ** 24])), "PROTOCOL_ERROR"],
    ["a huge frame", (p) => p.send(new Uint8Array([255, 255, 255, 0, 0, 0, 0, 0, 1])), "FRAME_SIZE_ERROR"],
  ];
  for (const [name, script, code] of cases) {
    const peer = ScriptedPeer.ready("server");
    script(peer);
    assert.match(peer.written().at(-1) ?? "", new RegExp(`^GOAWAY \\d+ ${code} "`), name);
    assert.equal(peer.events().at(-1), "closed", name);
    peer.sendHeaders(7, REQUEST, true);
    assert.deepEqual(peer.events(), [], `${name}: nothing is parsed after the end`);
  }
});

test("stream errors leave the connection alone", () => {
  const cases: [string, (peer: ScriptedPeer) => void, string][] = [
    ["DATA after END_STREAM", (p) => p.send(data(1, "x")), "STREAM_CLOSED"],
    ["HEADERS after END_STREAM", (p) => p.sendHeaders(1, TRAILERS, true), "STREAM_CLOSED"],
    ["WINDOW_UPDATE 0", (p) => p.send(windowUpdate(1, 0)), "PROTOCOL_ERROR"],
    ["WINDOW_UPDATE over 2^31-1", (p) => p.send(windowUpdate(1, 2 ** 31 - 1)), "FLOW_CONTROL_ERROR"],
    ["PRIORITY on itself", (p) => p.send(priority(1, 1)), "PROTOCOL_ERROR"],
    ["PRIORITY of four bytes", (p) => p.send(frame(FrameType.PRIORITY, 0, 1, [0, 0, 0, 0])), "FRAME_SIZE_ERROR"],
  ];
  for (const [name, script, code] of cases) {
    const peer = ScriptedPeer.ready("server");
    peer.sendHeaders(1, REQUEST, true);
    peer.events();
    script(peer);
    assert.deepEqual(peer.written(), [`RST_STREAM 1 ${code}`], name);
    assert.deepEqual(peer.events(), [`failure 1 ${code} local`], name);
    assert.equal(peer.failure, undefined);
  }
});

test("a peer that speaks something else is quoted", () => {
  const cases: ["client" | "server", string, string][] = [
    ["client", "HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n", 'it answered "HTTP/1.1 400 Bad Request"'],
    ["client", "SSH-2.0-OpenSSH_9.2\r\n", 'it answered "SSH-2.0-OpenSSH_9.2"'],
    [
      "client",
      "\x15\x03\x01\x00\x02\x02\x46\x00\x00",
      'it answered "\\x15\\x03\\x01\\x00\\x02\\x02F\\x00\\x00", which is TLS',
    ],
    ["server", "GET / HTTP/1.1\r\nHost: x\r\n\r\n", 'it sent "GET / HTTP/1.1"'],
    ["server", "PRI * HTTP/1.1\r\n\r\n", 'it sent "PRI * HTTP/1.1"'],
  ];
  for (const [role, said, quoted] of cases) {
    const peer = new ScriptedPeer(role);
    peer.send(Uint8Array.from(said, (c) => c.charCodeAt(0)));
    assert.equal(peer.failure?.message, `the peer does not speak HTTP/2: ${quoted}`);
  }
  const short = new ScriptedPeer("client");
  short.send(new TextEncoder().encode("nope"));
  short.connection.receiveEnd();
  assert.equal(short.failure?.message, 'the peer does not speak HTTP/2: it answered "nope"');
  const silent = new ScriptedPeer("client");
  silent.connection.receiveEnd();
  assert.equal(silent.failure?.message, "the peer closed the connection (FIN) before it had sent its HTTP/2 settings");
});

test("a sink that throws ends the connection, and receive does not throw", () => {
  const peer = ScriptedPeer.ready("server");
  peer.onStream = () => {
    throw new Error("a bug");
  };
  peer.sendHeaders(1, REQUEST, true);
  assert.deepEqual(peer.written(), ["GOAWAY 1 INTERNAL_ERROR"]);
  assert.equal(peer.failure?.message, "a handler of the connection failed: a bug");
});

test("handshake, SETTINGS and header sections have their time", () => {
  const silent = new ScriptedPeer("client");
  silent.connection.tick(0);
  silent.connection.tick(9_999);
  assert.deepEqual(silent.events(), []);
  silent.connection.tick(10_000);
  assert.match(silent.failure?.message ?? "", /not begun the HTTP\/2 handshake within 10000 ms/);

  const unsettled = new ScriptedPeer("client");
  unsettled.send(settings());
  unsettled.connection.tick(0);
  unsettled.connection.tick(20_000);
  assert.match(unsettled.failure?.message ?? "", /not acknowledged SETTINGS within 20000 ms/);
  assert.equal(unsettled.failure?.code, 4);

  const slow = ScriptedPeer.ready("server");
  slow.send(headersFrame(1, new Uint8Array(0), false, false));
  slow.connection.tick(0);
  slow.connection.tick(10_000);
  assert.match(slow.failure?.message ?? "", /not completed a header section within 10000 ms/);
});

test("keepalive asks a silent peer, and gives up on one that stays silent", () => {
  const peer = ScriptedPeer.ready("client", { keepaliveIntervalMs: 5_000, keepaliveTimeoutMs: 3_000 });
  for (let now = 0; now <= 20_000; now += 1000) peer.connection.tick(now);
  assert.deepEqual(peer.written(), [], "not without streams");
  peer.open();
  peer.written();
  for (let now = 21_000; now <= 26_000; now += 1000) peer.connection.tick(now);
  assert.deepEqual(peer.written(), ["PING"]);
  peer.send(settingsAck());
  for (let now = 27_000; now <= 31_000; now += 1000) peer.connection.tick(now);
  assert.deepEqual(peer.written(), [], "it has spoken");
  for (let now = 32_000; now <= 36_000; now += 1000) peer.connection.tick(now);
  assert.match(peer.failure?.message ?? "", /not answered a keepalive PING within 3000 ms/);
  assert.deepEqual(peer.events(), ["failure 1 NO_ERROR connection", "closed"]);
});
