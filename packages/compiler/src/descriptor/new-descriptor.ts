/**
 * Empty descriptors with every property in place, so that all descriptors of a kind share one hidden class: the linker
 * reads millions of them.
 */
import type {
  DescriptorProto,
  EnumDescriptorProto,
  EnumValueDescriptorProto,
  FieldDescriptorProto,
  FieldDescriptorProto_Label,
  FileDescriptorProto,
  MethodDescriptorProto,
  OneofDescriptorProto,
  ServiceDescriptorProto,
} from "hawser/wkt";

export function newFile(name: string): FileDescriptorProto {
  return {
    name,
    package: undefined,
    dependency: [],
    publicDependency: [],
    weakDependency: [],
    optionDependency: [],
    messageType: [],
    enumType: [],
    service: [],
    extension: [],
    options: undefined,
    sourceCodeInfo: undefined,
    syntax: undefined,
    edition: undefined,
  };
}

export function newMessage(name: string): DescriptorProto {
  return {
    name,
    field: [],
    extension: [],
    nestedType: [],
    enumType: [],
    extensionRange: [],
    oneofDecl: [],
    options: undefined,
    reservedRange: [],
    reservedName: [],
    visibility: undefined,
  };
}

export function newField(
  name: string,
  number: number,
  label: FieldDescriptorProto_Label,
  jsonName: string,
): FieldDescriptorProto {
  return {
    name,
    number,
    label,
    type: undefined,
    typeName: undefined,
    extendee: undefined,
    defaultValue: undefined,
    oneofIndex: undefined,
    jsonName,
    options: undefined,
    proto3Optional: undefined,
  };
}

export function newOneof(name: string): OneofDescriptorProto {
  return { name, options: undefined };
}

export function newEnum(name: string): EnumDescriptorProto {
  return { name, value: [], options: undefined, reservedRange: [], reservedName: [], visibility: undefined };
}

export function newEnumValue(name: string, number: number): EnumValueDescriptorProto {
  return { name, number, options: undefined };
}

export function newService(name: string): ServiceDescriptorProto {
  return { name, method: [], options: undefined };
}

export function newMethod(name: string): MethodDescriptorProto {
  return {
    name,
    inputType: undefined,
    outputType: undefined,
    options: undefined,
    clientStreaming: undefined,
    serverStreaming: undefined,
  };
}
