/** What goes wrong while a connection is being closed: whatever it is, nothing is left behind, on either side. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { Http2Socket, type HttpFailure, type HttpSink, listen } from "./engine.js";
import { frames } from "./fuzz/engine-parts.js";
import { RawClient } from "./raw-client.js";
import { respond } from "./responder.js";

/** POST / of authority "a", as indexed fields and one literal. */
const REQUEST = new Uint8Array([0x83, 0x86, 0x84, 0x01, 1, 0x61]);

/** How a peer goes away, or does not, in the middle of a shutdown. */
const ENDS: Readonly<Record<string, (socket: Socket) => void>> = {
  FIN: (socket) => socket.end(),
  RST: (socket) => socket.resetAndDestroy(),
  destroyed: (socket) => socket.destroy(),
  "a fatal frame": (socket) => socket.write(frames.data(0, "x")),
  "half a frame, then FIN": (socket) => socket.end(frames.headersFrame(99, REQUEST, true).subarray(0, 11)),
  "half a header section, then RST": (socket) => {
    socket.write(frames.headersFrame(99, REQUEST, true, false), () => socket.resetAndDestroy());
  },
  "GOAWAY, then FIN": (socket) => socket.end(frames.goAway(0, 2)),
};

/** Sockets and timers of this process. */
function handles(): number {
  return process.getActiveResourcesInfo().filter((name) => /TCP|Socket|Timeout/.test(name)).length;
}

/** Waits, at most 15 s, until no more handles are there than before. */
async function settle(most: number): Promise<void> {
  for (let tries = 0; handles() > most && tries < 150; tries++) await sleep(100);
  assert.ok(handles() <= most, `${process.getActiveResourcesInfo().join()}, and ${most} before`);
}

for (const [name, end] of Object.entries(ENDS)) {
  test(`a server that drains, with calls open, and a client that then says ${name}`, async () => {
    const before = handles();
    let failures = 0;
    let calls = 0;
    const listener = await listen("127.0.0.1:0", {}, (stream, head, endStream) => {
      // Every second call is never answered.
      if (calls++ % 2 === 0) respond(stream, head, endStream);
      else stream.sink = { ...SILENT, onFailure: () => failures++ };
    });
    const clients = await Promise.all(Array.from({ length: 5 }, () => RawClient.connect(listener.port)));
    for (const client of clients) {
      for (let i = 0; i < 10; i++) await client.send(frames.headersFrame(1 + 2 * i, REQUEST, i % 3 === 0));
    }
    for (let tries = 0; listener.peers.length < 5 && tries < 100; tries++) await sleep(20);
    listener.drain();
    await sleep(20);
    for (const client of clients) end(client.socket);
    await Promise.all(clients.map((client) => client.over));
    await listener.closed;
    assert.equal(listener.peers.length, 0);
    assert.ok(failures > 0, "handlers have heard of the end");
    await settle(before);
  });

  test(`a client that closes, with calls open, and a server that then says ${name}`, async () => {
    const before = handles();
    const server = createServer((socket) => {
      socket.on("error", () => {});
      socket.write(frames.concat(frames.settings(), frames.settingsAck()));
      let heard = 0;
      socket.on("data", (chunk) => {
        heard += chunk.length;
        // The preface, SETTINGS, and GOAWAY of 17 octets at least behind the requests.
        if (chunk.includes(Buffer.from([0, 0, 8, 7, 0, 0, 0, 0, 0])) && heard > 0) end(socket);
      });
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
    const ends: HttpFailure[] = [];
    let closes = 0;
    const closed = new Promise<void>((resolve) => {
      const http2: Http2Socket = new Http2Socket(
        socket,
        "client",
        {},
        {
          onStream() {},
          onAvailable() {},
          onDraining() {},
          onReady() {
            for (let i = 0; i < 5; i++) {
              const sink = { ...SILENT, onFailure: (failure: HttpFailure) => ends.push(failure) };
              http2.connection.open(ASK, undefined, i % 2 === 0, sink);
            }
            http2.connection.close();
          },
          onClosed() {
            closes++;
            resolve();
          },
        },
      );
    });
    await closed;
    await once(socket, "close");
    assert.equal(closes, 1);
    assert.equal(ends.length, 5, "each call has ended once");
    server.close();
    await settle(before);
  });
}

test("destroyed in the middle of a drain, with clients that say nothing: all is freed in bounded time", async () => {
  const before = handles();
  const listener = await listen("127.0.0.1:0", {}, (stream) => {
    stream.sink = SILENT;
  });
  const clients = await Promise.all(Array.from({ length: 5 }, () => RawClient.connect(listener.port, false)));
  for (const client of clients) await client.send(frames.headersFrame(1, REQUEST, false));
  for (let tries = 0; listener.peers.length < 5 && tries < 100; tries++) await sleep(20);
  listener.drain();
  listener.destroy();
  await listener.closed;
  for (const client of clients) client.socket.destroy();
  await settle(before);
});

const SILENT: HttpSink = { onHead() {}, onData() {}, onTrailers() {}, onFailure() {}, onWritable() {} };

const ASK = [
  { name: ":method", value: "POST" },
  { name: ":scheme", value: "http" },
  { name: ":authority", value: "a" },
  { name: ":path", value: "/" },
];
