import { localFieldName } from "hawser/gen";
import type { DescriptorProto, EnumDescriptorProto, FieldDescriptorProto, FileDescriptorProto } from "hawser/wkt";
import { type Features, fileFeatures, withFeatures } from "hawser/wkt";
import { Identifiers } from "./identifiers.js";
import type { EnumModel, ExtensionModel, FileModel, MessageModel, ServiceModel } from "./model.js";

/** Gives every declaration of a file its name in TypeScript. The names depend on this file alone. */
export function buildFile(proto: FileDescriptorProto): FileModel {
  const names = new Identifiers();
  const exported: string[] = [];
  const take = (name: string): string => {
    const taken = names.take(name);
    exported.push(taken);
    return taken;
  };
  const scope = proto.package ? `${proto.package}.` : "";
  const features = fileFeatures(proto);
  const messages: { -readonly [K in keyof MessageModel]: MessageModel[K] }[] = [];
  const enums: { -readonly [K in keyof EnumModel]: EnumModel[K] }[] = [];
  const extensions: ExtensionModel[] = [];
  const services: ServiceModel[] = [];

  const addEnum = (
    desc: EnumDescriptorProto,
    outerType: string,
    outerName: string,
    path: number[],
    outer: Features,
  ): void => {
    enums.push({
      kind: "enum",
      file: proto,
      proto: desc,
      typeName: outerType + desc.name,
      path,
      name: take(outerName + desc.name),
      typeValueName: "",
      closed: withFeatures(outer, desc.options?.features).closedEnum,
      deprecated: desc.options?.deprecated === true,
    });
  };
  const addExtension = (
    desc: FieldDescriptorProto,
    outerType: string,
    outerName: string,
    path: number[],
    outer: Features,
  ): void => {
    extensions.push({
      proto: desc,
      typeName: outerType + desc.name,
      path,
      name: take(outerName + localFieldName(desc.name ?? "")),
      features: outer,
    });
  };
  const addMessage = (
    desc: DescriptorProto,
    outerType: string,
    outerName: string,
    path: number[],
    outer: Features,
  ): void => {
    if (desc.options?.mapEntry === true) return;
    const own = withFeatures(outer, desc.options?.features);
    const name = take(outerName + desc.name);
    const typeName = outerType + desc.name;
    messages.push({
      kind: "message",
      file: proto,
      proto: desc,
      typeName,
      path,
      name,
      initName: "",
      features: own,
      deprecated: desc.options?.deprecated === true,
    });
    for (const [i, e] of desc.enumType.entries()) addEnum(e, `${typeName}.`, `${name}_`, [...path, 4, i], own);
    for (const [i, m] of desc.nestedType.entries()) addMessage(m, `${typeName}.`, `${name}_`, [...path, 3, i], own);
    for (const [i, x] of desc.extension.entries()) addExtension(x, `${typeName}.`, `${name}_`, [...path, 6, i], own);
  };

  for (const [i, e] of proto.enumType.entries()) addEnum(e, scope, "", [5, i], features);
  for (const [i, m] of proto.messageType.entries()) addMessage(m, scope, "", [4, i], features);
  proto.service.forEach((s, i) => {
    services.push({
      proto: s,
      typeName: scope + s.name,
      path: [6, i],
      name: take(s.name ?? ""),
      deprecated: s.options?.deprecated === true,
    });
  });
  for (const [i, x] of proto.extension.entries()) addExtension(x, scope, "", [7, i], features);
  // After the declared names, so that none of those has to give way to one that is made up here.
  for (const message of messages) message.initName = take(`${message.name}Init`);
  for (const type of enums) type.typeValueName = take(`$${type.name}`);
  const descriptorName = take(`$file_${(proto.name ?? "").replace(/\.proto$/, "").replace(/[^A-Za-z0-9_]/g, "_")}`);
  return { proto, messages, enums, services, extensions, descriptorName, exported };
}
