import { scalarWireType, suffixOf, tagOf, wireTypeOf } from "./emit-encode.js";
import { fieldsOf } from "./members.js";
import type { FieldModel, MemberModel, MessageModel, Scalar, ValueModel } from "./model.js";
import type { Module } from "./module.js";
import type { Printer } from "./printer.js";
import { property, valueType } from "./types.js";

/** Prints the function that makes a message with no field set, so that all of them share one hidden class. */
export function emitEmpty(out: Printer, module: Module, message: MessageModel, members: readonly MemberModel[]): void {
  const { create } = module.functionsOf(message);
  out.block(`function ${create}(): ${message.name} {`, () => {
    const items = members.map((member) =>
      member.kind === "oneof"
        ? `${property(member.oneof.local)}: undefined`
        : `${property(member.field.local)}: ${initialValue(member.field, module)}`,
    );
    if (items.length === 0) out.line("return {};");
    else out.list("return {", items, "};", " ");
  });
  out.gap();
}

/** What a field is before anything was read. */
function initialValue(field: FieldModel, module: Module): string {
  if (field.mapKey !== undefined) return "{}";
  if (field.repeated) return "[]";
  if (field.presence === "explicit") return "undefined";
  if (field.presence === "required") return "undefined as never";
  return zeroOf(field.value, module);
}

function zeroOf(value: ValueModel, module: Module): string {
  if (value.kind === "enum") return String(value.type.proto.value[0]?.number ?? 0);
  if (value.kind === "message") return "undefined";
  if (value.scalar === "string") return '""';
  if (value.scalar === "bytes") return module.gen("NO_BYTES");
  if (value.scalar === "bool") return "false";
  if (!value.scalar.endsWith("64")) return "0";
  return value.longAs === "string" ? '"0"' : value.longAs === "number" ? "0" : "0n";
}

/** Prints the function that reads a message, and one for the entries of each of its maps. */
export function emitDecode(out: Printer, module: Module, message: MessageModel, members: readonly MemberModel[]): void {
  const { read, create } = module.functionsOf(message);
  const fields = fieldsOf(members);
  const entryReaders = new Map<FieldModel, string>();
  for (const field of fields) {
    if (field.mapKey === undefined) continue;
    entryReaders.set(field, module.entryReader(message, field));
  }
  const reader = module.genType("Reader");
  out.block(
    `function ${read}(r: ${reader}, end: number, depth: number, into?: ${message.name}): ${message.name} {`,
    () => {
      out.line(`const m = into ?? ${create}();`);
      const required = fields.filter((field) => isRequired(field));
      // A group ends with its end tag: then nothing is left to do but to look whether every required field is there.
      const ended = required.length === 0 ? "return m" : "end = r.pos";
      const other = `if (${module.gen("readOther")}(r, tag, end, depth, m)) ${ended};`;
      out.block("while (r.pos < end) {", () => {
        out.line(`const tag = ${module.gen("readTag")}(r);`);
        if (fields.length === 0) {
          out.line(other);
          return;
        }
        out.block("switch (tag) {", () => {
          for (const member of members) {
            if (member.kind === "field") emitCases(out, module, member.field, entryReaders);
            else for (const field of member.oneof.fields) emitOneofCase(out, module, field, member.oneof.local);
          }
          out.block("default:", () => out.line(other), "");
        });
      });
      out.line(`${module.gen("checkEnd")}(r, end);`);
      for (const field of required) {
        out.line(`if (m.${field.local} === undefined) throw ${module.gen("missingField")}("${field.proto.name}");`);
      }
      out.line("return m;");
    },
  );
  out.gap();
  for (const [field, name] of entryReaders) emitEntryReader(out, module, message, field, field.mapKey!, name);
}

function isRequired(field: FieldModel): boolean {
  return field.presence === "required" && !field.repeated && field.mapKey === undefined;
}

