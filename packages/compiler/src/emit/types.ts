import type { FieldModel, LongAs, MemberModel, Scalar, ValueModel } from "./model.js";
import type { Module } from "./module.js";

/** The TypeScript type of a value as decoding gives it. */
export function valueType(value: ValueModel, module: Module): string {
  if (value.kind === "scalar") return scalarType(value.scalar, value.longAs);
  return module.use(value.type, value.type.name, false);
}

/** The TypeScript type of a value as encoding takes it. */
export function valueInitType(value: ValueModel, module: Module): string {
  if (value.kind === "message") return module.use(value.type, value.type.initName, false);
  if (value.kind === "enum" || !value.scalar.endsWith("64")) return valueType(value, module);
  return value.longAs === "string" ? "string | bigint | number" : "bigint | number";
}

function scalarType(scalar: Scalar, longAs: LongAs): string {
  if (scalar === "bool") return "boolean";
  if (scalar === "string") return "string";
  if (scalar === "bytes") return "Uint8Array";
  return scalar.endsWith("64") ? longAs : "number";
}

/** Whether the keys of a map are numbers to TypeScript: 64-bit and bool keys are strings of digits, "true", "false". */
function keyType(key: Scalar): string {
  return key.endsWith("32") ? "number" : "string";
}

/** The property of a field in the interface. */
export function fieldType(field: FieldModel, module: Module): string {
  const value = valueType(field.value, module);
  if (field.mapKey !== undefined) return `{ [key: ${keyType(field.mapKey)}]: ${value} }`;
  if (field.repeated) return `${value}[]`;
  return field.presence === "explicit" ? `${value} | undefined` : value;
}

/** The property of a field in the init interface, without `| undefined`. */
export function fieldInitType(field: FieldModel, module: Module): string {
  const value = valueInitType(field.value, module);
  if (field.mapKey !== undefined) return `{ readonly [key: ${keyType(field.mapKey)}]: ${value} }`;
  if (field.repeated) return `readonly ${value.includes(" | ") ? `(${value})` : value}[]`;
  return value;
}

/** The members of the union of a oneof, without `undefined`. */
export function oneofTypes(member: MemberModel & { kind: "oneof" }, module: Module, init: boolean): string[] {
  return member.oneof.fields.map((field) => {
    const type = init ? valueInitType(field.value, module) : valueType(field.value, module);
    return `{ readonly case: "${field.local}"; readonly value: ${type} }`;
  });
}

/** A property name in code. */
export function property(name: string): string {
  return /^[A-Za-z_$][A-Za-z0-9_$]*$/.test(name) && name !== "__proto__" ? name : JSON.stringify(name);
}
