import { isLikely } from "./guess-bytes.js";
import type { RawField } from "./raw-field.js";

/** Milliseconds of 1990 and 2100: numbers between them are often times. */
const FIRST_TIME = Date.UTC(1990);
const LAST_TIME = Date.UTC(2100);

/** So many bytes of what is no message and no text are shown. */
const SHOWN_BYTES = 64;

/** Fields as protoc's --decode_raw shows them, with what each may mean as a comment behind it. */
export function printRaw(fields: readonly RawField[], indent = ""): string {
  return fields.map((field) => `${indent}${lineOf(field, indent)}\n`).join("");
}

function lineOf(field: RawField, indent: string): string {
  const { number } = field;
  switch (field.wire) {
    case "varint":
      return commented(`${number}: ${field.value}`, varintMeanings(field.value));
    case "fixed64":
      return commented(`${number}: 0x${field.value.toString(16).padStart(16, "0")}`, [
        "fixed64",
        ...numberMeanings(float64(field.value), "double"),
        ...(field.value < 1n << 62n || field.value > -(1n << 62n) + (1n << 64n)
          ? [`${BigInt.asIntN(64, field.value)}`]
          : []),
      ]);
    case "fixed32":
      return commented(`${number}: 0x${field.value.toString(16).padStart(8, "0")}`, [
        "fixed32",
        ...numberMeanings(float32(field.value), "float"),
        `${field.value | 0}`,
      ]);
    case "group":
      return `${number} {  # group\n${printRaw(field.fields, `${indent}  `)}${indent}}`;
    case "bytes":
      return bytesLine(field, indent);
  }
}

function bytesLine({ number, bytes, guess }: RawField & { wire: "bytes" }, indent: string): string {
  switch (guess.kind) {
    case "empty":
      return `${number}: ""  # empty`;
    case "message":
      return `${number} {  # ${count(bytes.length, "byte")}\n${printRaw(guess.fields, `${indent}  `)}${indent}}`;
    case "string":
      return `${number}: ${JSON.stringify(guess.text)}`;
    case "varints":
    case "doubles":
    case "floats": {
      const shown = guess.values.slice(0, 16).join(", ") + (guess.values.length > 16 ? ", ..." : "");
      return commented(`${number}: ${quoted(bytes)}`, [`packed ${guess.kind}: ${shown}`]);
    }
    case "bytes":
      return commented(`${number}: ${quoted(bytes)}`, [count(bytes.length, "byte")]);
  }
}

function varintMeanings(value: bigint): string[] {
  const signed = BigInt.asIntN(64, value);
  const zigzag = value & 1n ? -(value >> 1n) - 1n : value >> 1n;
  return [
    ...(signed < 0n ? [`int ${signed}`] : []),
    ...(value < 2n ? [`bool ${value === 1n}`] : [`sint ${zigzag}`]),
    ...timeMeaning(Number(value) * 1_000),
    ...timeMeaning(Number(value)),
  ];
}

function timeMeaning(ms: number): string[] {
  return ms >= FIRST_TIME && ms <= LAST_TIME ? [`time ${new Date(ms).toISOString()}`] : [];
}

function numberMeanings(value: number, type: string): string[] {
  return isLikely(value) ? [`${type} ${type === "float" ? Number(value.toPrecision(7)) : value}`] : [];
}

function float64(bits: bigint): number {
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, bits);
  return view.getFloat64(0);
}

function float32(bits: number): number {
  const view = new DataView(new ArrayBuffer(4));
  view.setUint32(0, bits);
  return view.getFloat32(0);
}

function commented(text: string, meanings: readonly string[]): string {
  return meanings.length === 0 ? text : `${text}  # ${meanings.join(", ")}`;
}

function quoted(bytes: Uint8Array): string {
  const shown = Array.from(bytes.subarray(0, SHOWN_BYTES), (byte) =>
    byte > 31 && byte < 127 && byte !== 34 && byte !== 92
      ? String.fromCharCode(byte)
      : `\\x${byte.toString(16).padStart(2, "0")}`,
  ).join("");
  return `"${shown}${bytes.length > SHOWN_BYTES ? "..." : ""}"`;
}

function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? "" : "s"}`;
}

/** Fields as JSON: whole numbers as text, bytes in base64. */
export function rawJson(fields: readonly RawField[]): object[] {
  return fields.map((field) => {
    const { number, offset, wire } = field;
    return { number, offset, wire, ...valueJson(field) };
  });
}

function valueJson(field: RawField): object {
  switch (field.wire) {
    case "varint":
    case "fixed64":
      return { value: `${field.value}` };
    case "fixed32":
      return { value: field.value };
    case "group":
      return { fields: rawJson(field.fields) };
    case "bytes": {
      const { bytes, guess } = field;
      const base = { kind: guess.kind, base64: Buffer.from(bytes).toString("base64") };
      if (guess.kind === "message") return { ...base, fields: rawJson(guess.fields) };
      if (guess.kind === "string") return { ...base, text: guess.text };
      return "values" in guess ? { ...base, values: guess.values.map(String) } : base;
    }
  }
}
