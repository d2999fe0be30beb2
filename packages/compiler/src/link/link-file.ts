import { FieldType, SCALAR_TYPE_NAMES, SymbolVisibilityDefault, Visibility } from "../descriptor/constants.js";
import { closest } from "../diagnostics/suggest.js";
import type { Node } from "../syntax/ast.js";
import type {
  Definition,
  EnumDefinition,
  FieldDefinition,
  FileUnit,
  MessageDefinition,
  MethodDefinition,
  ServiceDefinition,
} from "./definition.js";
import type { Resolver, Unresolved } from "./resolver.js";
import { KINDS } from "./symbol-tree.js";
import { wellKnownHelp } from "./well-known-import.js";

/**
 * Resolves the type names of a file: fields, extended messages, requests and responses. The descriptors get the full
 * names with a leading dot, the definitions the links.
 */
export function linkFile(unit: FileUnit, resolver: Resolver): void {
  const linker = new Linker(unit, resolver);
  for (const message of unit.messages) linker.message(message);
  for (const extension of unit.extensions) linker.field(extension);
  for (const service of unit.services) for (const method of service.methods) linker.method(method);
}

class Linker {
  readonly #unit: FileUnit;
  readonly #resolver: Resolver;
  #reportedExtendee = -1;

  constructor(unit: FileUnit, resolver: Resolver) {
    this.#unit = unit;
    this.#resolver = resolver;
  }

  message(message: MessageDefinition): void {
    for (const nested of message.messages) this.message(nested);
    for (const field of message.fields) this.field(field);
    for (const extension of message.extensions) this.field(extension);
  }

  field(field: FieldDefinition): void {
    if (field.isExtension) this.#extendee(field);
    const { proto } = field;
    if (proto.typeName === undefined) return;
    if (field.messageType !== undefined) return; // of a group or map field: it was declared with it
    const { node } = field;
    const written = field.parent?.isMapEntry === true && field.name === "key" ? node.mapKey! : node.type;
    const found = this.#resolver.resolve(proto.typeName, field.parent, true);
    if (found.kind === "unresolved") {
      this.#notFound(found, proto.typeName, node.group === undefined ? written : node.type, field.parent, true);
      return;
    }
    if ((found.kind === "message" || found.kind === "enum") && !this.#isUsable(found))
      this.#notExported(found, written);
    if (found.kind === "message") {
      proto.type ??= FieldType.Message;
      field.messageType = found;
      proto.typeName = `.${found.fullName}`;
    } else if (found.kind === "enum") {
      proto.type = FieldType.Enum;
      field.enumType = found;
      proto.typeName = `.${found.fullName}`;
    } else {
      this.#error("not-a-type", written, `"${proto.typeName}" is a ${KINDS[found.kind]}, not a type`);
    }
  }

  #extendee(field: FieldDefinition): void {
    const { proto } = field;
    const name = proto.extendee!;
    const found = this.#resolver.resolve(name, field.parent, false);
    if (found.kind === "message") {
      if (!this.#isUsable(found)) this.#notExported(found, this.#extendeeNode(field));
      field.container = found;
      proto.extendee = `.${found.fullName}`;
      return;
    }
    const node = this.#extendeeNode(field);
    // The block's other fields have the same name in front of them: once is enough.
    if (node.first === this.#reportedExtendee) return;
    this.#reportedExtendee = node.first;
    if (found.kind === "unresolved") this.#notFound(found, name, node, field.parent, false);
    else this.#error("not-a-message", node, `"${name}" is ${describe(found)}, so it cannot be extended`);
  }

  /** The extended type's name stands in front of the block that the field is in. */
  #extendeeNode(field: FieldDefinition): Node {
    const elements = field.parent === undefined ? this.#unit.ast.elements : bodyOf(field.parent);
    // In the order of the source: the last one that begins before the field, for a file may have thousands of blocks.
    let low = 0;
    for (let high = elements.length; low < high; ) {
      const middle = (low + high) >> 1;
      if (elements[middle]!.first < field.node.first) low = middle + 1;
      else high = middle;
    }
    const element = elements[low - 1];
    return element?.kind === "extend" ? element.extendee : field.node;
  }

  /** "Symbol visibility" (edition 2024): what is local to its file cannot be named in another one. */
  #isUsable(definition: MessageDefinition | EnumDefinition): boolean {
    return definition.file === this.#unit || isExported(definition);
  }

