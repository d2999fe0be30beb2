/** Bytes cut anywhere, the frame cases of http2jp, and bytes that nobody meant. */
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { CLIENT_PREFACE, FrameType } from "./frame/frame-types.js";
import {
  concat,
  continuation,
  data,
  frame,
  headersFrame,
  ping,
  readFrames,
  rstStream,
  settings,
  settingsAck,
  windowUpdate,
} from "./testing/frames.js";
import { fieldsOf, REQUEST, RESPONSE, ScriptedPeer } from "./testing/scripted-peer.js";

/** Deliveries of one body in several parts become one line. */
function joined(events: string[]): string[] {
  const lines: string[] = [];
  for (const event of events) {
    const last = lines.at(-1);
    const match = /^data (\d+) /.exec(event);
    if (match && last?.startsWith(match[0])) lines[lines.length - 1] = last + event.slice(match[0].length);
    else lines.push(event);
  }
  return lines;
}

function serverScript(): Uint8Array {
  const peer = new ScriptedPeer("server");
  const fields = fieldsOf([...REQUEST, ["x-a", "1"]]);
  const long = peer.block([...REQUEST, ["x-b", "v".repeat(300)]]);
  return concat(
    CLIENT_PREFACE,
    settings([4, 1000], [99, 1]),
    settingsAck(),
    windowUpdate(0, 100),
    headersFrame(1, peer.indexedBlock(fields), false),
    data(1, "hello"),
    data(1, "padded", false, 30),
    data(1, "", false, 0),
    headersFrame(3, long.subarray(0, 50), true, false),
    continuation(3, long.subarray(50, 60), false),
    continuation(3, long.subarray(60), true),
    ping(),
    frame(0x77, 1, 5, [1, 2, 3]),
    headersFrame(5, peer.indexedBlock(fields), false),
    rstStream(5, 8),
    data(1, "x".repeat(700), true, 255),
    headersFrame(7, peer.indexedBlock(fields), true),
  );
}

test("a conversation gives the same, cut at every byte and cut into single bytes", () => {
  const bytes = serverScript();
  const play = (...chunks: Uint8Array[]): { events: string[]; written: string[] } => {
    const peer = new ScriptedPeer("server");
    for (const chunk of chunks) {
      peer.connection.receive(chunk);
      // What was received must not be needed any more.
      chunk.fill(0xee);
    }
    return { events: joined(peer.events()), written: peer.written() };
  };
  const whole = play(bytes.slice());
  assert.ok(whole.events.length >= 8);
  assert.ok(!whole.written.some((line) => line.startsWith("GOAWAY")), String(whole.written));
  for (let cut = 0; cut <= bytes.length; cut++) {
    assert.deepEqual(play(bytes.slice(0, cut), bytes.slice(cut)), whole, `cut at ${cut}`);
  }
  assert.deepEqual(play(...Array.from(bytes, (octet) => Uint8Array.of(octet))), whole);
  for (const size of [2, 3, 7, 8, 9, 10, 11, 64]) {
    const chunks: Uint8Array[] = [];
    for (let at = 0; at < bytes.length; at += size) chunks.push(bytes.slice(at, at + size));
    assert.deepEqual(play(...chunks), whole, `chunks of ${size}`);
  }
});

const VECTORS = fileURLToPath(new URL("../../../../../shared/vectors/frames", import.meta.url));
const hasVectors = existsSync(VECTORS);
const skipped = hasVectors ? "" : " (skipped: this clone has no ../shared/vectors)";

interface FrameCase {
  description: string;
  wire: string;
  error: number[] | null;
  frame: { type: number; flags: number; stream_identifier: number; length: number } | null;
}

function* frameCases(): Generator<[name: string, FrameCase, wire: Uint8Array]> {
  for (const folder of readdirSync(VECTORS, { withFileTypes: true })) {
    if (!folder.isDirectory()) continue;
    for (const file of readdirSync(join(VECTORS, folder.name)).filter((name) => name.endsWith(".json"))) {
      const one = JSON.parse(readFileSync(join(VECTORS, folder.name, file), "utf8")) as FrameCase;
      yield [`${folder.name}/${file}`, one, Uint8Array.from(Buffer.from(one.wire, "hex"))];
    }
  }
}

