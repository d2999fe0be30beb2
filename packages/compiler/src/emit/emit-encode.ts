import { fieldVariables } from "./members.js";
import type { FieldModel, MemberModel, MessageModel, Scalar, ValueModel } from "./model.js";
import type { Module } from "./module.js";
import type { Printer } from "./printer.js";

/** The suffix of the runtime functions of a scalar type: `writeInt32`, `readPackedInt32`. */
export function suffixOf(value: ValueModel): string {
  if (value.kind === "enum") return "Int32";
  if (value.kind === "message") throw new Error("a message has no scalar functions");
  return value.scalar[0]!.toUpperCase() + value.scalar.slice(1);
}

/** The wire type of a value that is not packed (protobuf.dev, "Encoding"). */
export function wireTypeOf(value: ValueModel): number {
  if (value.kind === "message") return value.delimited ? 3 : 2;
  if (value.kind === "enum") return 0;
  return scalarWireType(value.scalar);
}

export function scalarWireType(scalar: Scalar): number {
  if (scalar === "string" || scalar === "bytes") return 2;
  if (scalar === "double" || scalar === "fixed64" || scalar === "sfixed64") return 1;
  return scalar === "float" || scalar === "fixed32" || scalar === "sfixed32" ? 5 : 0;
}

/** `number << 3 | wire type`, unsigned. */
export function tagOf(number: number, wireType: number): number {
  return number * 8 + wireType;
}

/** Prints the function that writes the fields of a message. */
export function emitEncode(out: Printer, module: Module, message: MessageModel, members: readonly MemberModel[]): void {
  const { write } = module.functionsOf(message);
  const scope = module.names.inner();
  for (const name of ["w", "m", "v", "key", "start", "entry"]) scope.take(name);
  const variables = fieldVariables(members, scope);
  const writer = module.genType("ByteWriter");
  out.block(`function ${write}(w: ${writer}, m: ${message.initName}): void {`, () => {
    if (message.typeName === "google.protobuf.Timestamp") {
      out.line(`if (m instanceof Date) m = ${module.gen("dateToTimestamp")}(m);`);
    }
    const ordered = [...members].sort((a, b) => firstNumber(a) - firstNumber(b));
    for (const member of ordered) {
      const variable = variables.get(member)!;
      if (member.kind === "field") {
        out.line(`const ${variable} = m.${member.field.local};`);
        emitField(out, module, member.field, variable);
      } else {
        out.line(`const ${variable} = m.${member.oneof.local};`);
        emitOneof(out, module, member.oneof.fields, variable);
      }
    }
    out.line(`if (m.$unknown !== undefined) ${module.gen("writeUnknown")}(w, m.$unknown);`);
  });
  out.gap();
}

function firstNumber(member: MemberModel): number {
  return member.kind === "field" ? member.field.number : Math.min(...member.oneof.fields.map((f) => f.number));
}

function emitOneof(out: Printer, module: Module, fields: readonly FieldModel[], variable: string): void {
  out.block(`if (${variable} !== undefined) {`, () => {
    out.block(`switch (${variable}.case) {`, () => {
      for (const field of fields) {
        const isMessage = field.value.kind === "message";
        out.block(
          `case "${field.local}":${isMessage ? " {" : ""}`,
          () => {
            emitValue(out, module, field.number, field.value, `${variable}.value`);
            out.line("break;");
          },
          isMessage ? "}" : "",
        );
      }
      out.block("default:", () => out.line(`throw ${module.gen("unknownCase")}(${variable});`), "");
    });
  });
}

