import type { DescriptorProto, EnumDescriptorProto, FileDescriptorProto } from "./google/protobuf/descriptor.pb.js";

/**
 * What stands above (or behind) each declaration of a file, by full name: messages, fields, oneofs, enums, services and
 * methods; values of enums by the enum's name and their own, as `pkg.Color.RED`. Empty if the file has no source info.
 *
 * Comments are given without the blanks that protoc leaves in front of each line.
 */
export function fileComments(file: FileDescriptorProto): Map<string, string> {
  const names = namesByPath(file);
  const comments = new Map<string, string>();
  for (const { path, leadingComments, trailingComments } of file.sourceCodeInfo?.location ?? []) {
    const name = names.get(path.join("."));
    const text = trimmed(leadingComments || trailingComments || "");
    if (name !== undefined && text !== "") comments.set(name, text);
  }
  return comments;
}

function trimmed(comment: string): string {
  return comment
    .split("\n")
    .map((line) => (line.startsWith(" ") ? line.slice(1) : line).trimEnd())
    .join("\n")
    .trim();
}

/** The full names of declarations by their paths (descriptor.proto, `SourceCodeInfo.Location.path`). */
function namesByPath(file: FileDescriptorProto): Map<string, string> {
  const names = new Map<string, string>();
  const scope = file.package === undefined || file.package === "" ? "" : `${file.package}.`;
  const addEnum = (path: string, prefix: string, { name, value }: EnumDescriptorProto): void => {
    names.set(path, prefix + name);
    for (const [i, each] of value.entries()) names.set(`${path}.2.${i}`, `${prefix}${name}.${each.name}`);
  };
  const addMessage = (path: string, prefix: string, message: DescriptorProto): void => {
    const own = `${prefix}${message.name}`;
    names.set(path, own);
    for (const [i, field] of message.field.entries()) names.set(`${path}.2.${i}`, `${own}.${field.name}`);
    for (const [i, oneof] of message.oneofDecl.entries()) names.set(`${path}.8.${i}`, `${own}.${oneof.name}`);
    for (const [i, nested] of message.nestedType.entries()) addMessage(`${path}.3.${i}`, `${own}.`, nested);
    for (const [i, nested] of message.enumType.entries()) addEnum(`${path}.4.${i}`, `${own}.`, nested);
  };
  for (const [i, message] of file.messageType.entries()) addMessage(`4.${i}`, scope, message);
  for (const [i, type] of file.enumType.entries()) addEnum(`5.${i}`, scope, type);
  for (const [i, service] of file.service.entries()) {
    names.set(`6.${i}`, scope + service.name);
    for (const [j, method] of service.method.entries())
      names.set(`6.${i}.2.${j}`, `${scope}${service.name}.${method.name}`);
  }
  return names;
}
