import { Punctuation, TokenKind } from "@hawser/compiler";
import type { Declaration, FileIndex, NameReference, OptionReference } from "./declaration.js";
import type { Workspace } from "./workspace.js";

/** A token that names a declaration. */
export interface Mention {
  readonly token: number;
  readonly declaration: Declaration;
}

const DESCRIPTOR = "google/protobuf/descriptor.proto";

/** 10,000: more files than this are not followed through public imports. */
const MAX_FILES = 10_000;

/** Finds what the names in one file stand for, by the rules that the compiler's linker has. */
export class Resolver {
  readonly file: FileIndex;
  readonly #workspace: Workspace;
  #visible: readonly FileIndex[] | undefined;
  readonly #packages = new Set<string>();

  constructor(file: FileIndex, workspace: Workspace) {
    this.file = file;
    this.#workspace = workspace;
  }

  /** The files whose names can be used: this one, its imports, and what these import publicly. */
  get visible(): readonly FileIndex[] {
    if (this.#visible !== undefined) return this.#visible;
    const files = new Map<string, FileIndex>([[this.file.path, this.file]]);
    const pending = this.file.imports.map(({ path }) => path);
    for (let name = pending.pop(); name !== undefined && files.size < MAX_FILES; name = pending.pop()) {
      const found = this.#workspace.imported(name, this.file.path);
      if (found === undefined || files.has(found.path)) continue;
      files.set(found.path, found);
      for (const { path, isPublic } of found.imports) if (isPublic) pending.push(path);
    }
    this.#visible = [...files.values()];
    for (const file of this.#visible) {
      for (let name = file.package; name !== ""; name = name.slice(0, Math.max(0, name.lastIndexOf(".")))) {
        this.#packages.add(name);
      }
    }
    return this.#visible;
  }

  /** A declaration by its full name. */
  find(fullName: string): Declaration | undefined {
    for (const file of this.visible) {
      const found = file.byName.get(fullName);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  isPackage(fullName: string): boolean {
    return this.visible.length > 0 && this.#packages.has(fullName);
  }

  /** What a name stands for. */
  resolve({ text, scope, typesOnly }: Pick<NameReference, "text" | "scope" | "typesOnly">): Declaration | undefined {
    if (text.startsWith(".")) return this.find(text.slice(1));
    const dot = text.indexOf(".");
    const first = dot < 0 ? text : text.slice(0, dot);
    for (let at: string | undefined = scope; at !== undefined; at = outer(at)) {
      const prefix = at === "" ? "" : `${at}.`;
      const found = this.find(prefix + first);
      if (dot < 0) {
        if (found === undefined) continue;
        if (typesOnly && found.kind !== "message" && found.kind !== "enum") continue;
        return found;
      }
      const isScope = found !== undefined && ["message", "enum", "service"].includes(found.kind);
      if (isScope || this.isPackage(prefix + first)) return this.find(prefix + text);
    }
    return undefined;
  }

  /** What each component of a name stands for, packages left out. */
  mentions(name: NameReference): Mention[] {
    const found: Mention[] = [];
    let declaration = this.resolve(name);
    for (let i = name.tokens.length - 1; i >= 0 && declaration !== undefined; i--) {
      found.push({ token: name.tokens[i]!, declaration });
      const { parent } = declaration;
      // Values and fields of oneofs are named beside their enum or oneof, not below it.
      declaration = parent?.kind === "oneof" || declaration.kind === "enumValue" ? parent?.parent : parent;
    }
    return found;
  }

  /** The message that holds an element's options, of the imported descriptor.proto or the bundled one. */
  optionsMessage(optionsType: string): Declaration | undefined {
    const fullName = `google.protobuf.${optionsType}`;
    return this.find(fullName) ?? this.#workspace.imported(DESCRIPTOR)?.byName.get(fullName);
  }

  /** The message or enum that a field is of. */
  typeOf(field: Declaration): Declaration | undefined {
    if (field.kind !== "field") return undefined;
    if (field.isGroup === true) {
      return field.file.all.find(({ kind, nameToken }) => kind === "message" && nameToken === field.nameToken);
    }
    if (field.type === undefined) return undefined;
    return (field.file === this.file ? this : new Resolver(field.file, this.#workspace)).resolve(field.type);
  }

  /** What the name of an option names, part by part, and what its value names. */
  optionMentions(option: OptionReference): Mention[] {
    const found: Mention[] = [];
    const field = this.optionField(option, option.parts.length, found);
    if (field !== undefined) this.#valueMentions(option, field, found);
    return found;
  }

  /**
   * The field that the first `count` parts of an option's name lead to.
   *
   * @param found given what the parts name
   */
  optionField(option: OptionReference, count: number, found: Mention[] = []): Declaration | undefined {
    let message = this.optionsMessage(option.optionsType);
    let field: Declaration | undefined;
    for (const { isExtension, name } of option.parts.slice(0, count)) {
      field = isExtension ? this.resolve(name) : fieldOf(message, name.text);
      if (isExtension) found.push(...this.mentions(name));
      else if (field !== undefined) found.push({ token: name.tokens[0]!, declaration: field });
      if (field === undefined) return undefined;
      message = this.typeOf(field);
    }
    return field;
  }

  #valueMentions({ valueFirst, valueLast, scope }: OptionReference, field: Declaration, found: Mention[]): void {
    const { tokens } = this.file;
    const type = this.typeOf(field);
    if (type === undefined || valueFirst > valueLast) return;
    if (type.kind === "enum") {
      const value = enumValueOf(type, tokens.textOf(valueFirst));
      if (value !== undefined) found.push({ token: valueFirst, declaration: value });
      return;
    }
    // An aggregate: names of fields, each with a value that may be one again.
    const stack: (Declaration | undefined)[] = [];
    let current: Declaration | undefined;
    for (let i = valueFirst; i <= valueLast; i++) {
      switch (tokens.kinds[i]) {
        case Punctuation.LeftBrace:
        case Punctuation.Less:
          stack.push(stack.length === 0 ? type : current === undefined ? undefined : this.typeOf(current));
          break;
        case Punctuation.RightBrace:
        case Punctuation.Greater:
          stack.pop();
          break;
        case Punctuation.LeftBracket: {
          const before = tokens.kinds[i - 1];
          if (before === Punctuation.Colon) break; // a list
          const name = this.#bracketed(i + 1, valueLast, scope);
          if (name === undefined) break;
          const mentions = this.mentions(name);
          const named = mentions[0]?.declaration;
          found.push(...mentions);
          current = named?.kind === "field" ? named : undefined;
          i = name.tokens.at(-1)! + 1;
          break;
        }
        case TokenKind.Identifier: {
          const next = tokens.kinds[i + 1];
          const isName = next === Punctuation.Colon || next === Punctuation.LeftBrace || next === Punctuation.Less;
          const text = tokens.textOf(i);
          if (isName) {
            current = fieldOf(stack.at(-1), text);
            if (current !== undefined) found.push({ token: i, declaration: current });
          } else if (current !== undefined) {
            const enumeration = this.typeOf(current);
            const value = enumeration?.kind === "enum" ? enumValueOf(enumeration, text) : undefined;
            if (value !== undefined) found.push({ token: i, declaration: value });
          }
          break;
        }
      }
    }
  }

  #bracketed(from: number, last: number, scope: string): NameReference | undefined {
    const { tokens } = this.file;
    const found: number[] = [];
    for (let i = from; i <= last && tokens.kinds[i] !== Punctuation.RightBracket; i++) {
      const kind = tokens.kinds[i];
      if (kind === TokenKind.Identifier) found.push(i);
      else if (kind === Punctuation.Slash)
        found.length = 0; // the type's URL, up to its last slash
      else if (kind !== Punctuation.Dot) return undefined;
    }
    if (found.length === 0) return undefined;
    return { text: found.map((token) => tokens.textOf(token)).join("."), tokens: found, scope, typesOnly: false };
  }
}

function fieldOf(message: Declaration | undefined, name: string): Declaration | undefined {
  return message === undefined ? undefined : fieldsOf(message).find((field) => field.name === name);
}

/** The fields of a message, those of its oneofs too; its extensions are no fields of it. */
export function fieldsOf(message: Declaration): Declaration[] {
  return message.children.flatMap((child) =>
    child.kind === "oneof" ? fieldsOf(child) : child.kind === "field" && child.extendee === undefined ? [child] : [],
  );
}

function enumValueOf(enumeration: Declaration, name: string): Declaration | undefined {
  return enumeration.children.find((value) => value.name === name);
}

/** The scope around a scope; `undefined` around the outermost. */
function outer(scope: string): string | undefined {
  if (scope === "") return undefined;
  return scope.slice(0, Math.max(0, scope.lastIndexOf(".")));
}