test(`broken frames of http2jp have the consequences that they should${skipped}`, { skip: !hasVectors }, () => {
  let count = 0;
  for (const [name, one, wire] of frameCases()) {
    if (one.error === null) continue;
    // As a client all frames can come; stream 1 is open with a response under way.
    const peer = ScriptedPeer.ready("client");
    peer.open(REQUEST, false);
    peer.sendHeaders(1, RESPONSE);
    peer.events();
    peer.written();
    peer.send(wire, new Uint8Array(0));
    const line = peer.written().find((text) => /^(GOAWAY|RST_STREAM)/.test(text)) ?? "nothing";
    const names = [
      "NO_ERROR",
      "PROTOCOL_ERROR",
      "INTERNAL_ERROR",
      "FLOW_CONTROL_ERROR",
      "SETTINGS_TIMEOUT",
      "STREAM_CLOSED",
      "FRAME_SIZE_ERROR",
    ];
    // Streams that were never opened and pushes are worse than the fault in the frame.
    const allowed = [...one.error.map((code) => names[code]!), "PROTOCOL_ERROR"];
    assert.ok(
      allowed.some((code) => line.includes(code)),
      `${name}: ${one.description}: ${line}`,
    );
    count++;
  }
  assert.ok(count >= 20, `${count} cases`);
});

test(`good frames of http2jp are read as they are meant${skipped}`, { skip: !hasVectors }, () => {
  for (const [name, one, wire] of frameCases()) {
    if (one.frame === null) continue;
    const [read, ...more] = readFrames(wire);
    assert.equal(more.length, 0);
    assert.deepEqual(
      { type: read!.type, flags: read!.flags, stream_identifier: read!.streamId, length: read!.payload.length },
      {
        type: one.frame.type,
        flags: one.frame.flags,
        stream_identifier: one.frame.stream_identifier,
        length: one.frame.length,
      },
      name,
    );
    const peer = ScriptedPeer.ready("server");
    peer.send(wire);
    const { type, stream_identifier: id } = one.frame;
    const harmless =
      type === FrameType.PRIORITY ||
      type === FrameType.SETTINGS ||
      type === FrameType.PING ||
      type === FrameType.GOAWAY ||
      (type === FrameType.WINDOW_UPDATE && id === 0);
    if (harmless) assert.ok(peer.failure === undefined || peer.failure.code === 0 || type === FrameType.GOAWAY, name);
    else assert.ok(peer.failure !== undefined, `${name} came out of place`);
  }
});

/** 2^24 - 1: a random peer may have allowed frames as large as there are (RFC 9113 §6.5.2). */
const ANY_FRAME_SIZE = 2 ** 24 - 1;