function emitField(out: Printer, module: Module, field: FieldModel, variable: string): void {
  const { value } = field;
  if (field.mapKey !== undefined) {
    emitMap(out, module, field, field.mapKey, variable);
    return;
  }
  if (field.repeated) {
    if (field.packed) {
      const write = module.gen(`writePacked${suffixOf(value)}`);
      out.line(`if (${variable} !== undefined) ${write}(w, ${tagOf(field.number, 2)}, ${variable});`);
      return;
    }
    out.block(`if (${variable} !== undefined) {`, () => {
      if (value.kind === "message") {
        out.block(`for (const v of ${variable}) {`, () => emitValue(out, module, field.number, value, "v"));
      } else {
        out.line(`for (const v of ${variable}) ${scalarCall(module, field.number, value, "v")};`);
      }
    });
    return;
  }
  if (field.presence === "required") {
    out.line(`if (${variable} === undefined) throw ${module.gen("missingField")}("${field.proto.name}");`);
    // In a block of its own, for it declares a variable.
    if (value.kind === "message" && !value.delimited) {
      out.block("{", () => emitValue(out, module, field.number, value, variable));
    } else emitValue(out, module, field.number, value, variable);
    return;
  }
  if (value.kind === "message") {
    out.block(`if (${variable} !== undefined) {`, () => emitValue(out, module, field.number, value, variable));
    return;
  }
  const call = scalarCall(module, field.number, value, variable);
  out.line(`if (${field.presence === "explicit" ? `${variable} !== undefined` : isSet(value, variable)}) ${call};`);
}

/** The condition under which a field without presence is written: it is given, and not the default. */
function isSet(value: ValueModel, variable: string): string {
  if (value.kind === "scalar") {
    if (value.scalar === "bytes") return `${variable} !== undefined && ${variable}.length !== 0`;
    // Minus zero has bits of its own, and NaN is falsy.
    if (value.scalar === "double" || value.scalar === "float") {
      return `${variable} !== undefined && !Object.is(${variable}, 0)`;
    }
    if (value.longAs === "string") return `${variable} && ${variable} !== "0"`;
  }
  return variable;
}

function scalarCall(module: Module, number: number, value: ValueModel, expression: string): string {
  const write = module.gen(`write${suffixOf(value)}`);
  return `${write}(w, ${tagOf(number, wireTypeOf(value))}, ${expression})`;
}

/** Prints the statements that write one value with its tag. */
function emitValue(out: Printer, module: Module, number: number, value: ValueModel, expression: string): void {
  if (value.kind !== "message") {
    out.line(`${scalarCall(module, number, value, expression)};`);
    return;
  }
  const { type } = value;
  const write = module.isLocal(type) ? module.functionsOf(type).write : `${module.use(type, type.name, true)}.write`;
  if (value.delimited) {
    const writeTag = module.gen("writeTag");
    out.line(`${writeTag}(w, ${tagOf(number, 3)});`);
    out.line(`${write}(w, ${expression});`);
    out.line(`${writeTag}(w, ${tagOf(number, 4)});`);
    return;
  }
  out.line(`const start = ${module.gen("beginMessage")}(w, ${tagOf(number, 2)});`);
  out.line(`${write}(w, ${expression});`);
  out.line(`${module.gen("endMessage")}(w, start);`);
}

function emitMap(out: Printer, module: Module, field: FieldModel, key: Scalar, variable: string): void {
  out.block(`if (${variable} !== undefined) {`, () => {
    out.block(`for (const key of Object.keys(${variable})) {`, () => {
      const keyModel: ValueModel = { kind: "scalar", scalar: key, longAs: "string", checkUtf8: true };
      const keyExpression =
        key === "bool" ? `${module.gen("boolKey")}(key)` : key.endsWith("32") ? `${module.gen("intKey")}(key)` : "key";
      out.line(`const entry = ${module.gen("beginMessage")}(w, ${tagOf(field.number, 2)});`);
      out.line(`${scalarCall(module, 1, keyModel, keyExpression)};`);
      const index = key.endsWith("32") ? "key as unknown as number" : "key";
      emitValue(out, module, 2, field.value, `${variable}[${index}]!`);
      out.line(`${module.gen("endMessage")}(w, entry);`);
    });
  });
}
