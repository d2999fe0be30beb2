import type { TokenTable } from "@hawser/compiler";

/** What a file declares, as far as an editor cares: it exists for text that does not compile, too. */
export interface Declaration {
  readonly kind: DeclarationKind;
  readonly name: string;
  /** Without a leading dot. That of an enum value is beside its enum, by the scoping rules of the language. */
  readonly fullName: string;
  readonly file: FileIndex;
  readonly parent: Declaration | undefined;
  /** The tokens: of the name, and the first and last of the whole. */
  readonly nameToken: number;
  readonly first: number;
  last: number;
  readonly children: Declaration[];
  /** Of fields and values; `undefined` if it is not there or no number. */
  readonly number?: number | undefined;
  /** Of a field: its type, unless it is a scalar; of a method: the request's. */
  readonly type?: NameReference | undefined;
  /** Of a field: the scalar's name. */
  readonly scalar?: string | undefined;
  /** Of a method: the reply's. */
  readonly output?: NameReference | undefined;
  /** Of a field in `extend`: what is extended. */
  readonly extendee?: NameReference | undefined;
  /** A group is a field and a message in one statement. */
  readonly isGroup?: boolean;
}

export type DeclarationKind = "message" | "enum" | "enumValue" | "field" | "oneof" | "service" | "method";

/** A dotted name as written, where types are named. */
export interface NameReference {
  readonly text: string;
  /** The tokens of its components. */
  readonly tokens: readonly number[];
  /** The full name of the scope in which it is looked up: a message, a service or the package. */
  readonly scope: string;
  /** Whether what is neither message nor enum is passed over, as for the types of fields. */
  readonly typesOnly: boolean;
}

/** A part of an option's name: `deprecated`, or `(my.option)`. */
export interface OptionPart {
  readonly isExtension: boolean;
  readonly name: NameReference;
}

/** An option with its value. */
export interface OptionReference {
  /** The message of descriptor.proto whose fields its name begins with, such as `FieldOptions`. */
  readonly optionsType: string;
  readonly parts: readonly OptionPart[];
  readonly scope: string;
  /** The tokens of the value; `valueFirst` is behind `valueLast` if there is none. */
  readonly valueFirst: number;
  readonly valueLast: number;
}

/** An `import`. */
export interface ImportReference {
  readonly path: string;
  readonly isPublic: boolean;
  /** The tokens: the statement's first, the path's, and the statement's last. */
  readonly first: number;
  readonly pathFirst: number;
  readonly pathLast: number;
  readonly last: number;
}

/** The tokens between a pair of braces, and what may stand there. */
export interface Block {
  readonly kind: BlockKind;
  /** The full name of the scope in it. */
  readonly scope: string;
  readonly open: number;
  /** The closing brace, or the last token if it is missing. */
  close: number;
  readonly declaration: Declaration | undefined;
}

export type BlockKind = "message" | "enum" | "service" | "oneof" | "extend" | "rpc";

/** All that an editor asks of one file, found without looking at any other. */
export interface FileIndex {
  /** The name it is imported by. */
  readonly name: string;
  /** Its absolute path; a URI for what is no file. */
  readonly path: string;
  readonly text: string;
  readonly tokens: TokenTable;
  readonly package: string;
  readonly packageLast: number;
  readonly syntaxLast: number;
  readonly imports: readonly ImportReference[];
  /** Those at the top level. */
  readonly declarations: readonly Declaration[];
  readonly byName: ReadonlyMap<string, Declaration>;
  readonly all: readonly Declaration[];
  readonly names: readonly NameReference[];
  readonly options: readonly OptionReference[];
  readonly blocks: readonly Block[];
}
