import type { DescriptorProto, FieldDescriptorProto, FileDescriptorProto, MethodDescriptorProto } from "hawser/wkt";
import { indexSymbols } from "./symbol-index.js";

/**
 * Files whose references to types are full names. A descriptor may also name a type as `.proto` source does, from within its
 * scope (descriptor.proto, `FieldDescriptorProto.type_name`): protoc writes no such descriptors, protobuf.js does, and with it
 * the reflection of grpc-js.
 */
export function withQualifiedNames(files: readonly FileDescriptorProto[]): readonly FileDescriptorProto[] {
  if (!files.some(hasRelativeName)) return files;
  const symbols = indexSymbols(files);
  /** From the innermost scope outwards. What is nowhere stays as it is, for whoever uses it to complain of. */
  const resolve = (name: string | undefined, scope: string): string | undefined => {
    if (name === undefined || !isRelative(name)) return name;
    for (let around = scope; ; around = around.slice(0, Math.max(0, around.lastIndexOf(".")))) {
      const full = around === "" ? name : `${around}.${name}`;
      const kind = symbols.get(full)?.kind;
      if (kind === "message" || kind === "enum") return `.${full}`;
      if (around === "") return name;
    }
  };
  const field = (scope: string) => (each: FieldDescriptorProto) =>
    each.typeName === undefined && each.extendee === undefined
      ? each
      : { ...each, typeName: resolve(each.typeName, scope), extendee: resolve(each.extendee, scope) };
  const message =
    (scope: string) =>
    (each: DescriptorProto): DescriptorProto => {
      const own = join(scope, each.name);
      return {
        ...each,
        field: each.field.map(field(own)),
        extension: each.extension.map(field(own)),
        nestedType: each.nestedType.map(message(own)),
      };
    };
  const method = (scope: string) => (each: MethodDescriptorProto) => ({
    ...each,
    inputType: resolve(each.inputType, scope),
    outputType: resolve(each.outputType, scope),
  });
  return files.map((file) => {
    if (!hasRelativeName(file)) return file;
    const scope = file.package ?? "";
    return {
      ...file,
      messageType: file.messageType.map(message(scope)),
      extension: file.extension.map(field(scope)),
      service: file.service.map((each) => ({ ...each, method: each.method.map(method(join(scope, each.name))) })),
    } as FileDescriptorProto;
  });
}

function hasRelativeName(file: FileDescriptorProto): boolean {
  const inFields = (fields: readonly FieldDescriptorProto[]): boolean =>
    fields.some(({ typeName, extendee }) => isRelative(typeName) || isRelative(extendee));
  const inMessage = (each: DescriptorProto): boolean =>
    inFields(each.field) || inFields(each.extension) || each.nestedType.some(inMessage);
  return (
    inFields(file.extension) ||
    file.messageType.some(inMessage) ||
    file.service.some((each) =>
      each.method.some(({ inputType, outputType }) => isRelative(inputType) || isRelative(outputType)),
    )
  );
}

function isRelative(name: string | undefined): boolean {
  return name !== undefined && name !== "" && !name.startsWith(".");
}

function join(scope: string, name = ""): string {
  return scope === "" ? name : `${scope}.${name}`;
}
