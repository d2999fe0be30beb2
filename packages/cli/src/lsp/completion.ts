import { BUNDLED_FILES } from "@hawser/compiler";
import { type CompletionItem, CompletionItemKind, InsertTextFormat, type Range } from "vscode-languageserver";
import { type CompletionContext, completionContext } from "./completion-context.js";
import type { Declaration, FileIndex, OptionPart, OptionReference } from "./declaration.js";
import { describe, KIND_NAMES } from "./hover.js";
import { importEdit } from "./import-edit.js";
import { SCALARS } from "./index-file.js";
import { documentOf } from "./ranges.js";
import { filesOf } from "./references.js";
import { fieldsOf, Resolver } from "./resolve.js";
import type { Workspace } from "./workspace.js";

/** 300: what is offered at most; the editor asks again as more is typed. */
const MAX_ITEMS = 300;

/** 3,000: in larger workspaces types that are not imported are not looked for while somebody types. */
const MAX_SEARCHED_FILES = 3000;

const LABELS = ["optional", "repeated", "required"];
const FILE_WORDS = ["syntax", "edition", "package", "import", "option", "message", "enum", "service", "extend"];
const MESSAGE_WORDS = ["message", "enum", "oneof", "option", "reserved", "extensions", "extend", "map", ...LABELS];
const MAP_KEYS = [...SCALARS].filter((name) => !["double", "float", "bytes"].includes(name));

/** What could stand at an offset. */
export function complete(
  file: FileIndex,
  offset: number,
  workspace: Workspace,
): { items: CompletionItem[]; isIncomplete: boolean } {
  const context = completionContext(file, offset);
  if (context === undefined) return { items: [], isIncomplete: false };
  const items = new Completion(file, offset, context, workspace).run();
  return { items: items.slice(0, MAX_ITEMS), isIncomplete: items.length > MAX_ITEMS };
}

class Completion {
  readonly #file: FileIndex;
  readonly #context: CompletionContext;
  readonly #workspace: Workspace;
  readonly #resolver: Resolver;
  readonly #range: Range;
  readonly #items: CompletionItem[] = [];

  constructor(file: FileIndex, offset: number, context: CompletionContext, workspace: Workspace) {
    this.#file = file;
    this.#context = context;
    this.#workspace = workspace;
    this.#resolver = new Resolver(file, workspace);
    const document = documentOf(file);
    this.#range = { start: document.positionAt(context.start), end: document.positionAt(offset) };
  }

