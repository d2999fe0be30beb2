/** RFC 6455, octet by octet: what a client may do, what it may not, and that nothing of it is left behind. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { createServer, type NodeServer } from "hawser";
import { encode } from "hawser/protobuf";
import { mustExit } from "./exit-check.js";
import { Request } from "./gen/interop/v1/interop.pb.js";
import { addInterop } from "./hawser-peer.js";
import { closing, frame, handshake, RawWebSocket } from "./raw-web-socket.js";
import { newName, observe } from "./script.js";

mustExit();

const LIMIT = { timeout: 60_000 };
const PAGE = "https://app.example.com";
const BIDI = "/interop.v1.Interop/BidiStream";
const MAX_RECEIVE_BYTES = 64 * 1024;
const TEXT = 1;
const BINARY = 2;
const CLOSE = 8;
const PING = 9;
const PONG = 10;

let server: NodeServer;
let port: number;

before(async () => {
  server = addInterop(createServer({ cors: { origins: [PAGE] }, maxReceiveBytes: MAX_RECEIVE_BYTES, onError() {} }));
  ({ port } = await server.listen("127.0.0.1:0"));
});

after(async () => {
  await nothingIsLeft();
  await server.shutdown({ graceMs: 0 });
});

/** Ends with no connection, no call. */
async function nothingIsLeft(): Promise<void> {
  while (server.runningCalls > 0 || server.ports.some((each) => each.peers.length > 0)) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

const HEAD = "content-type: application/grpc-web+proto\r\nx-grpc-web: 1\r\n";
const END = frame(BINARY, Buffer.from([1]));

/** A request as a message of the client holds it. */
function request(id: number, payload: Uint8Array = new Uint8Array(0)): Buffer {
  const message = encode(Request, { id: BigInt(id), payload });
  const envelope = Buffer.alloc(6);
  envelope.writeUInt32BE(message.length, 2);
  return Buffer.concat([envelope, message]);
}

/** A call that has begun: the head is sent. */
async function begun(fields: Readonly<Record<string, string>> = {}, head = HEAD): Promise<RawWebSocket> {
  const socket = await RawWebSocket.open(port, BIDI, fields);
  assert.match(socket.head, /^HTTP\/1.1 101 /);
  socket.socket.write(frame(BINARY, head));
  return socket;
}

/** The trailers of a response. */
function statusOf(socket: RawWebSocket): string {
  return /grpc-status: (\d+)/.exec(socket.body.toString("latin1"))?.[1] ?? "none";
}

test("WebSocket: a call by hand, as RFC 6455 §1.3 has its handshake", LIMIT, async () => {
  const socket = await begun();
  assert.match(socket.head, /^HTTP\/1.1 101 Switching Protocols\r\n/);
  assert.match(socket.head, /sec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK\+xOo=\r\n/i);
  assert.match(socket.head, /sec-websocket-protocol: grpc-websockets\r\n/i);
  socket.socket.write(Buffer.concat([frame(BINARY, request(7)), END]));
  assert.equal(await socket.closeCode(), 1000);
  assert.equal(statusOf(socket), "0");
  assert.ok(socket.body.includes(Buffer.from([0, 0, 0, 0, 2, 8, 7])), "the reply");
});

test("WebSocket: a message in many frames, with a Ping between, and octet by octet", LIMIT, async () => {
  const socket = await begun();
  const whole = request(7, new Uint8Array(300));
  const pieces = [
    frame(BINARY, whole.subarray(0, 1), { fin: false }),
    frame(PING, "are you there"),
    frame(0, "", { fin: false }),
    frame(0, whole.subarray(1, 200), { fin: false }),
    frame(PONG, "nobody asked"),
    frame(0, whole.subarray(200)),
    END,
  ];
  socket.socket.setNoDelay(true);
  for (const octet of Buffer.concat(pieces)) socket.socket.write(Buffer.from([octet]));
  assert.equal(await socket.closeCode(), 1000);
  assert.equal(statusOf(socket), "0");
  assert.deepEqual(
    socket.frames.filter(({ opcode }) => opcode === PONG).map(({ payload }) => payload.toString()),
    ["are you there"],
  );
});

test("WebSocket: an envelope in two messages, and two in one", LIMIT, async () => {
  const socket = await begun();
  const [one, two] = [request(1), request(2)];
  socket.socket.write(frame(BINARY, one.subarray(0, 4)));
  socket.socket.write(frame(BINARY, Buffer.concat([Buffer.from([0]), one.subarray(4), two.subarray(1)])));
  socket.socket.write(END);
  assert.equal(await socket.closeCode(), 1000);
  assert.ok(
    socket.body.includes(Buffer.from([8, 1, 0, 0, 0, 0, 2, 8, 2])) || socket.body.includes(Buffer.from([8, 2])),
  );
  assert.equal(statusOf(socket), "0");
});

const HALF = frame(BINARY, request(1), { fin: false });

for (const [name, octets, code] of [
  ["reserved bit 1", frame(BINARY, request(1), { rsv: 4 }), 1002],
  ["reserved bit 2", frame(BINARY, request(1), { rsv: 2 }), 1002],
  ["reserved bit 3 on a Ping", frame(PING, "", { rsv: 1 }), 1002],
  ...[3, 4, 5, 6, 7, 11, 12, 13, 14, 15].map((opcode) => [`opcode ${opcode}`, frame(opcode, "x"), 1002] as const),
  ["a frame without a mask", frame(BINARY, request(1), { mask: false }), 1002],
  ["a Ping without a mask", frame(PING, "x", { mask: false }), 1002],
  ["a Ping of 126 octets", frame(PING, "x".repeat(126)), 1002],
  ["a Ping in two frames", frame(PING, "x", { fin: false }), 1002],
  ["a Close in two frames", frame(CLOSE, closing(1000), { fin: false }), 1002],
  ["a continuation of nothing", frame(0, "x"), 1002],
  ["a last continuation of nothing", frame(0, "x", { fin: false }), 1002],
  ["a continuation after the last", Buffer.concat([HALF, frame(0, ""), frame(0, "")]), 1002],
  ["a message within another", Buffer.concat([HALF, frame(BINARY, request(2))]), 1002],
  ["a text within another message", Buffer.concat([HALF, frame(TEXT, "x")]), 1002],
  ["a length of two octets that needs none", frame(BINARY, request(1), { long: 2 }), 1002],
  ["a length of eight octets that needs two", frame(BINARY, request(1, new Uint8Array(300)), { long: 8 }), 1002],
  ["a length of 2^63", Buffer.from([0x82, 0xff, 0x80, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4]), 1009],
  ["a length of 2^60", Buffer.from([0x82, 0xff, 0x10, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4]), 1009],
  ["a text", frame(TEXT, "hello"), 1003],
  ["a message of no octets", frame(BINARY, ""), 1007],
  ["a message that begins with 3", frame(BINARY, Buffer.from([3, 1])), 1003],
  ["credit, which was not agreed upon", frame(BINARY, Buffer.from([2, 0, 0, 0, 9])), 1003],
  ["an end with more in it", frame(BINARY, Buffer.from([1, 1])), 1007],
  ["a request after the end", Buffer.concat([END, frame(BINARY, request(1))]), 1002],
  ["a Close of one octet", frame(CLOSE, "x"), 1002],
  ...[0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65535].map(
    (each) => [`a Close with ${each}`, frame(CLOSE, closing(each)), 1002] as const,
  ),
  ...[1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999].map(
    (each) => [`a Close with ${each}`, frame(CLOSE, closing(each, "enough")), each] as const,
  ),
  ["a Close without a code", frame(CLOSE, ""), 1005],
  ["a Close whose reason is not UTF-8", frame(CLOSE, closing(1000, Buffer.from([0xce, 0xba, 0xed, 0xa0, 0x80]))), 1007],
  ["a Close, and a request after it", Buffer.concat([frame(CLOSE, closing(1000)), frame(BINARY, request(1))]), 1000],
  ["two Closes", Buffer.concat([frame(CLOSE, closing(1000)), frame(CLOSE, closing(1001))]), 1000],
  ["two Closes and a Ping", Buffer.concat([frame(CLOSE, closing(1000)), frame(PING, "x")]), 1000],
] as const) {
  test(`WebSocket: ${name} is closed with ${code}, and its handler hears of it`, LIMIT, async () => {
    const call = newName();
    const seen = observe(call);
    // The echo's replies may come before.
    const socket = await begun({}, `${HEAD}x-call: ${call}\r\nx-script: hang\r\n`);
    await seen.started;
    socket.socket.write(octets);
    assert.equal(await socket.closeCode(), code);
    assert.equal(socket.frames.filter(({ opcode }) => opcode === CLOSE).length, 1);
    assert.equal(socket.frames.filter(({ opcode }) => opcode === PONG).length, 0);
    await seen.cancelled;
  });
}

for (const [name, first, code] of [
  ["text", frame(TEXT, HEAD), 0],
  ["no field", frame(BINARY, ""), 0],
  ["a text that is not UTF-8", frame(TEXT, Buffer.from([0x78, 0x3a, 0xff])), 1007],
  ["a line without a colon", frame(BINARY, "content-type\r\n"), 1007],
  ["a pseudo-field", frame(BINARY, ":path: /other\r\n"), 1007],
  ["a name with a space", frame(BINARY, "a b: c\r\n"), 1007],
  ["a value with a line feed", frame(BINARY, "a: b\nc: d\r\n"), 1007],
  ["a value with a zero", frame(BINARY, "a: \0\r\n"), 1007],
  ["more than 16 KiB", frame(BINARY, `a: ${"x".repeat(17_000)}\r\n`), 1009],
  [
    "more than 16 KiB in small frames",
    Buffer.concat([
      frame(BINARY, "a: ", { fin: false }),
      ...Array<Buffer>(20).fill(frame(0, "x".repeat(1_000), { fin: false })),
    ]),
    1009,
  ],
] as const) {
  test(`WebSocket: a head of ${name} ${code === 0 ? "begins a call" : `is closed with ${code}`}`, LIMIT, async () => {
    const socket = await RawWebSocket.open(port, BIDI);
    socket.socket.write(Buffer.concat([first, ...(code === 0 ? [END] : [])]));
    assert.equal(await socket.closeCode(), code === 0 ? 1000 : code);
    assert.equal(statusOf(socket), code === 0 ? "0" : "none");
  });
}

test("WebSocket: cookies and origin are those of the handshake, whatever the first message says", LIMIT, async () => {
  const heard: string[] = [];
  const probe = addInterop(
    createServer({
      cors: { origins: [PAGE] },
      interceptors: [
        (call, next) => {
          for (const name of ["cookie", "origin", "host", "x-own", "sec-fetch-site"]) {
            heard.push(`${name}=${call.metadata.getAll(name).join("|")}`);
          }
          return next();
        },
      ],
    }),
  );
  const { port: to } = await probe.listen("127.0.0.1:0");
  const socket = await RawWebSocket.open(to, BIDI, { Origin: PAGE, Cookie: "user=real" });
  const forged = "cookie: user=forged\r\norigin: https://trusted\r\nhost: h\r\nsec-fetch-site: none\r\nx-own: mine\r\n";
  socket.socket.write(Buffer.concat([frame(BINARY, HEAD + forged), END]));
  assert.equal(await socket.closeCode(), 1000);
  assert.deepEqual(heard, ["cookie=user=real", `origin=${PAGE}`, "host=", "x-own=mine", "sec-fetch-site="]);
  await probe.shutdown({ graceMs: 0 });
});

const WRONG: readonly (readonly [string, string, RegExp])[] = [
  ["no key", handshake(BIDI, { "Sec-WebSocket-Key": "" }), /^HTTP\/1.1 400 /],
  ["a key of 15 octets", handshake(BIDI, { "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25j" }), /^HTTP\/1.1 400 /],
  ["a key that is no base64", handshake(BIDI, { "Sec-WebSocket-Key": "!".repeat(22).concat("==") }), /^HTTP\/1.1 400 /],
  ["two keys", handshake(BIDI, { "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==" }), /^HTTP\/1.1 400 /],
  ["version 8", handshake(BIDI, { "Sec-WebSocket-Version": "8" }), /^HTTP\/1.1 426 [\s\S]*sec-websocket-version: 13/],
  ["no version", handshake(BIDI, { "Sec-WebSocket-Version": "" }), /^HTTP\/1.1 426 /],
  ["POST", handshake(BIDI, {}, "POST"), /^HTTP\/1.1 400 /],
  ["HTTP/1.0", handshake(BIDI).replace("HTTP/1.1", "HTTP/1.0"), /^HTTP\/1.1 [45]/],
  ["a body", handshake(BIDI, { "Content-Length": "5" }), /^HTTP\/1.1 400 /],
  ["a chunked body", handshake(BIDI, { "Transfer-Encoding": "chunked" }), /^HTTP\/1.1 400 /],
  ["no subprotocol", handshake(BIDI, { "Sec-WebSocket-Protocol": "" }), /^HTTP\/1.1 400 /],
  ["another subprotocol", handshake(BIDI, { "Sec-WebSocket-Protocol": "chat, graphql-ws" }), /^HTTP\/1.1 400 /],
  ["a page that may not", handshake(BIDI, { Origin: "https://evil.example" }), /^HTTP\/1.1 403 [\s\S]*may not call/],
  ["a page in a sandbox", handshake(BIDI, { Origin: "null" }), /^HTTP\/1.1 403 /],
  ["a page whose origin begins alike", handshake(BIDI, { Origin: `${PAGE}.evil.example` }), /^HTTP\/1.1 403 /],
  ["two origins", handshake(BIDI, { Origin: "https://evil.example", origin: PAGE }), /^HTTP\/1.1 403 /],
  ["a long head", handshake(BIDI, { "X-Long": "x".repeat(20_000) }), /^HTTP\/1.1 431 /],
];
for (const [name, octets, answer] of WRONG) {
  test(`WebSocket: a handshake with ${name} is refused`, LIMIT, async () => {
    const socket = new RawWebSocket(port);
    let text = "";
    socket.socket.on("data", (chunk) => (text += chunk.toString("latin1")));
    // What comes at once with it is never taken for a message.
    socket.socket.write(octets + frame(BINARY, HEAD).toString("latin1"), "latin1");
    await socket.closeCode();
    assert.match(text, answer);
    assert.doesNotMatch(text, /101 Switching/);
  });
}

test("WebSocket: the server's own pages and those that are named may open it", LIMIT, async () => {
  for (const fields of [
    { Origin: PAGE },
    { Origin: "http://test" },
    { Origin: "https://behind.a.proxy", "Sec-Fetch-Site": "same-origin" },
  ]) {
    const socket = await begun(fields);
    socket.socket.write(END);
    assert.equal(await socket.closeCode(), 1000);
  }
});

test("WebSocket: head and requests may come with the handshake, in one piece", LIMIT, async () => {
  const socket = new RawWebSocket(port);
  socket.socket.write(Buffer.concat([Buffer.from(handshake(BIDI)), frame(TEXT, HEAD), frame(BINARY, request(7)), END]));
  assert.equal(await socket.closeCode(), 1000);
  assert.equal(statusOf(socket), "0");
});

test("WebSocket: a connection that was used before can be upgraded", LIMIT, async () => {
  const socket = new RawWebSocket(port);
  let text = "";
  const read = (chunk: Buffer) => (text += chunk.toString("latin1"));
  socket.socket.on("data", read);
  socket.socket.write("GET /nowhere HTTP/1.1\r\nHost: test\r\n\r\n");
  await socket.until(() => /404/.test(text));
  socket.head = "";
  socket.socket.write(Buffer.concat([Buffer.from(handshake(BIDI)), frame(BINARY, HEAD), END]));
  await socket.until(() => /101 Switching/.test(text));
  assert.equal(await socket.closeCode(), 1000);
});

test("WebSocket: a message over the limit is RESOURCE_EXHAUSTED, and is not kept", LIMIT, async () => {
  const socket = await begun();
  const envelope = Buffer.from([0, 0, 0xff, 0xff, 0xff, 0xff]);
  socket.socket.write(frame(BINARY, Buffer.concat([envelope, Buffer.alloc(1 << 20)])));
  await socket.until(() => socket.frames.some(({ opcode }) => opcode === CLOSE));
  assert.equal(statusOf(socket), "8");
  socket.socket.write(frame(CLOSE, closing(1000)));
  assert.equal(await socket.closeCode(), 1000);
});

test("WebSocket: no method, and a path that leads out, are UNIMPLEMENTED", LIMIT, async () => {
  for (const path of ["/interop.v1.Interop/Missing", "/nowhere", "/../../etc/passwd", "/%00"]) {
    const socket = await RawWebSocket.open(port, path);
    socket.socket.write(Buffer.concat([frame(BINARY, HEAD), END]));
    assert.equal(await socket.closeCode(), 1000);
    assert.equal(statusOf(socket), "12", path);
  }
});

test("WebSocket: a client that does not read stops its own handler, and no memory grows", LIMIT, async () => {
  const call = newName();
  const socket = await begun({}, `${HEAD}x-call: ${call}\r\nx-script: endless\r\nx-size: 16000\r\n`);
  socket.socket.pause();
  const seen = observe(call);
  let before = -1;
  // It has stopped when a while brings no reply more.
  for (let replies = 0; replies !== before || replies === 0; replies = seen.replies) {
    before = seen.replies;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  socket.socket.destroy();
  await seen.cancelled;
});

test("WebSocket: with credit the server sends so much and waits for more", LIMIT, async () => {
  const call = newName();
  const fields = { "Sec-WebSocket-Protocol": "grpc-websockets, grpc-websockets.credit.v1" };
  const socket = await begun(fields, `${HEAD}x-call: ${call}\r\nx-script: endless\r\nx-size: 1000\r\n`);
  assert.match(socket.head, /sec-websocket-protocol: grpc-websockets.credit.v1\r\n/i);
  const seen = observe(call);
  const allowed = 256 * 1024;
  await socket.until(() => socket.body.length >= allowed);
  await new Promise((resolve) => setTimeout(resolve, 100));
  const sent = socket.body.length;
  // One message may pass the line; what a turn has written by then, too.
  assert.ok(sent < allowed + 10_000, `${sent} octets came`);
  socket.socket.write(frame(BINARY, Buffer.from([2, 0, 1, 0, 0])));
  await socket.until(() => socket.body.length >= allowed + 65_536);
  // A grant beyond all bounds is taken for the largest.
  for (let i = 0; i < 4; i++) socket.socket.write(frame(BINARY, Buffer.from([2, 255, 255, 255, 255])));
  await socket.until(() => socket.body.length >= 4 * allowed);
  socket.socket.destroy();
  await seen.cancelled;
});

test("WebSocket: Pings without end from a client that does not read are answered once", LIMIT, async () => {
  const call = newName();
  const socket = await begun({}, `${HEAD}x-call: ${call}\r\nx-script: hang\r\n`);
  await observe(call).started;
  socket.socket.pause();
  const many = Buffer.concat(Array<Buffer>(2_000).fill(frame(PING, "x".repeat(125))));
  for (let i = 0; i < 40; i++) socket.socket.write(many);
  await new Promise((resolve) => setTimeout(resolve, 200));
  socket.socket.resume();
  socket.socket.write(frame(CLOSE, closing(1000)));
  assert.equal(await socket.closeCode(), 1000);
  await observe(call).cancelled;
});

test("WebSocket: a client that is gone without a Close cancels its call", LIMIT, async () => {
  for (const leave of ["destroy", "resetAndDestroy", "end"] as const) {
    const call = newName();
    const socket = await begun({}, `${HEAD}x-call: ${call}\r\nx-script: hang\r\n`);
    await observe(call).started;
    socket.socket[leave]();
    await observe(call).cancelled;
  }
});

test("WebSocket: a shutdown lets the call end, and takes no new one", LIMIT, async () => {
  const own = addInterop(createServer());
  const { port: to } = await own.listen("127.0.0.1:0");
  const call = newName();
  const socket = await RawWebSocket.open(to, BIDI);
  socket.socket.write(frame(BINARY, `${HEAD}x-call: ${call}\r\n`));
  await observe(call).started;
  const ended = own.shutdown({ graceMs: 60_000 });
  socket.socket.write(Buffer.concat([frame(BINARY, request(7)), END]));
  assert.equal(await socket.closeCode(), 1000);
  assert.equal(statusOf(socket), "0");
  await ended;
  assert.equal((await RawWebSocket.open(to, BIDI)).head, "");
});

test("WebSocket: a shutdown without grace cuts it off", LIMIT, async () => {
  const own = addInterop(createServer());
  const { port: to } = await own.listen("127.0.0.1:0");
  const call = newName();
  const socket = await RawWebSocket.open(to, BIDI);
  socket.socket.write(frame(BINARY, `${HEAD}x-call: ${call}\r\nx-script: hang\r\n`));
  await observe(call).started;
  await own.shutdown({ graceMs: 0 });
  await observe(call).cancelled;
  await socket.closeCode();
});
