import { malformed } from "./protobuf-error.js";
import { MAX_FIELD_NUMBER, RECURSION_LIMIT, WireType } from "./wire-type.js";

/**
 * Bytes and a position in them. Reading past the array is not checked byte by byte: it gives `undefined`, which every
 * reader below turns into an error, or moves `pos` past the end of the message, which {@link checkEnd} reports.
 */
export class Reader {
  readonly buf: Uint8Array;
  pos: number;
  /** The number of the group that is being read, 0 outside of one and once its end tag was seen. */
  group: number;
  /** Nobody else has `buf`: what is read may be a view of it. */
  readonly owned: boolean;

  constructor(buf: Uint8Array, pos: number, owned: boolean = false) {
    this.buf = buf;
    this.pos = pos;
    this.group = 0;
    this.owned = owned;
  }
}

/** Reads a tag: `number << 3 | wire type`, as an unsigned number. */
export function readTag(r: Reader): number {
  const { buf, pos } = r;
  const tag = buf[pos]!;
  // 8 is the lowest tag: field 1, varint.
  if (tag < 128 && tag > 7) {
    r.pos = pos + 1;
    return tag;
  }
  // Two bytes: fields 16 to 2047.
  const next = buf[pos + 1]!;
  if (tag > 127 && next < 128 && next > 0) {
    r.pos = pos + 2;
    return (tag & 127) | (next << 7);
  }
  return readLongTag(r);
}

function readLongTag(r: Reader): number {
  const start = r.pos;
  const tag = readShortVarint(r, "tag");
  if (tag < 8) throw malformed("a tag with field number 0 does not exist", start);
  return tag;
}

/**
 * Reads the length of a length-delimited value.
 *
 * @param end where the enclosing message ends
 * @returns where the value ends
 */
export function readLength(r: Reader, end: number): number {
  const { buf, pos } = r;
  let length = buf[pos]!;
  if (length < 128) r.pos = pos + 1;
  else {
    const next = buf[pos + 1]!;
    if (next < 128) {
      length = (length & 127) | (next << 7);
      r.pos = pos + 2;
    } else length = readShortVarint(r, "length");
  }
  const valueEnd = r.pos + length;
  if (valueEnd > end) throw overrun(r, length, end);
  return valueEnd;
}

/**
 * As {@link readLength}, for a message: checks the nesting as well.
 *
 * @param depth how deep the enclosing message is
 */
export function readMessageLength(r: Reader, end: number, depth: number): number {
  if (depth >= RECURSION_LIMIT) throw tooDeep(r.pos);
  return readLength(r, end);
}

/** Called where the fields of a message end: the last of them must not have run past it. */
export function checkEnd(r: Reader, end: number): void {
  if (r.pos > end) throw malformed("the last field runs past the end of its message: the bytes are cut short", end);
}

/** Reads a group: fields up to the end tag of the same number. */
export function readGroup<T>(
  read: (r: Reader, end: number, depth: number, into?: T) => T,
  number: number,
  r: Reader,
  end: number,
  depth: number,
  into: T | undefined,
): T {
  if (depth >= RECURSION_LIMIT) throw tooDeep(r.pos);
  const outer = r.group;
  r.group = number;
  const start = r.pos;
  const message = read(r, end, depth + 1, into);
  if (r.group !== 0) throw malformed(`group ${number} has no end tag`, start);
  r.group = outer;
  return message;
}

/**
 * Takes a tag that the message does not know. @returns whether it ends the group that is being read; if not, it is
 * the tag of an unknown field.
 */
export function endsGroup(r: Reader, tag: number): boolean {
  if ((tag & 7) !== WireType.EGROUP) return false;
  if (tag >>> 3 !== r.group) {
    throw malformed(`the end tag of group ${tag >>> 3} has no start tag`, r.pos);
  }
  r.group = 0;
  return true;
}

/** A varint of at most 32 bits in five bytes: what tags and lengths may be. */
function readShortVarint(r: Reader, what: string): number {
  const { buf } = r;
  const start = r.pos;
  let value = 0;
  for (let i = 0; i < 5; i++) {
    const byte = buf[start + i];
    if (byte === undefined) throw malformed(`the bytes end within a ${what}`, start);
    if (byte < 128) {
      if (i === 4 && byte > 15) break;
      r.pos = start + i + 1;
      return (value | (byte << (7 * i))) >>> 0;
    }
    value |= (byte & 127) << (7 * i);
  }
  throw malformed(`a ${what} of more than 32 bits`, start);
}

/** Kept out of the callers, which are meant to be inlined. */
function overrun(r: Reader, length: number, end: number): Error {
  return malformed(
    `a length of ${length} bytes, but only ${Math.max(0, end - r.pos)} are left in the message: it was cut short, or is of another type`,
    r.pos,
  );
}

/** Messages or groups that nest past {@link RECURSION_LIMIT}. */
export function tooDeep(offset: number): Error {
  return malformed(`messages nest more than ${RECURSION_LIMIT} deep`, offset);
}

/** Steps over the value behind `tag`. @param depth how deep the enclosing message is: unknown groups count as well */
export function skipField(r: Reader, tag: number, end: number, depth: number): void {
  switch (tag & 7) {
    case WireType.VARINT:
      skipVarint(r);
      break;
    case WireType.I64:
      r.pos += 8;
      break;
    case WireType.LEN:
      r.pos = readLength(r, end);
      break;
    case WireType.I32:
      r.pos += 4;
      break;
    case WireType.SGROUP:
      skipGroup(r, tag, end, depth);
      break;
    case WireType.EGROUP:
      throw malformed(`the end tag of group ${tag >>> 3} has no start tag`, r.pos);
    default:
      throw malformed(`wire type ${tag & 7} of field ${tag >>> 3} does not exist`, r.pos);
  }
  if (r.pos > end) throw malformed(`field ${tag >>> 3} runs past the end of its message`, end);
}

function skipVarint(r: Reader): void {
  const start = r.pos;
  for (let i = 0; i < 10; i++) if (r.buf[r.pos++]! < 128) return;
  throw malformed("a varint of more than ten bytes, or cut short", start);
}

/** With a counter in place of recursion; the numbers of the open groups must match. */
function skipGroup(r: Reader, tag: number, end: number, depth: number): void {
  const start = r.pos;
  const open = [tag >>> 3];
  while (open.length > 0) {
    if (depth + open.length > RECURSION_LIMIT) throw tooDeep(r.pos);
    if (r.pos >= end) throw malformed(`group ${open[open.length - 1]} has no end tag`, start);
    const next = readTag(r);
    if ((next & 7) === WireType.SGROUP) open.push(next >>> 3);
    else if ((next & 7) === WireType.EGROUP) {
      if (open.pop() !== next >>> 3) throw malformed(`the end tag of group ${next >>> 3} has no start tag`, r.pos);
    } else skipField(r, next, end, depth);
  }
}

/** Whether a field number can be declared. */
export function isFieldNumber(value: number): boolean {
  return Number.isInteger(value) && value >= 1 && value <= MAX_FIELD_NUMBER;
}
