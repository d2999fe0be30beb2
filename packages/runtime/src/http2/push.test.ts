/** Server push (RFC 9113 §8.4, §6.6, and the reserved states of §5.1), both ways. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { FrameFlag, FrameType } from "./frame/frame-types.js";
import {
  concat,
  continuation,
  data,
  frame,
  goAway,
  headersFrame,
  priority,
  pushPromise,
  rstStream,
  settings,
  windowUpdate,
} from "./testing/frames.js";
import { fieldsOf, type Pairs, REQUEST, RESPONSE, ScriptedPeer } from "./testing/scripted-peer.js";

const PROMISED: Pairs = [
  [":method", "GET"],
  [":scheme", "http"],
  [":path", "/style"],
  [":authority", "localhost"],
];
const LINE = ":method=GET :scheme=http :path=/style :authority=localhost";

function promised(changes: Pairs = [], without: readonly string[] = []): Pairs {
  return [...PROMISED.filter(([name]) => !without.includes(name)), ...changes];
}

/** A server with request 1 open, whose client takes pushes. */
function server(options = {}, ...sent: [id: number, value: number][]): ScriptedPeer {
  const peer = ScriptedPeer.ready("server", options, ...sent);
  peer.sendHeaders(1, REQUEST, true);
  peer.events();
  return peer;
}

/** A client that takes pushes, with request 1 open. */
function client(options = {}): ScriptedPeer {
  const peer = ScriptedPeer.ready("client", { enablePush: true, ...options });
  peer.open();
  peer.written();
  return peer;
}

function promise(peer: ScriptedPeer, id = 2, pairs: Pairs = PROMISED, on = 1): void {
  peer.send(pushPromise(on, id, peer.block(pairs)));
}

test("§8.4: a server promises, answers the promise, and then the request; the client hears of both", () => {
  const peer = server();
  const associated = peer.streams.get(1)!;
  const pushed = associated.push(fieldsOf(PROMISED), [{ name: "x-a", value: "1" }])!;
  assert.equal(pushed.id, 2);
  assert.equal(peer.connection.openStreams, 2);
  assert.equal(peer.connection.streamsInUse, 1, "promises do not count against what the client may open");
  associated.sendHead(fieldsOf(RESPONSE), undefined, true);
  pushed.sendHead(fieldsOf(RESPONSE), undefined, false);
  pushed.sendData(new Uint8Array([0x61]), true);
  assert.deepEqual(peer.written(), [
    `PUSH_PROMISE 1 2 ${LINE} x-a=1`,
    "HEADERS 1 :status=200 end",
    "HEADERS 2 :status=200",
    "DATA 2 a end",
  ]);
  assert.equal(peer.connection.openStreams, 0);

  const other = client();
  promise(other);
  assert.equal(other.connection.openStreams, 2);
  other.sendHeaders(1, RESPONSE, true);
  other.sendHeaders(2, [[":status", "103"]]);
  other.sendHeaders(2, RESPONSE);
  other.send(data(2, "abc"), data(2, "d", true));
  assert.deepEqual(other.events(), [
    "promise 2 on 1 GET /style",
    "head 1 200 end",
    "head 2 200",
    "data 2 abc",
    "data 2 d end",
  ]);
  assert.equal(other.connection.openStreams, 0);
  assert.deepEqual(other.written(), []);
});

test("§6.5.2: a client says whether it takes pushes, and how many; a server that was told 0 promises nothing", () => {
  assert.match(new ScriptedPeer("client").written()[1]!, /^SETTINGS 2=0 (?!3=)/);
  assert.match(
    new ScriptedPeer("client", { enablePush: true, maxPushedStreams: 7 }).written()[1]!,
    /^SETTINGS 2=1 3=7 /,
  );
  const peer = server({}, [2, 0]);
  assert.equal(peer.streams.get(1)!.push(fieldsOf(PROMISED)), undefined);
  assert.deepEqual(peer.written(), []);
  peer.send(settings([2, 1]));
  assert.equal(peer.streams.get(1)!.push(fieldsOf(PROMISED))?.id, 2);
});

test("§8.4: promised requests are safe, cacheable, without a body and of an authority: our own", () => {
  const peer = server();
  const stream = peer.streams.get(1)!;
  for (const [pairs, words] of [
    [promised([[":method", "POST"]], [":method"]), /its method is POST/],
    [promised([], [":method"]), /its method is missing/],
    [promised([["content-length", "1"]]), /it has a body/],
    [promised([], [":authority"]), /it has no :authority/],
  ] as const) {
    assert.throws(() => stream.push(fieldsOf(pairs)), { kind: "misuse", message: words });
  }
  assert.deepEqual(peer.written(), []);
  assert.equal(stream.push(fieldsOf(promised([[":method", "HEAD"]], [":method"])))?.id, 2);
});

