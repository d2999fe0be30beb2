/** A small generator of numbers (mulberry32): the same seed gives the same run. */
export function generator(seed: number): (below: number) => number {
  let state = seed | 0;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

/** Octets at which parsers take another turn. */
const TELLING = [0, 1, 2, 4, 8, 9, 0x1f, 0x20, 0x3f, 0x40, 0x7f, 0x80, 0xbe, 0xfe, 0xff];

/** No input grows beyond: long ones are slow and show little more. */
const MAX_LENGTH = 2048;

/** Changes a copy of an input in a few places; `other` may be spliced in. */
export function mutate(input: Uint8Array, other: Uint8Array, random: (below: number) => number): Uint8Array {
  let bytes = Array.from(input);
  for (let left = 1 + random(4); left > 0; left--) {
    const at = random(bytes.length + 1);
    switch (random(8)) {
      case 0:
        if (at < bytes.length) bytes[at] = random(256);
        break;
      case 1:
        if (at < bytes.length) bytes[at] = TELLING[random(TELLING.length)]!;
        break;
      case 2:
        if (at < bytes.length) bytes[at] = (bytes[at]! ^ (1 << random(8))) & 0xff;
        break;
      case 3:
        bytes.splice(at, 1 + random(8));
        break;
      case 4:
        bytes.splice(at, 0, ...Array.from({ length: 1 + random(8) }, () => random(256)));
        break;
      case 5: {
        const from = random(bytes.length + 1);
        bytes.splice(at, 0, ...bytes.slice(from, from + 1 + random(64)));
        break;
      }
      case 6: {
        const from = random(other.length + 1);
        bytes.splice(at, 0, ...other.subarray(from, from + 1 + random(128)));
        break;
      }
      default:
        bytes = bytes.slice(0, at).concat(Array.from(other.subarray(random(other.length + 1))));
    }
  }
  return Uint8Array.from(bytes.slice(0, MAX_LENGTH));
}
