/** Numbers from `start` to `end`, both among them. */
export interface NumberRange {
  readonly start: number;
  readonly end: number;
}

/** Descriptors of messages have the end of a range behind its last number (descriptor.proto, ReservedRange). */
export function messageRanges(
  ranges: readonly { readonly start: number | undefined; readonly end: number | undefined }[],
): NumberRange[] {
  return ranges.map(({ start = 0, end = 0 }) => ({ start, end: end - 1 }));
}

/** Descriptors of enums have the last number itself. */
export function enumRanges(
  ranges: readonly { readonly start: number | undefined; readonly end: number | undefined }[],
): NumberRange[] {
  return ranges.map(({ start = 0, end = 0 }) => ({ start, end }));
}

export function isWithin(number: number, ranges: readonly NumberRange[]): boolean {
  return ranges.some(({ start, end }) => start <= number && number <= end);
}

/** What of a range the others do not cover. */
export function missingFrom(range: NumberRange, others: readonly NumberRange[]): NumberRange[] {
  const missing: NumberRange[] = [];
  let next = range.start;
  for (const { start, end } of [...others].sort((a, b) => a.start - b.start)) {
    if (end < next) continue;
    if (start > range.end) break;
    if (start > next) missing.push({ start: next, end: start - 1 });
    next = end + 1;
  }
  if (next <= range.end) missing.push({ start: next, end: range.end });
  return missing;
}

/** `[1]`, `[1,5]`, or `[1,max]` for one that goes to the end. */
export function showRange({ start, end }: NumberRange, max: number): string {
  if (start === end) return `[${start}]`;
  return end === max ? `[${start},max]` : `[${start},${end}]`;
}