function emitCases(
  out: Printer,
  module: Module,
  field: FieldModel,
  entryReaders: ReadonlyMap<FieldModel, string>,
): void {
  const { value } = field;
  const target = `m.${field.local}`;
  if (field.mapKey !== undefined) {
    emitCase(out, tagOf(field.number, 2), [`${entryReaders.get(field)}(r, end, depth, m);`]);
    return;
  }
  const single = tagOf(field.number, wireTypeOf(value));
  if (!field.repeated) {
    if (value.kind === "enum" && value.type.closed) {
      emitClosedEnum(out, module, value, single, (v) => `${target} = ${v};`, `m, tag, `);
    } else emitCase(out, single, [`${target} = ${readExpression(module, field.number, value, target)};`]);
    return;
  }
  if (value.kind === "enum" && value.type.closed) {
    emitClosedEnum(out, module, value, single, (v) => `${target}.push(${v});`, `m, tag, `);
    out.block(
      `case ${tagOf(field.number, 2)}: {`,
      () => {
        out.block(`for (const v of ${module.gen("readPackedInt32")}(r, end, [])) {`, () => {
          emitIfListed(out, module, value, `${target}.push(v as ${valueType(value, module)});`, `m, ${single}, v`);
        });
        out.line("break;");
      },
      "}",
    );
    return;
  }
  emitCase(out, single, [`${target}.push(${readExpression(module, field.number, value, undefined)});`]);
  if (wireTypeOf(value) === 2 || value.kind === "message") return;
  const longAs = value.kind === "scalar" ? value.longAs : "bigint";
  if (longAs === "bigint") {
    emitCase(out, tagOf(field.number, 2), [
      `${target} = ${module.gen(`readPacked${suffixOf(value)}`)}(r, end, ${target}${value.kind === "enum" ? " as number[]" : ""});`,
    ]);
    return;
  }
  out.block(
    `case ${tagOf(field.number, 2)}: {`,
    () => {
      const converted = longAs === "string" ? "v.toString()" : `${module.gen("toSafeNumber")}(v, r)`;
      const read = `${module.gen(`readPacked${suffixOf(value)}`)}(r, end, [])`;
      out.line(`for (const v of ${read}) ${target}.push(${converted});`);
      out.line("break;");
    },
    "}",
  );
}

function emitCase(out: Printer, tag: number, statements: readonly string[]): void {
  out.block(
    `case ${tag}:`,
    () => {
      for (const statement of statements) out.line(statement);
      out.line("break;");
    },
    "",
  );
}

function emitOneofCase(out: Printer, module: Module, field: FieldModel, oneof: string): void {
  const { value } = field;
  const set = (v: string): string => `m.${oneof} = { case: "${field.local}", value: ${v} };`;
  const tag = tagOf(field.number, wireTypeOf(value));
  if (value.kind === "enum" && value.type.closed) {
    emitClosedEnum(out, module, value, tag, set, "m, tag, ");
    return;
  }
  if (value.kind !== "message") {
    emitCase(out, tag, [set(readExpression(module, field.number, value, undefined))]);
    return;
  }
  // A second occurrence of a message is merged into the first (protobuf.dev, "Encoding", "Last One Wins").
  out.block(
    `case ${tag}: {`,
    () => {
      out.line(`const previous = m.${oneof}?.case === "${field.local}" ? m.${oneof}.value : undefined;`);
      out.line(set(readExpression(module, field.number, value, "previous")));
      out.line("break;");
    },
    "}",
  );
}

/** A number that a closed enum does not list goes to the unknown fields. */
function emitClosedEnum(
  out: Printer,
  module: Module,
  value: ValueModel & { kind: "enum" },
  tag: number,
  set: (v: string) => string,
  keep: string,
): void {
  out.block(
    `case ${tag}: {`,
    () => {
      out.line(`const v = ${module.gen("readInt32")}(r);`);
      emitIfListed(out, module, value, set(`v as ${valueType(value, module)}`), `${keep}v`);
      out.line("break;");
    },
    "}",
  );
}

