import type { EnumModel, FieldModel } from "./model.js";

/** The declared default of a field as a literal of the generated code; `undefined` if there is none. */
export function defaultLiteral(field: FieldModel): string | undefined {
  const text = field.proto.defaultValue;
  if (text === undefined) return undefined;
  const { value } = field;
  if (value.kind === "enum") {
    const number = numbersOf(value.type).get(text);
    return number === undefined ? undefined : String(number);
  }
  if (value.kind === "message") return undefined;
  switch (value.scalar) {
    case "string":
      return JSON.stringify(text);
    case "bytes":
      return `new Uint8Array([${unescapeBytes(text).join(", ")}])`;
    case "bool":
      return text === "true" ? "true" : "false";
    case "double":
    case "float":
      return text === "inf" ? "Infinity" : text === "-inf" ? "-Infinity" : text === "nan" ? "NaN" : numberLiteral(text);
    default:
      if (!/^-?[0-9]+$/.test(text)) return undefined;
      if (!value.scalar.endsWith("64")) return text;
      return value.longAs === "string" ? JSON.stringify(text) : value.longAs === "number" ? text : `${text}n`;
  }
}

const numbers = new WeakMap<EnumModel, Map<string, number>>();

/** The values of an enum by name: as many fields may have one of them as their default. */
function numbersOf(type: EnumModel): Map<string, number> {
  let byName = numbers.get(type);
  if (byName === undefined) {
    byName = new Map(type.proto.value.map(({ name, number }) => [name ?? "", number ?? 0]));
    numbers.set(type, byName);
  }
  return byName;
}

/** Through a number and back: nothing but digits of ours reaches the code. */
function numberLiteral(text: string): string {
  const number = Number(text);
  return Object.is(number, -0) ? "-0" : String(number);
}

const ESCAPES: Readonly<Record<string, number>> = { n: 10, r: 13, t: 9, a: 7, b: 8, f: 12, v: 11 };

/** Undoes the C escapes that `FieldDescriptorProto.default_value` has for bytes. */
function unescapeBytes(text: string): number[] {
  const bytes: number[] = [];
  for (let i = 0; i < text.length; i++) {
    if (text[i] !== "\\") {
      bytes.push(text.charCodeAt(i) & 255);
      continue;
    }
    const octal = /^[0-7]{1,3}/.exec(text.slice(i + 1, i + 4));
    const hex = /^[xX]([0-9a-fA-F]{1,2})/.exec(text.slice(i + 1, i + 4));
    if (octal !== null) {
      bytes.push(Number.parseInt(octal[0], 8) & 255);
      i += octal[0].length;
    } else if (hex !== null) {
      bytes.push(Number.parseInt(hex[1]!, 16));
      i += hex[0].length;
    } else {
      i++;
      const letter = text[i] ?? "";
      bytes.push(Object.hasOwn(ESCAPES, letter) ? ESCAPES[letter]! : letter.charCodeAt(0) & 255);
    }
  }
  return bytes;
}
