/**
 * The requirements of RFC 9113 (and RFC 7541) on what an endpoint does with frames, one by one, by their sections. What
 * concerns whole dialogues is in `connection.test.ts` and `flow-control.test.ts`.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { CLIENT_PREFACE, FrameType } from "./frame/frame-types.js";
import {
  ascii,
  concat,
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

/** One requirement: what the peer does, and the last thing that must be written then; "" for nothing at all. */
type Row = readonly [section: string, must: string, act: (peer: ScriptedPeer) => void, last: string];

const NOTHING: Uint8Array = new Uint8Array(0);
const CONNECTION = "GOAWAY";

function block(pairs: Pairs): Uint8Array {
  return new ScriptedPeer("server").block(pairs);
}

const GOOD = block(REQUEST);

/** A request with stream 1 left open by the client. */
function opened(peer: ScriptedPeer): void {
  peer.send(headersFrame(1, GOOD, false));
}

/** A stream 1 that has ended on both sides. */
function finished(peer: ScriptedPeer): void {
  peer.send(headersFrame(1, GOOD, true));
  peer.streams.get(1)!.sendHead(fieldsOf(RESPONSE), undefined, true);
  peer.written();
}

function request(changes: Pairs, without: readonly string[] = []): (peer: ScriptedPeer) => void {
  const pairs = [...REQUEST.filter(([name]) => !without.includes(name)), ...changes];
  return (peer) => peer.send(headersFrame(1, block(pairs), true));
}

const MALFORMED = "RST_STREAM 1 PROTOCOL_ERROR";

