import { localMethodName } from "hawser/gen";
import { commentLines, printComment } from "./comments.js";
import type { MessageModel, ServiceModel } from "./model.js";
import type { Module } from "./module.js";
import type { Printer } from "./printer.js";

/** `MethodOptions.IdempotencyLevel` by number; 0 is unknown. */
const IDEMPOTENCY: Readonly<Record<number, string>> = { 1: "no_side_effects", 2: "idempotent" };

/** Prints the schema value of a service. */
export function emitService(out: Printer, module: Module, service: ServiceModel): void {
  const serviceType = module.genType("ServiceType");
  const methodType = module.genType("MethodType");
  const descriptor = `() => ${module.file.descriptorName}`;
  const taken = new Set<string>();
  const methods = service.proto.method.map((proto, i) => {
    let local = localMethodName(proto.name ?? "");
    while (taken.has(local)) local += "$";
    taken.add(local);
    const kind = proto.clientStreaming
      ? proto.serverStreaming
        ? "bidi_streaming"
        : "client_streaming"
      : proto.serverStreaming
        ? "server_streaming"
        : "unary";
    const input = messageName(module, proto.inputType ?? "");
    const output = messageName(module, proto.outputType ?? "");
    return { proto, local, kind, input, output, path: [...service.path, 2, i] };
  });
  const comment = commentLines(module.comments, service.path);
  printComment(
    out,
    comment.length > 0 ? comment : [`The service ${service.typeName}.`],
    service.deprecated ? ["@deprecated"] : [],
  );
  if (methods.length === 0) {
    out.line(
      `export const ${service.name}: ${serviceType}<{}> = /* @__PURE__ */ ${module.gen("service")}(${JSON.stringify(service.typeName)}, {}, ${descriptor});`,
    );
    out.gap();
    return;
  }
  out.block(
    `export const ${service.name}: ${serviceType}<{`,
    () => {
      for (const { proto, local, kind, input, output, path } of methods) {
        const tags = proto.options?.deprecated === true ? ["@deprecated"] : [];
        printComment(out, commentLines(module.comments, path), tags);
        out.line(`${local}: ${methodType}<"${kind}", typeof ${input}, typeof ${output}>;`);
      }
    },
    `}> = /* @__PURE__ */ ${module.gen("service")}(${JSON.stringify(service.typeName)}, {`,
  );
  out.block(
    "",
    () => {
      for (const { proto, local, kind, input, output } of methods) {
        const level = IDEMPOTENCY[proto.options?.idempotencyLevel ?? 0];
        const items = [
          `kind: "${kind}"`,
          `name: ${JSON.stringify(proto.name)}`,
          `input: ${input}`,
          `output: ${output}`,
          ...(level === undefined ? [] : [`idempotency: "${level}"`]),
        ];
        out.list(`${local}: {`, items, "},", " ");
      }
    },
    `}, ${descriptor});`,
  );
  out.gap();
}

function messageName(module: Module, fullName: string): string {
  const type = module.options.index.types.get(fullName) as MessageModel | undefined;
  if (type === undefined) throw new Error(`the type ${fullName} is in none of the files`);
  return module.use(type, type.name, true);
}
