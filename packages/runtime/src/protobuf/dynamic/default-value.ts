import type { EnumType } from "../type/enum-type.js";
import type { LongAs, ScalarType } from "../type/scalar-type.js";

/**
 * The value of `FieldDescriptorProto.default_value`: numbers in decimal, `inf`, `nan`, the name of an enum value, bytes
 * with C escapes.
 *
 * @returns `undefined` if the text is no value of the type
 */
export function defaultValue(text: string, type: ScalarType | EnumType, longAs: LongAs): unknown {
  if (typeof type === "object") return type.valueOf(text);
  switch (type) {
    case "string":
      return text;
    case "bytes":
      return unescapeBytes(text);
    case "bool":
      return text === "true" ? true : text === "false" ? false : undefined;
    case "double":
    case "float":
      return floatOf(text);
    default:
      if (!/^-?[0-9]{1,20}$/.test(text)) return undefined;
      if (!type.endsWith("64")) return Number(text);
      return longAs === "string" ? text : longAs === "number" ? Number(text) : BigInt(text);
  }
}

function floatOf(text: string): number | undefined {
  if (text === "nan" || text === "-nan") return Number.NaN;
  if (text === "inf" || text === "-inf") return text === "inf" ? Infinity : -Infinity;
  const number = text.length > 400 || text.trim() === "" ? Number.NaN : Number(text);
  return Number.isNaN(number) ? undefined : number;
}

const ESCAPES: Readonly<Record<string, number>> = { n: 10, r: 13, t: 9, a: 7, b: 8, f: 12, v: 11 };

function unescapeBytes(text: string): Uint8Array {
  const bytes: number[] = [];
  for (const [all, octal, hexadecimal, letter] of text.matchAll(/\\(?:([0-7]{1,3})|[xX]([0-9a-fA-F]{1,2})|(.))|./gs)) {
    if (octal !== undefined) bytes.push(Number.parseInt(octal, 8) & 255);
    else if (hexadecimal !== undefined) bytes.push(Number.parseInt(hexadecimal, 16));
    else if (letter !== undefined) bytes.push(Object.hasOwn(ESCAPES, letter) ? ESCAPES[letter]! : letter.charCodeAt(0));
    else bytes.push(all.charCodeAt(0) & 255);
  }
  return Uint8Array.from(bytes);
}
