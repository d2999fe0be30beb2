import { encodeBase64 } from "hawser/gen";
import { http } from "hawser/google-api";
import { encode, hasExtension } from "hawser/protobuf";
import { FileDescriptorProto, fileComments } from "hawser/wkt";
import { printComment } from "./comments.js";
import type { FileModel } from "./model.js";
import type { Module } from "./module.js";
import type { Printer } from "./printer.js";

/** Prints the encoded descriptor of the file, for reflection. A bundler drops it unless something refers to it. */
export function emitDescriptor(out: Printer, module: Module, file: FileModel): void {
  const { sourceCodeInfo: _, ...proto } = file.proto;
  const imports = proto.dependency.flatMap((name) => {
    const used = module.options.descriptorOf(name);
    return used === undefined ? [] : [module.useFrom(used.proto, used.descriptorName, true)];
  });
  printComment(out, [`The descriptor of ${file.proto.name?.replace(/\*\//g, "*\\/")}.`]);
  out.block(
    `export const ${file.descriptorName}: ${module.genType("FileType")} = /* @__PURE__ */ ${module.gen("file")}(`,
    () => {
      out.line(`${JSON.stringify(file.proto.name)},`);
      out.line(`"${encodeBase64(encode(FileDescriptorProto, proto))}",`);
      out.list("() => [", imports, "],");
      if (isCalledOverRest(file.proto)) {
        const comments = [...fileComments(file.proto)].sort(([a], [b]) => (a < b ? -1 : 1));
        if (comments.length > 0) {
          out.block(
            "{",
            () => {
              for (const [name, text] of comments) out.line(`${JSON.stringify(name)}: ${JSON.stringify(text)},`);
            },
            "},",
          );
        }
      }
    },
    ");",
  );
}

/** Whether a method has a rule of `google.api.http`. */
function isCalledOverRest({ service }: FileDescriptorProto): boolean {
  return service.some(({ method }) =>
    method.some(({ options }) => options !== undefined && hasExtension(options, http)),
  );
}
