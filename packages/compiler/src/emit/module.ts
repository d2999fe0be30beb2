import type { FileDescriptorProto } from "hawser/wkt";
import { type Comments, commentsOf } from "./comments.js";
import { Identifiers } from "./identifiers.js";
import type { TypeIndex } from "./members.js";
import type { EnumModel, FieldModel, FileModel, MessageModel } from "./model.js";
import { LINE_WIDTH } from "./printer.js";
import { runtimeDoor } from "./runtime-door.js";

/** How a module is to be written. */
export interface ModuleOptions {
  readonly importExtension: "js" | "ts" | "none";
  readonly typesOnly: boolean;
  /** What the runtime functions are imported from; a relative path starts at the root of the output. */
  readonly genModule: string;
  /** Whether a file is generated in this run; any other comes from the runtime, if that has it. */
  readonly isGenerated: (fileName: string) => boolean;
  readonly index: TypeIndex;
  /** The model of an imported file whose descriptor can be referred to: one of this run, or one that the runtime has. */
  readonly descriptorOf: (fileName: string) => FileModel | undefined;
}

/** The functions of generated code for one message: not exported. */
export interface LocalFunctions {
  readonly create: string;
  readonly write: string;
  readonly read: string;
}

/** The module that is being written: its names and its imports, which grow as the code is printed. */
export class Module {
  readonly file: FileModel;
  readonly options: ModuleOptions;
  readonly comments: Comments;
  /** Every identifier of the module's top level. */
  readonly names: Identifiers;
  /** By specifier, the imported names with their local ones and whether a value is needed. */
  readonly #imports = new Map<string, Map<string, { local: string; value: boolean }>>();
  readonly #functions = new Map<MessageModel, LocalFunctions>();
  readonly #entryReaders = new Map<string, string>();

  constructor(file: FileModel, options: ModuleOptions) {
    this.file = file;
    this.options = options;
    this.comments = commentsOf(file.proto);
    this.names = new Identifiers(file.exported);
    for (const message of file.messages) {
      this.#functions.set(message, {
        create: this.names.take(`empty${message.name}`),
        write: this.names.take(`encode${message.name}`),
        read: this.names.take(`decode${message.name}`),
      });
    }
  }

  /** The local functions of a message of this file. */
  functionsOf(message: MessageModel): LocalFunctions {
    return this.#functions.get(message)!;
  }

  /** The local function that reads the entries of a map field. */
  entryReader(message: MessageModel, field: FieldModel): string {
    const key = `${message.typeName}.${field.number}`;
    let name = this.#entryReaders.get(key);
    if (name === undefined) {
      const local = field.local[0]!.toUpperCase() + field.local.slice(1);
      this.#entryReaders.set(key, (name = this.names.take(`decode${message.name}_${local}Entry`)));
    }
    return name;
  }

  /** A runtime function or value; returns what it is called here. */
  gen(name: string): string {
    return this.#import(this.#genModule(), name, true);
  }

  /** A type of the runtime. */
  genType(name: string): string {
    return this.#import(this.#genModule(), name, false);
  }

  /** Whether a type is declared in this file. */
  isLocal(type: MessageModel | EnumModel): boolean {
    return type.file === this.file.proto;
  }

  /** A name that the file of `type` exports. */
  use(type: MessageModel | EnumModel, name: string, value: boolean): string {
    return this.isLocal(type) ? name : this.useFrom(type.file, name, value);
  }

  /** A name that another file exports. */
  useFrom(file: FileDescriptorProto, name: string, value: boolean): string {
    return this.#import(this.#specifierOf(file.name ?? ""), name, value);
  }

  #genModule(): string {
    const { genModule } = this.options;
    return genModule.startsWith(".")
      ? "../".repeat((this.file.proto.name ?? "").split("/").length - 1) + genModule
      : genModule;
  }

  #specifierOf(target: string): string {
    const door = this.options.isGenerated(target) ? undefined : runtimeDoor(target);
    if (door !== undefined) return door;
    const from = (this.file.proto.name ?? "").split("/").slice(0, -1);
    const to = target.replace(/\.proto$/, "").split("/");
    let shared = 0;
    while (shared < from.length && shared < to.length - 1 && from[shared] === to[shared]) shared++;
    const up = "../".repeat(from.length - shared) || "./";
    const extension = this.options.importExtension === "none" ? "" : `.${this.options.importExtension}`;
    return `${up}${to.slice(shared).join("/")}.pb${extension}`;
  }

  #import(specifier: string, name: string, value: boolean): string {
    let names = this.#imports.get(specifier);
    if (names === undefined) this.#imports.set(specifier, (names = new Map()));
    let entry = names.get(name);
    if (entry === undefined) names.set(name, (entry = { local: this.names.take(name), value }));
    entry.value ||= value;
    return entry.local;
  }

  /** The import declarations, sorted. */
  importLines(): string[] {
    const lines: string[] = [];
    const specifiers = [...this.#imports.keys()].sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
    for (const specifier of specifiers) {
      const entries = [...this.#imports.get(specifier)!].sort(([a], [b]) => compareNames(a, b));
      const typesOnly = entries.every(([, entry]) => !entry.value);
      const items = entries.map(
        ([name, { local, value }]) =>
          `${value || typesOnly ? "" : "type "}${name}${local === name ? "" : ` as ${local}`}`,
      );
      const keyword = typesOnly ? "import type" : "import";
      const flat = `${keyword} { ${items.join(", ")} } from "${specifier}";`;
      if (flat.length <= LINE_WIDTH) lines.push(flat);
      else lines.push(`${keyword} {`, ...items.map((item) => `  ${item},`), `} from "${specifier}";`);
    }
    return lines;
  }
}

/** Packages before relative files, as biome sorts them. */
function rank(specifier: string): number {
  return specifier.startsWith("..") ? 1 : specifier.startsWith(".") ? 2 : 0;
}

/** Case-insensitive first, as biome sorts names. */
function compareNames(a: string, b: string): number {
  const [x, y] = [a.toLowerCase(), b.toLowerCase()];
  return x < y ? -1 : x > y ? 1 : a < b ? -1 : 1;
}
