import { closest } from "../diagnostics/suggest.js";
import type { Definition, FileUnit, MessageDefinition, PackageDefinition, ServiceDefinition } from "./definition.js";
import type { PublicImports } from "./public-imports.js";
import { membersOf, type SymbolTree } from "./symbol-tree.js";
import { VisibleFiles } from "./visible-files.js";

/** Why a name was not found, so that the message can say what to do about it. */
export interface Unresolved {
  readonly kind: "unresolved";
  /** A definition of this name in a file that is not imported. */
  readonly notImported: Definition | undefined;
  /** The full name that the first component led to, where the rest is missing. */
  readonly shadowed: string | undefined;
}

/**
 * Finds what names mean for one file, by the scoping rules of C++ that the language prescribes ("Packages and Name
 * Resolution"): the first component is searched from the innermost scope outwards, and where it is found, the rest must
 * be found too.
 */
export class Resolver {
  readonly #unit: FileUnit;
  readonly #tree: SymbolTree;
  readonly #package: PackageDefinition;
  readonly #packages = new Map<PackageDefinition, boolean>();
  /** The files whose names have been used, which is what makes an import used. */
  readonly used: Set<FileUnit> = new Set();
  readonly visible: VisibleFiles;

  constructor(unit: FileUnit, tree: SymbolTree, publicImports: PublicImports) {
    this.#unit = unit;
    this.#tree = tree;
    this.#package = tree.packageOf(unit);
    this.visible = new VisibleFiles(unit, publicImports);
  }

  /**
   * Resolves `name` from `scope` (`undefined`: the package). With `typesOnly`, a single name that is neither a message
   * nor an enum does not hide one further out.
   */
  resolve(
    name: string,
    scope: MessageDefinition | ServiceDefinition | undefined,
    typesOnly: boolean,
  ): Definition | Unresolved {
    if (name.startsWith(".")) return this.#absolute(name.slice(1));
    const dot = name.indexOf(".");
    const first = dot < 0 ? name : name.slice(0, dot);
    let notImported: Definition | undefined;
    let at: MessageDefinition | ServiceDefinition | PackageDefinition | undefined = scope ?? this.#package;
    for (; at !== undefined; at = this.#outer(at)) {
      const found = at.members.get(first);
      if (found === undefined) continue;
      if (!this.#isVisible(found)) {
        notImported ??= found;
        continue;
      }
      if (dot < 0) {
        if (typesOnly && found.kind !== "message" && found.kind !== "enum") continue;
        return found;
      }
      if (found.kind === "message" || found.kind === "package" || found.kind === "enum" || found.kind === "service") {
        return this.#descend(found, name.slice(dot + 1));
      }
    }
    return { kind: "unresolved", notImported, shadowed: undefined };
  }

  /** The name nearest to one that could not be resolved, among those that could have been meant. */
  suggest(name: string, scope: MessageDefinition | ServiceDefinition | undefined): string | undefined {
    const last = name.slice(name.lastIndexOf(".") + 1);
    const prefix = name.slice(0, name.length - last.length);
    if (prefix !== "") {
      const outer = this.resolve(prefix.slice(0, -1), scope, false);
      const members = outer.kind === "unresolved" ? undefined : membersOf(outer);
      const near = members === undefined ? undefined : closest(last, typeNames(members.values()));
      return near === undefined ? undefined : prefix + near;
    }
    const names: string[] = [];
    let at: MessageDefinition | ServiceDefinition | PackageDefinition | undefined = scope ?? this.#package;
    for (; at !== undefined; at = this.#outer(at)) {
      for (const definition of at.members.values()) {
        if (names.length > 2000) break;
        if ((definition.kind === "message" || definition.kind === "enum") && this.#isVisible(definition)) {
          names.push(definition.name);
        }
      }
    }
    return closest(name, names);
  }

  /** Looks a full name up in all files, whether this one imports them or not. */
  findAnywhere(fullName: string): Definition | undefined {
    const found = this.#tree.find(fullName);
    if (found !== undefined && found.kind !== "package") this.used.add(found.file);
    return found;
  }

  #outer(
    scope: MessageDefinition | ServiceDefinition | PackageDefinition,
  ): MessageDefinition | PackageDefinition | undefined {
    if (scope.parent !== undefined || scope.kind === "package") return scope.parent;
    return scope.file === this.#unit ? this.#package : this.#tree.packageOf(scope.file);
  }

  #absolute(name: string): Definition | Unresolved {
    const found = this.#tree.find(name);
    if (found !== undefined && this.#isVisible(found)) return found;
    return { kind: "unresolved", notImported: found?.kind === "package" ? undefined : found, shadowed: undefined };
  }

  #descend(from: Definition, rest: string): Definition | Unresolved {
    let found: Definition = from;
    for (const part of rest.split(".")) {
      const next = membersOf(found)?.get(part);
      if (next === undefined)
        return { kind: "unresolved", notImported: undefined, shadowed: `${from.fullName}.${rest}` };
      found = next;
    }
    if (this.#isVisible(found)) return found;
    return { kind: "unresolved", notImported: found, shadowed: undefined };
  }

  #isVisible(definition: Definition): boolean {
    if (definition.kind === "package") return this.#isPackageVisible(definition);
    const { file } = definition;
    if (file === this.#unit) return true;
    const sight = this.visible.sightOf(file);
    if (sight !== "none") this.used.add(file);
    return sight === "all" || (sight === "options" && definition.kind === "field");
  }

  /** A package can be seen if a file that can be seen is in it or below it. */
  #isPackageVisible(definition: PackageDefinition): boolean {
    let visible = this.#packages.get(definition);
    if (visible === undefined) {
      const { fullName } = definition;
      visible = isInPackage(this.#unit, fullName) || this.visible.hasPackage(fullName);
      this.#packages.set(definition, visible);
    }
    return visible;
  }
}

function isInPackage(file: FileUnit, name: string): boolean {
  return file.package.startsWith(name) && (file.package.length === name.length || file.package[name.length] === ".");
}

function typeNames(definitions: Iterable<Definition>): string[] {
  const names: string[] = [];
  for (const definition of definitions) {
    if (definition.kind === "message" || definition.kind === "enum") names.push(definition.name);
  }
  return names;
}
