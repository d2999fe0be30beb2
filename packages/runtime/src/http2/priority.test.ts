/** Priorities: those of RFC 7540 are gone, those of RFC 9218 are hints. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { FrameType } from "./frame/frame-types.js";
import { ascii, concat, frame } from "./testing/frames.js";
import { REQUEST, ScriptedPeer } from "./testing/scripted-peer.js";

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