function emitIfListed(
  out: Printer,
  module: Module,
  value: ValueModel & { kind: "enum" },
  set: string,
  keepArguments: string,
): void {
  const type = module.use(value.type, value.type.typeValueName, true);
  out.line(`if (${type}.nameOf(v) !== undefined) ${set}`);
  out.line(`else ${module.gen("keepEnum")}(${keepArguments});`);
}

/** The expression that reads one value. @param previous what a message is merged into */
function readExpression(module: Module, number: number, value: ValueModel, previous: string | undefined): string {
  if (value.kind === "enum") return `${module.gen("readInt32")}(r)`;
  if (value.kind === "scalar") return scalarExpression(module, value);
  const { type } = value;
  const read = module.isLocal(type) ? module.functionsOf(type).read : `${module.use(type, type.name, true)}.read`;
  if (value.delimited) {
    return `${module.gen("readGroup")}(${read}, ${number}, r, end, depth, ${previous ?? "undefined"})`;
  }
  const into = previous === undefined ? "" : `, ${previous}`;
  return `${read}(r, ${module.gen("readMessageLength")}(r, end, depth), depth + 1${into})`;
}

function scalarExpression(module: Module, value: ValueModel & { kind: "scalar" }): string {
  if (value.scalar === "string") return `${module.gen(value.checkUtf8 ? "readString" : "readStringUnchecked")}(r, end)`;
  if (value.scalar === "bytes") return `${module.gen("readBytes")}(r, end)`;
  const read = `${module.gen(`read${suffixOf(value)}`)}(r)`;
  if (value.longAs === "string") return `${read}.toString()`;
  return value.longAs === "number" ? `${module.gen("toSafeNumber")}(${read}, r)` : read;
}

function emitEntryReader(
  out: Printer,
  module: Module,
  message: MessageModel,
  field: FieldModel,
  key: Scalar,
  name: string,
): void {
  const { value } = field;
  const keyModel: ValueModel = { kind: "scalar", scalar: key, longAs: "bigint", checkUtf8: true };
  const closed = value.kind === "enum" && value.type.closed;
  const reader = module.genType("Reader");
  out.list(
    `function ${name}(`,
    [`r: ${reader}`, "outerEnd: number", "depth: number", `m: ${message.name}`],
    "): void {",
  );
  out.block("", () => {
    out.line(`const end = ${module.gen("readMessageLength")}(r, outerEnd, depth);`);
    out.line("depth++;");
    if (closed) out.line("const entryStart = r.pos;");
    out.line(`let key = ${zeroOf(keyModel, module)};`);
    const type = valueType(value, module);
    if (value.kind === "message") out.line(`let value: ${type} | undefined;`);
    else out.line(`let value: ${type} = ${zeroOf(value, module)};`);
    out.block("while (r.pos < end) {", () => {
      out.line(`const tag = ${module.gen("readTag")}(r);`);
      out.block("switch (tag) {", () => {
        emitCase(out, tagOf(1, scalarWireType(key)), [`key = ${scalarExpression(module, keyModel)};`]);
        emitCase(out, tagOf(2, wireTypeOf(value)), [
          `value = ${readExpression(module, 2, value, value.kind === "message" ? "value" : undefined)}${closed ? ` as ${type}` : ""};`,
        ]);
        out.block("default:", () => out.line(`${module.gen("skipOther")}(r, tag, end, depth);`), "");
      });
    });
    out.line(`${module.gen("checkEnd")}(r, end);`);
    if (closed) {
      const enumTypeName = module.use(value.type, value.type.typeValueName, true);
      out.block(`if (${enumTypeName}.nameOf(value) === undefined) {`, () => {
        out.line(`${module.gen("keepEntry")}(m, ${tagOf(field.number, 2)}, r.buf, entryStart, end);`);
        out.line("return;");
      });
    }
    let result = "value";
    if (value.kind === "message") {
      const empty = module.isLocal(value.type)
        ? module.functionsOf(value.type).create
        : `${module.use(value.type, value.type.name, true)}.empty`;
      result = `value ?? ${empty}()`;
    }
    out.line(`${module.gen("setEntry")}(m.${field.local}, key, ${result});`);
  });
  out.gap();
}
