import { Edition } from "../descriptor/constants.js";
import { newFile, newMethod, newService } from "../descriptor/new-descriptor.js";
import type { Report } from "../diagnostics/report.js";
import type { FileUnit, MethodDefinition, OptionSet, ServiceDefinition } from "../link/definition.js";
import type { FileNode, ImportNode, MethodNode, PackageNode, ServiceNode } from "../syntax/ast.js";
import { lowerEnum } from "./lower-enum.js";
import { type FieldPlace, lowerExtend, lowerMessage } from "./lower-message.js";
import { Lowering, UNRESOLVED } from "./lowering.js";
import { qualify } from "./names.js";
import { OptionPlaces } from "./option-places.js";
import { SourceInfoWriter } from "./source-info.js";

/** Field numbers of google.protobuf.FileDescriptorProto. */
const FILE = {
  package: 2,
  dependency: 3,
  messageType: 4,
  enumType: 5,
  service: 6,
  extension: 7,
  options: 8,
  publicDependency: 10,
  weakDependency: 11,
  syntax: 12,
  optionDependency: 15,
} as const;

/** Field numbers of google.protobuf.ServiceDescriptorProto and MethodDescriptorProto. */
const SERVICE = { name: 1, method: 2, options: 3 } as const;
const METHOD = { name: 1, inputType: 2, outputType: 3, options: 4, clientStreaming: 5, serverStreaming: 6 } as const;

/** Whether descriptors get source info, and whether it goes into the message values of options. */
export type SourceInfoKind = boolean | "with-option-fields";

/** Turns a syntax tree into a descriptor whose type names are still as written, and its definitions. */
export function lowerFile(ast: FileNode, report: Report, sourceInfo: SourceInfoKind): FileUnit {
  const proto = newFile(ast.source.name);
  const edition = ast.syntax?.edition ?? Edition.Proto2;
  if (edition === Edition.Proto3) proto.syntax = "proto3";
  else if (edition >= Edition.E2023) {
    proto.syntax = "editions";
    proto.edition = edition;
  }
  const packageNode = ast.elements.find((element) => element.kind === "package");
  proto.package = packageNode?.name;
  const unit: FileUnit = {
    kind: "file",
    name: ast.source.name,
    source: ast.source,
    ast,
    report,
    proto,
    edition,
    package: packageNode?.name ?? "",
    imports: [],
    messages: [],
    enums: [],
    services: [],
    extensions: [],
    optionSets: [],
    optionPlaces: undefined,
    incomplete: false,
    features: UNRESOLVED,
  };
  const info = sourceInfo !== false ? new SourceInfoWriter(ast.tokens) : undefined;
  const lowering = new Lowering(unit, info);
  info?.add([], 0, Math.max(0, ast.tokens.count - 2));
  if (ast.syntax !== undefined) {
    lowering.attach(lowering.locate(FILE.syntax, ast.syntax.first, ast.syntax.last), ast.syntax.last);
  }
  lowerElements(lowering, ast, packageNode);
  if (info !== undefined) {
    proto.sourceCodeInfo = { location: info.locations };
    if (sourceInfo === "with-option-fields") unit.optionPlaces = new OptionPlaces(info);
  }
  return unit;
}

function lowerElements(lowering: Lowering, ast: FileNode, packageNode: PackageNode | undefined): void {
  const { unit } = lowering;
  const { proto } = unit;
  const place: FieldPlace = {
    parent: undefined,
    scope: unit.package,
    messages: unit.messages,
    nested: proto.messageType,
    nestedNumber: FILE.messageType,
  };
  let options: OptionSet | undefined;
  for (const element of ast.elements) {
    switch (element.kind) {
      case "package":
        if (element !== packageNode) {
          const help = "a file belongs to one package; remove the second";
          lowering.error("package", "the package was already given", element.first, element.last, help);
        }
        lowering.attach(lowering.locate(FILE.package, element.first, element.last), element.last);
        break;
      case "import":
        lowerImport(lowering, element);
        break;
      case "option":
        options ??= lowering.optionSet("FileOptions", unit, proto, undefined, FILE.options);
        lowering.addOptionStatement(options, element);
        break;
      case "message": {
        const at = unit.messages.length;
        const message = lowerMessage(lowering, element, undefined, unit.package, FILE.messageType, at);
        unit.messages.push(message);
        proto.messageType.push(message.proto);
        break;
      }
      case "enum": {
        const definition = lowerEnum(lowering, element, undefined, unit.package, FILE.enumType, unit.enums.length);
        unit.enums.push(definition);
        proto.enumType.push(definition.proto);
        break;
      }
      case "service": {
        const service = lowerService(lowering, element, unit.services.length);
        unit.services.push(service);
        proto.service.push(service.proto);
        break;
      }
      case "extend":
        for (const field of lowerExtend(lowering, element, place, FILE.extension, unit.extensions.length)) {
          unit.extensions.push(field);
          proto.extension.push(field.proto);
        }
        break;
      default:
        lowering.skipEmpty(element);
    }
  }
}

