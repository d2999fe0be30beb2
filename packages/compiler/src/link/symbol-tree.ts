import type { Report } from "../diagnostics/report.js";
import type {
  Definition,
  EnumDefinition,
  FileUnit,
  Members,
  MessageDefinition,
  PackageDefinition,
} from "./definition.js";

/** 100: the dots that a package name can have, as in protoc. */
export const MAX_PACKAGE_DOTS = 100;

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

  /** Adds what a file declares; names that are taken are reported. */
  add(unit: FileUnit, report: Report): void {
    const scope = this.#addPackage(unit, report);
    if (scope === undefined) return;
    for (const message of unit.messages) declareIn(scope.members, message, scope.fullName, report);
    for (const definition of unit.enums) declareEnum(scope.members, definition, scope.fullName, report);
    for (const service of unit.services) declareIn(scope.members, service, scope.fullName, report);
    for (const extension of unit.extensions) declareIn(scope.members, extension, scope.fullName, report);
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

  #addPackage(unit: FileUnit, report: Report): PackageDefinition | undefined {
    let scope = this.root;
    if (unit.package === "") return scope;
    const names = unit.package.split(".");
    if (names.length - 1 > MAX_PACKAGE_DOTS) return undefined; // reported when the file is checked
    for (const name of names) {
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
        report.error(
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
}

/** Fills the scopes of a file's own messages and services; names that are taken are reported. */
export function declareMembers(unit: FileUnit): void {
  for (const message of unit.messages) declareMessageMembers(message);
  for (const service of unit.services) {
    for (const method of service.methods) declareIn(service.members, method, service.fullName, unit.report);
  }
}

function declareMessageMembers(message: MessageDefinition): void {
  const { members, fullName } = message;
  const { report } = message.file;
  for (const oneof of message.oneofs) declareIn(members, oneof, fullName, report);
  for (const field of message.fields) declareIn(members, field, fullName, report);
  for (const definition of message.enums) declareEnum(members, definition, fullName, report);
  for (const extension of message.extensions) declareIn(members, extension, fullName, report);
  for (const nested of message.messages) {
    declareIn(members, nested, fullName, report);
    declareMessageMembers(nested);
  }
}

function declareEnum(members: Members, definition: EnumDefinition, scope: string, report: Report): void {
  declareIn(members, definition, scope, report);
  for (const value of definition.values) declareIn(members, value, scope, report);
}

function declareIn(members: Members, definition: Named, scope: string, report: Report): void {
  const existing = members.get(definition.name);
  if (existing === undefined) members.set(definition.name, definition);
  else if (existing !== definition) reportDuplicate(definition, existing, scope, report);
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

function reportDuplicate(definition: Named, existing: Definition, scope: string, report: Report): void {
  const { ast } = definition.file;
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
