/** How fast a counter grew between two looks, as `12 a second`; empty if there was one look only, or it went back. */
export function rateOf(now: bigint, at: number, before: bigint | undefined, beforeAt: number | undefined): string {
  if (before === undefined || beforeAt === undefined || at <= beforeAt || now < before) return "";
  const rate = (Number(now - before) * 1000) / (at - beforeAt);
  return `${rate.toLocaleString("en", { maximumFractionDigits: rate < 10 ? 1 : 0 })} a second`;
}
