import assert from "node:assert/strict";
import { test } from "node:test";
import { compareHashes, type Hash64, xxh64, xxh64Text } from "./xxh64.js";

const SEED = 0x9e3779b1;

/** The buffer of xxHash's own self-test (xxhsum, `XSUM_fillTestBuffer`). */
function sanityBuffer(length: number): Uint8Array {
  let state = BigInt(SEED);
  return Uint8Array.from({ length }, () => {
    const byte = Number(state >> 56n);
    state = BigInt.asUintN(64, state * 11_400_714_785_074_694_797n);
    return byte;
  });
}

function hex({ high, low }: Hash64): string {
  return high.toString(16).padStart(8, "0") + low.toString(16).padStart(8, "0");
}

/** xxHash's self-test for XXH64: length, seed, hash. */
const VECTORS: readonly (readonly [number, number, string])[] = [
  [0, 0, "ef46db3751d8e999"],
  [0, SEED, "ac75fda2929b17ef"],
  [1, 0, "e934a84adb052768"],
  [1, SEED, "5014607643a9b4c3"],
  [4, 0, "9136a0dca57457ee"],
  [14, 0, "8282dcc4994e35c8"],
  [14, SEED, "c3bd6bf63deb6df0"],
  [222, 0, "b641ae8cb691c174"],
  [222, SEED, "20cb8ab7ae10c14a"],
];

for (const [length, seed, hash] of VECTORS) {
  test(`XXH64 of ${length} bytes of xxHash's self-test, seed ${seed}`, () => {
    assert.equal(hex(xxh64(sanityBuffer(length), seed)), hash);
  });
}

test("texts, as UTF-8: short, long, and not ASCII", () => {
  assert.equal(hex(xxh64Text("")), "ef46db3751d8e999");
  assert.equal(hex(xxh64Text("a")), "d24ec4f1a98c6e5b");
  assert.equal(hex(xxh64Text("abc")), "44bc2cf5ad770999");
  for (const text of ["x".repeat(255), "x".repeat(257), "naïve ☃ 𝄞", "ascii, then ☃"]) {
    assert.equal(hex(xxh64Text(text, 7)), hex(xxh64(new TextEncoder().encode(text), 7)));
  }
});

test("against the definition in whole numbers, for every length up to 300 and other seeds", () => {
  for (let length = 0; length <= 300; length++) {
    const bytes = sanityBuffer(length);
    const seed = (length * 2_654_435_761) >>> 0;
    assert.equal(hex(xxh64(bytes, seed)), reference(bytes, BigInt(seed)).toString(16).padStart(16, "0"));
  }
});

test("hashes are compared as unsigned 64-bit numbers", () => {
  const hash = (high: number, low: number): Hash64 => ({ high, low });
  assert.ok(compareHashes(hash(1, 0), hash(0, 0xffffffff)) > 0);
  assert.ok(compareHashes(hash(0, 1), hash(0, 0xffffffff)) < 0);
  assert.ok(compareHashes(hash(0xffffffff, 0), hash(0x7fffffff, 0)) > 0);
  assert.equal(compareHashes(hash(5, 5), hash(5, 5)), 0);
});

/** XXH64 as its description has it, step by step. */
function reference(bytes: Uint8Array, seed: bigint): bigint {
  const P1 = 0x9e3779b185ebca87n;
  const P2 = 0xc2b2ae3d27d4eb4fn;
  const P3 = 0x165667b19e3779f9n;
  const P4 = 0x85ebca77c2b2ae63n;
  const P5 = 0x27d4eb2f165667c5n;
  const u = (value: bigint) => BigInt.asUintN(64, value);
  const rotate = (value: bigint, by: bigint) => u((value << by) | (value >> (64n - by)));
  const round = (acc: bigint, input: bigint) => u(rotate(u(acc + input * P2), 31n) * P1);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let at = 0;
  let acc = u(seed + P5);
  if (bytes.length >= 32) {
    const lanes = [u(seed + P1 + P2), u(seed + P2), seed, u(seed - P1)];
    for (; at + 32 <= bytes.length; at += 32) {
      for (let i = 0; i < 4; i++) lanes[i] = round(lanes[i] as bigint, view.getBigUint64(at + i * 8, true));
    }
    const [a, b, c, d] = lanes as [bigint, bigint, bigint, bigint];
    acc = u(rotate(a, 1n) + rotate(b, 7n) + rotate(c, 12n) + rotate(d, 18n));
    for (const lane of lanes) acc = u((acc ^ round(0n, lane)) * P1 + P4);
  }
  acc = u(acc + BigInt(bytes.length));
  for (; at + 8 <= bytes.length; at += 8) {
    acc = u(rotate(acc ^ round(0n, view.getBigUint64(at, true)), 27n) * P1 + P4);
  }
  for (; at + 4 <= bytes.length; at += 4) {
    acc = u(rotate(acc ^ u(BigInt(view.getUint32(at, true)) * P1), 23n) * P2 + P3);
  }
  for (; at < bytes.length; at++) acc = u(rotate(acc ^ u(BigInt(bytes[at] as number) * P5), 11n) * P1);
  acc = u((acc ^ (acc >> 33n)) * P2);
  acc = u((acc ^ (acc >> 29n)) * P3);
  return acc ^ (acc >> 32n);
}
