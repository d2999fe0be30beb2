import assert from "node:assert/strict";
import { test } from "node:test";
import { create, decode, encode, fromJson, fromText, getExtension, toJson, toText } from "hawser/protobuf";
import * as closed from "./gen/evolution/closed.pb.js";
import * as v1 from "./gen/evolution/v1.pb.js";
import * as v2 from "./gen/evolution/v2.pb.js";

/** Encodes as the new program, decodes and encodes again as the old one, decodes as the new one. */
function throughOld(init: v2.OrderInit): v2.Order {
  const old = decode(v1.Order, encode(v2.Order, init));
  return decode(v2.Order, encode(v1.Order, old));
}

test("added fields survive an old program that reads and writes the message", () => {
  const init = { orderId: "a", discount: 0.5, tags: ["x", "y"], lines: [{ sku: "s", price: 1n, currency: "EUR" }] };
  const old = decode(v1.Order, encode(v2.Order, init));
  assert.equal(old.id, "a");
  assert.deepEqual(old.lines[0]?.sku, "s");
  assert.ok(old.$unknown !== undefined);
  assert.deepEqual(throughOld(init), create(v2.Order, init));
});

test("a member added to a oneof: the old program sees none set, and what it sets then is the last", () => {
  const init = { payment: { case: "wallet", value: { id: "w" } } } as const;
  const old = decode(v1.Order, encode(v2.Order, init));
  assert.equal(old.payment, undefined);
  assert.deepEqual(throughOld(init).payment, init.payment);
  old.payment = { case: "card", value: "1234" };
  // Unknown fields are written behind the known ones, so the wallet wins, as in the other implementations.
  assert.equal(decode(v2.Order, encode(v1.Order, old)).payment?.case, "wallet");
});

test("removed fields are kept as unknown ones, and come back", () => {
  const bytes = encode(v1.Order, { id: "a", note: "ring twice" });
  const now = decode(v2.Order, bytes);
  assert.ok(!("note" in now));
  assert.equal(decode(v1.Order, encode(v2.Order, now)).note, "ring twice");
});

test("a renamed field is the same in binary, another one in JSON and text", () => {
  assert.equal(decode(v2.Order, encode(v1.Order, { id: "a" })).orderId, "a");
  const order = create(v1.Order, { id: "a" });
  assert.throws(() => fromJson(v2.Order, toJson(v1.Order, order)), /\$\.id: evolution\.v2\.Order has no such field/);
  assert.equal(fromJson(v2.Order, toJson(v1.Order, order), { ignoreUnknownFields: true }).orderId, "");
  assert.throws(
    () => fromText(v2.Order, toText(v1.Order, order)),
    /line 1, column 1: evolution\.v2\.Order has no field "id"/,
  );
  // A reserved name is skipped in text.
  assert.equal(fromText(v2.Order, 'note: "ring" order_id: "b"').orderId, "b");
});

test("a renumbered field is lost to the other side, and each keeps the other's as unknown", () => {
  const now = decode(v2.Order, encode(v1.Order, { address: "here" }));
  assert.equal(now.address, "");
  now.address = "there";
  const old = decode(v1.Order, encode(v2.Order, now));
  assert.equal(old.address, "here");
  assert.equal(decode(v2.Order, encode(v1.Order, old)).address, "there");
});

test("widened integers: what fits is the same, what does not is cut to 32 bits by the old program", () => {
  for (const quantity of [0, 1, -1, 2 ** 31 - 1, -(2 ** 31)]) {
    assert.equal(decode(v2.Order, encode(v1.Order, { quantity })).quantity, BigInt(quantity));
    assert.equal(decode(v1.Order, encode(v2.Order, { quantity })).quantity, quantity);
  }
  assert.equal(decode(v1.Order, encode(v2.Order, { quantity: 2n ** 32n + 5n })).quantity, 5);
  assert.equal(decode(v1.Order, encode(v2.Order, { lines: [{ price: -(2n ** 40n) }] })).lines[0]?.price, 0);
  assert.equal(decode(v2.Order, encode(v1.Order, { flags: 6 })).flags, true);
  assert.equal(decode(v1.Order, encode(v2.Order, { flags: true })).flags, 1);
});

