/** Every attack of the security table that frames can make, over sockets, beside a connection of an honest client. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, connect, createServer } from "node:net";
import { after, before, test } from "node:test";
import { setTimeout as sleep, setImmediate as turn } from "node:timers/promises";
import { connect as connectTls } from "node:tls";
import { errorCodeName, MAX_CONCURRENT_STREAMS } from "hawser/http2";
import { ATTACKS, type Attack, requestBlock } from "../../../packages/runtime/dist/http2/testing/attacker.js";
import type { Health } from "./attacked.js";
import { AttackedServer } from "./attacked-server.js";
import { Client } from "./client.js";
import { frames } from "./fuzz/engine-parts.js";
import { RawClient } from "./raw-client.js";

/** What an attack may leave in memory, and what it may hold while it goes on. */
const LEFT_BYTES = 8 * 2 ** 20;
const HELD_BYTES = 64 * 2 ** 20;

/** Calls that the honest client must complete during each attack. */
const HONEST_CALLS = 20;

let server: AttackedServer;
let honest: Client;
let rest: Health;

before(async () => {
  server = await AttackedServer.start();
  honest = await Client.connect(`http://127.0.0.1:${server.cleartext}`);
  // What is made on first use is no leak.
  for (let i = 0; i < 2000; i++) await honest.request();
  rest = await server.health();
});

after(async () => {
  await honest.close();
  server.stop();
});

/** Timers that the server itself may or may not have at the moment; what leaks, leaks with each of many connections. */
const OWN_HANDLES = 2;

/** Honest calls, one after the other, until `done`; at least {@link HONEST_CALLS}. */
async function callMeanwhile(done: () => boolean): Promise<number> {
  let calls = 0;
  while (calls < HONEST_CALLS || !done()) {
    const { status } = await honest.request();
    assert.equal(status, 200);
    calls++;
    await turn();
  }
  return calls;
}

async function carryOut(attack: Attack, client: RawClient): Promise<void> {
  for (const portion of attack.frames()) {
    if (client.closed || client.goAway !== undefined) return;
    // A server that has stopped reading has answered: it holds no more for this connection.
    if (!(await client.send(portion))) return;
    if (client.sent % 20 !== 0) continue;
    await turn();
    // Who wants to survive keeps to the number of streams that the server allows.
    if (attack.outcome === "survives") await server.health();
  }
}

async function assertWell(limit = LEFT_BYTES): Promise<void> {
  const health = await server.settle(
    ({ memory, handles, held }) => memory - rest.memory <= limit && handles <= rest.handles + OWN_HANDLES && held === 0,
  );
  assert.ok(server.alive);
  assert.ok(health.memory - rest.memory <= limit, `${health.memory - rest.memory} octets are left`);
  assert.ok(
    health.handles <= rest.handles + OWN_HANDLES,
    `${health.handles - rest.handles} sockets and timers are left`,
  );
  assert.equal(health.held, 0);
}

for (const attack of ATTACKS) {
  test(`row ${attack.row}: ${attack.name}: ${attack.limit}`, async () => {
    const before = await server.health();
    const client = await RawClient.connect(server.cleartext, attack.reads);
    let done = false;
    const meanwhile = callMeanwhile(() => done);
    try {
      await carryOut(attack, client);
      const during = await server.health();
      assert.ok(during.memory - rest.memory <= HELD_BYTES, `${during.memory - rest.memory} octets are held`);
      assert.ok(during.held <= 2 * 100, `${during.held} handlers run`);
      if (attack.outcome === "survives") {
        assert.equal(client.goAway, undefined, `GOAWAY ${errorCodeName(client.goAway ?? 0)}`);
      } else {
        // Nobody tells a client that does not read; its server's sockets do.
        if (attack.reads) await client.over;
        else {
          const most = rest.handles + OWN_HANDLES;
          assert.ok((await server.settle(({ handles }) => handles <= most)).handles <= most);
        }
        if (attack.outcome !== "closed") assert.equal(errorCodeName(client.goAway ?? -1), attack.outcome);
        // No more work than the burst allows came of it: what the kernel holds of what was sent is never parsed.
        assert.ok(during.requests - before.requests < 12_000, `${during.requests - before.requests} requests`);
      }
      const { counters } = attack;
      if (counters.length > 0) {
        const risen = ({ limits }: Health): boolean =>
          counters.some((counter) => (limits[counter] ?? 0) > (before.limits[counter] ?? 0));
        assert.ok(risen(await server.settle(risen)), `${counters.join(" or ")} was counted`);
      }
    } finally {
      done = true;
      client.socket.destroy();
    }
    assert.ok((await meanwhile) >= HONEST_CALLS);
    await assertWell();
  });
}