test("§8.4: promised requests are safe, cacheable, without a body and of the authority asked: theirs", () => {
  for (const pairs of [
    promised([[":method", "POST"]], [":method"]),
    promised([["content-length", "1"]]),
    promised([], [":authority"]),
    promised([], [":path"]),
    promised([[":status", "200"]]),
    promised([[":authority", "elsewhere"]], [":authority"]),
  ]) {
    const peer = client();
    promise(peer, 2, pairs);
    assert.deepEqual(peer.written(), ["RST_STREAM 2 PROTOCOL_ERROR"], JSON.stringify(pairs));
    assert.deepEqual(peer.events(), []);
    // What was under way on the promised stream does no harm.
    peer.send(headersFrame(2, peer.block(RESPONSE), false), data(2, "late", true));
    assert.equal(peer.failure, undefined);
    assert.equal(peer.connection.openStreams, 1);
  }
});

test("§8.4: a client's user decides for which authorities the server speaks", () => {
  const peer = client();
  const asked: string[] = [];
  peer.isAuthoritative = (authority) => {
    asked.push(authority);
    return authority === "cdn.example";
  };
  promise(peer, 2, promised([[":authority", "cdn.example"]], [":authority"]));
  promise(peer, 4, promised([[":authority", "evil.example"]], [":authority"]));
  assert.deepEqual(asked, ["cdn.example", "evil.example"]);
  assert.deepEqual(peer.written(), ["RST_STREAM 4 PROTOCOL_ERROR"]);
  assert.deepEqual(peer.events(), ["promise 2 on 1 GET /style"]);
});

test("§8.4.1: who does not want what is promised cancels it by RST_STREAM", () => {
  const peer = client();
  peer.takesPushes = false;
  promise(peer);
  assert.deepEqual(peer.written(), ["RST_STREAM 2 CANCEL"]);
  peer.takesPushes = true;
  promise(peer, 4);
  peer.streams.get(4)!.reset(8);
  assert.deepEqual(peer.written(), ["RST_STREAM 4 CANCEL"]);
  promise(peer, 6);
  peer.sendHeaders(6, RESPONSE);
  peer.streams.get(6)!.reset(8);
  assert.deepEqual(peer.written(), ["RST_STREAM 6 CANCEL"]);
  assert.equal(peer.connection.openStreams, 1);

  const pushing = server();
  const heard: string[] = [];
  const pushed = pushing.streams.get(1)!.push(fieldsOf(PROMISED))!;
  pushed.sink = { ...pushing.sink(2), onFailure: ({ code }) => heard.push(String(code)) };
  pushing.send(rstStream(2, 8));
  assert.deepEqual(heard, ["8"]);
  pushed.sendHead(fieldsOf(RESPONSE), undefined, true);
  assert.deepEqual(pushing.written(), [`PUSH_PROMISE 1 2 ${LINE}`]);
});

test("§5.1: a promise that crossed our RST_STREAM is reserved all the same, and cancelled", () => {
  const peer = client();
  peer.streams.get(1)!.reset(8);
  peer.written();
  promise(peer);
  assert.deepEqual(peer.written(), ["RST_STREAM 2 CANCEL"]);
  assert.equal(peer.connection.counters.unwantedPushes, 1);
  promise(peer, 4);
  assert.equal(peer.failure, undefined);
});

/** What a client must answer with a connection error, with request 1 open. */
const FATAL: readonly (readonly [name: string, act: (peer: ScriptedPeer) => void, code: string])[] = [
  ["§6.6: PUSH_PROMISE on stream 0", (p) => promise(p, 2, PROMISED, 0), "PROTOCOL_ERROR"],
  ["§6.6: on an idle stream", (p) => promise(p, 2, PROMISED, 3), "PROTOCOL_ERROR"],
  [
    "§6.6: on a stream that has ended",
    (p) => {
      p.sendHeaders(1, RESPONSE, true);
      promise(p);
    },
    "PROTOCOL_ERROR",
  ],
  [
    "§6.6: on a stream that is a promise itself",
    (p) => {
      promise(p);
      promise(p, 4, PROMISED, 2);
    },
    "PROTOCOL_ERROR",
  ],
  ["§6.6: a promised stream of the client's numbers", (p) => promise(p, 3), "PROTOCOL_ERROR"],
  ["§6.6: promised stream 0", (p) => promise(p, 0), "PROTOCOL_ERROR"],
  [
    "§5.1.1, §6.6: a promised stream that is not idle",
    (p) => {
      promise(p, 4);
      promise(p, 2);
    },
    "PROTOCOL_ERROR",
  ],
  [
    "§6.6: padding longer than the frame",
    (p) => p.send(frame(FrameType.PUSH_PROMISE, FrameFlag.PADDED | FrameFlag.END_HEADERS, 1, [200, 0, 0, 0, 2])),
    "PROTOCOL_ERROR",
  ],
  [
    "§4.2: too short for the promised stream",
    (p) => p.send(frame(FrameType.PUSH_PROMISE, FrameFlag.END_HEADERS, 1, [0, 0, 2])),
    "FRAME_SIZE_ERROR",
  ],
  ["§4.3: a block that does not decode", (p) => p.send(pushPromise(1, 2, new Uint8Array([0x80]))), "COMPRESSION_ERROR"],
  [
    "§6.10: another frame in the middle of the block",
    (p) => p.send(pushPromise(1, 2, new Uint8Array(0), false), data(1, "x")),
    "PROTOCOL_ERROR",
  ],
  [
    "§5.1: DATA on a reserved stream",
    (p) => {
      promise(p);
      p.send(data(2, "x"));
    },
    "PROTOCOL_ERROR",
  ],
  [
    "§5.1: WINDOW_UPDATE on a reserved stream",
    (p) => {
      promise(p);
      p.send(windowUpdate(2, 1));
    },
    "PROTOCOL_ERROR",
  ],
  ["§5.1: HEADERS on a stream that was not promised", (p) => p.sendHeaders(2, RESPONSE), "PROTOCOL_ERROR"],
];

