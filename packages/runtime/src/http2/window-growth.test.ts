/** Receive windows that grow (RFC 9113 §5.2.1 leaves the policy to the receiver). */
import assert from "node:assert/strict";
import { test } from "node:test";
import { FrameType } from "./frame/frame-types.js";
import { data, frame, readFrames } from "./testing/frames.js";
import { REQUEST, ScriptedPeer } from "./testing/scripted-peer.js";

const OPTIONS = { streamWindow: 65_535, maxStreamWindow: 4 * 65_535, windowGrowthBytes: 6 * 65_535 };

/** Sends as much DATA as the window that the peer has heard of allows. Returns what it was. */
class Sender {
  readonly peer: ScriptedPeer;
  readonly #id: number;
  #window = 65_535;
  #pings: Uint8Array[] = [];

  constructor(peer: ScriptedPeer, id: number) {
    this.peer = peer;
    this.#id = id;
    peer.sendHeaders(id, REQUEST, false);
  }

  /** One round trip: a window full of DATA there, window and PING back, and the PING's answer there. */
  round(share = 1): number {
    const window = this.#window;
    let left = Math.floor(window * share);
    this.#window -= left;
    const answers = this.#pings;
    this.#pings = [];
    while (left > 0) {
      const length = Math.min(left, 16_000);
      this.peer.send(data(this.#id, new Uint8Array(length)));
      left -= length;
    }
    for (const payload of answers) this.peer.send(frame(FrameType.PING, 1, 0, payload));
    for (const { type, flags, streamId, payload } of readFrames(this.peer.takeBytes())) {
      if (type === FrameType.WINDOW_UPDATE && streamId === this.#id) {
        this.#window += new DataView(payload.buffer, payload.byteOffset).getUint32(0);
      }
      if (type === FrameType.PING && (flags & 1) === 0) this.#pings.push(payload);
    }
    return window;
  }
}

function grown(sender: Sender, share = 1): number {
  let most = 0;
  for (let i = 0; i < 60; i++) most = Math.max(most, sender.round(share));
  return most;
}

test("the window of a stream that fills it in each round trip grows, to its maximum", () => {
  const peer = ScriptedPeer.ready("server", OPTIONS);
  const most = grown(new Sender(peer, 1));
  assert.ok(most > 3 * 65_535 && most <= 4 * 65_535, `${most}`);
});

test("a stream that is not read, or that uses little of its window, does not grow", () => {
  const slow = ScriptedPeer.ready("server", OPTIONS);
  slow.consuming = false;
  assert.ok(grown(new Sender(slow, 1)) <= 65_535);
  const idle = ScriptedPeer.ready("server", OPTIONS);
  assert.ok(grown(new Sender(idle, 1), 0.3) <= 65_535);
});

test("all streams together grow by no more than the limit, and what a stream had is free when it ends", () => {
  const peer = ScriptedPeer.ready("server", OPTIONS);
  const sizes = [1, 3, 5].map((id) => grown(new Sender(peer, id)));
  assert.ok(sizes[0]! > 3 * 65_535 && sizes[1]! > 3 * 65_535, `${sizes}`);
  assert.ok(sizes[2]! <= 65_535, `${sizes}`);
  peer.streams.get(1)!.reset(8);
  peer.takeBytes();
  assert.ok(grown(new Sender(peer, 7)) > 3 * 65_535);
});

test("windows do not grow where the option says so", () => {
  const peer = ScriptedPeer.ready("server", { streamWindow: 65_535, maxStreamWindow: 0 });
  assert.ok(grown(new Sender(peer, 1)) <= 65_535);
});
