import { decodeUtf8 } from "../../base/utf8.js";
import { readFixed32, readFixed64 } from "../wire/read-fixed.js";
import { copyBytes } from "../wire/read-string.js";
import { readUint64 } from "../wire/read-varint.js";
import { checkEnd, Reader, readLength, readTag, skipField } from "../wire/reader.js";
import { RECURSION_LIMIT, WireType } from "../wire/wire-type.js";
import type { TextPrinter } from "./text-printer.js";
import { quoteBytes, quoteString } from "./text-string.js";

/** So deep is a length-delimited value tried as a message: each level reads the bytes once more. */
const GUESS_DEPTH = 10;

/**
 * Prints fields that the schema does not know by their numbers: varints in decimal, fixed numbers in hexadecimal,
 * groups as messages, what has a length as a message if it reads as one, else as a string.
 *
 * @param known numbers to leave out
 */
export function printUnknown(out: TextPrinter, bytes: Uint8Array, known: ReadonlySet<number>): void {
  printFields(out, new Reader(bytes, 0), bytes.length, GUESS_DEPTH, known, 0);
}

const NONE: ReadonlySet<number> = new Set();

/** Up to `end`, or to the end tag of the group. */
function printFields(
  out: TextPrinter,
  r: Reader,
  end: number,
  guesses: number,
  known: ReadonlySet<number>,
  depth: number,
): void {
  while (r.pos < end) {
    const tag = readTag(r);
    const number = tag >>> 3;
    if (known.has(number)) {
      skipField(r, tag, end, depth);
      continue;
    }
    switch (tag & 7) {
      case WireType.VARINT:
        out.value(`${number}`, readUint64(r).toString());
        break;
      case WireType.I64:
        out.value(`${number}`, `0x${readFixed64(r).toString(16).padStart(16, "0")}`);
        break;
      case WireType.I32:
        out.value(`${number}`, `0x${readFixed32(r).toString(16).padStart(8, "0")}`);
        break;
      case WireType.LEN:
        printDelimited(out, number, r, readLength(r, end), guesses, depth);
        break;
      case WireType.SGROUP:
        if (depth >= RECURSION_LIMIT) skipField(r, tag, end, depth);
        else out.message(`${number}`, () => printFields(out, r, end, guesses, NONE, depth + 1));
        break;
      default:
        return;
    }
  }
}

function printDelimited(
  out: TextPrinter,
  number: number,
  r: Reader,
  end: number,
  guesses: number,
  depth: number,
): void {
  const bytes = copyBytes(r.buf, r.pos, end);
  r.pos = end;
  if (bytes.length > 0 && guesses > 0 && depth < RECURSION_LIMIT && isMessage(bytes, depth)) {
    out.message(`${number}`, () => printFields(out, new Reader(bytes, 0), bytes.length, guesses - 1, NONE, depth + 1));
    return;
  }
  const text = decodeUtf8(bytes, 0, bytes.length);
  out.value(`${number}`, text === undefined ? quoteBytes(bytes) : quoteString(text));
}

/** Whether bytes read as the fields of a message. */
function isMessage(bytes: Uint8Array, depth: number): boolean {
  try {
    const r = new Reader(bytes, 0);
    while (r.pos < bytes.length) skipField(r, readTag(r), bytes.length, depth);
    checkEnd(r, bytes.length);
    return true;
  } catch {
    return false;
  }
}
