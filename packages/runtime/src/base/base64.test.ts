import assert from "node:assert/strict";
import { test } from "node:test";
import { decodeBase64, encodeBase64 } from "./base64.js";

test("agrees with Buffer for every length", () => {
  for (let length = 0; length < 300; length++) {
    const bytes = Uint8Array.from({ length }, (_, i) => (i * 151 + length) & 255);
    const text = Buffer.from(bytes).toString("base64");
    assert.equal(encodeBase64(bytes), text);
    assert.deepEqual(decodeBase64(text), bytes);
    assert.deepEqual(decodeBase64(Buffer.from(bytes).toString("base64url")), bytes);
  }
  const large = new Uint8Array(100_000).fill(200);
  assert.equal(encodeBase64(large), Buffer.from(large).toString("base64"));
});

test("what is not base64", () => {
  for (const text of ["a", "aaaaa", "a===", "aa=a", "=", "====", "a b=", "aé==", "aa==aa", "a\n=="]) {
    assert.equal(decodeBase64(text), undefined, JSON.stringify(text));
  }
});