/** A small generator (mulberry32), so that a failure can be had again by its seed. */
function generator(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

function randomFrame(random: (below: number) => number, peer: ScriptedPeer): Uint8Array {
  const id = random(12);
  switch (random(16)) {
    case 0:
    case 1:
    case 2:
      return headersFrame(id | 1, peer.block(random(4) === 0 ? RESPONSE : REQUEST), random(2) === 0, random(8) > 0);
    case 3:
    case 4:
      return data(id | 1, "z".repeat(random(2000)), random(4) === 0, random(4) === 0 ? random(256) : -1);
    case 5:
      return rstStream(id | 1, random(16));
    case 6:
      return settings([random(8), random(3) === 0 ? random(2 ** 31) : random(70_000)]);
    case 7:
      return windowUpdate(random(2) === 0 ? 0 : id | 1, 1 + random(random(10) === 0 ? 2 ** 31 - 1 : 5000));
    case 8:
      return ping(undefined, random(2) === 0);
    case 9:
      return continuation(id | 1, peer.block([["x", "y"]]), random(2) === 0);
    case 10: {
      const valid = headersFrame(id | 1, peer.block(REQUEST), true);
      valid[random(valid.length)] = random(256);
      return valid;
    }
    case 11:
      return headersFrame(
        id | 1,
        Uint8Array.from({ length: random(60) }, () => random(256)),
        random(2) === 0,
      );
    case 12:
      return Uint8Array.from({ length: random(40) }, () => random(256));
    case 13:
      return frame(
        random(12),
        random(256),
        id,
        Uint8Array.from({ length: random(30) }, () => random(256)),
      );
    case 14:
      return settingsAck();
    default:
      return frame(FrameType.GOAWAY, 0, 0, [0, 0, 0, random(9), 0, 0, 0, random(14)]);
  }
}

test("fuzz: random frames and bytes never make the connection throw, and every stream ends once", () => {
  const seed = Number(process.env["FUZZ_SEED"] ?? Date.now() % 1_000_000);
  const rounds = Number(process.env["FUZZ_ROUNDS"] ?? 3000);
  for (let round = 0; round < rounds; round++) {
    const where = `FUZZ_SEED=${seed} round ${round}`;
    const random = generator(seed + round * 7919);
    const role = random(2) === 0 ? "client" : "server";
    const peer = random(20) === 0 ? new ScriptedPeer(role) : ScriptedPeer.ready(role);
    peer.consuming = random(2) === 0;
    let nowMs = 0;
    try {
      for (let step = 0; step < 40 && peer.failure === undefined; step++) {
        const bytes = randomFrame(random, peer);
        const cut = random(bytes.length + 1);
        peer.connection.receive(bytes.slice(0, cut));
        peer.connection.receive(bytes.slice(cut));
        if (role === "client" && peer.connection.available && random(2) === 0) peer.open(REQUEST, random(2) === 0);
        for (const stream of peer.streams.values()) {
          switch (random(12)) {
            case 0:
              stream.reset(random(9));
              break;
            case 1:
              stream.sendHead(fieldsOf(RESPONSE), undefined, random(3) === 0);
              break;
            case 2: {
              if (!stream.headSent) break;
              const writer = stream.beginData();
              const length = random(3000);
              writer.reserve(length);
              writer.pos += length;
              if (random(5) === 0) stream.abortData();
              else stream.commitData(random(6) === 0);
              break;
            }
            case 3:
              if (stream.headSent) stream.sendData(new Uint8Array(random(20_000)), random(6) === 0);
              break;
            case 4:
              stream.hold();
              break;
            case 5:
              stream.release();
              break;
            default:
          }
        }
        if (random(5) === 0) peer.connection.tick((nowMs += random(3000)));
        if (random(3) === 0) peer.written(ANY_FRAME_SIZE);
        if (random(100) === 0) peer.connection.close();
      }
      peer.written(ANY_FRAME_SIZE);
      peer.connection.receiveEnd();
      peer.written(ANY_FRAME_SIZE);
    } catch (error) {
      throw new Error(where, { cause: error });
    }
    assert.notEqual(peer.failure, undefined, where);
    assert.equal(peer.connection.openStreams, 0, where);
    assert.ok(!peer.failure!.message.startsWith("a handler"), `${where}: ${peer.failure!.message}`);
    const events = peer.events();
    assert.equal(events.filter((event) => event === "closed").length, 1, where);
    for (const id of peer.streams.keys()) {
      const ends = events.filter((event) => event.startsWith(`failure ${id} `)).length;
      assert.ok(ends <= 1, `${where}: stream ${id}`);
      if (role === "client") {
        const all = events.filter((event) =>
          new RegExp(`^(failure|trailers) ${id}( |$)|^(head|data) ${id} .*end$`).test(event),
        );
        assert.ok(all.length <= 1, `${where}: stream ${id} ended ${all.length} times: ${all}`);
      }
    }
  }
});

test("fuzz: a client and a server that talk to each other through any cuts agree", () => {
  const seed = Number(process.env["FUZZ_SEED"] ?? Date.now() % 1_000_000);
  const random = generator(seed);
  const client = new ScriptedPeer("client");
  const server = new ScriptedPeer("server");
  server.onStream = (stream) => stream.sendHead(fieldsOf([...RESPONSE, ["x-id", String(stream.id)]]), undefined, false);
  const exchange = (): void => {
    for (const [from, to] of [
      [client, server],
      [server, client],
    ] as const) {
      const bytes = from.takeBytes();
      for (let at = 0; at < bytes.length; ) {
        const length = 1 + random(random(3) === 0 ? 20 : 3000);
        to.connection.receive(bytes.slice(at, at + length));
        at += length;
      }
    }
  };
  exchange();
  exchange();
  for (let i = 0; i < 60; i++) {
    const stream = client.open([...REQUEST, ["x-i", String(random(20))]], false);
    stream.sendData(new Uint8Array(random(200_000)), false);
    stream.sendHead(fieldsOf([["x-end", "1"]]), undefined, true);
    exchange();
    for (const [id, served] of server.streams) {
      served.sendData(new Uint8Array(random(100_000)), false);
      served.sendHead(fieldsOf([["grpc-status", "0"]]), undefined, true);
      server.streams.delete(id);
      served.consume(0);
    }
    exchange();
  }
  for (let i = 0; i < 2000 && client.connection.openStreams > 0; i++) exchange();
  assert.equal(client.connection.openStreams, 0, `FUZZ_SEED=${seed}`);
  assert.equal(client.events().filter((event) => event.startsWith("trailers")).length, 60, `FUZZ_SEED=${seed}`);
  assert.equal(client.failure, undefined);
  assert.equal(server.failure, undefined);
});
