import assert from "node:assert/strict";
import { test } from "node:test";
import { encode } from "../codec/encode.js";
import { BytesValue } from "../wkt/google/protobuf/wrappers.pb.js";

test("bytes are copied out of an array that belongs to somebody else", () => {
  const wire = encode(BytesValue, { value: new Uint8Array(10_000).fill(7) });
  const { value } = BytesValue.readFrom(wire, 0, wire.length);
  wire.fill(0);
  assert.equal(value.length, 10_000);
  assert.equal(value[0], 7);
  assert.notEqual(value.buffer, wire.buffer);
});

test("bytes that are most of an array of their own message are a view of it; less of it is copied", () => {
  const wire = encode(BytesValue, { value: new Uint8Array(10_000).fill(7) });
  const { value } = BytesValue.readFrom(wire, 0, wire.length, true);
  assert.equal(value.length, 10_000);
  assert.equal(value.buffer, wire.buffer);
  assert.equal(Object.getPrototypeOf(value), Uint8Array.prototype);

  const half = new Uint8Array(2 * wire.length);
  half.set(wire);
  assert.notEqual(BytesValue.readFrom(half, 0, wire.length, true).value.buffer, half.buffer);
});
