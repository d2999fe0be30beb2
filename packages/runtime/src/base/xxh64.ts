/**
 * XXH64 (https://github.com/Cyan4973/xxHash, "XXH64 algorithm description"), with 64-bit numbers as two halves of 32 bits:
 * what gRPC hashes with where clients in several languages must agree. Fast, spreads well, keeps no secrets.
 */

/** An unsigned 64-bit number. */
export interface Hash64 {
  readonly high: number;
  readonly low: number;
}

/** Hashes bytes. `seed` is an unsigned 32-bit number. */
export function xxh64(bytes: Uint8Array, seed: number = 0): Hash64 {
  const { length } = bytes;
  let at = 0;
  if (length >= 32) {
    for (let lane = 0; lane < 4; lane++) {
      const [high, low] = STARTS[lane];
      add(high, low, 0, seed);
      lanes[lane * 2] = h;
      lanes[lane * 2 + 1] = l;
    }
    for (; at + 32 <= length; at += 32) {
      for (let lane = 0; lane < 4; lane++) {
        const from = at + lane * 8;
        round(lanes[lane * 2], lanes[lane * 2 + 1], read(bytes, from + 4), read(bytes, from));
        lanes[lane * 2] = h;
        lanes[lane * 2 + 1] = l;
      }
    }
    let high = 0;
    let low = 0;
    for (let lane = 0; lane < 4; lane++) {
      rotate(lanes[lane * 2], lanes[lane * 2 + 1], LANE_TURNS[lane]);
      add(high, low, h, l);
      high = h;
      low = l;
    }
    for (let lane = 0; lane < 4; lane++) {
      round(0, 0, lanes[lane * 2], lanes[lane * 2 + 1]);
      multiply(high ^ h, low ^ l, P1H, P1L);
      add(h, l, P4H, P4L);
      high = h;
      low = l;
    }
    h = high;
    l = low;
  } else {
    add(0, seed, P5H, P5L);
  }
  add(h, l, 0, length);
  for (; at + 8 <= length; at += 8) {
    const high = h;
    const low = l;
    round(0, 0, read(bytes, at + 4), read(bytes, at));
    rotate(high ^ h, low ^ l, 27);
    multiply(h, l, P1H, P1L);
    add(h, l, P4H, P4L);
  }
  if (at + 4 <= length) {
    const high = h;
    const low = l;
    multiply(0, read(bytes, at), P1H, P1L);
    rotate(high ^ h, low ^ l, 23);
    multiply(h, l, P2H, P2L);
    add(h, l, P3H, P3L);
    at += 4;
  }
  for (; at < length; at++) {
    const high = h;
    const low = l;
    multiply(0, bytes[at], P5H, P5L);
    rotate(high ^ h, low ^ l, 11);
    multiply(h, l, P1H, P1L);
  }
  // Avalanche: shifts by 33, 29 and 32.
  multiply(h, l ^ (h >>> 1), P2H, P2L);
  multiply(h ^ (h >>> 29), l ^ ((h << 3) | (l >>> 29)), P3H, P3L);
  return { high: h >>> 0, low: (l ^ h) >>> 0 };
}

/** As {@link xxh64}, of the UTF-8 of `text`. */
export function xxh64Text(text: string, seed: number = 0): Hash64 {
  if (text.length > scratch.length) return xxh64(encoder.encode(text), seed);
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit > 0x7f) return xxh64(encoder.encode(text), seed);
    scratch[i] = unit;
  }
  return xxh64(scratch.subarray(0, text.length), seed);
}

/** Less than 0, 0 or more than 0, as `a` is under, equal to or over `b`. */
export function compareHashes(a: Hash64, b: Hash64): number {
  return a.high === b.high ? a.low - b.low : a.high - b.high;
}

/** The result of the operations below: no object for each step. */
let h = 0;
let l = 0;

const lanes: Int32Array = new Int32Array(8);
const scratch: Uint8Array = new Uint8Array(256);
const encoder: TextEncoder = new TextEncoder();

function read(bytes: Uint8Array, at: number): number {
  return bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24);
}

function add(aHigh: number, aLow: number, bHigh: number, bLow: number): void {
  const low = (aLow >>> 0) + (bLow >>> 0);
  h = (aHigh + bHigh + (low > 0xffffffff ? 1 : 0)) | 0;
  l = low | 0;
}

function multiply(aHigh: number, aLow: number, bHigh: number, bLow: number): void {
  const a0 = aLow & 0xffff;
  const a1 = aLow >>> 16;
  const b0 = bLow & 0xffff;
  const b1 = bLow >>> 16;
  const middle = a1 * b0 + ((a0 * b0) >>> 16);
  const carry = (middle & 0xffff) + a0 * b1;
  h = (a1 * b1 + (middle >>> 16) + (carry >>> 16) + Math.imul(aHigh, bLow) + Math.imul(aLow, bHigh)) | 0;
  l = Math.imul(aLow, bLow);
}

/** By 1 to 31. */
function rotate(high: number, low: number, by: number): void {
  h = (high << by) | (low >>> (32 - by));
  l = (low << by) | (high >>> (32 - by));
}

function round(high: number, low: number, inputHigh: number, inputLow: number): void {
  multiply(inputHigh, inputLow, P2H, P2L);
  add(high, low, h, l);
  rotate(h, l, 31);
  multiply(h, l, P1H, P1L);
}

const P1H = 0x9e3779b1;
const P1L = 0x85ebca87;
const P2H = 0xc2b2ae3d;
const P2L = 0x27d4eb4f;
const P3H = 0x165667b1;
const P3L = 0x9e3779f9;
const P4H = 0x85ebca77;
const P4L = 0xc2b2ae63;
const P5H = 0x27d4eb2f;
const P5L = 0x165667c5;

/** Prime 1 and prime 2 together, prime 2, nothing, prime 1 taken away. */
const STARTS: readonly (readonly [number, number])[] = [
  [0x60ea27ee, 0xadc0b5d6],
  [P2H, P2L],
  [0, 0],
  [0x61c8864e, 0x7a143579],
];

const LANE_TURNS: readonly number[] = [1, 7, 12, 18];
