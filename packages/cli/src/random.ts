/** Numbers in [0, 1). */
export type Random = () => number;

/** Numbers in [0, 1) by Marsaglia's xorshift of 32 bits: the same for the same seed. */
export function randomOf(seed: number): Random {
  // It must not start at 0, where it stays; the multiplication spreads seeds that are close together.
  let state = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) | 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}
