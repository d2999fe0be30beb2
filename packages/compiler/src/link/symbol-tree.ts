import type {
  Definition,
  EnumDefinition,
  FileUnit,
  Members,
  MessageDefinition,
  PackageDefinition,
} from "./definition.js";

type Named = Exclude<Definition, PackageDefinition>;

/**
 * All names of a compilation, as a tree of packages whose leaves are the files' own scopes. A name is looked up one
 * short component at a time and never glued together, which keeps the linker's inner loop free of allocation.
 */
export class SymbolTree {
  readonly root: PackageDefinition = {
    kind: "package",
    name: "",
    fullName: "",
    parent: undefined,
    members: new Map(),
    file: undefined,
  };

  /** Adds what a file declares; names that are taken are reported to it. Returns its package. */
  add(unit: FileUnit): PackageDefinition | undefined {
    const scope = this.#addPackage(unit);
    if (scope === undefined) return undefined;
    for (const message of unit.messages) this.#declare(scope.members, message, scope.fullName);
    for (const definition of unit.enums) this.#declareEnum(scope.members, definition, scope.fullName);
    for (const service of unit.services) this.#declare(scope.members, service, scope.fullName);
    for (const extension of unit.extensions) this.#declare(scope.members, extension, scope.fullName);
    return scope;
  }

  /** Finds a definition by its full name, without a leading dot. */
  find(fullName: string): Definition | undefined {
    let found: Definition = this.root;
    for (const part of fullName.split(".")) {
      const members = membersOf(found);
      const next = members?.get(part);
      if (next === undefined) return undefined;
      found = next;
    }
    return found;
  }

  /** The package of a file that has been added. */
  packageOf(unit: FileUnit): PackageDefinition {
    if (unit.package === "") return this.root;
    const found = this.find(unit.package);
    return found?.kind === "package" ? found : this.root;
  }

  #addPackage(unit: FileUnit): PackageDefinition | undefined {
    let scope = this.root;
    if (unit.package === "") return scope;
    for (const name of unit.package.split(".")) {
      const existing = scope.members.get(name);
      if (existing === undefined) {
        const fullName: string = scope.fullName === "" ? name : `${scope.fullName}.${name}`;
        const added: PackageDefinition = {
          kind: "package",
          name,
          fullName,
          parent: scope,
          members: new Map(),
          file: unit,
        };
        scope.members.set(name, added);
        scope = added;
      } else if (existing.kind === "package") {
        scope = existing;
      } else {
        const node = unit.ast.elements.find((element) => element.kind === "package")!;
        const { starts, ends } = unit.ast.tokens;
        unit.report.error(
          "package-conflict",
          starts[node.nameFirst]!,
          ends[node.nameLast]!,
          `"${existing.fullName}" is already defined as something other than a package, in "${existing.file.name}"`,
        );
        return undefined;
      }
    }
    return scope;
  }

  #declareEnum(members: Members, definition: EnumDefinition, scope: string): void {
    this.#declare(members, definition, scope);
    for (const value of definition.values) this.#declare(members, value, scope);
  }

  #declare(members: Members, definition: Named, scope: string): void {
    const existing = members.get(definition.name);
    if (existing === undefined) members.set(definition.name, definition);
    else if (existing !== definition) reportDuplicate(definition, existing, scope);
  }
}

/** Fills the scopes of a file's own messages and services; names that are taken are reported. */
export function declareMembers(unit: FileUnit): void {
  for (const message of unit.messages) declareMessageMembers(message);
  for (const service of unit.services) {
    for (const method of service.methods) declareMember(service.members, method, service.fullName);
  }
}

function declareMessageMembers(message: MessageDefinition): void {
  const { members, fullName } = message;
  for (const oneof of message.oneofs) declareMember(members, oneof, fullName);
  for (const field of message.fields) declareMember(members, field, fullName);
  for (const definition of message.enums) {
    declareMember(members, definition, fullName);
    for (const value of definition.values) declareMember(members, value, fullName);
  }
  for (const extension of message.extensions) declareMember(members, extension, fullName);
  for (const nested of message.messages) {
    declareMember(members, nested, fullName);
    declareMessageMembers(nested);
  }
}

function declareMember(members: Members, definition: Named, scope: string): void {
  const existing = members.get(definition.name);
  if (existing === undefined) members.set(definition.name, definition);
  else if (existing !== definition) reportDuplicate(definition, existing, scope);
}

/** The names inside a definition, if it can have any. */
export function membersOf(definition: Definition): Members | undefined {
  switch (definition.kind) {
    case "package":
    case "message":
    case "service":
      return definition.members;
    default:
      return undefined;
  }
}

function reportDuplicate(definition: Named, existing: Definition, scope: string): void {
  const { report, ast } = definition.file;
  const start = ast.tokens.starts[definition.nameToken]!;
  const end = ast.tokens.ends[definition.nameToken]!;
  if (existing.kind === "package") {
    const where = existing.file === undefined ? "" : `, in "${existing.file.name}"`;
    report.error("duplicate-symbol", start, end, `"${definition.fullName}" is already defined as a package${where}`);
    return;
  }
  if (isMapEntry(definition) || isMapEntry(existing)) {
    const entry = isMapEntry(definition) ? definition : existing;
    const other = entry === definition ? existing : definition;
    const field = entry.kind === "message" ? entry.node.name : entry.name;
    report.error(
      "map-entry-conflict",
      start,
      end,
      `the entry type "${entry.name}" of the map field "${field}" conflicts with the ${KINDS[other.kind]} "${other.name}"`,
      "rename one of them",
    );
    return;
  }
  const { line } = existing.file.source.position(existing.file.ast.tokens.starts[existing.nameToken]!);
  const place = existing.file === definition.file ? `in line ${line}` : `in "${existing.file.name}", line ${line}`;
  const where = scope === "" ? "" : ` in "${scope}"`;
  const isValue = definition.kind === "enumValue" || existing.kind === "enumValue";
  report.error(
    "duplicate-symbol",
    start,
    end,
    `"${definition.name}" is already defined${where} as ${article(existing.kind)}, ${place}`,
    isValue
      ? `enum values are siblings of their enum, so "${definition.name}" must be unique in ${scope === "" ? "the file's scope" : `"${scope}"`}; prefix it with the enum's name`
      : undefined,
  );
}

function isMapEntry(definition: Definition): definition is MessageDefinition {
  return definition.kind === "message" && definition.isMapEntry;
}

/** What messages call each kind of definition. */
export const KINDS: Readonly<Record<Definition["kind"], string>> = {
  package: "package",
  message: "message",
  field: "field",
  oneof: "oneof",
  enum: "enum",
  enumValue: "enum value",
  service: "service",
  method: "method",
};

function article(kind: Definition["kind"]): string {
  return `${kind === "enum" || kind === "enumValue" || kind === "oneof" ? "an" : "a"} ${KINDS[kind]}`.replace(
    "an oneof",
    "a oneof",
  );
}