  run(): CompletionItem[] {
    const { block, words, path, inBrackets } = this.#context;
    const [word] = words;
    if (path !== undefined) {
      if (word === "import") this.#paths();
      return this.#items;
    }
    if (inBrackets) {
      this.#options(
        words.slice(words.lastIndexOf("[") + 1),
        block?.kind === "enum" ? "EnumValueOptions" : "FieldOptions",
      );
      return this.#items;
    }
    if (word === "option" && words.length >= 1 && block?.kind !== "extend") {
      this.#options(words.slice(1), OPTIONS_TYPES[block?.kind ?? "file"]);
      return this.#items;
    }
    switch (block?.kind) {
      case undefined:
        this.#topLevel();
        break;
      case "message":
      case "oneof":
      case "extend":
        this.#field();
        break;
      case "enum":
        if (words.length === 0) this.#words(["option", "reserved"]);
        else if (words.at(-1) === "=") this.#nextNumber();
        break;
      case "service":
        this.#method();
        break;
      case "rpc":
        if (words.length === 0) this.#words(["option"]);
        break;
    }
    return this.#items;
  }

  #topLevel(): void {
    const { words } = this.#context;
    const [word] = words;
    if (words.length === 0) this.#words(FILE_WORDS);
    else if (word === "extend" && words.length === 1) this.#types(["message"]);
    else if (word === "import" && words.length === 1) this.#words(["public"]);
    else if (word === "syntax" && words.at(-1) === "=") this.#words(['"proto3";', '"proto2";']);
    else if (word === "edition" && words.at(-1) === "=") this.#words(['"2023";', '"2024";']);
    else if (word === "package" && words.length === 1) this.#packages();
  }

  #field(): void {
    const { words, block, qualifier } = this.#context;
    const rest = LABELS.includes(words[0] ?? "") ? words.slice(1) : words;
    if (rest.length === 0) {
      if (words.length === 0 && qualifier === "") {
        this.#words(block?.kind === "message" ? MESSAGE_WORDS : block?.kind === "oneof" ? ["option"] : LABELS);
      }
      if (qualifier === "") this.#words([...SCALARS]);
      this.#types(["message", "enum"]);
    } else if (rest[0] === "map" && rest[1] === "<") {
      if (rest.length === 2) this.#words(MAP_KEYS);
      else if (rest.at(-1) === ",") {
        if (qualifier === "") this.#words([...SCALARS]);
        this.#types(["message", "enum"]);
      }
    } else if (rest[0] === "extend" && rest.length === 1) this.#types(["message"]);
    else if (rest.at(-1) === "=") this.#nextNumber();
  }

  #method(): void {
    const { words } = this.#context;
    if (words.length === 0) this.#words(["rpc", "option"]);
    else if (words[0] === "rpc") {
      const last = words.at(-1);
      if (last === "(" && !words.includes("stream", words.lastIndexOf("("))) this.#words(["stream"]);
      if (last === "(" || last === "stream") this.#types(["message"]);
      else if (last === ")" && !words.includes("returns")) this.#words(["returns"]);
    }
  }

  /** @param words what has been written of the option, its brackets or the word `option` left out */
  #options(words: readonly string[], optionsType: string): void {
    // In brackets there may be options in front of it.
    let depth = 0;
    let from = 0;
    for (const [i, word] of words.entries()) {
      if (word === "{" || word === "[" || word === "(") depth++;
      else if (word === "}" || word === "]" || word === ")") depth--;
      else if (word === "," && depth === 0) from = i + 1;
    }
    const own = words.slice(from);
    const equals = own.indexOf("=");
    if (equals >= 0) {
      const field = this.#resolver.optionField(this.#option(own.slice(0, equals), optionsType), 100);
      if (field !== undefined) this.#value(field, own.slice(equals + 1));
      return;
    }
    const { qualifier } = this.#context;
    if (own.at(-1) === "(") {
      this.#extensions(optionsType, false);
      return;
    }
    const written = [...own, ...(qualifier.match(/[A-Za-z0-9_]+|\./g) ?? [])];
    if (written.length === 0) {
      const message = this.#resolver.optionsMessage(optionsType);
      if (message !== undefined) for (const field of fieldsOf(message)) this.#declaration(field);
      this.#extensions(optionsType, true);
      // These are written as options and are none: they are in the field's descriptor itself.
      if (optionsType === "FieldOptions") this.#words(["json_name", "default"]);
    } else if (written.at(-1) === ".") {
      const field = this.#resolver.optionField(this.#option(written, optionsType), 100);
      const type = field === undefined ? undefined : this.#resolver.typeOf(field);
      if (type?.kind === "message") for (const each of fieldsOf(type)) this.#declaration(each);
    }
  }

  /** An option's name from its words. */
  #option(words: readonly string[], optionsType: string): OptionReference {
    const { scope } = this.#context;
    const parts: OptionPart[] = [];
    let inParens: string | undefined;
    for (const word of words) {
      if (word === "(") inParens = "";
      else if (word === ")") {
        if (inParens !== undefined) parts.push(part(true, inParens));
        inParens = undefined;
      } else if (inParens !== undefined) inParens += word;
      else if (word !== ".") parts.push(part(false, word));
    }
    function part(isExtension: boolean, text: string): OptionPart {
      return { isExtension, name: { text, tokens: isExtension ? [] : [0], scope, typesOnly: false } };
    }
    return { optionsType, parts, scope, valueFirst: 0, valueLast: -1 };
  }

  #extensions(optionsType: string, inParens: boolean): void {
    const message = this.#resolver.optionsMessage(optionsType);
    if (message === undefined) return;
    for (const file of this.#resolver.visible) {
      for (const field of file.all) {
        if (field.extendee === undefined) continue;
        const extended = new Resolver(file, this.#workspace).resolve(field.extendee);
        if (extended?.fullName !== message.fullName) continue;
        const name = this.#shortest(field);
        this.#declaration(field, inParens ? `(${name})` : name);
      }
    }
  }

  /** @param words what has been written of the value */
  #value(field: Declaration, words: readonly string[]): void {
    let current: Declaration | undefined = field;
    const stack: (Declaration | undefined)[] = [];
    for (const [i, word] of words.entries()) {
      if (word === "{") {
        stack.push(current === undefined ? undefined : this.#resolver.typeOf(current));
        current = undefined;
      } else if (word === "}") {
        stack.pop();
        current = undefined;
      } else if (word === "," || word === ";") current = undefined;
      else if (stack.length > 0 && /^[A-Za-z_]/.test(word) && [":", "{"].includes(words[i + 1] ?? ":")) {
        const message = stack.at(-1);
        current = message === undefined ? undefined : fieldsOf(message).find(({ name }) => name === word);
      }
    }
    if (stack.length > 0 && words.at(-1) !== ":") {
      const message = stack.at(-1);
      if (message?.kind === "message") for (const each of fieldsOf(message)) this.#declaration(each);
      return;
    }
    if (current === undefined) return;
    if (current.scalar === "bool") this.#words(["true", "false"]);
    const type = this.#resolver.typeOf(current);
    if (type?.kind === "enum") for (const value of type.children) this.#declaration(value);
  }

  #types(kinds: readonly Declaration["kind"][]): void {
    const { qualifier, scope, typed } = this.#context;
    const visible = this.#resolver.visible;
    if (qualifier !== "") {
      const name = qualifier.slice(0, -1);
      const outer =
        name === ""
          ? ""
          : (this.#resolver.resolve({ text: name, scope, typesOnly: false })?.fullName ?? this.#package(name));
      if (outer === undefined) return;
      const prefix = outer === "" ? "" : `${outer}.`;
      const packages = new Set<string>();
      for (const file of visible) {
        for (const each of file.all) {
          if (kinds.includes(each.kind) && each.fullName === prefix + each.name) this.#declaration(each);
        }
        if (file.package.startsWith(prefix) && file.package.length > prefix.length) {
          packages.add(file.package.slice(prefix.length).split(".")[0]!);
        }
      }
      this.#words([...packages], CompletionItemKind.Module);
      return;
    }
    for (const file of visible) {
      for (const each of file.all) {
        if (kinds.includes(each.kind) && matches(each, typed)) this.#declaration(each, this.#shortest(each));
      }
    }
    this.#notImported(kinds, new Set(visible.map(({ name }) => name)));
  }

  /** Types of other files, which bring the import with them; once something has been typed. */
  #notImported(kinds: readonly Declaration["kind"][], imported: ReadonlySet<string>): void {
    const { typed } = this.#context;
    if (typed === "" || this.#workspace.allPaths().length > MAX_SEARCHED_FILES) return;
    const bundled = [...BUNDLED_FILES.keys()].map((name) => this.#workspace.imported(name));
    for (const file of [...filesOf(this.#workspace), ...bundled]) {
      if (file === undefined || imported.has(file.name) || file.name.includes(":")) continue;
      for (const each of file.all) {
        if (!kinds.includes(each.kind) || !matches(each, typed) || this.#items.length > MAX_ITEMS) continue;
        const isSamePackage = file.package === this.#file.package && file.package !== "";
        const name = isSamePackage ? each.fullName.slice(file.package.length + 1) : each.fullName;
        this.#declaration(each, name, file.name);
      }
    }
  }

  /** The full name of a package that is written in part. */
  #package(name: string): string | undefined {
    if (name.startsWith(".")) return this.#resolver.isPackage(name.slice(1)) ? name.slice(1) : undefined;
    for (let at: string = this.#context.scope; ; at = at.slice(0, Math.max(0, at.lastIndexOf(".")))) {
      const fullName = at === "" ? name : `${at}.${name}`;
      if (this.#resolver.isPackage(fullName)) return fullName;
      if (at === "") return undefined;
    }
  }

  /** The shortest name that means a declaration here. */
  #shortest(declaration: Declaration): string {
    const parts = declaration.fullName.split(".");
    const { scope } = this.#context;
    const typesOnly = declaration.kind !== "field";
    for (let i = parts.length - 1; i >= 0; i--) {
      const text = parts.slice(i).join(".");
      if (this.#resolver.resolve({ text, scope, typesOnly }) === declaration) return text;
    }
    return `.${declaration.fullName}`;
  }

  #declaration(declaration: Declaration, name: string = declaration.name, importName?: string): void {
    this.#items.push({
      label: name,
      kind: ITEM_KINDS[declaration.kind],
      detail:
        importName === undefined ? `${KIND_NAMES[declaration.kind]} ${declaration.fullName}` : `import "${importName}"`,
      // What has to be imported comes behind all that has not.
      sortText: `${importName === undefined ? 1 : 2}${name}`,
      filterText: name,
      textEdit: { range: this.#range, newText: name },
      ...(this.#items.length < 50
        ? { documentation: { kind: "markdown" as const, value: describe(declaration, this.#workspace) } }
        : {}),
      ...(importName === undefined ? {} : { additionalTextEdits: [importEdit(this.#file, importName)] }),
    });
  }

  #words(words: readonly string[], kind: CompletionItemKind = CompletionItemKind.Keyword): void {
    for (const word of words) {
      this.#items.push({
        label: word,
        kind,
        sortText: `3${word}`,
        textEdit: { range: this.#range, newText: word },
        insertTextFormat: InsertTextFormat.PlainText,
      });
    }
  }

  /** The number behind the largest one that is taken. */
  #nextNumber(): void {
    const { block } = this.#context;
    const declaration = block?.declaration?.kind === "oneof" ? block.declaration.parent : block?.declaration;
    if (declaration === undefined) return;
    const numbers = declaration.kind === "enum" ? declaration.children : fieldsOf(declaration);
    let next =
      numbers.reduce((most, { number }) => Math.max(most, number ?? -1), declaration.kind === "enum" ? -1 : 0) + 1;
    if (declaration.kind !== "enum" && next >= 19000 && next <= 19999) next = 20000; // reserved by the language
    this.#words([String(next)], CompletionItemKind.Value);
  }

  #packages(): void {
    const folder = this.#file.name
      .split("/")
      .slice(0, -1)
      .filter((part) => /^[A-Za-z_]\w*$/.test(part));
    if (folder.length > 0) this.#words([folder.join(".")], CompletionItemKind.Module);
  }

  #paths(): void {
    const taken = new Set([this.#file.name, ...this.#file.imports.map(({ path }) => path)]);
    const names = this.#workspace.allPaths().map((path) => this.#workspace.nameOf(path));
    for (const name of new Set([...names, ...BUNDLED_FILES.keys()])) {
      if (taken.has(name) && name !== this.#context.path) continue;
      if (name.includes(":") || !name.toLowerCase().includes(this.#context.typed.toLowerCase())) continue;
      this.#words([name], CompletionItemKind.File);
      if (this.#items.length > MAX_ITEMS) return;
    }
  }
}

const OPTIONS_TYPES = {
  file: "FileOptions",
  message: "MessageOptions",
  enum: "EnumOptions",
  service: "ServiceOptions",
  oneof: "OneofOptions",
  rpc: "MethodOptions",
  extend: "FieldOptions",
} as const;

const ITEM_KINDS: Readonly<Record<Declaration["kind"], CompletionItemKind>> = {
  message: CompletionItemKind.Struct,
  enum: CompletionItemKind.Enum,
  enumValue: CompletionItemKind.EnumMember,
  field: CompletionItemKind.Field,
  oneof: CompletionItemKind.Field,
  service: CompletionItemKind.Interface,
  method: CompletionItemKind.Method,
};

/** Whether the letters typed are in a name, in order; an editor's own filter is at most as wide. */
function matches({ name }: Declaration, typed: string): boolean {
  const text = name.toLowerCase();
  let at = 0;
  for (const letter of typed.toLowerCase()) {
    at = text.indexOf(letter, at) + 1;
    if (at === 0) return false;
  }
  return true;
}
