import type { Random } from "../random.js";
import { between } from "./words.js";

type Make = (random: Random, isWhole: boolean, now: Date) => number;

const money: Make = (random, isWhole) => (isWhole ? between(random, 1, 500) : cents(random, 500));

/** What a field's name says of its number, the first that fits. */
const KINDS: readonly (readonly [RegExp, Make])[] = [
  [/(^|_)id$/, (r) => between(r, 1, 9999)],
  [/(^|_)(latitude|lat)$/, (r) => Math.round((r() * 130 - 60) * 1e5) / 1e5],
  [/(^|_)(longitude|lng|lon|long)$/, (r) => Math.round((r() * 360 - 180) * 1e5) / 1e5],
  [/(^|_)(year)$/, (r) => between(r, 1995, 2026)],
  [/(^|_)(month)s?$/, (r) => between(r, 1, 12)],
  [/(^|_)(day)s?$/, (r) => between(r, 1, 28)],
  [/(^|_)(hour)s?$/, (r) => between(r, 0, 23)],
  [/(^|_)(minute|second)s?$/, (r) => between(r, 0, 59)],
  [/(^|_)nanos$/, (r) => between(r, 0, 99) * 10_000_000],
  [/(^|_)(age)$/, (r) => between(r, 18, 80)],
  [/(^|_)(percent|percentage|progress|humidity)$/, (r) => between(r, 0, 100)],
  [/(^|_)(ratio|rate|probability|confidence|share)$/, (r, isWhole) => (isWhole ? between(r, 0, 10) : cents(r, 1))],
  [/(^|_)(score|rating|stars|rank)$/, (r, isWhole) => (isWhole ? between(r, 1, 5) : Math.round(10 + r() * 40) / 10)],
  [/(^|_)(cents|minor_units)$/, (r) => between(r, 100, 50_000)],
  [/(^|_)(price|amount|cost|fee|balance|salary|tax|subtotal|units)$/, money],
  [/(^|_)(port)$/, (r) => between(r, 1024, 9999)],
  [/(^|_)(status_code|http_status)$/, () => 200],
  [/(_at|_time|timestamp)_?(ms|millis)$/, (_, __, now) => now.getTime()],
  [/(_at|_time|timestamp|epoch)$/, (_, __, now) => Math.floor(now.getTime() / 1000)],
  [/(^|_)(bytes|file_size|size_bytes)$/, (r) => between(r, 1, 4096) * 1024],
  [/(^|_)(ms|millis|latency|duration_ms)$/, (r) => between(r, 1, 500)],
  [/(^|_)(width|height)(_px)?$/, (r) => between(r, 1, 40) * 16],
  [/(^|_)(temperature|temp)(_c)?$/, (r, isWhole) => (isWhole ? between(r, -5, 32) : Math.round(r() * 370 - 50) / 10)],
  [/(^|_)(count|quantity|total|num|stock|size|length)s?$|^num_/, (r) => between(r, 1, 20)],
  [/(^|_)(version|revision|level|priority|page)$/, (r) => between(r, 1, 5)],
  [/(^|_)(index|position|offset)$/, (r) => between(r, 0, 9)],
];

/**
 * A number that a field of this name may well hold. It fits into 32 bits, unless the name is that of a time in milliseconds.
 *
 * @param name as in the `.proto`
 * @param now the time that it is about
 */
export function numberByName(name: string, isWhole: boolean, random: Random, now: Date): number {
  const plain = name.replace(/(?<=[a-z\d])(?=[A-Z])/g, "_").toLowerCase();
  for (const [names, make] of KINDS) {
    if (!names.test(plain)) continue;
    const value = make(random, isWhole, now);
    return isWhole ? Math.round(value) : value;
  }
  return isWhole ? between(random, 1, 100) : cents(random, 100);
}

/** Below `limit`, with two places behind the point. */
function cents(random: Random, limit: number): number {
  return Math.round(random() * limit * 100) / 100;
}