const SERVER: readonly Row[] = [
  ["4.1", "unknown types are ignored", (p) => p.send(frame(0x42, 0xff, 1, [1, 2])), ""],
  ["4.1", "undefined flags are ignored", (p) => p.send(frame(FrameType.PING, 0xfe, 0, ascii("12345678"))), "PING ACK"],
  [
    "4.1",
    "the reserved bit is ignored",
    (p) => p.send(frame(FrameType.PING, 0, 0x80000000, ascii("12345678"))),
    "PING ACK",
  ],
  [
    "4.2",
    "a frame over SETTINGS_MAX_FRAME_SIZE",
    (p) => p.send(frame(FrameType.DATA, 0, 1, new Uint8Array(131_073))),
    `${CONNECTION} 0 FRAME_SIZE_ERROR`,
  ],
  [
    "4.2",
    "a frame other than DATA over MAX_CONTROL_FRAME_SIZE, by its header alone",
    (p) => p.send(frame(0x42, 0, 0, new Uint8Array(16_385)).subarray(0, 9)),
    `${CONNECTION} 0 FRAME_SIZE_ERROR`,
  ],
  [
    "4.2",
    "a header block of one frame over the limit of blocks, by its header alone",
    (p) => p.send(headersFrame(1, new Uint8Array(65_537), true).subarray(0, 9)),
    `${CONNECTION} 0 FRAME_SIZE_ERROR`,
  ],
  [
    "4.2",
    "a frame too short for its fields",
    (p) => p.send(frame(FrameType.GOAWAY, 0, 0, [0, 0, 0, 0])),
    `${CONNECTION} 0 FRAME_SIZE_ERROR`,
  ],
  [
    "4.3",
    "a header block that does not decode",
    (p) => p.send(headersFrame(1, new Uint8Array([0x80]), true)),
    `${CONNECTION} 1 COMPRESSION_ERROR`,
  ],
  [
    "4.3",
    "a field block is contiguous",
    (p) => p.send(headersFrame(1, GOOD, true, false), ping()),
    `${CONNECTION} 0 PROTOCOL_ERROR`,
  ],
  ["5.1", "DATA on an idle stream", (p) => p.send(data(1, "x")), `${CONNECTION} 0 PROTOCOL_ERROR`],
  ["5.1", "RST_STREAM on an idle stream", (p) => p.send(rstStream(1, 8)), `${CONNECTION} 0 PROTOCOL_ERROR`],
  ["5.1", "WINDOW_UPDATE on an idle stream", (p) => p.send(windowUpdate(1, 1)), `${CONNECTION} 0 PROTOCOL_ERROR`],
  ["5.1", "PRIORITY is taken on an idle stream", (p) => p.send(priority(1, 3)), ""],
  [
    "5.1",
    "DATA on a stream half-closed by the peer",
    (p) => p.send(headersFrame(1, GOOD, true), data(1, "x")),
    "RST_STREAM 1 STREAM_CLOSED",
  ],
  [
    "5.1",
    "HEADERS on a stream half-closed by the peer",
    (p) => p.send(headersFrame(1, GOOD, true), headersFrame(1, GOOD, true)),
    "RST_STREAM 1 STREAM_CLOSED",
  ],
  [
    "5.1",
    "WINDOW_UPDATE and RST_STREAM on a closed stream are taken",
    (p) => {
      finished(p);
      p.send(windowUpdate(1, 5), rstStream(1, 8));
    },
    "",
  ],
  [
    "5.1",
    "HEADERS on a closed stream",
    (p) => {
      finished(p);
      p.send(headersFrame(1, GOOD, true));
    },
    `${CONNECTION} 1 STREAM_CLOSED`,
  ],
  [
    "5.1.1",
    "a client's streams have odd identifiers",
    (p) => p.send(headersFrame(2, GOOD, true)),
    `${CONNECTION} 0 PROTOCOL_ERROR`,
  ],
  [
    "5.1.1",
    "identifiers rise",
    (p) => {
      p.send(headersFrame(5, GOOD, true));
      p.written();
      p.send(headersFrame(3, GOOD, true));
    },
    `${CONNECTION} 5 PROTOCOL_ERROR`,
  ],
  [
    "5.3.2",
    "a stream that depends on itself",
    (p) => {
      opened(p);
      p.send(priority(1, 1));
    },
    MALFORMED,
  ],
  [
    "5.4.1",
    "nothing is parsed after a connection error",
    (p) => {
      p.send(data(0, "x"));
      p.written();
      p.send(headersFrame(1, GOOD, true), ping());
    },
    "",
  ],
  [
    "5.4.2",
    "an RST_STREAM is not answered by one",
    (p) => {
      opened(p);
      p.send(rstStream(1, 8));
    },
    "",
  ],
  [
    "5.5",
    "an unknown type in the middle of a field block",
    (p) => p.send(headersFrame(1, GOOD, true, false), frame(0x42, 0, 1, [])),
    `${CONNECTION} 0 PROTOCOL_ERROR`,
  ],
  ["6.1", "DATA on stream 0", (p) => p.send(data(0, "x")), `${CONNECTION} 0 PROTOCOL_ERROR`],
  [
    "6.1",
    "DATA on a stream that has ended",
    (p) => {
      finished(p);
      p.send(data(1, "x"));
    },
    "RST_STREAM 1 STREAM_CLOSED",
  ],
  [
    "6.1",
    "padding as long as DATA",
    (p) => {
      opened(p);
      p.send(frame(FrameType.DATA, 0x8, 1, [5, 0, 0, 0, 0]));
    },
    `${CONNECTION} 1 PROTOCOL_ERROR`,
  ],
  ["6.2", "HEADERS on stream 0", (p) => p.send(headersFrame(0, GOOD, true)), `${CONNECTION} 0 PROTOCOL_ERROR`],
  [
    "6.2",
    "padding longer than HEADERS",
    (p) => p.send(frame(FrameType.HEADERS, 0xd, 1, [200, 0x82])),
    `${CONNECTION} 0 PROTOCOL_ERROR`,
  ],
  ["6.3", "PRIORITY on stream 0", (p) => p.send(priority(0, 1)), `${CONNECTION} 0 PROTOCOL_ERROR`],
  [
    "6.3",
    "PRIORITY of another length than 5",
    (p) => {
      opened(p);
      p.send(frame(FrameType.PRIORITY, 0, 1, [0, 0, 0, 0]));
    },
    "RST_STREAM 1 FRAME_SIZE_ERROR",
  ],
  ["6.4", "RST_STREAM on stream 0", (p) => p.send(rstStream(0, 8)), `${CONNECTION} 0 PROTOCOL_ERROR`],
  [
    "6.4",
    "RST_STREAM of another length than 4",
    (p) => {
      opened(p);
      p.send(frame(FrameType.RST_STREAM, 0, 1, [0, 0, 0]));
    },
    `${CONNECTION} 1 FRAME_SIZE_ERROR`,
  ],
  ["6.5", "SETTINGS is acknowledged", (p) => p.send(settings([3, 5])), "SETTINGS ACK"],
  [
    "6.5",
    "SETTINGS with ACK and a payload",
    (p) => p.send(frame(FrameType.SETTINGS, 1, 0, [0, 0, 0, 0, 0, 0])),
    `${CONNECTION} 0 FRAME_SIZE_ERROR`,
  ],
  ["6.5", "SETTINGS on a stream", (p) => p.send(frame(FrameType.SETTINGS, 0, 1, [])), `${CONNECTION} 0 PROTOCOL_ERROR`],
  [
    "6.5",
    "SETTINGS of a length that is no multiple of 6",
    (p) => p.send(frame(FrameType.SETTINGS, 0, 0, [0, 0, 0])),
    `${CONNECTION} 0 FRAME_SIZE_ERROR`,
  ],
  ["6.5.2", "ENABLE_PUSH over 1", (p) => p.send(settings([2, 2])), `${CONNECTION} 0 PROTOCOL_ERROR`],
  [
    "6.5.2",
    "INITIAL_WINDOW_SIZE over 2^31-1",
    (p) => p.send(settings([4, 2 ** 31])),
    `${CONNECTION} 0 FLOW_CONTROL_ERROR`,
  ],
  ["6.5.2", "MAX_FRAME_SIZE under 16,384", (p) => p.send(settings([5, 16_383])), `${CONNECTION} 0 PROTOCOL_ERROR`],
  ["6.5.2", "MAX_FRAME_SIZE over 2^24-1", (p) => p.send(settings([5, 2 ** 24])), `${CONNECTION} 0 PROTOCOL_ERROR`],
  ["6.5.2", "an unknown setting is ignored", (p) => p.send(settings([0xff, 2 ** 32 - 1])), "SETTINGS ACK"],
  [
    "6.6",
    "a client cannot push",
    (p) => p.send(frame(FrameType.PUSH_PROMISE, 4, 1, [0, 0, 0, 2, 0x82])),
    `${CONNECTION} 0 PROTOCOL_ERROR`,
  ],
  ["6.7", "PING is answered with the same octets", (p) => p.send(ping()), "PING ACK"],
  ["6.7", "the answer to a PING is not answered", (p) => p.send(ping(undefined, true)), ""],
  [
    "6.7",
    "PING on a stream",
    (p) => p.send(frame(FrameType.PING, 0, 1, ascii("12345678"))),
    `${CONNECTION} 0 PROTOCOL_ERROR`,
  ],
  [
    "6.7",
    "PING of another length than 8",
    (p) => p.send(frame(FrameType.PING, 0, 0, ascii("1234567"))),
    `${CONNECTION} 0 FRAME_SIZE_ERROR`,
  ],
  [
    "6.8",
    "GOAWAY on a stream",
    (p) => p.send(frame(FrameType.GOAWAY, 0, 1, new Uint8Array(8))),
    `${CONNECTION} 0 PROTOCOL_ERROR`,
  ],
  [
    "6.8",
    "streams go on after GOAWAY of the peer",
    (p) => {
      opened(p);
      p.send(goAway(0, 0), ping());
    },
    "PING ACK",
  ],
  [
    "6.9",
    "WINDOW_UPDATE of a stream by 0",
    (p) => {
      opened(p);
      p.send(windowUpdate(1, 0));
    },
    MALFORMED,
  ],
  ["6.9", "WINDOW_UPDATE of the connection by 0", (p) => p.send(windowUpdate(0, 0)), `${CONNECTION} 0 PROTOCOL_ERROR`],
  [
    "6.9",
    "WINDOW_UPDATE of another length than 4",
    (p) => p.send(frame(FrameType.WINDOW_UPDATE, 0, 0, [0, 0, 1])),
    `${CONNECTION} 0 FRAME_SIZE_ERROR`,
  ],
  [
    "6.9.1",
    "a stream's window over 2^31-1",
    (p) => {
      opened(p);
      p.send(windowUpdate(1, 2 ** 31 - 1));
    },
    "RST_STREAM 1 FLOW_CONTROL_ERROR",
  ],
  [
    "6.9.1",
    "the connection's window over 2^31-1",
    (p) => p.send(windowUpdate(0, 2 ** 31 - 1)),
    `${CONNECTION} 0 FLOW_CONTROL_ERROR`,
  ],
  [
    "6.9.2",
    "SETTINGS that bring a window over 2^31-1",
    (p) => {
      opened(p);
      p.send(windowUpdate(1, 2 ** 30), settings([4, 2 ** 31 - 1]));
    },
    `${CONNECTION} 1 FLOW_CONTROL_ERROR`,
  ],
  [
    "6.10",
    "CONTINUATION on stream 0",
    (p) => p.send(headersFrame(1, GOOD, true, false), continuation(0, NOTHING, true)),
    `${CONNECTION} 0 PROTOCOL_ERROR`,
  ],
  [
    "6.10",
    "CONTINUATION after the end of a field block",
    (p) => {
      opened(p);
      p.send(continuation(1, NOTHING, true));
    },
    `${CONNECTION} 1 PROTOCOL_ERROR`,
  ],
  [
    "8.1",
    "trailers that do not end the stream",
    (p) => {
      opened(p);
      p.send(headersFrame(1, block([["x", "y"]]), false));
    },
    MALFORMED,
  ],
  [
    "8.1.1",
    "content-length against the sum of DATA",
    (p) => p.send(headersFrame(1, block([...REQUEST, ["content-length", "3"]]), false), data(1, "four", true)),
    MALFORMED,
  ],
  ["8.1.1", "content-length without DATA", request([["content-length", "3"]]), MALFORMED],
  ["8.2.1", "an upper-case name", request([["X-a", "1"]]), MALFORMED],
  ["8.2.1", "a name with a space", request([["x a", "1"]]), MALFORMED],
  ["8.2.1", "a name with a colon inside", request([["x:a", "1"]]), MALFORMED],
  ["8.2.1", "a value with NUL", request([["x", "a\0"]]), MALFORMED],
  ["8.2.1", "a value with LF", request([["x", "a\nb"]]), MALFORMED],
  ["8.2.1", "a value with CR", request([["x", "a\rb"]]), MALFORMED],
  ["8.2.1", "a value that begins with a space", request([["x", " a"]]), MALFORMED],
  ["8.2.1", "a value that ends in a tab", request([["x", "a\t"]]), MALFORMED],
  ...(["connection", "proxy-connection", "keep-alive", "transfer-encoding", "upgrade"] as const).map(
    (name): Row => ["8.2.2", `the field ${name}`, request([[name, "x"]]), MALFORMED],
  ),
  ["8.2.2", "te with another value than trailers", request([["te", "gzip"]]), MALFORMED],
  ["8.3", "an unknown pseudo-field", request([[":x", "1"]]), MALFORMED],
  ["8.3", "a response's pseudo-field in a request", request([[":status", "200"]]), MALFORMED],
  [
    "8.3",
    "a pseudo-field after a regular one",
    request(
      [
        ["x", "1"],
        [":path", "/"],
      ],
      [":path"],
    ),
    MALFORMED,
  ],
  ["8.3", "a pseudo-field twice", request([[":path", "/"]]), MALFORMED],
  [
    "8.3",
    "a pseudo-field in trailers",
    (p) => {
      opened(p);
      p.send(headersFrame(1, block([[":path", "/"]]), true));
    },
    MALFORMED,
  ],
  ["8.3.1", "a request without :method", request([], [":method"]), MALFORMED],
  ["8.3.1", "a request without :scheme", request([], [":scheme"]), MALFORMED],
  ["8.3.1", "a request without :path", request([], [":path"]), MALFORMED],
  ["8.3.1", "an empty :path", request([[":path", ""]], [":path"]), MALFORMED],
  ["8.3.1", ":authority with userinfo", request([[":authority", "me@here"]], [":authority"]), MALFORMED],
  ["8.5", "CONNECT with a :path", request([[":method", "CONNECT"]], [":method"]), MALFORMED],
];

