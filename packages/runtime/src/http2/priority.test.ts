/** Priorities: those of RFC 7540 are gone, those of RFC 9218 are hints. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { FrameType } from "./frame/frame-types.js";
import { ascii, concat, frame, windowUpdate } from "./testing/frames.js";
import { fieldsOf, REQUEST, RESPONSE, ScriptedPeer } from "./testing/scripted-peer.js";

function priorityUpdate(streamId: number, prioritised: number[], value = "u=1, i"): Uint8Array {
  return frame(FrameType.PRIORITY_UPDATE, 0, streamId, concat(new Uint8Array(prioritised), ascii(value)));
}

test("RFC 9218: the priority field and PRIORITY_UPDATE are taken, for idle, open and closed streams", () => {
  const peer = ScriptedPeer.ready("server");
  peer.send(priorityUpdate(0, [0, 0, 0, 1]));
  peer.sendHeaders(1, [...REQUEST, ["priority", "u=7, i"]], true);
  peer.send(priorityUpdate(0, [0, 0, 0, 1], ""), priorityUpdate(0, [0, 0, 0, 1], "no structured field {{{"));
  peer.streams.get(1)!.reset(8);
  peer.send(priorityUpdate(0, [0, 0, 0, 1]));
  assert.deepEqual(peer.events(), ["request 1 POST /x priority=u=7, i end"]);
  assert.equal(peer.failure, undefined);
});

test("RFC 9218 §7.1: PRIORITY_UPDATE on a stream, for stream 0, too short or of a server is an error", () => {
  const cases: [role: "client" | "server", sent: Uint8Array, code: string][] = [
    ["server", priorityUpdate(1, [0, 0, 0, 1]), "PROTOCOL_ERROR"],
    ["server", priorityUpdate(0, [0, 0, 0, 0]), "PROTOCOL_ERROR"],
    ["server", priorityUpdate(0, [0, 0, 1], ""), "FRAME_SIZE_ERROR"],
    ["client", priorityUpdate(0, [0, 0, 0, 1]), "PROTOCOL_ERROR"],
  ];
  for (const [role, sent, code] of cases) {
    const peer = ScriptedPeer.ready(role);
    peer.send(sent);
    assert.match(peer.written().at(-1)!, new RegExp(`^GOAWAY 0 ${code}`));
  }
});

test("streams share the connection frame by frame, whatever their number, size and hints", () => {
  const peer = ScriptedPeer.ready("server", { takeBytes: 16_384 * 8 }, [4, 2 ** 20]);
  peer.send(windowUpdate(0, 2 ** 20));
  const ids = [1, 3, 5, 7];
  for (const id of ids) {
    // RFC 9218 §4.1, §10: a hint is no claim; a client must not starve its own streams, nor a proxy's other clients.
    peer.sendHeaders(id, [...REQUEST, ["priority", id === 1 ? "u=7, i" : "u=0"]], true);
    peer.streams.get(id)!.sendHead(fieldsOf(RESPONSE), undefined, false);
    // The first has ten times as much to send as the others.
    peer.streams.get(id)!.sendData(new Uint8Array(16_384 * (id === 1 ? 20 : 2)), true);
  }
  const order = peer.written().filter((line) => line.startsWith("DATA"));
  const turns = order.map((line) => Number(line.split(" ")[1]));
  assert.deepEqual(turns.slice(0, 8), [1, 3, 5, 7, 1, 3, 5, 7]);
  assert.deepEqual(new Set(turns.slice(8)), new Set([1]));
});

test("a stream that comes later waits for one frame of each of the others, however much they have", () => {
  const peer = ScriptedPeer.ready("server", { takeBytes: 1 }, [4, 2 ** 24]);
  peer.send(windowUpdate(0, 2 ** 24));
  for (const id of [1, 3, 5]) {
    peer.sendHeaders(id, REQUEST, true);
    peer.streams.get(id)!.sendHead(fieldsOf(RESPONSE), undefined, false);
    peer.streams.get(id)!.sendData(new Uint8Array(2 ** 22), true);
  }
  for (let i = 0; i < 10; i++) peer.connection.take();
  peer.sendHeaders(7, REQUEST, true);
  peer.streams.get(7)!.sendHead(fieldsOf(RESPONSE), undefined, false);
  peer.streams.get(7)!.sendData(new Uint8Array(5000), true);
  const turns: string[] = [];
  for (let i = 0; i < 4; i++) {
    for (const segment of peer.connection.take()) if (segment.length < 5100 && segment.length >= 5000) turns.push("7");
  }
  assert.deepEqual(turns, ["7"]);
});