test("row 19: bodies that nobody reads: MAX_UNREAD_BYTES, whatever the number of streams", async () => {
  const before = await server.health();
  const client = await RawClient.connect(server.cleartext);
  let done = false;
  const meanwhile = callMeanwhile(() => done);
  try {
    const keep = requestBlock("/keep");
    const body = new Uint8Array(16_384);
    let most = 0;
    // 100 windows of 256 KiB would be 25 MiB; each stream gets what its window allows, and asks for no more.
    for (let i = 0; i < 100 && !client.closed; i++) {
      const bodies = Array.from({ length: 15 }, () => frames.data(1 + 2 * i, body));
      await client.send(frames.concat(frames.headersFrame(1 + 2 * i, keep, false), ...bodies));
      if (i % 10 === 9) most = Math.max(most, (await server.health()).memory - before.memory);
    }
    // The cap, what had the connection's window already, and room for what the process does beside.
    assert.ok(most <= 4 * 2 ** 20 + 4 * 2 ** 20 + LEFT_BYTES, `${most} octets are held`);
    const { limits } = await server.settle(({ limits }) => (limits["maxUnreadBytes"] ?? 0) > 0);
    assert.ok((limits["maxUnreadBytes"] ?? 0) > 0, "maxUnreadBytes was counted");
    // Who goes on beyond the windows is cut off.
    await client.over;
    assert.equal(errorCodeName(client.goAway ?? -1), "FLOW_CONTROL_ERROR");
  } finally {
    done = true;
    client.socket.destroy();
  }
  assert.ok((await meanwhile) >= HONEST_CALLS);
  await assertWell();
});

test("row 1: handlers count until they end, whatever becomes of their streams", async () => {
  const client = await RawClient.connect(server.cleartext);
  const hold = new Uint8Array([0x83, 0x86, 0x04, 5, 0x2f, 0x68, 0x6f, 0x6c, 0x64, 0x01, 1, 0x61]);
  for (let i = 0; i < 400; i++) {
    await client.send(frames.concat(frames.headersFrame(1 + 2 * i, hold, true), frames.rstStream(1 + 2 * i, 8)));
  }
  const { held } = await server.settle((health) => health.held > 0);
  assert.ok(held > 0 && held <= 100, `${held} handlers run`);
  client.socket.destroy();
  await assertWell();
});

test("rows 24 and 26: connections that never speak, speak half, or go away in every way leave nothing behind", async () => {
  const tlsHello = Buffer.from([0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc]);
  const openings: readonly (readonly [port: number, bytes: Uint8Array])[] = [
    [server.cleartext, new Uint8Array(0)],
    [server.cleartext, frames.ascii("PRI * HTTP/2.0\r\n")],
    [server.cleartext, frames.ascii("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")],
    [server.cleartext, frames.ascii("GET / HTTP/1.1\r\nhost: a\r\nconnection: Upgrade\r\nupgrade: h2c\r\n\r\n")],
    [server.cleartext, frames.ascii("garbage that is no protocol at all")],
    [server.tls, new Uint8Array(0)],
    [server.tls, tlsHello],
    [server.tls, frames.ascii("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")],
  ];
  for (const [port, bytes] of openings) {
    const sockets = Array.from({ length: 10 }, () => connect(port, "127.0.0.1").on("error", () => {}));
    for (const socket of sockets) socket.write(bytes);
    // Nobody hangs up but the server, by its time limits.
    await Promise.all(sockets.map((socket) => socket.resume() && once(socket, "close")));
  }
  const { limits } = await server.health();
  for (const counter of ["prefaceTimeouts", "tlsErrors", "handshakeTimeoutMs"]) {
    assert.ok((limits[counter] ?? 0) > 0, `${counter} was counted`);
  }
  await assertWell();
});

