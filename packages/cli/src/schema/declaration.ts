import type { DescriptorProto, EnumDescriptorProto, FieldDescriptorProto, FileDescriptorProto } from "hawser/wkt";

/** `google.protobuf.FieldDescriptorProto.Type` and `Label`, by number. */
const TYPES =
  " double float int64 uint64 int32 fixed64 fixed32 bool string group message bytes uint32 enum sfixed32 sfixed64 sint32 sint64".split(
    " ",
  );
const LABELS: Readonly<Record<number, string>> = { 2: "required ", 3: "repeated " };

/**
 * What stands at a path of a descriptor, as a line of a `.proto` file: for schemas that came without their text. Options are
 * left out.
 *
 * @param path as in `google.protobuf.SourceCodeInfo.Location`; what goes on behind a declaration is left aside
 * @returns `undefined` if it leads to nothing that has a name
 */
export function declarationAt(file: FileDescriptorProto, path: readonly number[]): string | undefined {
  const [tag, index = -1, ...rest] = path;
  switch (tag) {
    case 2:
      return `package ${file.package ?? ""};`;
    case 4:
      return inMessage(file.messageType[index], rest);
    case 5:
      return inEnum(file.enumType[index], rest);
    case 6: {
      const service = file.service[index];
      const method = rest[0] === 2 ? service?.method[rest[1] ?? -1] : undefined;
      if (method === undefined) return service && `service ${service.name ?? ""}`;
      const input = `${method.clientStreaming ? "stream " : ""}${plain(method.inputType)}`;
      const output = `${method.serverStreaming ? "stream " : ""}${plain(method.outputType)}`;
      return `rpc ${method.name ?? ""}(${input}) returns (${output});`;
    }
    case 7:
      return field(file.extension[index], undefined);
    case 12:
      return file.syntax === "editions" ? undefined : `syntax = "${file.syntax || "proto2"}";`;
    default:
      return undefined;
  }
}

function inMessage(message: DescriptorProto | undefined, path: readonly number[]): string | undefined {
  const [tag, index = -1, ...rest] = path;
  if (message === undefined) return undefined;
  if (tag === 2) return field(message.field[index], message);
  if (tag === 3) return inMessage(message.nestedType[index], rest);
  if (tag === 4) return inEnum(message.enumType[index], rest);
  if (tag === 6) return field(message.extension[index], undefined);
  if (tag === 8) return `oneof ${message.oneofDecl[index]?.name ?? ""}`;
  return `message ${message.name ?? ""}`;
}

function inEnum(each: EnumDescriptorProto | undefined, path: readonly number[]): string | undefined {
  const value = path[0] === 2 ? each?.value[path[1] ?? -1] : undefined;
  if (value !== undefined) return `${value.name ?? ""} = ${value.number ?? 0};`;
  return each && `enum ${each.name ?? ""}`;
}

function field(proto: FieldDescriptorProto | undefined, parent: DescriptorProto | undefined): string | undefined {
  if (proto === undefined) return undefined;
  const { label = 1, type = 0, typeName, name = "", number = 0 } = proto;
  const entry = parent?.nestedType.find(
    (nested) => nested.options?.mapEntry === true && typeName?.endsWith(`.${nested.name ?? ""}`) === true,
  );
  if (entry !== undefined) {
    const [key, value] = entry.field.map((each) => typeOf(each.type ?? 0, each.typeName));
    return `map<${key}, ${value}> ${name} = ${number};`;
  }
  const optional = proto.proto3Optional === true ? "optional " : "";
  return `${LABELS[label] ?? optional}${typeOf(type, typeName)} ${name} = ${number};`;
}

function typeOf(type: number, typeName: string | undefined): string {
  return typeName === undefined || typeName === "" ? (TYPES[type] ?? "") : plain(typeName);
}

function plain(name: string | undefined): string {
  return (name ?? "").replace(/^\./, "");
}
