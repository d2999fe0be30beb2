// Writes proto/buf/validate/validate.proto, which schemas import for their rules, from the descriptor that
// @bufbuild/protovalidate carries: its messages, fields and numbers, without comments and without the CEL behind the
// standard rules, which the library keeps itself. `--check` exits 1 if the file is not what would be written.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { file_buf_validate_validate as source } from "@bufbuild/protovalidate/gen/buf/validate/validate_pb.js";

const LABELS = { 2: "required ", 3: "repeated " };
const TYPES = [
  ..." double float int64 uint64 int32 fixed64 fixed32 bool string group message bytes uint32 enum sfixed32 sfixed64 sint32 sint64".split(
    " ",
  ),
];

const { proto } = source;
/** Proto2 is what a descriptor means that names no syntax. */
const syntax = proto.syntax || "proto2";
const lines = [
  "// The rules of Protovalidate (buf.build/bufbuild/protovalidate, Apache License 2.0, Copyright Buf Technologies, Inc.)",
  "// for schemas to import. Written by scripts/write-proto.mjs from the descriptor in @bufbuild/protovalidate; what the",
  "// rules mean is documented at protovalidate.com.",
  "",
  `syntax = "${syntax}";`,
  "",
  `package ${proto.package};`,
  "",
  ...proto.dependency.map((name) => `import "${name}";`),
  "",
];
for (const type of proto.enumType) enumLines(type, "");
for (const type of proto.messageType) messageLines(type, "");
for (const [extendee, fields] of byExtendee(proto.extension)) {
  lines.push(`extend ${extendee} {`);
  for (const field of fields) lines.push(`  ${fieldLine(field)}`);
  lines.push("}", "");
}

const target = new URL("../proto/buf/validate/validate.proto", import.meta.url);
const text = `${lines.join("\n").trimEnd()}\n`;
if (process.argv.includes("--check")) {
  if (readFileSync(target, "utf8") !== text) {
    console.error("proto/buf/validate/validate.proto is out of date: npm run proto -w @hawser/validate");
    process.exit(1);
  }
} else {
  mkdirSync(new URL(".", target), { recursive: true });
  writeFileSync(target, text);
}

function byExtendee(fields) {
  const found = new Map();
  for (const field of fields) found.set(field.extendee, [...(found.get(field.extendee) ?? []), field]);
  return found;
}

function enumLines({ name, value, options }, indent) {
  lines.push(`${indent}enum ${name} {`);
  if (options?.allowAlias) lines.push(`${indent}  option allow_alias = true;`);
  for (const each of value) lines.push(`${indent}  ${each.name} = ${each.number};`);
  lines.push(`${indent}}`, "");
}

function messageLines(type, indent) {
  lines.push(`${indent}message ${type.name} {`);
  const inner = `${indent}  `;
  for (const each of type.enumType) enumLines(each, inner);
  for (const each of type.nestedType) messageLines(each, inner);
  for (const field of type.field) {
    if (!isSet(field, "oneofIndex")) lines.push(inner + fieldLine(field));
  }
  type.oneofDecl.forEach(({ name }, index) => {
    const members = type.field.filter((field) => isSet(field, "oneofIndex") && field.oneofIndex === index);
    if (members.some(({ proto3Optional }) => proto3Optional)) {
      lines.push(...members.map((field) => inner + fieldLine(field)));
      return;
    }
    lines.push(`${inner}oneof ${name} {`);
    for (const field of members) lines.push(`${inner}  ${fieldLine(field, true)}`);
    lines.push(`${inner}}`);
  });
  for (const { start, end } of type.extensionRange)
    lines.push(`${inner}extensions ${start} to ${end > 536870911 ? "max" : end - 1};`);
  const reserved = type.reservedRange.map(({ start, end }) =>
    end - start === 1 ? `${start}` : `${start} to ${end - 1}`,
  );
  if (reserved.length > 0) lines.push(`${inner}reserved ${reserved.join(", ")};`);
  if (type.reservedName.length > 0)
    lines.push(`${inner}reserved ${type.reservedName.map((name) => `"${name}"`).join(", ")};`);
  lines.push(`${indent}}`, "");
}

function fieldLine(field, inOneof = false) {
  const label = inOneof
    ? ""
    : (LABELS[field.label] ?? (syntax === "proto2" || field.proto3Optional ? "optional " : ""));
  const type = field.typeName || TYPES[field.type];
  const options = [];
  if (isSet(field, "defaultValue") && field.defaultValue !== "")
    options.push(`default = ${field.type === 9 ? JSON.stringify(field.defaultValue) : field.defaultValue}`);
  if (field.options?.deprecated) options.push("deprecated = true");
  const tail = options.length > 0 ? ` [${options.join(", ")}]` : "";
  return `${label}${type} ${field.name} = ${field.number}${tail};`;
}

/** Descriptors are proto2: what is not set is inherited from the prototype. */
function isSet(message, name) {
  return Object.hasOwn(message, name);
}
