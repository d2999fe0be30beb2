import assert from "node:assert/strict";
import { test } from "node:test";
import { decodeUtf8, decodeUtf8Lossy, encodeUtf8, isUtf8, isWellFormed, utf8Length } from "./utf8.js";

const TEXTS = [
  "",
  "a",
  "1234567",
  "12345678",
  "x".repeat(24),
  "x".repeat(25),
  "é",
  "aé",
  "日本語",
  "😀",
  "\u0000\u007f\u0080\u07ff\u0800\uffff",
  "\ufeffbom",
  "\ufffd",
  `${"x".repeat(30)}\ufffd`,
  "😀".repeat(40),
];

/** RFC 3629 section 4 and Unicode table 3-7: what must be refused. */
const MALFORMED = [
  [0x80],
  [0xff],
  [0xc0, 0x80],
  [0xc1, 0xbf],
  [0xe0, 0x80, 0x80],
  [0xe0, 0x9f, 0xbf],
  [0xf0, 0x80, 0x80, 0x80],
  [0xf0, 0x8f, 0xbf, 0xbf],
  [0xed, 0xa0, 0x80],
  [0xed, 0xbf, 0xbf],
  [0xf4, 0x90, 0x80, 0x80],
  [0xf5, 0x80, 0x80, 0x80],
  [0xc3],
  [0xe2, 0x82],
  [0xf0, 0x9f, 0x98],
  [0xc3, 0x41],
  [0x61, 0x80],
];

test("what is encoded is decoded, at any offset", () => {
  for (const text of TEXTS) {
    const expected = new TextEncoder().encode(text);
    const bytes = new Uint8Array(expected.length + 10 + text.length * 3);
    assert.equal(encodeUtf8(text, bytes, 5), expected.length);
    assert.deepEqual(bytes.slice(5, 5 + expected.length), expected);
    assert.equal(utf8Length(text), expected.length);
    assert.equal(decodeUtf8(bytes, 5, 5 + expected.length), text);
    assert.equal(decodeUtf8Lossy(bytes, 5, 5 + expected.length), text);
    assert.ok(isUtf8(bytes, 5, 5 + expected.length));
    assert.ok(isWellFormed(text));
  }
});

test("malformed UTF-8 is refused, alone and within long text", () => {
  for (const bad of MALFORMED) {
    for (const padding of [0, 7, 100]) {
      const pad = new Array<number>(padding).fill(0x61);
      const bytes = new Uint8Array([...pad, ...bad, ...pad]);
      assert.equal(decodeUtf8(bytes, 0, bytes.length), undefined, bad.join());
      assert.equal(isUtf8(bytes, 0, bytes.length), false, bad.join());
    }
  }
});

test("a sequence that the end cuts is malformed although its rest is in the array", () => {
  const bytes = new TextEncoder().encode("ab€");
  assert.equal(decodeUtf8(bytes, 0, 4), undefined);
  assert.equal(decodeUtf8(bytes, 0, 5), "ab€");
});

test("lone surrogates", () => {
  for (const text of ["\ud800", "a\udc00", "\udc00\ud800", "\ud83d\ud83d\ude00"])
    assert.equal(isWellFormed(text), false);
});
