import type { AnyMessageType, EnumType, FieldType, ScalarType } from "hawser/protobuf";

/** As deep as messages can be nested in what a page edits; what is deeper was refused when it was read. */
const MAX_WIDTH = 80;

/**
 * A message as an object literal of TypeScript that the generated type takes: fields that have their default value are left out,
 * 64-bit numbers are `bigint`, a oneof names its case.
 *
 * @param message of `type`, as `fromJson` gives it
 */
export function messageLiteral(type: AnyMessageType, message: Readonly<Record<string, unknown>>, indent = ""): string {
  const members: string[] = [];
  const inner = `${indent}  `;
  const seen = new Set<string>();
  for (const field of type.fields) {
    if (field.oneof !== undefined) {
      if (seen.has(field.oneof)) continue;
      seen.add(field.oneof);
      const chosen = message[field.oneof] as { readonly case: string; readonly value: unknown } | undefined;
      const member = type.fields.find((each) => each.oneof === field.oneof && each.localName === chosen?.case);
      if (chosen === undefined || member === undefined) continue;
      const value = singleLiteral(member, chosen.value, inner);
      members.push(`${key(field.oneof)}: { case: ${JSON.stringify(chosen.case)}, value: ${value} }`);
      continue;
    }
    const value = message[field.localName];
    if (isUnset(field, value)) continue;
    members.push(`${key(field.localName)}: ${fieldLiteral(field, value, inner)}`);
  }
  return between("{", members, "}", indent, " ");
}

function fieldLiteral(field: FieldType, value: unknown, indent: string): string {
  if (field.mapKey !== undefined) {
    const inner = `${indent}  `;
    const entries = Object.entries(value as object).map(
      ([name, each]) => `${key(name)}: ${singleLiteral(field, each, inner)}`,
    );
    return between("{", entries, "}", indent, " ");
  }
  if (!field.repeated) return singleLiteral(field, value, indent);
  const values = (value as readonly unknown[]).map((each) => singleLiteral(field, each, `${indent}  `));
  return between("[", values, "]", indent, "");
}

function singleLiteral({ type }: FieldType, value: unknown, indent: string): string {
  if (typeof type === "string") return scalarLiteral(type, value);
  if ("nameOf" in type) return enumLiteral(type, value as number);
  return messageLiteral(type, value as Readonly<Record<string, unknown>>, indent);
}

function scalarLiteral(type: ScalarType, value: unknown): string {
  if (typeof value === "bigint") return `${value}n`;
  if (value instanceof Uint8Array) return `Uint8Array.of(${[...value].join(", ")})`;
  if (typeof value === "number") return Object.is(value, -0) ? "-0" : String(value);
  if (typeof value === "string") return type === "string" ? quoted(value) : JSON.stringify(value);
  return String(value);
}

/** The number, and the name as a comment: the name of the generated constant depends on where the enum is declared. */
function enumLiteral(type: EnumType, value: number): string {
  const name = type.nameOf(value);
  return name === undefined ? String(value) : `${value} /* ${name} */`;
}

function isUnset(field: FieldType, value: unknown): boolean {
  if (value === undefined) return true;
  if (field.mapKey !== undefined) return Object.keys(value as object).length === 0;
  if (field.repeated) return (value as readonly unknown[]).length === 0;
  if (field.optional || field.required || (typeof field.type === "object" && "fields" in field.type)) return false;
  if (value instanceof Uint8Array) return value.length === 0;
  return Object.is(value, 0) || value === 0n || value === "" || value === false || value === "0";
}

/** On one line if that is short enough. */
function between(open: string, parts: readonly string[], close: string, indent: string, space: string): string {
  if (parts.length === 0) return open + close;
  const line = `${open}${space}${parts.join(", ")}${space}${close}`;
  if (line.length + indent.length <= MAX_WIDTH && !line.includes("\n")) return line;
  return `${open}\n${parts.map((part) => `${indent}  ${part},\n`).join("")}${indent}${close}`;
}

/** A property's name; `__proto__` as a computed one, since it would set the prototype otherwise (ECMA-262 §B.3.1). */
function key(name: string): string {
  if (name === "__proto__") return '["__proto__"]';
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : quoted(name);
}

/** JSON's strings are strings of TypeScript since ES2019. */
export function quoted(text: string): string {
  return JSON.stringify(text);
}
