/** Floods of frames on a gRPC server with its default limits: GOAWAY for who sends them, while everybody else is served. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { after, before, test } from "node:test";
import { createServer, type NodeServer } from "hawser";
import { load, sleep } from "./echo-program.js";
import { clients, Echo, echoHandlers } from "./echo-service.js";
import { mustExit } from "./exit-check.js";
import {
  ACK,
  block,
  CONTINUATION,
  END_HEADERS,
  END_STREAM,
  type Frame,
  frame,
  GOAWAY,
  HEADERS,
  onFrames,
  PING,
  PREFACE,
  RST_STREAM,
  SETTINGS,
  uint32,
} from "./frames.js";

mustExit();

const ENHANCE_YOUR_CALM = 0xb;
/** Far more than any of the limits. */
const PORTIONS = 20_000;
const HONEST_CALLS = 50;

let server: NodeServer;
let port: number;

before(async () => {
  server = createServer().add(Echo, echoHandlers({ name: "server", pause: sleep }));
  ({ port } = await server.listen("127.0.0.1:0"));
});

after(() => server.shutdown({ graceMs: 0 }));

const REQUEST = [
  [":method", "POST"],
  [":scheme", "http"],
  [":path", "/interop.Echo/Chat"],
  [":authority", "x"],
  ["content-type", "application/grpc"],
] as const;
const HEAD = block(REQUEST);
const LARGE_HEAD = block([...REQUEST, ...Array.from({ length: 15 }, (_, i) => [`x-${i}`, "v".repeat(1_000)] as const)]);
const TOO_LARGE_HEAD = block([...REQUEST, ["x-large", "v".repeat(15_000)], ["x-more", "v".repeat(3_000)]]);
const NOTHING = new Uint8Array(0);

const stream = (i: number) => 1 + 2 * i;

/** What is sent over and over, and perhaps something before it. */
const FLOODS: Readonly<Record<string, { readonly first?: Buffer; portion(i: number): Buffer }>> = {
  "PING frames": { portion: () => frame(PING, 0, 0, Buffer.alloc(8)) },
  "SETTINGS frames": { portion: () => frame(SETTINGS, 0, 0) },
  "streams that are reset at once": {
    portion: (i) =>
      Buffer.concat([frame(HEADERS, END_HEADERS, stream(i), HEAD), frame(RST_STREAM, 0, stream(i), uint32(8))]),
  },
  "streams beyond those that may be open": { portion: (i) => frame(HEADERS, END_HEADERS, stream(i), HEAD) },
  "header sections that are too large": {
    portion: (i) => frame(HEADERS, END_HEADERS | END_STREAM, stream(i), TOO_LARGE_HEAD),
  },
  "large header sections of calls that are reset": {
    portion: (i) =>
      Buffer.concat([frame(HEADERS, END_HEADERS, stream(i), LARGE_HEAD), frame(RST_STREAM, 0, stream(i), uint32(8))]),
  },
  "a header section without end": {
    first: frame(HEADERS, 0, 1, HEAD),
    portion: () => frame(CONTINUATION, 0, 1, block([["x-more", "v".repeat(1_000)]])),
  },
  "a header section of empty pieces": {
    first: frame(HEADERS, 0, 1, HEAD),
    portion: () => frame(CONTINUATION, 0, 1, NOTHING),
  },
};

for (const [name, { first, portion }] of Object.entries(FLOODS)) {
  test(`${name}: GOAWAY, and others are served meanwhile`, async () => {
    const honest = clients.map(({ connect }) => connect(`127.0.0.1:${port}`));
    const loads = honest.map((client) => load(client, 3, 1));
    while (loads.some(({ names }) => names.size === 0)) await sleep(5);
    const marks = loads.map(({ answered }) => answered);

    const socket = connect(port, "127.0.0.1").on("error", () => {});
    const frames: Frame[] = [];
    onFrames(socket, 0, (each) => frames.push(each));
    const closed = once(socket, "close");
    socket.write(Buffer.concat([PREFACE, frame(SETTINGS, 0, 0), frame(SETTINGS, ACK, 0), first ?? NOTHING]));
    for (let i = 0; i < PORTIONS && !socket.destroyed; i++) {
      if (!socket.write(portion(i))) await Promise.race([once(socket, "drain"), closed]);
      if (i % 500 === 0) await sleep(0);
    }
    await closed;
    const goAway = frames.find(({ type }) => type === GOAWAY);
    assert.equal(goAway?.payload.readUInt32BE(4), ENHANCE_YOUR_CALM);

    while (loads.some(({ answered }, i) => answered < (marks[i] ?? 0) + HONEST_CALLS)) await sleep(5);
    for (const each of loads) {
      await each.stop();
      assert.deepEqual(each.failures, []);
    }
    for (const client of honest) await client.close();
    // Nothing of it is left at work.
    while (server.runningCalls > 0) await sleep(5);
  });
}