for (const [name, act, code] of FATAL) {
  test(`RFC 9113 ${name}, client: ${code}`, () => {
    const peer = client();
    act(peer);
    assert.match(peer.written().at(-1) ?? "", new RegExp(`^GOAWAY \\d+ ${code}`));
    assert.equal(peer.connection.openStreams, 0);
  });
}

test("§5.1: what a reserved stream takes beside HEADERS: PRIORITY and RST_STREAM", () => {
  const peer = client();
  promise(peer);
  peer.send(priority(2, 1), rstStream(2, 7));
  assert.equal(peer.failure, undefined);
  assert.deepEqual(peer.events(), ["promise 2 on 1 GET /style", "failure 2 REFUSED_STREAM peer unprocessed"]);

  const pushing = server();
  pushing.streams.get(1)!.push(fieldsOf(PROMISED));
  pushing.send(windowUpdate(2, 10), priority(2, 1));
  assert.equal(pushing.failure, undefined);
  pushing.send(data(2, "x"));
  assert.match(pushing.written().at(-1)!, /^GOAWAY 1 PROTOCOL_ERROR/);
  const headers = server();
  headers.streams.get(1)!.push(fieldsOf(PROMISED));
  headers.sendHeaders(2, REQUEST);
  assert.match(headers.written().at(-1)!, /^GOAWAY 1 PROTOCOL_ERROR/);
});

test("§5.1: a client's DATA on a pushed stream is an error of that stream", () => {
  const peer = server();
  peer.streams.get(1)!.push(fieldsOf(PROMISED))!.sendHead(fieldsOf(RESPONSE), undefined, false);
  peer.send(data(2, "x"));
  assert.equal(peer.written().at(-1), "RST_STREAM 2 STREAM_CLOSED");
});

test("§8.4: a client cannot push, and pushes belong to streams of the client", () => {
  const peer = client();
  assert.throws(() => peer.streams.get(1)!.push(fieldsOf(PROMISED)), { kind: "misuse" });
  const pushing = server();
  const pushed = pushing.streams.get(1)!.push(fieldsOf(PROMISED))!;
  assert.throws(() => pushed.push(fieldsOf(PROMISED)), { kind: "misuse" });
});

test("§6.6: promises come on streams that are open for the server, and on no others", () => {
  const peer = server();
  const stream = peer.streams.get(1)!;
  stream.sendHead(fieldsOf(RESPONSE), undefined, true);
  assert.equal(stream.push(fieldsOf(PROMISED)), undefined);
  peer.sendHeaders(3, REQUEST, true);
  peer.send(rstStream(3, 8));
  assert.equal(peer.streams.get(3)!.push(fieldsOf(PROMISED)), undefined);
  peer.sendHeaders(5, REQUEST, true);
  peer.send(goAway(0, 0));
  assert.equal(peer.streams.get(5)!.push(fieldsOf(PROMISED)), undefined, "§6.8: none after GOAWAY of the client");
});

test("§6.8: pushed streams go on after a GOAWAY whose last request is lower", () => {
  const peer = client();
  promise(peer, 2);
  peer.send(goAway(1, 0));
  peer.sendHeaders(2, RESPONSE, true);
  peer.sendHeaders(1, RESPONSE, true);
  assert.deepEqual(peer.events(), [
    "promise 2 on 1 GET /style",
    "draining",
    "head 2 200 end",
    "head 1 200 end",
    "closed",
  ]);
});