/** Stream 1 is open, and its request has ended. */
const CLIENT: readonly Row[] = [
  [
    "5.1",
    "DATA after END_STREAM",
    (p) => p.send(headersFrame(1, block(RESPONSE), true), data(1, "x")),
    `${CONNECTION} 0 STREAM_CLOSED`,
  ],
  [
    "5.1.1",
    "a server opens no stream by HEADERS",
    (p) => p.send(headersFrame(2, block(RESPONSE), true)),
    `${CONNECTION} 0 PROTOCOL_ERROR`,
  ],
  [
    "6.5.2",
    "a server sets ENABLE_PUSH to nothing but 0",
    (p) => p.send(settings([2, 1])),
    `${CONNECTION} 0 PROTOCOL_ERROR`,
  ],
  [
    "8.4",
    "PUSH_PROMISE where push is off",
    (p) => p.send(frame(FrameType.PUSH_PROMISE, 4, 1, [0, 0, 0, 2, 0x88])),
    `${CONNECTION} 0 PROTOCOL_ERROR`,
  ],
  ["8.1", "DATA before the response", (p) => p.send(data(1, "x")), MALFORMED],
  [
    "8.1",
    "an informational response is not the response",
    (p) => p.send(headersFrame(1, block([[":status", "103"]]), false)),
    "",
  ],
  [
    "8.1",
    "an informational response does not end a stream",
    (p) => p.send(headersFrame(1, block([[":status", "103"]]), true)),
    MALFORMED,
  ],
  ["8.3.2", "a response without :status", (p) => p.send(headersFrame(1, block([["x", "1"]]), true)), MALFORMED],
  ["8.6", "status 101", (p) => p.send(headersFrame(1, block([[":status", "101"]]), false)), MALFORMED],
];

