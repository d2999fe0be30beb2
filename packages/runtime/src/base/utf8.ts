/**
 * UTF-8 in and out of byte arrays. Short ASCII text is handled byte by byte, because a call into the engine's native
 * code costs about as much as twenty-four characters; anything else goes to `Buffer`'s methods where they exist (they
 * work on any `Uint8Array`) and to `TextEncoder`/`TextDecoder` where they do not.
 */

/** `Buffer.prototype`, as far as it is used here. */
interface NativeText {
  utf8Write?: (this: Uint8Array, text: string, offset: number, length: number) => number;
  utf8Slice?: (this: Uint8Array, start: number, end: number) => string;
}

const { write: nativeWrite, slice: nativeSlice } = detectNative();
const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const fromCodes = String.fromCharCode;

/** Up to this many bytes the loop beats the native call (measured by `npm run bench -- codec` on Node 20). */
const SHORT = 24;

/** What a native decoder puts in the place of malformed bytes. */
const REPLACEMENT = "\uFFFD";

/**
 * Looked up once. Tried out, too: an engine whose `Buffer` is a polyfill that wants its own class must not be used.
 */
function detectNative(): { write: NativeText["utf8Write"]; slice: NativeText["utf8Slice"] } {
  const prototype = (globalThis as { Buffer?: { prototype?: NativeText } }).Buffer?.prototype;
  const write = prototype?.utf8Write;
  const slice = prototype?.utf8Slice;
  try {
    const probe = new Uint8Array(4);
    if (write?.call(probe, "aé", 1, 3) === 3 && slice?.call(probe, 1, 4) === "aé") return { write, slice };
  } catch {
    // Not usable on a plain Uint8Array: take the standard way.
  }
  return { write: undefined, slice: undefined };
}

/**
 * Decodes `bytes[start, end)`. Malformed UTF-8 (RFC 3629: overlong forms, surrogates, stray or missing continuation
 * bytes) gives `undefined`; nothing is ever replaced.
 */
export function decodeUtf8(bytes: Uint8Array, start: number, end: number): string | undefined {
  if (end - start <= SHORT) {
    const text = decodeShortAscii(bytes, start, end);
    if (text !== undefined) return text;
  }
  if (nativeSlice === undefined) {
    try {
      return decoder.decode(bytes.subarray(start, end));
    } catch {
      return undefined;
    }
  }
  const text = nativeSlice.call(bytes, start, end);
  // A replacement character is in the text because it was sent, or because something was malformed.
  return text.includes(REPLACEMENT) && !isUtf8(bytes, start, end) ? undefined : text;
}

/** Decodes `bytes[start, end)` with U+FFFD in the place of each malformed sequence. */
export function decodeUtf8Lossy(bytes: Uint8Array, start: number, end: number): string {
  return nativeSlice === undefined
    ? new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes.subarray(start, end))
    : nativeSlice.call(bytes, start, end);
}

/** Eight characters a round: one call of `fromCharCode` makes them one flat string. */
function decodeShortAscii(bytes: Uint8Array, start: number, end: number): string | undefined {
  let text = "";
  let at = start;
  for (; at + 8 <= end; at += 8) {
    const a = bytes[at]!;
    const b = bytes[at + 1]!;
    const c = bytes[at + 2]!;
    const d = bytes[at + 3]!;
    const e = bytes[at + 4]!;
    const f = bytes[at + 5]!;
    const g = bytes[at + 6]!;
    const h = bytes[at + 7]!;
    if ((a | b | c | d | e | f | g | h) > 127) return undefined;
    text += fromCodes(a, b, c, d, e, f, g, h);
  }
  if (at === end) return text;
  const a = bytes[at]!;
  if (a > 127) return undefined;
  if (at + 1 === end) return text + fromCodes(a);
  const b = bytes[at + 1]!;
  if (b > 127) return undefined;
  if (at + 2 === end) return text + fromCodes(a, b);
  const c = bytes[at + 2]!;
  if (c > 127) return undefined;
  if (at + 3 === end) return text + fromCodes(a, b, c);
  const d = bytes[at + 3]!;
  if (d > 127) return undefined;
  if (at + 4 === end) return text + fromCodes(a, b, c, d);
  const e = bytes[at + 4]!;
  if (e > 127) return undefined;
  if (at + 5 === end) return text + fromCodes(a, b, c, d, e);
  const f = bytes[at + 5]!;
  if (f > 127) return undefined;
  if (at + 6 === end) return text + fromCodes(a, b, c, d, e, f);
  const g = bytes[at + 6]!;
  return g > 127 ? undefined : text + fromCodes(a, b, c, d, e, f, g);
}

/** Whether `bytes[start, end)` is well-formed UTF-8 (RFC 3629 section 4). */
export function isUtf8(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; ) {
    const lead = bytes[at++]!;
    if (lead < 0x80) continue;
    let more: number;
    let low = 0x80;
    let high = 0xbf;
    if (lead >= 0xc2 && lead <= 0xdf) more = 1;
    else if (lead >= 0xe0 && lead <= 0xef) {
      more = 2;
      if (lead === 0xe0) low = 0xa0;
      else if (lead === 0xed) high = 0x9f;
    } else if (lead >= 0xf0 && lead <= 0xf4) {
      more = 3;
      if (lead === 0xf0) low = 0x90;
      else if (lead === 0xf4) high = 0x8f;
    } else return false;
    for (; more > 0; more--) {
      if (at >= end) return false;
      const next = bytes[at++]!;
      if (next < low || next > high) return false;
      low = 0x80;
      high = 0xbf;
    }
  }
  return true;
}

/**
 * Writes `text` at `bytes[at]` and returns the count of bytes written. The caller has made room for three bytes per
 * UTF-16 unit (or for {@link utf8Length}). A lone surrogate is written as U+FFFD: see {@link isWellFormed}.
 */
export function encodeUtf8(text: string, bytes: Uint8Array, at: number): number {
  return nativeWrite === undefined
    ? encoder.encodeInto(text, bytes.subarray(at)).written
    : nativeWrite.call(bytes, text, at, bytes.length - at);
}

/** The length of `text` in UTF-8, in bytes; a lone surrogate counts three. */
export function utf8Length(text: string): number {
  let length = text.length;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) continue;
    if (unit < 0x800) length++;
    else if (unit >= 0xd800 && unit <= 0xdbff && (text.charCodeAt(i + 1) & 0xfc00) === 0xdc00) {
      length += 2;
      i++;
    } else length += 2;
  }
  return length;
}

/** Whether `text` is free of lone surrogates, which UTF-8 cannot express. */
export function isWellFormed(text: string): boolean {
  const native = (text as { isWellFormed?: () => boolean }).isWellFormed;
  if (native !== undefined) return native.call(text);
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0xd800 || unit > 0xdfff) continue;
    if (unit > 0xdbff || (text.charCodeAt(i + 1) & 0xfc00) !== 0xdc00) return false;
    i++;
  }
  return true;
}
