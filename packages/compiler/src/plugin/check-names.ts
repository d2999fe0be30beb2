import type { DescriptorProto, EnumDescriptorProto, FileDescriptorProto } from "hawser/wkt";

const IDENTIFIER = /^[A-Za-z_][A-Za-z0-9_]*$/;

interface Named {
  readonly name: string | undefined;
}

/**
 * The first name in a file's descriptor that no `.proto` file could have, or `undefined`: a request that was not written
 * by a compiler must not get code of its own choice into what is generated from it.
 */
export function invalidName(file: FileDescriptorProto): string | undefined {
  const pending: DescriptorProto[] = [...file.messageType];
  const enums: EnumDescriptorProto[] = [...file.enumType];
  const named: Named[] = [...file.service, ...file.service.flatMap((service) => service.method), ...file.extension];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    named.push(next, ...next.field, ...next.oneofDecl, ...next.extension);
    pending.push(...next.nestedType);
    enums.push(...next.enumType);
  }
  for (const definition of enums) named.push(definition, ...definition.value);
  for (const part of (file.package ?? "").split(".")) {
    if (part !== "" && !IDENTIFIER.test(part)) return file.package;
  }
  return named.map(({ name }) => name ?? "").find((name) => !IDENTIFIER.test(name));
}