test("string and bytes, packed and not, are the same on the wire", () => {
  assert.deepEqual(decode(v2.Order, encode(v1.Order, { text: "é" })).text, new Uint8Array([0xc3, 0xa9]));
  assert.equal(decode(v1.Order, encode(v2.Order, { text: new Uint8Array([0xc3, 0xa9]) })).text, "é");
  const notUtf8 = encode(v2.Order, { text: new Uint8Array([0xff]) });
  assert.throws(() => decode(v1.Order, notUtf8), /evolution\.v1\.Order\.text: a string that is not UTF-8/);
  const codes = [1, -2, 300];
  assert.deepEqual(decode(v2.Order, encode(v1.Order, { codes })).codes, codes);
  assert.deepEqual(decode(v1.Order, encode(v2.Order, { codes })).codes, codes);
});

test("open enums keep numbers that they do not list, in fields, maps and JSON", () => {
  const init = { state: v2.State.STATE_PAID, history: { mon: v2.State.STATE_PAID, tue: v2.State.STATE_OPEN } };
  const old = decode(v1.Order, encode(v2.Order, init));
  assert.deepEqual([old.state, old.history], [3, { mon: 3, tue: 1 }]);
  assert.deepEqual(throughOld(init), create(v2.Order, init));
  assert.deepEqual(toJson(v1.Order, old), { state: 3, history: { mon: 3, tue: "STATE_OPEN" } });
  assert.equal(fromJson(v1.Order, { state: 3 }).state, 3);
  assert.throws(() => fromJson(v1.Order, { state: "STATE_PAID" }), /has no value "STATE_PAID"/);
  assert.equal(fromJson(v1.Order, { state: "STATE_PAID" }, { ignoreUnknownFields: true }).state, 0);
  assert.equal(fromText(v1.Order, toText(v1.Order, old)).state, 3);
});

test("closed enums put numbers that they do not list among the unknown fields, and write them again", () => {
  const paid = closed.WiderState.WIDER_PAID;
  const open = closed.WiderState.WIDER_OPEN;
  const init = {
    state: paid,
    states: [open, paid, open],
    packedStates: [paid, open],
    history: { mon: paid, tue: open },
    choice: { case: "chosen", value: paid },
    added: { text: "new" },
    must: "be",
  } as const;
  const old = decode(closed.Before, encode(closed.After, init));
  assert.deepEqual(
    [old.state, old.states, old.packedStates, old.history, old.choice],
    [undefined, [1, 1], [1], { tue: 1 }, undefined],
  );
  const back = decode(closed.After, encode(closed.Before, old));
  assert.deepEqual([back.state, back.history, back.choice], [paid, init.history, init.choice]);
  // The order within a list is lost: unknown values come behind.
  assert.deepEqual(
    [back.states, back.packedStates],
    [
      [1, 1, 2],
      [1, 2],
    ],
  );
  assert.equal(back.added?.text, "new");
});

test("a required field that old messages do not have makes them unreadable", () => {
  assert.throws(() => decode(closed.After, encode(closed.Before, {})), /required field "must" is not set/);
});

test("a required field is looked for in groups as well", () => {
  // Group 9 with nothing in it, and "must" behind it.
  const bytes = new Uint8Array([0x4b, 0x4c, 0x42, 0]);
  assert.throws(() => decode(closed.After, bytes), /required field "must" is not set/);
  assert.equal(decode(closed.After, new Uint8Array([0x4b, 8, 5, 0x4c, 0x42, 0])).strict?.must, 5);
});

test("an extension and a field of the same number are the same on the wire", () => {
  const old = decode(closed.Before, encode(closed.After, { must: "be", later: "remark" }));
  assert.equal(getExtension(old, closed.remark), "remark");
});
