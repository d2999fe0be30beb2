/**
 * The syntax tree of a file. A node knows its tokens by index (`first` to `last`, both included); offsets, lines and
 * comments are derived from these when somebody asks. Elements keep the order of the source, empty statements
 * included, because source info is defined by it.
 */
import type { Edition, FieldDescriptorProto_Label, FieldDescriptorProto_Type, SymbolVisibility } from "hawser/wkt";
import type { SourceFile } from "../source/source-file.js";
import type { TokenTable } from "./token.js";

/** What every node has: its first and its last token. */
export interface Node {
  readonly first: number;
  last: number;
}

export interface FileNode {
  readonly source: SourceFile;
  readonly tokens: TokenTable;
  /** `undefined` means proto2, as the language has it. */
  readonly syntax: SyntaxNode | undefined;
  readonly elements: FileElement[];
}

export type FileElement =
  | PackageNode
  | ImportNode
  | OptionNode
  | MessageNode
  | EnumNode
  | ServiceNode
  | ExtendNode
  | EmptyNode;
export type MessageElement =
  | FieldNode
  | OneofNode
  | MessageNode
  | EnumNode
  | ExtendNode
  | ExtensionsNode
  | ReservedNode
  | OptionNode
  | EmptyNode;

/** `;` alone. */
export interface EmptyNode extends Node {
  readonly kind: "empty";
}

/** `syntax = "proto3";` or `edition = "2023";` */
export interface SyntaxNode extends Node {
  readonly kind: "syntax";
  /** The number of the edition (google.protobuf.Edition), that of proto2 and proto3 included. */
  readonly edition: Edition;
}

export interface PackageNode extends Node {
  readonly kind: "package";
  readonly name: string;
  readonly nameFirst: number;
  readonly nameLast: number;
}

export interface ImportNode extends Node {
  readonly kind: "import";
  readonly modifier: "" | "public" | "weak" | "option";
  readonly path: string;
  readonly pathFirst: number;
  readonly pathLast: number;
}

/** A dotted name as written: it may begin with a dot. */
export interface NameNode extends Node {
  readonly text: string;
}

/** One part of an option's name: `foo` or `(foo.bar)`. */
export interface OptionNamePart extends Node {
  readonly extension: boolean;
  readonly name: string;
}

/**
 * An option as a statement (`option name = value;`) or in brackets (`name = value`). The value's tokens include the
 * minus sign and, for an aggregate, its braces.
 */
export interface OptionNode extends Node {
  readonly kind: "option";
  readonly name: readonly OptionNamePart[];
  readonly value: OptionValue;
}

export interface OptionValue extends Node {
  readonly kind: "identifier" | "integer" | "float" | "string" | "aggregate";
  readonly negative: boolean;
}

/** `[a = 1, b = 2]` */
export interface CompactOptions extends Node {
  readonly options: OptionNode[];
}

export interface MessageNode extends Node {
  readonly kind: "message";
  readonly name: string;
  readonly nameToken: number;
  /** google.protobuf.SymbolVisibility, or 0 if neither `export` nor `local` is written. */
  readonly visibility: SymbolVisibility;
  readonly body: MessageBody;
}

export interface MessageBody {
  /** The tokens `{` and `}`. */
  readonly open: number;
  close: number;
  readonly elements: MessageElement[];
}

/** A type as written: a keyword's number, or 0 and a name. */
export interface TypeNode extends Node {
  readonly scalar: FieldDescriptorProto_Type | 0;
  readonly name: string;
}

export interface FieldNode extends Node {
  readonly kind: "field";
  /** google.protobuf.FieldDescriptorProto.Label, or 0 if none is written. */
  readonly label: FieldDescriptorProto_Label | 0;
  readonly labelToken: number;
  /** The type; of a map, its value's type. The node's tokens are the whole type, `map<...>` included. */
  readonly type: TypeNode;
  /** The key's type, of a map. */
  readonly mapKey: TypeNode | undefined;
  readonly name: string;
  readonly nameToken: number;
  readonly number: number;
  readonly numberToken: number;
  readonly options: CompactOptions | undefined;
  /** The body, of a group. */
  readonly group: MessageBody | undefined;
}

export interface OneofNode extends Node {
  readonly kind: "oneof";
  readonly name: string;
  readonly nameToken: number;
  readonly open: number;
  readonly elements: (FieldNode | OptionNode)[];
}

export interface ExtendNode extends Node {
  readonly kind: "extend";
  readonly extendee: NameNode;
  readonly open: number;
  readonly fields: FieldNode[];
}

/** `1`, `1 to 5` or `1 to max` */
export interface RangeNode extends Node {
  readonly start: number;
  readonly startLast: number;
  /** Included in the range; `undefined` for `max`. */
  readonly end: number | undefined;
  readonly endFirst: number;
}

export interface ExtensionsNode extends Node {
  readonly kind: "extensions";
  readonly ranges: RangeNode[];
  readonly options: CompactOptions | undefined;
}

export interface ReservedName extends Node {
  readonly name: string;
}

export interface ReservedNode extends Node {
  readonly kind: "reserved";
  readonly ranges: RangeNode[];
  readonly names: ReservedName[];
}

export interface EnumNode extends Node {
  readonly kind: "enum";
  readonly name: string;
  readonly nameToken: number;
  readonly visibility: SymbolVisibility;
  readonly open: number;
  readonly elements: (EnumValueNode | OptionNode | ReservedNode | EmptyNode)[];
}

export interface EnumValueNode extends Node {
  readonly kind: "enumValue";
  readonly name: string;
  readonly nameToken: number;
  readonly number: number;
  readonly numberFirst: number;
  readonly numberLast: number;
  readonly options: CompactOptions | undefined;
}

export interface ServiceNode extends Node {
  readonly kind: "service";
  readonly name: string;
  readonly nameToken: number;
  readonly open: number;
  readonly elements: (MethodNode | OptionNode | EmptyNode)[];
}

export interface MethodNode extends Node {
  readonly kind: "method";
  readonly name: string;
  readonly nameToken: number;
  readonly input: NameNode;
  /** The token `stream`, or -1. */
  readonly inputStream: number;
  readonly output: NameNode;
  readonly outputStream: number;
  /** The token `{`, or -1 if the method ends in a semicolon. */
  readonly open: number;
  readonly elements: (OptionNode | EmptyNode)[];
}
