import { commentLines, printComment } from "./comments.js";
import type { EnumModel } from "./model.js";
import type { Module } from "./module.js";
import { LINE_WIDTH, type Printer } from "./printer.js";
import { property } from "./types.js";

/** Prints an enum: a constant object, the type of its values, and what JSON needs to know of it. */
export function emitEnum(out: Printer, module: Module, type: EnumModel, typesOnly: boolean): void {
  const comment = commentLines(module.comments, type.path);
  const described = comment.length > 0 ? comment : [`The enum ${type.typeName}.`];
  const tags = type.deprecated ? ["@deprecated"] : [];
  const open = type.closed ? "" : " | (number & {})";
  if (typesOnly) {
    printComment(out, described, tags);
    const numbers = [...new Set(type.proto.value.map((v) => v.number ?? 0))];
    out.line(`export type ${type.name} = ${numbers.join(" | ")}${open};`).gap();
    return;
  }
  printComment(out, described, tags);
  out.block(
    `export const ${type.name} = {`,
    () => {
      type.proto.value.forEach((value, i) => {
        const lines = commentLines(module.comments, [...type.path, 2, i]);
        printComment(out, lines, value.options?.deprecated === true ? ["@deprecated"] : []);
        out.line(`${enumKey(value.name ?? "")}: ${value.number ?? 0},`);
      });
    },
    "} as const;",
  );
  out.gap();
  const others = type.closed ? "" : ", or a number that a newer schema may list";
  printComment(out, [`A value of the enum${others}.`], tags);
  const flat = `export type ${type.name} = (typeof ${type.name})[keyof typeof ${type.name}]${open};`;
  if (flat.length <= LINE_WIDTH || open === "") out.line(flat);
  else {
    out.block(
      `export type ${type.name} =`,
      () => out.line(`| (typeof ${type.name})[keyof typeof ${type.name}]`).line("| (number & {});"),
      "",
    );
  }
  out.gap();
  printComment(out, [`The schema of ${type.typeName}.`], tags);
  const args = [JSON.stringify(type.typeName), type.name, ...(type.closed ? ["true"] : [])];
  const head = `export const ${type.typeValueName}: ${module.genType("EnumType")} = /* @__PURE__ */ ${module.gen("enumType")}(`;
  out.list(head, args, ");");
  out.gap();
}

/** `__proto__` in a literal would set the prototype. */
function enumKey(name: string): string {
  return name === "__proto__" ? '["__proto__"]' : property(name);
}
