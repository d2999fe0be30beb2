import { localFieldName } from "hawser/gen";
import { commentLines, printComment } from "./comments.js";
import { fieldRow } from "./emit-schema.js";
import { resolveField } from "./members.js";
import type { ExtensionModel, MessageModel } from "./model.js";
import type { Module } from "./module.js";
import type { Printer } from "./printer.js";
import { valueInitType, valueType } from "./types.js";

/** Prints the value of an extension, for `getExtension` and its kin. */
export function emitExtension(out: Printer, module: Module, extension: ExtensionModel): void {
  const { index } = module.options;
  const extendee = index.types.get(extension.proto.extendee ?? "") as MessageModel | undefined;
  if (extendee === undefined) throw new Error(`the type ${extension.proto.extendee} is in none of the files`);
  const local = localFieldName(extension.proto.name ?? "");
  const field = resolveField(extension.proto, extension.path, local, undefined, extension.features, index);
  const target = module.use(extendee, extendee.name, true);
  const value = valueType(field.value, module);
  const init = valueInitType(field.value, module);
  const types = field.repeated
    ? [target, `${value}[]`, `readonly ${init.includes(" | ") ? `(${init})` : init}[]`]
    : [target, `${value} | undefined`, init];
  const comment = commentLines(module.comments, extension.path);
  printComment(
    out,
    comment.length > 0 ? comment : [`The extension ${extension.typeName} of {@link ${target}}.`],
    field.deprecated ? ["@deprecated"] : [],
  );
  out.block(
    `export const ${extension.name}: ${module.genType("ExtensionType")}<${types.join(", ")}> = /* @__PURE__ */ ${module.gen("extension")}(`,
    () => {
      out.line(`${JSON.stringify(extension.typeName)},`);
      out.line(`() => ${target},`);
      out.line(`() => ${fieldRow(field, module)},`);
    },
    ");",
  );
  out.gap();
}