  #notExported(definition: MessageDefinition | EnumDefinition, node: Node): void {
    const { file, proto, fullName } = definition;
    const help =
      proto.visibility === Visibility.Local
        ? 'it is marked "local"'
        : `its file makes it local by default (features.default_symbol_visibility); mark it "export"`;
    this.#error("visibility", node, `"${fullName}" is local to "${file.name}" and cannot be used here`, help);
  }

  method(method: MethodDefinition): void {
    const { proto, node, parent } = method;
    proto.inputType = this.#messageName(proto.inputType!, node.input, parent);
    proto.outputType = this.#messageName(proto.outputType!, node.output, parent);
  }

  #messageName(name: string, node: Node, scope: ServiceDefinition): string {
    const found = this.#resolver.resolve(name, scope, false);
    if (found.kind === "unresolved") this.#notFound(found, name, node, scope, true);
    else if (found.kind === "message") {
      if (!this.#isUsable(found)) this.#notExported(found, node);
      return `.${found.fullName}`;
    } else {
      const help = found.kind === "method" ? `a method hides it; write the message's full name` : undefined;
      this.#error("not-a-message", node, `"${name}" is ${describe(found)}, not a message`, help);
    }
    return name;
  }

  #notFound(
    { notImported, shadowed }: Unresolved,
    name: string,
    node: Node,
    scope: MessageDefinition | ServiceDefinition | undefined,
    couldBeScalar: boolean,
  ): void {
    if (notImported !== undefined && notImported.kind !== "package") {
      const file = notImported.file.name;
      this.#error(
        "not-imported",
        node,
        `"${name}" is defined in "${file}", which this file does not import`,
        `add import "${file}";`,
      );
      return;
    }
    // With a file missing or broken, any name may be one of its; that error says enough.
    if (this.#unit.incomplete) return;
    if (shadowed !== undefined) {
      const near = this.#suggest(name, scope);
      this.#error(
        "undefined-name",
        node,
        `"${name}" is resolved to "${shadowed}", which is not defined`,
        near === undefined
          ? (wellKnownHelp(name) ?? `the innermost scope counts; write ".${name}" to begin at the outermost`)
          : `did you mean "${near}"?`,
      );
      return;
    }
    const wellKnown = wellKnownHelp(name);
    let near = wellKnown === undefined ? this.#suggest(name, scope) : undefined;
    if (wellKnown === undefined && near === undefined && couldBeScalar)
      near = ALIASES.get(name) ?? closest(name, SCALAR_TYPE_NAMES);
    this.#error(
      "undefined-name",
      node,
      `"${name}" is not defined`,
      near === undefined ? wellKnown : `did you mean "${near}"?`,
    );
  }

  #suggest(name: string, scope: MessageDefinition | ServiceDefinition | undefined): string | undefined {
    return this.#unit.report.wantsSuggestions ? this.#resolver.suggest(name, scope) : undefined;
  }

  #error(code: string, node: Node, message: string, help?: string): void {
    const { starts, ends } = this.#unit.ast.tokens;
    this.#unit.report.error(code, starts[node.first]!, ends[node.last]!, message, help);
  }
}

/** True if other files may use a message or enum: because of its keyword, or else of the file's default. */
function isExported(definition: MessageDefinition | EnumDefinition): boolean {
  if (definition.proto.visibility !== undefined) return definition.proto.visibility === Visibility.Export;
  switch (definition.features.defaultSymbolVisibility) {
    case SymbolVisibilityDefault.ExportTopLevel:
      return definition.parent === undefined;
    case SymbolVisibilityDefault.LocalAll:
    case SymbolVisibilityDefault.Strict:
      return false;
    default:
      return true;
  }
}

/** What other languages call the scalar types. */
const ALIASES: ReadonlyMap<string, string> = new Map([
  ["int", "int32"],
  ["integer", "int32"],
  ["long", "int64"],
  ["uint", "uint32"],
  ["ulong", "uint64"],
  ["number", "double"],
  ["boolean", "bool"],
  ["str", "string"],
  ["char", "string"],
  ["byte", "bytes"],
  ["any", "google.protobuf.Any"],
  ["object", "google.protobuf.Struct"],
]);

function describe(definition: Definition): string {
  return `${definition.kind === "enum" || definition.kind === "enumValue" ? "an" : "a"} ${KINDS[definition.kind]}`;
}

function bodyOf(message: MessageDefinition) {
  const { node } = message;
  return node.kind === "message" ? node.body.elements : (node.group?.elements ?? []);
}
