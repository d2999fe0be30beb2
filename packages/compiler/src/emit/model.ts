import type {
  DescriptorProto,
  EnumDescriptorProto,
  Features,
  FieldDescriptorProto,
  FileDescriptorProto,
  ServiceDescriptorProto,
} from "hawser/wkt";

/** The scalar types by `FieldDescriptorProto.Type`; 10 is group, 11 message, 14 enum. */
export type Scalar =
  | "double"
  | "float"
  | "int32"
  | "int64"
  | "uint32"
  | "uint64"
  | "sint32"
  | "sint64"
  | "fixed32"
  | "fixed64"
  | "sfixed32"
  | "sfixed64"
  | "bool"
  | "string"
  | "bytes";

/** A file with the names of what it declares. */
export interface FileModel {
  readonly proto: FileDescriptorProto;
  /** In the order of declaration, an outer type before its nested ones. */
  readonly messages: readonly MessageModel[];
  readonly enums: readonly EnumModel[];
  readonly services: readonly ServiceModel[];
  readonly extensions: readonly ExtensionModel[];
  /** The exported name of the file's descriptor. */
  readonly descriptorName: string;
  /** Every exported name. */
  readonly exported: readonly string[];
}

/** A message that gets an interface; map entries do not. */
export interface MessageModel {
  readonly kind: "message";
  readonly file: FileDescriptorProto;
  readonly proto: DescriptorProto;
  readonly typeName: string;
  /** Where it stands in the file descriptor: the key of its comments. */
  readonly path: readonly number[];
  readonly name: string;
  readonly initName: string;
  readonly features: Features;
  readonly deprecated: boolean;
}

export interface EnumModel {
  readonly kind: "enum";
  readonly file: FileDescriptorProto;
  readonly proto: EnumDescriptorProto;
  readonly typeName: string;
  readonly path: readonly number[];
  readonly name: string;
  /** The exported name of its `EnumType`. */
  readonly typeValueName: string;
  readonly closed: boolean;
  readonly deprecated: boolean;
}

export interface ServiceModel {
  readonly proto: ServiceDescriptorProto;
  readonly typeName: string;
  readonly path: readonly number[];
  readonly name: string;
  readonly deprecated: boolean;
}

export interface ExtensionModel {
  readonly proto: FieldDescriptorProto;
  readonly typeName: string;
  readonly path: readonly number[];
  readonly name: string;
  /** The features of what it is declared in. */
  readonly features: Features;
}

/** The type of a value. */
export type ValueModel =
  | { readonly kind: "scalar"; readonly scalar: Scalar; readonly longAs: LongAs; readonly checkUtf8: boolean }
  | { readonly kind: "enum"; readonly type: EnumModel }
  | { readonly kind: "message"; readonly type: MessageModel; readonly delimited: boolean };

export type LongAs = "bigint" | "string" | "number";

/** A field, resolved. */
export interface FieldModel {
  readonly proto: FieldDescriptorProto;
  readonly number: number;
  readonly path: readonly number[];
  /** The property; of a oneof member the `case`. */
  readonly local: string;
  /** Of a map the type of the values. */
  readonly value: ValueModel;
  readonly mapKey: Scalar | undefined;
  readonly repeated: boolean;
  readonly packed: boolean;
  readonly presence: Features["presence"];
  readonly oneof: OneofModel | undefined;
  readonly deprecated: boolean;
}

export interface OneofModel {
  readonly local: string;
  readonly path: readonly number[];
  readonly fields: readonly FieldModel[];
}

/** A property of the interface. */
export type MemberModel =
  | { readonly kind: "field"; readonly field: FieldModel }
  | { readonly kind: "oneof"; readonly oneof: OneofModel };
