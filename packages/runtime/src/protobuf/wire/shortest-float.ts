/** The shortest number that is the same float: 0.1, not 0.10000000149011612. */
export function shortestFloat(value: number): number {
  // toPrecision would drop the sign of minus zero.
  if (value === 0 || !Number.isFinite(value)) return value;
  for (let digits = 6; digits <= 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === Math.fround(value)) return short;
  }
  return value;
}
