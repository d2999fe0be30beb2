/** MAX_UNREAD_BYTES: what a peer can pin by sending what nobody reads, and that nobody else waits for it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { data, rstStream, settings, settingsAck } from "./testing/frames.js";
import { REQUEST, ScriptedPeer } from "./testing/scripted-peer.js";

const FRAME: Uint8Array = new Uint8Array(16_384);
const CAP = 1024 * 1024;
const OPTIONS = { maxUnreadBytes: CAP, maxConcurrentStreams: 100, connectionWindow: 256 * 1024 };

/** A client that keeps to the windows it is given: streams of it fill as far as they may. */
class ObedientClient {
  readonly peer: ScriptedPeer;
  readonly #windows = new Map<number, number>();
  #initial = 256 * 1024;
  #connection = 256 * 1024;
  /** Answers SETTINGS. */
  acknowledges = true;

  constructor() {
    this.peer = ScriptedPeer.ready("server", OPTIONS);
    this.peer.consuming = false;
  }

  open(id: number): void {
    this.peer.sendHeaders(id, REQUEST);
    this.#windows.set(id, this.#initial);
  }

  /** Sends what the windows allow, frame by frame. Returns how many bytes went. */
  fill(id: number, most: number = Number.POSITIVE_INFINITY): number {
    let sent = 0;
    while (sent < most) {
      this.#read();
      const length = Math.min(FRAME.length, this.#windows.get(id)!, this.#connection, most - sent);
      if (length <= 0) break;
      this.peer.send(data(id, FRAME.subarray(0, length)));
      assert.equal(this.peer.failure, undefined);
      this.#windows.set(id, this.#windows.get(id)! - length);
      this.#connection -= length;
      sent += length;
    }
    this.#read();
    return sent;
  }

  #read(): void {
    for (const line of this.peer.written()) {
      const update = /^WINDOW_UPDATE (\d+) (\d+)$/.exec(line);
      const id = Number(update?.[1]);
      const increment = Number(update?.[2]);
      if (update !== null && id === 0) this.#connection += increment;
      else if (update !== null) this.#windows.set(id, (this.#windows.get(id) ?? 0) + increment);
      const initial = /^SETTINGS 4=(\d+)$/.exec(line);
      if (initial === null || !this.acknowledges) continue;
      const delta = Number(initial[1]) - this.#initial;
      this.#initial += delta;
      for (const [each, window] of this.#windows) this.#windows.set(each, window + delta);
      this.peer.send(settingsAck());
    }
  }
}

test("readers that have stopped pin no more than the cap, and a stream that is read goes on", () => {
  const client = new ObedientClient();
  let pinned = 0;
  for (let i = 0; i < 50; i++) {
    client.open(1 + 2 * i);
    pinned += client.fill(1 + 2 * i);
  }
  // Half the cap, what crossed the new SETTINGS, and a frame for each stream since.
  assert.ok(pinned <= CAP / 2 + 256 * 1024 + 50 * FRAME.length, `${pinned} bytes are pinned`);
  assert.equal(client.peer.connection.counters.maxUnreadBytes, 1);
  client.open(199);
  for (let i = 0; i < 200; i++) {
    const went = client.fill(199, FRAME.length);
    assert.ok(went > 0, `nothing went in round ${i}`);
    client.peer.streams.get(199)!.consume(went);
  }
});

test("until the client knows of smaller windows, the connection's is kept", () => {
  const client = new ObedientClient();
  client.acknowledges = false;
  let pinned = 0;
  for (let i = 0; i < 50; i++) {
    client.open(1 + 2 * i);
    pinned += client.fill(1 + 2 * i);
  }
  assert.ok(pinned >= CAP && pinned <= CAP + 256 * 1024, `${pinned} bytes are pinned`);
  client.peer.connection.tick(0);
  client.peer.connection.tick(20_000);
  assert.equal(client.peer.failure?.message, "the peer has not acknowledged SETTINGS within 20000 ms");
});

test("messages longer than the windows: one after the other is let through once the cap is reached", () => {
  const client = new ObedientClient();
  const streams = Array.from({ length: 40 }, (_, i) => 1 + 2 * i);
  for (const id of streams) client.open(id);
  const length = 200_000;
  const got = new Map(streams.map((id) => [id, 0]));
  const most = { unread: 0 };
  for (let rounds = 0; got.size > 0; rounds++) {
    assert.ok(rounds < 5000, `${got.size} messages do not come to their end`);
    for (const id of [...got.keys()]) {
      const went = client.fill(id, Math.min(FRAME.length, length - got.get(id)!));
      const sum = got.get(id)! + went;
      got.set(id, sum);
      const stream = client.peer.streams.get(id)!;
      // As message streams do: window for what is kept, until the message is whole.
      if (went > 0) stream.prefetch(went);
      if (sum === length) {
        got.delete(id);
        stream.consume(length);
      }
    }
    most.unread = Math.max(
      most.unread,
      [...got.values()].reduce((sum, each) => sum + each, 0),
    );
  }
  assert.ok(most.unread <= CAP + 40 * FRAME.length + length, `${most.unread} bytes were kept at once`);
});

test("a message that does not go on gives its turn to the next", () => {
  const client = new ObedientClient();
  const streams = Array.from({ length: 40 }, (_, i) => 1 + 2 * i);
  for (const id of streams) client.open(id);
  const prefetching = (id: number): number => {
    const went = client.fill(id, FRAME.length);
    if (went > 0) client.peer.streams.get(id)!.prefetch(went);
    return went;
  };
  let going = streams;
  for (let rounds = 0; going.length > 1; rounds++) {
    assert.ok(rounds < 1000, "the cap is reached");
    going = streams.filter((id) => prefetching(id) > 0);
  }
  // One stream alone could go on, and it does not.
  const others = streams.filter((id) => !going.includes(id));
  assert.ok(others.every((id) => prefetching(id) === 0));
  for (let nowMs = 0; nowMs <= 10_000; nowMs += 1000) client.peer.connection.tick(nowMs);
  assert.ok(others.some((id) => prefetching(id) > 0));
});

test("what was read, or has gone with its stream, is forgotten, and the windows are as they were", () => {
  const client = new ObedientClient();
  for (const id of [1, 3, 5]) {
    client.open(id);
    assert.equal(client.fill(id), id === 5 ? 16_384 : 256 * 1024);
  }
  client.peer.streams.get(1)!.consume(200_000);
  client.peer.send(rstStream(3, 8));
  client.open(7);
  assert.equal(client.fill(7), 256 * 1024, "a whole window again");
  client.peer.streams.get(7)!.reset(8);
  client.peer.streams.get(7)!.consume(1_000_000);
  assert.equal(client.peer.failure, undefined);
});

test("RFC 9113 §6.9.2: an empty DATA frame is taken where the window is negative", () => {
  const peer = ScriptedPeer.ready("server", { ...OPTIONS, streamWindow: 1000 });
  const early = new ScriptedPeer("server", { streamWindow: 1000 });
  assert.equal(early.failure, undefined);
  peer.consuming = false;
  peer.sendHeaders(1, REQUEST);
  peer.send(settings([4, 5]), data(1, new Uint8Array(1000)), data(1, "", true));
  assert.equal(peer.failure, undefined);
  assert.deepEqual(peer.written(), ["SETTINGS ACK"]);
});
