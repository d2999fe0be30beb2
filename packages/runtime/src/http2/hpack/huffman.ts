/** Huffman coding of strings (RFC 7541 §5.2), both ways in linear time. */
import { EOS, HUFFMAN_CODES, HUFFMAN_LENGTHS } from "./huffman-table.js";

/**
 * The decoder is a machine that takes four bits at a step: the shortest code has five bits, so that a step gives at
 * most one octet. A state is an inner node of the code's tree. Each transition holds the next state in its low byte,
 * then a flag if an octet comes out, then the octet.
 */
const EMITS = 0x100;
const SYMBOL_SHIFT = 9;
const FAIL = -1;

const machine: { transitions: Int32Array; accepting: Uint8Array } = buildMachine();
const transitions: Int32Array = machine.transitions;
/** 1 for the states in which a string may end: at most seven bits of padding, all ones (RFC 7541 §5.2). */
const accepting: Uint8Array = machine.accepting;

function buildMachine(): { transitions: Int32Array; accepting: Uint8Array } {
  // The tree: two children per inner node; an inner node as its number, a leaf as -1 - symbol.
  const children: number[] = [0, 0];
  for (let symbol = 0; symbol <= EOS; symbol++) {
    const length = HUFFMAN_LENGTHS[symbol]!;
    const code = HUFFMAN_CODES[symbol]!;
    let node = 0;
    for (let bit = length - 1; bit > 0; bit--) {
      const slot = node * 2 + ((code >>> bit) & 1);
      if (children[slot] === 0) {
        children[slot] = children.length / 2;
        children.push(0, 0);
      }
      node = children[slot]!;
    }
    children[node * 2 + (code & 1)] = -1 - symbol;
  }
  const nodes = children.length / 2;
  const table = new Int32Array(nodes * 16);
  for (let state = 0; state < nodes; state++) {
    for (let nibble = 0; nibble < 16; nibble++) {
      let node = state;
      let out = 0;
      let failed = false;
      for (let bit = 3; bit >= 0; bit--) {
        node = children[node * 2 + ((nibble >>> bit) & 1)]!;
        if (node < 0) {
          const symbol = -1 - node;
          if (symbol === EOS) {
            failed = true;
            break;
          }
          out = EMITS | (symbol << SYMBOL_SHIFT);
          node = 0;
        }
      }
      table[state * 16 + nibble] = failed ? FAIL : out | node;
    }
  }
  const ends = new Uint8Array(nodes);
  let node = 0;
  for (let ones = 0; ones <= 7; ones++) {
    ends[node] = 1;
    node = children[node * 2 + 1]!;
  }
  return { transitions: table, accepting: ends };
}

/** The longest that `count` octets of Huffman code can decode to: no code is shorter than five bits. */
export function maxDecodedLength(count: number): number {
  return Math.floor((count * 8) / 5);
}

/**
 * Decodes `bytes[start, end)` into `out`, which must hold {@link maxDecodedLength} octets. Returns how many octets
 * came out, or -1 if the string holds EOS or ends in bad padding (RFC 7541 §5.2).
 */
export function decodeHuffman(bytes: Uint8Array, start: number, end: number, out: Uint8Array): number {
  let state = 0;
  let count = 0;
  for (let pos = start; pos < end; pos++) {
    const byte = bytes[pos]!;
    let step = transitions[state * 16 + (byte >>> 4)]!;
    if (step === FAIL) return -1;
    if ((step & EMITS) !== 0) out[count++] = step >>> SYMBOL_SHIFT;
    step = transitions[(step & 0xff) * 16 + (byte & 15)]!;
    if (step === FAIL) return -1;
    if ((step & EMITS) !== 0) out[count++] = step >>> SYMBOL_SHIFT;
    state = step & 0xff;
  }
  return accepting[state] === 1 ? count : -1;
}

/** How many octets `text` takes in Huffman code; each character counts as the octet of its low eight bits. */
export function huffmanLength(text: string): number {
  let bits = 0;
  for (let i = 0; i < text.length; i++) bits += HUFFMAN_LENGTHS[text.charCodeAt(i) & 0xff]!;
  return (bits + 7) >>> 3;
}

/** Writes `text` in Huffman code at `out[pos]`, where there must be room. Returns the position after it. */
export function encodeHuffman(text: string, out: Uint8Array, pos: number): number {
  let pending = 0;
  let pendingBits = 0;
  for (let i = 0; i < text.length; i++) {
    const symbol = text.charCodeAt(i) & 0xff;
    let code = HUFFMAN_CODES[symbol]!;
    let length = HUFFMAN_LENGTHS[symbol]!;
    // Up to 7 bits wait and a code has up to 30, so that a long code goes in two parts: shifts work on 32 bits.
    if (length > 16) {
      const high = length - 16;
      pending = (pending << high) | (code >>> 16);
      pendingBits += high;
      code &= 0xffff;
      length = 16;
      while (pendingBits >= 8) {
        pendingBits -= 8;
        out[pos++] = pending >>> pendingBits;
      }
      pending &= 0xff;
    }
    pending = (pending << length) | code;
    pendingBits += length;
    while (pendingBits >= 8) {
      pendingBits -= 8;
      out[pos++] = pending >>> pendingBits;
    }
    pending &= 0xff;
  }
  // EOS's prefix, which is ones, fills the last octet.
  if (pendingBits > 0) out[pos++] = (pending << (8 - pendingBits)) | (0xff >>> pendingBits);
  return pos;
}
