/** A field as it is in the bytes of a message. */
export interface WireRecord {
  readonly number: number;
  readonly tagEnd: number;
  /** Where the next record begins. */
  readonly end: number;
  readonly isGroup: boolean;
  /** What a length-delimited record or a group holds. */
  readonly content: Uint8Array | undefined;
  readonly contentEnd: number;
}

/** Reads one record of bytes that the compiler or a decoder has written, which are therefore well-formed. */
export function readRecord(bytes: Uint8Array, start: number): WireRecord {
  const [tag, tagEnd] = readVarint(bytes, start);
  const number = Math.floor(tag / 8);
  const none = { number, tagEnd, isGroup: false, content: undefined };
  switch (tag % 8) {
    case 0: {
      const end = readVarint(bytes, tagEnd)[1];
      return { ...none, end, contentEnd: end };
    }
    case 1:
      return { ...none, end: tagEnd + 8, contentEnd: tagEnd + 8 };
    case 5:
      return { ...none, end: tagEnd + 4, contentEnd: tagEnd + 4 };
    case 2: {
      const [length, from] = readVarint(bytes, tagEnd);
      const end = from + length;
      return { number, tagEnd, isGroup: false, content: bytes.subarray(from, end), end, contentEnd: end };
    }
    default: {
      let depth = 1;
      for (let at = tagEnd; at < bytes.length; ) {
        const [inner, afterTag] = readVarint(bytes, at);
        const wireType = inner % 8;
        if (wireType === 3) depth++;
        if (wireType === 4 && --depth === 0) {
          return {
            number,
            tagEnd,
            isGroup: true,
            content: bytes.subarray(tagEnd, at),
            end: afterTag,
            contentEnd: at,
          };
        }
        at = wireType === 3 || wireType === 4 ? afterTag : readRecord(bytes, at).end;
      }
      return { ...none, end: bytes.length, contentEnd: bytes.length };
    }
  }
}

/** A varint as a number, exact up to 2^53: tags and lengths are shorter, and of longer values only the end is used. */
function readVarint(bytes: Uint8Array, start: number): [value: number, end: number] {
  let value = 0;
  let scale = 1;
  let at = start;
  for (; at < bytes.length; at++) {
    const byte = bytes[at]!;
    value += (byte & 0x7f) * scale;
    scale *= 128;
    if (byte < 0x80) return [value, at + 1];
  }
  return [value, at];
}

/** Joins bytes. */
export function concat(parts: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}