test("§5.1.2, MAX_PUSHED_STREAMS: a server keeps to its own limit and to the client's, one that was lowered included", () => {
  const own = server({ maxPushedStreams: 2 });
  const stream = own.streams.get(1)!;
  assert.ok(stream.push(fieldsOf(PROMISED)));
  assert.ok(stream.push(fieldsOf(PROMISED)));
  assert.equal(stream.push(fieldsOf(PROMISED)), undefined);
  assert.equal(own.connection.counters.maxPushedStreams, 1);

  const theirs = server({}, [3, 1]);
  const associated = theirs.streams.get(1)!;
  const first = associated.push(fieldsOf(PROMISED))!;
  assert.equal(associated.push(fieldsOf(PROMISED)), undefined);
  first.sendHead(fieldsOf(RESPONSE), undefined, true);
  const second = associated.push(fieldsOf(PROMISED))!;
  assert.equal(second.id, 4);
  theirs.written();
  theirs.send(settings([3, 0]));
  theirs.written();
  second.sink = theirs.sink(4);
  second.sendHead(fieldsOf(RESPONSE), undefined, true);
  assert.deepEqual(theirs.written(), ["RST_STREAM 4 CANCEL"]);
  assert.deepEqual(theirs.events(), ["failure 4 CANCEL local"]);
});

test("MAX_PUSHED_STREAMS: a client refuses promises beyond its limit, and cuts off a server that goes on", () => {
  const peer = client({ maxPushedStreams: 3 });
  for (let id = 2; id <= 10; id += 2) promise(peer, id);
  assert.deepEqual(peer.written(), ["RST_STREAM 8 REFUSED_STREAM", "RST_STREAM 10 REFUSED_STREAM"]);
  assert.equal(peer.connection.counters.maxPushedStreams, 2);
  let sent = 0;
  while (peer.failure === undefined && sent < 5000) {
    promise(peer, 12 + 2 * sent++);
    peer.takeBytes();
  }
  assert.ok(sent < 1100, `${sent} promises`);
  assert.equal(peer.failure?.code, 11);
});

test("row 44: promises keep the header table in step, whatever becomes of them; too large ones are refused", () => {
  const peer = client();
  const entry = new Uint8Array([0x40, 3, 0x78, 0x2d, 0x61, 2, 0x68, 0x69]);
  peer.send(pushPromise(1, 2, concat(peer.block([[":method", "POST"]]), entry)));
  peer.send(headersFrame(1, concat(new Uint8Array([0x88]), new Uint8Array([0xbe])), true));
  assert.deepEqual(peer.events(), ["head 1 200 x-a=hi end"]);

  const large = client({ maxHeaderListSize: 200 });
  promise(large, 2, promised([["x", "v".repeat(200)]]));
  assert.deepEqual(large.written(), ["RST_STREAM 2 ENHANCE_YOUR_CALM"]);
  assert.equal(large.connection.counters.maxHeaderListSize, 1);
});

test("a promise comes in PUSH_PROMISE and CONTINUATION, padded and cut anywhere; ours is split as well", () => {
  const peer = client();
  const block = peer.block(PROMISED);
  const padded = frame(FrameType.PUSH_PROMISE, FrameFlag.PADDED, 1, [3, 0, 0, 0, 2, ...block.subarray(0, 10), 0, 0, 0]);
  for (const octet of concat(padded, continuation(1, block.subarray(10), true))) peer.send(new Uint8Array([octet]));
  assert.deepEqual(peer.events(), ["promise 2 on 1 GET /style"]);

  const pushing = server();
  const long = [{ name: "x", value: "\u00ff".repeat(20_000) }];
  pushing.streams.get(1)!.push(fieldsOf(PROMISED), long);
  const lines = pushing.written();
  assert.equal(lines[0], "PUSH_PROMISE 1 2 unfinished");
  assert.match(lines[1]!, /^CONTINUATION 1 /);
});

test("§5.1.1: promised streams have their windows and their share of flow control", () => {
  const peer = server({}, [4, 3]);
  const pushed = peer.streams.get(1)!.push(fieldsOf(PROMISED))!;
  pushed.sendHead(fieldsOf(RESPONSE), undefined, false);
  pushed.sendData(new Uint8Array(5).fill(0x61), true);
  assert.deepEqual(peer.written().slice(1), ["HEADERS 2 :status=200", "DATA 2 aaa"]);
  peer.send(windowUpdate(2, 2));
  assert.deepEqual(peer.written(), ["DATA 2 aa end"]);

  const taking = client();
  promise(taking);
  taking.sendHeaders(2, RESPONSE);
  taking.consuming = false;
  for (let i = 0; i < 16; i++) taking.send(data(2, new Uint8Array(16_384)));
  taking.send(data(2, "x"));
  assert.equal(taking.written().at(-1), "RST_STREAM 2 FLOW_CONTROL_ERROR");
});