test("row 24: RST, FIN and half-close with streams open, in cleartext and TLS", async () => {
  const request = new Uint8Array([0x83, 0x86, 0x84, 0x01, 1, 0x61]);
  const start = frames.concat(
    frames.ascii("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
    frames.settings([4, 0]),
    frames.settingsAck(),
    ...Array.from({ length: 20 }, (_, i) => frames.headersFrame(1 + 2 * i, request, i % 2 === 0)),
  );
  for (const tls of [false, true]) {
    for (const end of ["destroy", "reset", "half-close"] as const) {
      for (let i = 0; i < 10; i++) {
        const raw = connect({ port: tls ? server.tls : server.cleartext, host: "127.0.0.1", allowHalfOpen: !tls });
        raw.on("error", () => {});
        const socket = tls ? connectTls({ socket: raw, ALPNProtocols: ["h2"], rejectUnauthorized: false }) : raw;
        socket.on("error", () => {}).resume();
        await once(socket, tls ? "secureConnect" : "connect");
        socket.write(start);
        await sleep(5);
        if (end === "destroy") socket.destroy();
        else if (end === "reset") raw.resetAndDestroy();
        else socket.end();
        await once(socket, "close");
      }
    }
  }
  await assertWell();
});

test("row 27: TLS failures and connections that vanish do not end the listener", async () => {
  for (let i = 0; i < 50; i++) {
    const socket = connect(server.tls, "127.0.0.1").on("error", () => {});
    await once(socket, "connect");
    socket.write(i % 2 === 0 ? "no TLS at all, to be sure" : Buffer.alloc(300, 0x16));
    socket.resetAndDestroy();
  }
  const client = await Client.connect(`https://127.0.0.1:${server.tls}`);
  assert.equal((await client.request()).status, 200);
  await client.close();
  assert.ok(((await server.health()).limits["tlsErrors"] ?? 0) > 0);
  await assertWell();
});

/** A server that says what it likes to one client. */
async function hostileServer(...said: Uint8Array[]): Promise<{ port: number; over: Promise<void> }> {
  const listening = createServer().listen(0, "127.0.0.1");
  await once(listening, "listening");
  const over = (async () => {
    const [socket] = (await once(listening, "connection")) as [import("node:net").Socket];
    socket.on("error", () => {}).resume();
    for (const bytes of said) socket.write(bytes);
    await once(socket, "close");
    listening.close();
  })();
  return { port: (listening.address() as AddressInfo).port, over };
}

test("rows 22 and 44: a client is as careful as a server, and its socket is freed", async () => {
  const good = frames.concat(frames.settings(), frames.settingsAck());
  const response = frames.headersFrame(1, new Uint8Array([0x88]), false);
  const attacks: readonly (readonly [name: string, ...said: Uint8Array[]])[] = [
    ["MAX_FRAME_SIZE of 0 (CVE-2026-33814)", frames.settings([5, 0])],
    ["ENABLE_PUSH of 1", frames.settings([2, 1])],
    ["INITIAL_WINDOW_SIZE over 2^31-1", frames.settings([4, 2 ** 31])],
    ["2000 settings", frames.settings(...Array.from({ length: 2000 }, (): [number, number] => [3, 1]))],
    ["PUSH_PROMISE (CVE-2024-2398)", good, frames.frame(5, 4, 1, [0, 0, 0, 2, 0x88])],
    ["CONTINUATION without end", good, ...endless(frames.headersFrame(1, new Uint8Array([0x88]), false, false))],
    ["empty DATA without end", good, response, ...Array.from({ length: 200 }, () => frames.data(1, ""))],
    ["PING without end", good, ...Array.from({ length: 20_000 }, () => frames.ping())],
    ["unknown frames without end", good, ...Array.from({ length: 20_000 }, () => frames.frame(0xee, 0, 0))],
    ["HPACK out of step", good, frames.headersFrame(1, new Uint8Array([0xff, 0x50]), false)],
    ["window overflow", good, frames.windowUpdate(0, 2 ** 31 - 1)],
  ];
  for (const [name, ...said] of attacks) {
    const { port, over } = await hostileServer(...said);
    const call = Client.connect(`http://127.0.0.1:${port}`).then((client) => client.request());
    await assert.rejects(call, Error, name);
    await over;
  }
});

function endless(start: Uint8Array): Uint8Array[] {
  return [start, ...Array.from({ length: 50 }, () => frames.continuation(1, new Uint8Array(0), false))];
}

test("a server without options takes no more streams than its default", () => {
  assert.ok(MAX_CONCURRENT_STREAMS <= 1024);
});
