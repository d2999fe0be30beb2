import { localFieldName, protoJsonName } from "hawser/gen";
import { printComment } from "./comments.js";
import { defaultLiteral } from "./default-value.js";
import { fieldsOf } from "./members.js";
import type { FieldModel, MemberModel, MessageModel } from "./model.js";
import type { Module } from "./module.js";
import { LINE_WIDTH, type Printer } from "./printer.js";

/** Prints the schema value of a message: its functions and the table of its fields. */
export function emitSchema(out: Printer, module: Module, message: MessageModel, members: readonly MemberModel[]): void {
  const { create, write, read } = module.functionsOf(message);
  printComment(out, [`The schema of {@link ${message.name}}.`], message.deprecated ? ["@deprecated"] : []);
  const head = `export const ${message.name}: ${module.genType("MessageType")}<${message.name}, ${message.initName}> =`;
  const call = `/* @__PURE__ */ ${module.gen("message")}(`;
  const rows = fieldsOf(members).map((field) => fieldRow(field, module));
  const open = `${head} ${call}`;
  const inline = open.length <= LINE_WIDTH;
  const names = message.proto.reservedName;
  const reserved = names.length === 0 ? [] : [`[${names.map((name) => JSON.stringify(name)).join(", ")}]`];
  const emitCall = (first: string): void => {
    const args = [JSON.stringify(message.typeName), create, write, read];
    if (rows.length === 0) {
      out.list(first, [...args, "() => []", ...reserved], ");");
      return;
    }
    out.block(
      first,
      () => {
        for (const arg of args) out.line(`${arg},`);
        out.block("() => [", () => out.lines(rows.map((row) => `${row},`)), "],");
        for (const each of reserved) out.line(`${each},`);
      },
      ");",
    );
  };
  if (inline) emitCall(open);
  else out.block(head, () => emitCall(call), "");
  out.gap();
}

/** `field(4, "items", Item, { repeated: true })`: what the generic functions need to know of a field. */
export function fieldRow(field: FieldModel, module: Module): string {
  const name = field.proto.name ?? "";
  const { value } = field;
  const type =
    value.kind === "scalar"
      ? JSON.stringify(value.scalar)
      : value.kind === "enum"
        ? module.use(value.type, value.type.typeValueName, true)
        : module.use(value.type, value.type.name, true);
  const options: string[] = [];
  if (field.local !== localFieldName(name)) options.push(`local: ${JSON.stringify(field.local)}`);
  const json = field.proto.jsonName ?? protoJsonName(name);
  if (json !== protoJsonName(name)) options.push(`json: ${JSON.stringify(json)}`);
  if (field.mapKey !== undefined) options.push(`map: ${JSON.stringify(field.mapKey)}`);
  if (field.repeated) options.push("repeated: true");
  if (field.packed) options.push("packed: true");
  if (field.mapKey === undefined && !field.repeated && field.oneof === undefined) {
    if (field.presence === "explicit") options.push("optional: true");
    if (field.presence === "required") options.push("required: true");
  }
  if (value.kind === "message" && value.delimited) options.push("delimited: true");
  if (field.oneof !== undefined) options.push(`oneof: ${JSON.stringify(field.oneof.local)}`);
  if (value.kind === "scalar" && value.longAs !== "bigint") options.push(`long: ${JSON.stringify(value.longAs)}`);
  const fallback = defaultLiteral(field);
  if (fallback !== undefined) options.push(`default: ${fallback}`);
  const tail = options.length === 0 ? "" : `, { ${options.join(", ")} }`;
  return `${module.gen("field")}(${field.number}, ${JSON.stringify(name)}, ${type}${tail})`;
}
