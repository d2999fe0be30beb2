import { FieldDescriptorProto_Type as FieldKind } from "hawser/wkt";
import type { SchemaField } from "../schema/element.js";
import { kindOf } from "./field-shape.js";
import type { SchemaIndex } from "./schema-index.js";

/** What a field that is not set is read as. Values of different types are compared: a change of the type is another rule's. */
export type DefaultValue =
  | { readonly kind: "text"; readonly value: string; readonly shown: string }
  | { readonly kind: "number"; readonly value: number | bigint; readonly isFloat: boolean; readonly shown: string };

/** The default value of a field, whether or not it says so. */
export function defaultOf(field: SchemaField, index: SchemaIndex): DefaultValue {
  const { defaultValue } = field.proto;
  switch (kindOf(field)) {
    case FieldKind.TYPE_STRING: {
      const value = defaultValue ?? "";
      return { kind: "text", value, shown: JSON.stringify(value) };
    }
    case FieldKind.TYPE_BYTES: {
      const value = unescapeBytes(defaultValue ?? "");
      const bytes = [...value].map((char) => `0x${char.charCodeAt(0).toString(16).toUpperCase()}`);
      return { kind: "text", value, shown: `[${bytes.join(",")}]` };
    }
    case FieldKind.TYPE_BOOL: {
      const value = defaultValue === "true";
      return { kind: "number", value: value ? 1 : 0, isFloat: false, shown: String(value) };
    }
    case FieldKind.TYPE_ENUM:
      return enumDefault(field, index);
    case FieldKind.TYPE_FLOAT: {
      const value = Math.fround(parseFloat64(defaultValue));
      return { kind: "number", value, isFloat: true, shown: showFloat(value, true) };
    }
    case FieldKind.TYPE_DOUBLE: {
      const value = parseFloat64(defaultValue);
      return { kind: "number", value, isFloat: false, shown: showFloat(value, false) };
    }
    default: {
      const text = /^-?\d+$/.test(defaultValue ?? "") ? defaultValue! : "0";
      return { kind: "number", value: BigInt(text), isFloat: false, shown: text };
    }
  }
}

/** Whether it is what fields without a default of their own have. */
export function isZero(value: DefaultValue): boolean {
  return value.kind === "text" ? value.value === "" : Number(value.value) === 0 && !Object.is(value.value, -0);
}

export function isSameDefault(a: DefaultValue, b: DefaultValue): boolean {
  if (a.kind === "text" || b.kind === "text") return a.kind === b.kind && a.value === b.value;
  if (Number.isNaN(a.value) || Number.isNaN(b.value)) return Number.isNaN(a.value) && Number.isNaN(b.value);
  // From float to double and back, what counts is the value as far as a float can hold it.
  if (a.isFloat !== b.isFloat && typeof a.value === "number" && typeof b.value === "number") {
    return Math.fround(a.value) === Math.fround(b.value);
  }
  // A bigint and a number are the same if they are so in mathematics, which === would not say.
  // biome-ignore lint/suspicious/noDoubleEquals: see above
  return a.value == b.value;
}

function enumDefault(field: SchemaField, index: SchemaIndex): DefaultValue {
  const type = index.enums.get(field.typeName);
  const { defaultValue } = field.proto;
  const value = defaultValue === undefined ? type?.values[0] : type?.values.find((each) => each.name === defaultValue);
  const number = value?.number ?? 0;
  // Of aliases, the first stands for all.
  const name = type?.values.find((each) => each.number === number)?.name;
  return { kind: "number", value: number, isFloat: false, shown: name === undefined ? "0" : `${type!.name}.${name}` };
}

/** The words of descriptor.proto for what is no number: inf, -inf and nan. */
function parseFloat64(text: string | undefined): number {
  if (text === undefined) return 0;
  if (text === "inf") return Infinity;
  if (text === "-inf") return -Infinity;
  return text === "nan" ? NaN : Number(text);
}

/** With as many digits as tell it apart from its neighbours; with an exponent below 1e-4 and from 1e21 on. */
function showFloat(value: number, isFloat: boolean): string {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "+Inf" : "-Inf";
  let shortest = value;
  if (isFloat) {
    for (let digits = 1; digits <= 9; digits++) {
      shortest = Number(value.toPrecision(digits));
      if (Math.fround(shortest) === value) break;
    }
  }
  const [mantissa = "", exponent = "0"] = shortest.toExponential().split("e");
  const power = Number(exponent);
  if (power >= -4 && power < 21) return Object.is(value, -0) ? "-0" : plain(shortest);
  return `${mantissa}e${power < 0 ? "-" : "+"}${String(Math.abs(power)).padStart(2, "0")}`;
}

function plain(value: number): string {
  return Math.abs(value) < 1e-6 && value !== 0 ? value.toFixed(20).replace(/0+$/, "") : String(value);
}

/** Undoes the escapes of C in which descriptors have the default values of bytes: a text of one character for each byte. */
function unescapeBytes(text: string): string {
  const simple: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", a: "\x07", b: "\b", f: "\f", v: "\v" };
  return text.replaceAll(/\\([0-7]{1,3}|x[0-9a-fA-F]{1,2}|.)/gs, (_, code: string) => {
    if (/^[0-7]/.test(code)) return String.fromCharCode(Number.parseInt(code, 8) & 0xff);
    if (/^x./.test(code)) return String.fromCharCode(Number.parseInt(code.slice(1), 16));
    return simple[code] ?? code;
  });
}
