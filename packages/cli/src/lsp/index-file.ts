import { Punctuation, TokenKind, type TokenTable, tokenize } from "@hawser/compiler";
import type {
  Block,
  BlockKind,
  Declaration,
  DeclarationKind,
  FileIndex,
  ImportReference,
  NameReference,
  OptionPart,
  OptionReference,
} from "./declaration.js";

/** The types that are words of the language. */
export const SCALARS: ReadonlySet<string> = new Set(
  "double float int32 int64 uint32 uint64 sint32 sint64 fixed32 fixed64 sfixed32 sfixed64 bool string bytes".split(" "),
);

/** 64: more than the parser lets messages nest; what is deeper is not looked at. */
const MAX_DEPTH = 64;

/**
 * Finds what a text declares and names. It reads tokens, not the syntax tree: the tree of a half-typed file lacks what
 * cannot be understood, a message that is not closed among it, and that is what an editor is asked about.
 */
export function indexFile(name: string, path: string, text: string): FileIndex {
  return new Indexer(name, path, text, tokenize(text)).run();
}

type Scope = Block & { readonly extendee?: NameReference };

class Indexer {
  readonly #tokens: TokenTable;
  readonly #end: number;
  #at = 0;
  readonly #index: FileIndex & {
    package: string;
    packageLast: number;
    syntaxLast: number;
    imports: ImportReference[];
    declarations: Declaration[];
    byName: Map<string, Declaration>;
    all: Declaration[];
    names: NameReference[];
    options: OptionReference[];
    blocks: Block[];
  };
  readonly #scopes: Scope[] = [];
  readonly #isUnbalanced: boolean;

  constructor(name: string, path: string, text: string, tokens: TokenTable) {
    this.#tokens = tokens;
    this.#end = tokens.count - 1;
    this.#index = {
      name,
      path,
      text,
      tokens,
      package: "",
      packageLast: -1,
      syntaxLast: -1,
      imports: [],
      declarations: [],
      byName: new Map(),
      all: [],
      names: [],
      options: [],
      blocks: [],
    };
    let depth = 0;
    for (let i = 0; i < this.#end; i++) {
      if (tokens.kinds[i] === Punctuation.LeftBrace) depth++;
      else if (tokens.kinds[i] === Punctuation.RightBrace) depth--;
    }
    this.#isUnbalanced = depth !== 0;
  }

  run(): FileIndex {
    while (this.#at < this.#end) {
      const first = this.#at;
      this.#leaveUnclosed();
      if (!this.#statement()) {
        this.#at = first + 1;
        this.#skipLine();
      }
    }
    while (this.#scopes.length > 0) this.#leave(this.#end);
    return this.#index;
  }

  /** With a brace missing, a declaration that begins a line without indentation is one of the file's. */
  #leaveUnclosed(): void {
    if (!this.#isUnbalanced || this.#scopes.length === 0) return;
    const start = this.#tokens.starts[this.#at]!;
    if (start > 0 && this.#tokens.text[start - 1] !== "\n") return;
    if (!["message", "enum", "service", "extend", "import"].includes(this.#word())) return;
    while (this.#scopes.length > 0) this.#leave(this.#at - 1);
  }

  #statement(): boolean {
    const first = this.#at;
    if (this.#accept(Punctuation.Semicolon)) return true;
    if (this.#is(Punctuation.RightBrace)) {
      this.#leave(this.#at++);
      return true;
    }
    const scope = this.#scopes.at(-1);
    // Of a statement that was not understood; its brace at the end must not close another block.
    if (this.#is(Punctuation.LeftBrace)) {
      this.#enter(scope?.kind ?? "message", this.#scope, undefined, scope?.extendee);
      return true;
    }
    const word = this.#word();
    if (word === "option") return this.#optionStatement();
    switch (scope?.kind) {
      case undefined:
        if (word === "syntax" || word === "edition") return this.#syntax();
        if (word === "package") return this.#package();
        if (word === "import") return this.#import();
        if (word === "service" && this.#block("service", first)) return true;
        return this.#typeOrExtend(first);
      case "message":
        if (word === "oneof" && this.#isName(1) && this.#block("oneof", first)) return true;
        if (word === "reserved" || word === "extensions") return this.#ranges(word === "extensions");
        return this.#typeOrExtend(first) || this.#field(first);
      case "oneof":
      case "extend":
        return this.#field(first);
      case "enum":
        return word === "reserved" ? this.#ranges(false) : this.#enumValue();
      case "service":
        return word === "rpc" && this.#method();
      case "rpc":
        return false;
    }
  }

  #typeOrExtend(first: number): boolean {
    if (this.#word() === "export" || this.#word() === "local") {
      const next = this.#word(1);
      if ((next === "message" || next === "enum") && this.#isName(2)) this.#at++;
    }
    const word = this.#word();
    if ((word === "message" || word === "enum") && this.#isName(1) && this.#block(word, first)) return true;
    this.#at = first;
    return word === "extend" && this.#extend();
  }

  /** `word Name {`; the name alone is enough to have been declared. */
  #block(kind: "message" | "enum" | "service" | "oneof", first: number): boolean {
    const at = this.#at;
    this.#at++;
    const nameToken = this.#at;
    if (!this.#accept(TokenKind.Identifier) || !this.#is(Punctuation.LeftBrace)) {
      this.#at = at;
      return false;
    }
    const declaration = this.#declare(kind, nameToken, first);
    this.#enter(kind, kind === "message" || kind === "service" ? declaration.fullName : this.#scope, declaration);
    return true;
  }

  #extend(): boolean {
    this.#at++;
    const extendee = this.#name(false);
    if (extendee === undefined || !this.#is(Punctuation.LeftBrace)) return extendee !== undefined;
    this.#enter("extend", this.#scope, undefined, extendee);
    return true;
  }

  #field(first: number): boolean {
    const word = this.#word();
    if (["optional", "required", "repeated"].includes(word) && this.#is(TokenKind.Identifier, 1)) this.#at++;
    else if (["optional", "required", "repeated"].includes(word) && this.#is(Punctuation.Dot, 1)) this.#at++;
    let type: NameReference | undefined;
    let scalar: string | undefined;
    const names = this.#index.names.length;
    const isGroup = this.#word() === "group" && this.#is(TokenKind.Identifier, 1);
    if (isGroup) this.#at++;
    else if (this.#word() === "map" && this.#is(Punctuation.Less, 1)) {
      this.#at += 2;
      if (!this.#accept(TokenKind.Identifier) || !this.#accept(Punctuation.Comma)) return false;
      if (SCALARS.has(this.#word())) scalar = this.#tokens.textOf(this.#at++);
      else type = this.#name(true);
      if (!this.#accept(Punctuation.Greater)) return type !== undefined;
    } else if (SCALARS.has(this.#word()) && !this.#is(Punctuation.Dot, 1)) {
      scalar = this.#tokens.textOf(this.#at++);
    } else {
      type = this.#name(true);
      if (type === undefined) return false;
    }
    const nameToken = this.#at;
    if (!this.#accept(TokenKind.Identifier) || !this.#accept(Punctuation.Equals)) {
      // A word alone on its line is being typed: what follows is the next statement.
      this.#index.names.length = names;
      if (type !== undefined && this.#isLineStart(nameToken)) {
        this.#index.names.push(type);
        this.#at = nameToken;
        return true;
      }
      return false;
    }
    const number = this.#number();
    const extendee = this.#scopes.at(-1)?.extendee;
    const groupName = isGroup ? this.#tokens.textOf(nameToken) : "";
    const declared = isGroup ? this.#declare("message", nameToken, first, { isGroup: true }) : undefined;
    const field = this.#declare("field", nameToken, first, {
      number,
      type,
      scalar,
      extendee,
      ...(isGroup ? { isGroup: true, name: groupName.toLowerCase() } : {}),
    });
    this.#compactOptions("FieldOptions");
    if (declared !== undefined && this.#is(Punctuation.LeftBrace)) {
      this.#enter("message", declared.fullName, declared);
      return true;
    }
    this.#finish(field);
    return true;
  }

  #enumValue(): boolean {
    const nameToken = this.#at;
    if (!this.#accept(TokenKind.Identifier) || !this.#accept(Punctuation.Equals)) return false;
    const sign = this.#accept(Punctuation.Minus) ? -1 : 1;
    const number = this.#number();
    const value = this.#declare("enumValue", nameToken, nameToken, {
      number: number === undefined ? undefined : sign * number,
    });
    this.#compactOptions("EnumValueOptions");
    this.#finish(value);
    return true;
  }

  #method(): boolean {
    const first = this.#at++;
    const nameToken = this.#at;
    if (!this.#accept(TokenKind.Identifier)) return false;
    const type = this.#methodType();
    if (this.#word() === "returns") this.#at++;
    const output = this.#methodType();
    const method = this.#declare("method", nameToken, first, { type, output });
    if (this.#is(Punctuation.LeftBrace)) this.#enter("rpc", this.#scope, method);
    else this.#finish(method);
    return true;
  }

  #methodType(): NameReference | undefined {
    if (!this.#accept(Punctuation.LeftParen)) return undefined;
    if (this.#word() === "stream" && !this.#is(Punctuation.RightParen, 1)) this.#at++;
    const name = this.#name(false);
    this.#accept(Punctuation.RightParen);
    return name;
  }

  #syntax(): boolean {
    this.#at++;
    if (!this.#accept(Punctuation.Equals)) return false;
    while (this.#is(TokenKind.String)) this.#at++;
    this.#accept(Punctuation.Semicolon);
    this.#index.syntaxLast = this.#at - 1;
    return true;
  }

  #package(): boolean {
    this.#at++;
    const name = this.#dotted();
    if (name === undefined) return false;
    this.#accept(Punctuation.Semicolon);
    this.#index.package = name.text;
    this.#index.packageLast = this.#at - 1;
    return true;
  }

  #import(): boolean {
    const first = this.#at++;
    const modifier = this.#is(TokenKind.Identifier) ? this.#tokens.textOf(this.#at++) : "";
    const pathFirst = this.#at;
    let path = "";
    // Escapes do not occur in paths that anybody would want to follow.
    while (this.#is(TokenKind.String)) path += this.#tokens.textOf(this.#at++).slice(1, -1);
    if (this.#at === pathFirst) return false;
    const pathLast = this.#at - 1;
    this.#accept(Punctuation.Semicolon);
    this.#index.imports.push({ path, isPublic: modifier === "public", first, pathFirst, pathLast, last: this.#at - 1 });
    return true;
  }

  #ranges(hasOptions: boolean): boolean {
    const first = this.#at;
    // A field may be of a type whose name is that word.
    if (this.#is(TokenKind.Identifier, 1) && this.#is(Punctuation.Equals, 2)) return this.#field(first);
    this.#at++;
    while (this.#at < this.#end && !this.#isStatementEnd()) {
      if (this.#is(Punctuation.LeftBracket) && hasOptions) this.#compactOptions("ExtensionRangeOptions");
      else this.#at++;
    }
    this.#accept(Punctuation.Semicolon);
    return true;
  }

  #optionStatement(): boolean {
    const first = this.#at++;
    const kinds: Record<BlockKind, string> = {
      message: "MessageOptions",
      enum: "EnumOptions",
      service: "ServiceOptions",
      oneof: "OneofOptions",
      extend: "MessageOptions",
      rpc: "MethodOptions",
    };
    const kind = this.#scopes.at(-1)?.kind;
    // A field may be of a type called `option`.
    if (this.#is(TokenKind.Identifier) && this.#is(Punctuation.Equals, 1) && kind === "extend") {
      this.#at = first;
      return this.#field(first);
    }
    if (!this.#option(kind === undefined ? "FileOptions" : kinds[kind])) return false;
    this.#accept(Punctuation.Semicolon);
    return true;
  }

  #compactOptions(optionsType: string): void {
    if (!this.#accept(Punctuation.LeftBracket)) return;
    while (this.#at < this.#end && !this.#isStatementEnd() && !this.#is(Punctuation.RightBracket)) {
      const at = this.#at;
      this.#option(optionsType);
      if (this.#at === at) this.#at++;
    }
    this.#accept(Punctuation.RightBracket);
  }

  #option(optionsType: string): boolean {
    const scope = this.#scope;
    const parts: OptionPart[] = [];
    for (;;) {
      if (this.#accept(Punctuation.LeftParen)) {
        const name = this.#dotted(true);
        if (name === undefined) break;
        parts.push({ isExtension: true, name: { ...name, scope, typesOnly: false } });
        this.#accept(Punctuation.RightParen);
      } else if (this.#is(TokenKind.Identifier)) {
        const token = this.#at++;
        const text = this.#tokens.textOf(token);
        parts.push({ isExtension: false, name: { text, tokens: [token], scope, typesOnly: false } });
      } else break;
      if (!this.#accept(Punctuation.Dot)) break;
    }
    if (parts.length === 0) return false;
    let valueFirst = this.#at;
    if (this.#accept(Punctuation.Equals)) {
      valueFirst = this.#at;
      this.#value();
    }
    this.#index.options.push({ optionsType, parts, scope, valueFirst, valueLast: this.#at - 1 });
    return true;
  }

  #value(): void {
    if (this.#is(Punctuation.LeftBrace) || this.#is(Punctuation.Less)) {
      let depth = 0;
      do {
        if (this.#is(Punctuation.LeftBrace) || this.#is(Punctuation.Less)) depth++;
        else if (this.#is(Punctuation.RightBrace) || this.#is(Punctuation.Greater)) depth--;
        this.#at++;
      } while (depth > 0 && this.#at < this.#end);
      return;
    }
    this.#accept(Punctuation.Minus);
    if (this.#is(TokenKind.String)) while (this.#is(TokenKind.String)) this.#at++;
    else if (this.#at < this.#end && !this.#isStatementEnd() && !this.#is(Punctuation.RightBracket)) this.#at++;
  }

  #number(): number | undefined {
    if (!this.#is(TokenKind.Integer)) return undefined;
    const text = this.#tokens.textOf(this.#at++);
    const value = /^0[0-7]+$/.test(text) ? Number.parseInt(text, 8) : Number(text);
    return Number.isSafeInteger(value) ? value : undefined;
  }

  #name(typesOnly: boolean): NameReference | undefined {
    const name = this.#dotted(true);
    if (name === undefined) return undefined;
    const reference = { text: name.text, tokens: name.tokens, scope: this.#scope, typesOnly };
    this.#index.names.push(reference);
    return reference;
  }

  #dotted(isAbsolute = false): { text: string; tokens: number[] } | undefined {
    let text = "";
    const tokens: number[] = [];
    if (isAbsolute && this.#accept(Punctuation.Dot)) text = ".";
    if (!this.#is(TokenKind.Identifier)) return undefined;
    do {
      if (!this.#is(TokenKind.Identifier)) break; // a dot at the end: the rest is being typed
      if (tokens.length > 0) text += ".";
      text += this.#tokens.textOf(this.#at);
      tokens.push(this.#at++);
    } while (this.#accept(Punctuation.Dot));
    return { text, tokens };
  }

  #declare(
    kind: DeclarationKind,
    nameToken: number,
    first: number,
    more: Partial<Pick<Declaration, "number" | "type" | "scalar" | "output" | "extendee" | "isGroup" | "name">> = {},
  ): Declaration {
    let parent: Declaration | undefined;
    for (let i = this.#scopes.length - 1; i >= 0 && parent === undefined; i--) parent = this.#scopes[i]!.declaration;
    const name = more.name ?? this.#tokens.textOf(nameToken);
    const scope = this.#scope;
    const declaration: Declaration = {
      kind,
      fullName: scope === "" ? name : `${scope}.${name}`,
      file: this.#index,
      parent,
      nameToken,
      first,
      last: nameToken,
      children: [],
      name,
      // Each by its name: there are thousands of them, and objects of one shape are made fastest.
      number: more.number,
      type: more.type,
      scalar: more.scalar,
      output: more.output,
      extendee: more.extendee,
      isGroup: more.isGroup === true,
    };
    (parent?.children ?? this.#index.declarations).push(declaration);
    this.#index.all.push(declaration);
    if (!this.#index.byName.has(declaration.fullName)) this.#index.byName.set(declaration.fullName, declaration);
    return declaration;
  }

  #finish(declaration: Declaration): void {
    this.#accept(Punctuation.Semicolon);
    declaration.last = this.#at - 1;
  }

  get #scope(): string {
    return this.#scopes.at(-1)?.scope ?? this.#index.package;
  }

  #enter(kind: BlockKind, scope: string, declaration: Declaration | undefined, extendee?: NameReference): void {
    const block: Scope = {
      kind,
      scope,
      open: this.#at++,
      close: this.#end,
      declaration,
      ...(extendee === undefined ? {} : { extendee }),
    };
    this.#index.blocks.push(block);
    if (this.#scopes.length < MAX_DEPTH) this.#scopes.push(block);
  }

  #leave(close: number): void {
    const block = this.#scopes.pop();
    if (block === undefined) return;
    block.close = close;
    if (block.declaration !== undefined) block.declaration.last = close;
  }

  #skipLine(): void {
    while (this.#at < this.#end && !this.#isStatementEnd() && !this.#isLineStart(this.#at)) this.#at++;
    this.#accept(Punctuation.Semicolon);
  }

  #isLineStart(token: number): boolean {
    if (token === 0) return true;
    const { text, starts, ends } = this.#tokens;
    return text.slice(ends[token - 1], starts[token]).includes("\n");
  }

  #isStatementEnd(): boolean {
    return this.#is(Punctuation.Semicolon) || this.#is(Punctuation.RightBrace) || this.#is(Punctuation.LeftBrace);
  }

  #isName(ahead: number): boolean {
    return this.#is(TokenKind.Identifier, ahead);
  }

  #is(kind: number, ahead = 0): boolean {
    return this.#at + ahead < this.#end && this.#tokens.kinds[this.#at + ahead] === kind;
  }

  #accept(kind: number): boolean {
    if (!this.#is(kind)) return false;
    this.#at++;
    return true;
  }

  /** The identifier there, or "". */
  #word(ahead = 0): string {
    return this.#is(TokenKind.Identifier, ahead) ? this.#tokens.textOf(this.#at + ahead) : "";
  }
}