function lowerImport(lowering: Lowering, node: ImportNode): void {
  const { proto, imports } = lowering.unit;
  imports.push({ node, unit: undefined });
  if (node.modifier === "option") {
    const location = lowering.enter(FILE.optionDependency, proto.optionDependency.length, node.first, node.last);
    proto.optionDependency.push(node.path);
    lowering.attach(location, node.last);
    lowering.leave();
    return;
  }
  if (proto.optionDependency.length > 0) {
    const message = 'imports must stand before every "import option"';
    lowering.error("import-order", message, node.first, node.last, "move it up");
  }
  const index = proto.dependency.length;
  const location = lowering.enter(FILE.dependency, index, node.first, node.last);
  lowering.leave();
  if (node.modifier === "public") {
    lowering.enter(FILE.publicDependency, proto.publicDependency.length, node.first + 1, node.first + 1);
    lowering.leave();
    proto.publicDependency.push(index);
  } else if (node.modifier === "weak") {
    lowering.enter(FILE.weakDependency, proto.weakDependency.length, node.first + 1, node.first + 1);
    lowering.leave();
    proto.weakDependency.push(index);
  }
  proto.dependency.push(node.path);
  lowering.attach(location, node.last);
}

function lowerService(lowering: Lowering, node: ServiceNode, index: number): ServiceDefinition {
  const { unit } = lowering;
  const service: ServiceDefinition = {
    kind: "service",
    name: node.name,
    fullName: qualify(unit.package, node.name),
    file: unit,
    nameToken: node.nameToken,
    node,
    proto: newService(node.name),
    parent: undefined,
    members: new Map(),
    methods: [],
    features: UNRESOLVED,
  };
  const location = lowering.enter(FILE.service, index, node.first, node.last);
  lowering.locate(SERVICE.name, node.nameToken, node.nameToken);
  lowering.attach(location, node.open);
  let options: OptionSet | undefined;
  for (const element of node.elements) {
    if (element.kind === "empty") lowering.skipEmpty(element);
    else if (element.kind === "option") {
      options ??= lowering.optionSet("ServiceOptions", service, service.proto, undefined, SERVICE.options);
      lowering.addOptionStatement(options, element);
    } else lowerMethod(lowering, element, service);
  }
  lowering.closeScope(node.last);
  lowering.leave();
  return service;
}

function lowerMethod(lowering: Lowering, node: MethodNode, service: ServiceDefinition): void {
  const proto = newMethod(node.name);
  const method: MethodDefinition = {
    kind: "method",
    name: node.name,
    fullName: `${service.fullName}.${node.name}`,
    file: lowering.unit,
    nameToken: node.nameToken,
    node,
    proto,
    parent: service,
    features: UNRESOLVED,
  };
  const location = lowering.enter(SERVICE.method, service.methods.length, node.first, node.last);
  service.methods.push(method);
  service.proto.method.push(proto);
  lowering.locate(METHOD.name, node.nameToken, node.nameToken);
  proto.inputType = node.input.text;
  proto.outputType = node.output.text;
  if (node.inputStream >= 0) {
    proto.clientStreaming = true;
    lowering.locate(METHOD.clientStreaming, node.inputStream, node.inputStream);
  }
  lowering.locate(METHOD.inputType, node.input.first, node.input.last);
  if (node.outputStream >= 0) {
    proto.serverStreaming = true;
    lowering.locate(METHOD.serverStreaming, node.outputStream, node.outputStream);
  }
  lowering.locate(METHOD.outputType, node.output.first, node.output.last);
  if (node.open < 0) lowering.attach(location, node.last);
  else {
    // Braces make an options message even if there is nothing in them.
    const options = lowering.optionSet("MethodOptions", method, proto, service, METHOD.options);
    lowering.attach(location, node.open);
    for (const element of node.elements) {
      if (element.kind === "empty") lowering.skipEmpty(element);
      else lowering.addOptionStatement(options, element);
    }
    lowering.closeScope(node.last);
  }
  lowering.leave();
}
