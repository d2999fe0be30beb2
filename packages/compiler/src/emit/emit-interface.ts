import { commentLines, printComment } from "./comments.js";
import { fieldsOf } from "./members.js";
import type { FieldModel, MemberModel, MessageModel } from "./model.js";
import type { Module } from "./module.js";
import type { Printer } from "./printer.js";
import { fieldInitType, fieldType, oneofTypes, property } from "./types.js";

/** Prints the interface of a message and that of what encoding takes in its place. */
export function emitInterfaces(
  out: Printer,
  module: Module,
  message: MessageModel,
  members: readonly MemberModel[],
): void {
  const comment = commentLines(module.comments, message.path);
  printComment(out, comment.length > 0 ? comment : [`The message ${message.typeName}.`], deprecatedTag(message));
  out.block(`export interface ${message.name} {`, () => {
    for (const member of members) emitProperty(out, module, member);
    if (members.length > 0) printComment(out, ["Fields that the schema does not know, as they were read."]);
    out.line("$unknown?: Uint8Array;");
  });
  out.gap();
  printComment(
    out,
    [`What may be given in the place of a {@link ${message.name}}: every field may be left out.`],
    deprecatedTag(message),
  );
  const open =
    message.typeName === "google.protobuf.Timestamp"
      ? `export type ${message.initName} = Date | {`
      : `export interface ${message.initName} {`;
  out.block(
    open,
    () => {
      for (const member of members) emitInitProperty(out, module, member);
      out.line("readonly $unknown?: Uint8Array | undefined;");
    },
    open.endsWith("= Date | {") ? "};" : "}",
  );
  out.gap();
}

function deprecatedTag(of: { readonly deprecated: boolean }): string[] {
  return of.deprecated ? ["@deprecated"] : [];
}

function fieldTags(field: FieldModel): string[] {
  const tags: string[] = [];
  const text = field.proto.defaultValue;
  if (text !== undefined) {
    const shown = JSON.stringify(text).slice(1, -1).replace(/\*\//g, "*\\/").replace(/`/g, "'");
    tags.push(`@defaultValue \`${shown}\` when it is not set`);
  }
  return [...tags, ...deprecatedTag(field)];
}

function emitProperty(out: Printer, module: Module, member: MemberModel): void {
  if (member.kind === "field") {
    printComment(out, commentLines(module.comments, member.field.path), fieldTags(member.field));
    out.line(`${property(member.field.local)}: ${fieldType(member.field, module)};`);
    return;
  }
  printComment(out, commentLines(module.comments, member.oneof.path));
  emitUnion(out, module, member, `${property(member.oneof.local)}:`, false);
}

function emitInitProperty(out: Printer, module: Module, member: MemberModel): void {
  if (member.kind === "field") {
    printComment(out, [], deprecatedTag(member.field));
    const type = fieldInitType(member.field, module);
    out.line(`readonly ${property(member.field.local)}?: ${type} | undefined;`);
    return;
  }
  emitUnion(out, module, member, `readonly ${property(member.oneof.local)}?:`, true);
}

function emitUnion(
  out: Printer,
  module: Module,
  member: MemberModel & { kind: "oneof" },
  name: string,
  init: boolean,
): void {
  const types = oneofTypes(member, module, init);
  const commented = !init && fieldsOf([member]).some((f) => commentLines(module.comments, f.path).length > 0);
  const flat = `${name} ${types.join(" | ")} | undefined;`;
  if (!commented && flat.length <= out.room) {
    out.line(flat);
    return;
  }
  out.block(
    name,
    () => {
      types.forEach((type, i) => {
        if (!init) {
          const field = member.oneof.fields[i]!;
          printComment(out, commentLines(module.comments, field.path), deprecatedTag(field));
        }
        out.line(`| ${type}`);
      });
    },
    "  | undefined;",
  );
}
