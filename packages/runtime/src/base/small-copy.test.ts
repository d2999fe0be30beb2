import assert from "node:assert/strict";
import { test } from "node:test";
import { copyStart } from "./small-copy.js";

test("copies are plain arrays, and stay what they are", () => {
  const source = new Uint8Array(2000);
  const copies: Uint8Array[] = [];
  for (let length = 0; length < 1200; length += 7) {
    source.fill(length & 255);
    copies.push(copyStart(source, length));
  }
  source.fill(0);
  copies.forEach((copy, i) => {
    assert.equal(Object.getPrototypeOf(copy), Uint8Array.prototype);
    assert.deepEqual(copy, new Uint8Array(i * 7).fill((i * 7) & 255));
    copy.fill(1);
  });
});

test("memory that copies share cannot be transferred away", () => {
  const copy = copyStart(new Uint8Array(100).fill(3), 100);
  try {
    // Node 20 copies instead of transferring.
    structuredClone(copy, { transfer: [copy.buffer as ArrayBuffer] });
  } catch (error) {
    assert.equal((error as Error).name, "DataCloneError");
  }
  assert.equal(copy[99], 3);
});
