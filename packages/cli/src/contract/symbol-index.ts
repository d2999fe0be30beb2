import type {
  DescriptorProto,
  EnumDescriptorProto,
  EnumValueDescriptorProto,
  FieldDescriptorProto,
  FileDescriptorProto,
  MethodDescriptorProto,
  OneofDescriptorProto,
  ServiceDescriptorProto,
} from "hawser/wkt";

/** A declaration, and where it stands: `path` is that of `SourceCodeInfo.Location`. */
export type Declaration = {
  readonly name: string;
  readonly file: FileDescriptorProto;
  readonly path: readonly number[];
  /** The message, enum or service that it is part of, if it is no more than a part. */
  readonly parent: Declaration | undefined;
} & (
  | { readonly kind: "message"; readonly descriptor: DescriptorProto }
  | { readonly kind: "enum"; readonly descriptor: EnumDescriptorProto }
  | { readonly kind: "service"; readonly descriptor: ServiceDescriptorProto }
  | { readonly kind: "method"; readonly descriptor: MethodDescriptorProto }
  | { readonly kind: "field"; readonly descriptor: FieldDescriptorProto }
  | { readonly kind: "extension"; readonly descriptor: FieldDescriptorProto }
  | { readonly kind: "oneof"; readonly descriptor: OneofDescriptorProto }
  | { readonly kind: "enum value"; readonly descriptor: EnumValueDescriptorProto }
);

/** Field numbers of descriptor.proto, of which paths are made. */
export const PATH = {
  file: { message: 4, enum: 5, service: 6, extension: 7 },
  message: { field: 2, message: 3, enum: 4, extension: 6, oneof: 8 },
  enumValue: 2,
  method: 2,
} as const;

/** Everything that files declare, by full name. */
export function indexSymbols(files: Iterable<FileDescriptorProto>): ReadonlyMap<string, Declaration> {
  const index = new Map<string, Declaration>();
  const add = (declaration: Declaration): Declaration => {
    if (!index.has(declaration.name)) index.set(declaration.name, declaration);
    return declaration;
  };
  for (const file of files) {
    const scope = file.package ? `${file.package}.` : "";
    const base = { file, parent: undefined };
    file.messageType.forEach((each, i) => {
      addMessage(file, scope, each, [PATH.file.message, i], add);
    });
    file.enumType.forEach((each, i) => {
      addEnum(file, scope, each, [PATH.file.enum, i], add);
    });
    file.extension.forEach((each, i) => {
      const path = [PATH.file.extension, i];
      add({ ...base, kind: "extension", name: scope + (each.name ?? ""), path, descriptor: each });
    });
    file.service.forEach((each, i) => {
      const path = [PATH.file.service, i];
      const name = scope + (each.name ?? "");
      const parent = add({ ...base, kind: "service", name, path, descriptor: each });
      each.method.forEach((method, j) => {
        const methodPath = [...path, PATH.method, j];
        const methodName = `${name}.${method.name ?? ""}`;
        add({ kind: "method", name: methodName, file, path: methodPath, parent, descriptor: method });
      });
    });
  }
  return index;
}

type Add = (declaration: Declaration) => Declaration;

function addMessage(
  file: FileDescriptorProto,
  scope: string,
  message: DescriptorProto,
  path: readonly number[],
  add: Add,
): void {
  const name = scope + (message.name ?? "");
  const parent = add({ kind: "message", name, file, path, parent: undefined, descriptor: message });
  const inner = `${name}.`;
  const { field, oneof, extension } = PATH.message;
  message.field.forEach((each, i) => {
    add({ kind: "field", name: inner + (each.name ?? ""), file, path: [...path, field, i], parent, descriptor: each });
  });
  message.oneofDecl.forEach((each, i) => {
    add({ kind: "oneof", name: inner + (each.name ?? ""), file, path: [...path, oneof, i], parent, descriptor: each });
  });
  message.extension.forEach((each, i) => {
    const at = [...path, extension, i];
    add({ kind: "extension", name: inner + (each.name ?? ""), file, path: at, parent: undefined, descriptor: each });
  });
  message.nestedType.forEach((each, i) => {
    addMessage(file, inner, each, [...path, PATH.message.message, i], add);
  });
  message.enumType.forEach((each, i) => {
    addEnum(file, inner, each, [...path, PATH.message.enum, i], add);
  });
}

/** The values of an enum are its siblings, as in C++. */
function addEnum(
  file: FileDescriptorProto,
  scope: string,
  type: EnumDescriptorProto,
  path: readonly number[],
  add: Add,
): void {
  const parent = add({
    kind: "enum",
    name: scope + (type.name ?? ""),
    file,
    path,
    parent: undefined,
    descriptor: type,
  });
  type.value.forEach((each, i) => {
    const at = [...path, PATH.enumValue, i];
    add({ kind: "enum value", name: scope + (each.name ?? ""), file, path: at, parent, descriptor: each });
  });
}
