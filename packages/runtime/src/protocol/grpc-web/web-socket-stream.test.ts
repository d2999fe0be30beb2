/** The times of a WebSocket, by a clock of the test's; what goes over the wire is tested over sockets. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { TimerWheel } from "../../base/timer-wheel.js";
import type { ServerHost } from "../../rpc/exchange.js";
import type { HttpField, HttpStream } from "../../rpc/http-types.js";
import { FakeClock } from "../../testing/fake-clock.js";
import { Opcode } from "../../websocket/index.js";
import { WebSocketStream } from "./web-socket-stream.js";

/** A WebSocket whose octets the test plays. */
class Played {
  readonly clock = new FakeClock();
  readonly sent: Uint8Array[] = [];
  readonly failures: string[] = [];
  readonly heads: HttpField[][] = [];
  resets = 0;
  hasRoom = true;
  readonly stream: WebSocketStream;

  constructor() {
    const base = {
      sendHead() {},
      sendData: (bytes: Uint8Array) => {
        if (bytes.length > 0) this.sent.push(bytes);
        return this.hasRoom;
      },
      reset: () => void this.resets++,
      consume() {},
      hold() {},
      release() {},
    } as unknown as HttpStream;
    const host = { clock: this.clock, timers: new TimerWheel(this.clock) } as unknown as ServerHost;
    this.stream = new WebSocketStream(host, base, false, (fields) => {
      this.heads.push(fields);
      this.stream.sink = {
        onHead() {},
        onData() {},
        onTrailers() {},
        onWritable() {},
        onFailure: ({ message }) => void this.failures.push(message),
      };
    });
  }

  /** A client's frame, masked with zeros. */
  receive(opcode: number, payload: string | number[] = ""): void {
    const body = typeof payload === "string" ? new TextEncoder().encode(payload) : Uint8Array.from(payload);
    const bytes = Uint8Array.from([0x80 | opcode, 0x80 | body.length, 0, 0, 0, 0, ...body]);
    this.stream.onData(bytes, 0, bytes.length, false);
  }

  begin(): this {
    this.receive(Opcode.BINARY, "a: b\r\n");
    assert.deepEqual(this.heads, [[{ name: "a", value: "b" }]]);
    return this;
  }

  get opcodes(): number[] {
    return this.sent.map((bytes) => (bytes[0] ?? 0) & 0x0f);
  }
}

test("a head that does not come within 10 s is a violation", async () => {
  const played = new Played();
  await played.clock.advance(9_000);
  assert.deepEqual([played.opcodes, played.resets], [[], 0]);
  await played.clock.advance(2_000);
  assert.deepEqual(played.opcodes, [Opcode.CLOSE]);
  assert.deepEqual([...(played.sent[0] ?? []).subarray(2, 4)], [1008 >> 8, 1008 & 0xff]);
  assert.equal(played.resets, 1);
});

test("a client that answers Pings may be silent for ever", async () => {
  const played = new Played().begin();
  for (let i = 1; i <= 10; i++) {
    played.receive(Opcode.PONG);
    await played.clock.advance(30_100);
    assert.deepEqual(played.opcodes, Array(i).fill(Opcode.PING));
  }
  assert.deepEqual(played.failures, []);
});

test("a client that answers none is given up", async () => {
  const played = new Played().begin();
  played.receive(Opcode.PONG);
  await played.clock.advance(30_100);
  assert.deepEqual(played.opcodes, [Opcode.PING]);
  await played.clock.advance(30_100);
  assert.equal(played.resets, 1);
  assert.match(played.failures.join(), /answers no Ping/);
});

test("a client that is not read from can't be heard, and is not given up", async () => {
  const played = new Played().begin();
  // An envelope of one octet that the handler does not take.
  played.receive(Opcode.BINARY, [0, 0, 0, 0, 0, 1, 8]);
  for (let i = 0; i < 5; i++) await played.clock.advance(30_100);
  assert.deepEqual([played.failures, played.resets], [[], 0]);
});

test("a client that does not say Close is left after 5 s, one that does at once", async () => {
  const mute = new Played().begin();
  mute.stream.sendData(new Uint8Array(3), true);
  assert.deepEqual(mute.opcodes, [Opcode.BINARY, Opcode.CLOSE]);
  await mute.clock.advance(4_000);
  assert.equal(mute.resets, 0);
  await mute.clock.advance(2_000);
  assert.equal(mute.resets, 1);

  const polite = new Played().begin();
  polite.stream.sendData(new Uint8Array(3), true);
  polite.receive(Opcode.CLOSE, [3, 232]);
  assert.equal(polite.resets, 1);
  await polite.clock.advance(60_000);
  assert.equal(polite.resets, 1);
});

test("while there is no room only the last Ping is answered, when there is", () => {
  const played = new Played().begin();
  played.hasRoom = false;
  for (const text of ["one", "two", "three"]) played.receive(Opcode.PING, text);
  assert.equal(played.sent.length, 1);
  played.hasRoom = true;
  played.stream.onWritable();
  const pongs = played.sent.map((bytes) => new TextDecoder().decode(bytes.subarray(2)));
  assert.deepEqual(pongs, ["one", "three"]);
});
