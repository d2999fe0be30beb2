/**
 * A hash of 52 bits, exact in a number: two runs of the 32-bit MurmurHash3 with different seeds over the UTF-16 units of
 * `text`. It spreads well and is the same everywhere; it does not keep secrets.
 */
export function hashText(text: string, seed: number = 0): number {
  return (murmur(text, seed) & 0xfffff) * 2 ** 32 + murmur(text, seed ^ 0x5bd1e995);
}

function murmur(text: string, seed: number): number {
  let hash = seed | 0;
  for (let i = 0; i < text.length; i++) {
    let unit = Math.imul(text.charCodeAt(i), 0xcc9e2d51);
    unit = (unit << 15) | (unit >>> 17);
    hash ^= Math.imul(unit, 0x1b873593);
    hash = (hash << 13) | (hash >>> 19);
    hash = (Math.imul(hash, 5) + 0xe6546b64) | 0;
  }
  hash ^= text.length;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