for (const [role, rows] of [
  ["server", SERVER],
  ["client", CLIENT],
] as const) {
  for (const [section, must, act, last] of rows) {
    test(`RFC 9113 §${section}, ${role}: ${must}`, () => {
      const peer = ScriptedPeer.ready(role);
      if (role === "client") {
        peer.open();
        peer.written();
      }
      act(peer);
      const written = peer.written().at(-1) ?? "";
      assert.equal(last === "" ? written : written.slice(0, last.length), last);
    });
  }
}

test("RFC 9113 §3.4: the client's preface, and SETTINGS first on both sides", () => {
  const wrong = new ScriptedPeer("server");
  wrong.send(ascii("PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n"));
  assert.match(wrong.written().at(-1)!, /^GOAWAY 0 PROTOCOL_ERROR/);
  for (const role of ["server", "client"] as const) {
    const first = new ScriptedPeer(role);
    if (role === "server") first.send(CLIENT_PREFACE);
    first.send(ping());
    assert.match(first.written().at(-1)!, /^GOAWAY 0 PROTOCOL_ERROR/);
  }
});

/** RFC 7541: what a decoder must refuse. */
const BROKEN_BLOCKS: readonly (readonly [section: string, must: string, bytes: readonly number[]])[] = [
  ["2.3.3", "an index beyond both tables", [0xbe]],
  ["4.2", "a table size update after a field", [0x82, 0x20]],
  ["5.1", "an integer too large", [0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0x0f]],
  ["5.2", "padding of Huffman code of a full octet", [0x00, 0x81, 0xff, 0x00]],
  ["5.2", "padding of Huffman code that is not ones", [0x00, 0x81, 0x18, 0x00]],
  ["5.2", "EOS in Huffman code", [0x00, 0x84, 0xff, 0xff, 0xff, 0xff, 0x00]],
  ["5.2", "a string longer than its block", [0x00, 0x05, 0x61]],
  ["6.1", "index 0", [0x80]],
  ["6.3", "a table size over the limit", [0x3f, 0xe2, 0x1f]],
];

for (const [section, must, bytes] of BROKEN_BLOCKS) {
  test(`RFC 7541 §${section}: ${must} is refused`, () => {
    const peer = ScriptedPeer.ready("server");
    peer.send(concat(settingsAck(), headersFrame(1, new Uint8Array(bytes), true)));
    assert.match(peer.written().at(-1)!, /^GOAWAY 1 COMPRESSION_ERROR/);
  });
}
