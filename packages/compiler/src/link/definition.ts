/**
 * What a name in a .proto file stands for. A definition ties together the syntax tree (where it was written), the
 * descriptor (what comes out) and the links to other definitions (what it means). The definitions of a file are made
 * when it is lowered, linked once, and never changed afterwards, so that an unchanged file can be taken over into the
 * next compilation.
 */
import type {
  DescriptorProto,
  Edition,
  EnumDescriptorProto,
  EnumValueDescriptorProto,
  FieldDescriptorProto,
  FileDescriptorProto,
  MethodDescriptorProto,
  OneofDescriptorProto,
  ServiceDescriptorProto,
  SourceCodeInfo_Location,
} from "hawser/wkt";
import type { Report } from "../diagnostics/report.js";
import type { OptionPlaces } from "../lower/option-places.js";
import type { SourceFile } from "../source/source-file.js";
import type {
  EnumNode,
  EnumValueNode,
  FieldNode,
  FileNode,
  ImportNode,
  MessageNode,
  MethodNode,
  OneofNode,
  OptionNode,
  RangeNode,
  ServiceNode,
} from "../syntax/ast.js";

export type Definition =
  | PackageDefinition
  | MessageDefinition
  | FieldDefinition
  | OneofDefinition
  | EnumDefinition
  | EnumValueDefinition
  | ServiceDefinition
  | MethodDefinition;

/** A scope in which names are declared. */
export type Scope = PackageDefinition | MessageDefinition | ServiceDefinition;

/** The names of a scope. A `Map`, so that `__proto__` and `constructor` are names like any other. */
export type Members = Map<string, Definition>;

/** One component of a package name; files of many directories may add to it. */
export interface PackageDefinition {
  readonly kind: "package";
  readonly name: string;
  /** Without a leading dot; "" for the root. */
  readonly fullName: string;
  readonly parent: PackageDefinition | undefined;
  readonly members: Members;
  /** A file that declares it, for messages. */
  readonly file: FileUnit | undefined;
}

interface Declared {
  readonly name: string;
  readonly fullName: string;
  readonly file: FileUnit;
  /** The token of the name, for messages. */
  readonly nameToken: number;
}

export interface MessageDefinition extends Declared {
  readonly kind: "message";
  readonly node: MessageNode | FieldNode;
  readonly proto: DescriptorProto;
  readonly parent: MessageDefinition | undefined;
  readonly members: Members;
  readonly fields: FieldDefinition[];
  readonly oneofs: OneofDefinition[];
  readonly messages: MessageDefinition[];
  readonly enums: EnumDefinition[];
  readonly extensions: FieldDefinition[];
  readonly extensionRanges: RangeDefinition[];
  readonly reservedRanges: RangeNode[];
  /** Made by the compiler for a map field. */
  readonly isMapEntry: boolean;
  features: Features;
}

/** An extension range: it has options, and so features, of its own. */
export interface RangeDefinition {
  readonly kind: "range";
  readonly node: RangeNode;
  features: Features;
}

export interface FieldDefinition extends Declared {
  readonly kind: "field";
  readonly node: FieldNode;
  readonly proto: FieldDescriptorProto;
  /** The message in whose braces it is written; of an extension, its scope. */
  readonly parent: MessageDefinition | undefined;
  readonly isExtension: boolean;
  readonly oneof: OneofDefinition | undefined;
  /** The message it is a field of: `parent`, or what is extended once that is resolved. */
  container: MessageDefinition | undefined;
  messageType: MessageDefinition | undefined;
  enumType: EnumDefinition | undefined;
  features: Features;
}

export interface OneofDefinition extends Declared {
  readonly kind: "oneof";
  readonly node: OneofNode | FieldNode;
  readonly proto: OneofDescriptorProto;
  readonly parent: MessageDefinition;
  readonly fields: FieldDefinition[];
  features: Features;
}

export interface EnumDefinition extends Declared {
  readonly kind: "enum";
  readonly node: EnumNode;
  readonly proto: EnumDescriptorProto;
  readonly parent: MessageDefinition | undefined;
  readonly values: EnumValueDefinition[];
  features: Features;
}

/** Enum values are siblings of their enum, not its children: the scoping rules of C++. */
export interface EnumValueDefinition extends Declared {
  readonly kind: "enumValue";
  readonly node: EnumValueNode;
  readonly proto: EnumValueDescriptorProto;
  readonly parent: EnumDefinition;
  features: Features;
}

export interface ServiceDefinition extends Declared {
  readonly kind: "service";
  readonly node: ServiceNode;
  readonly proto: ServiceDescriptorProto;
  readonly parent: undefined;
  readonly members: Members;
  readonly methods: MethodDefinition[];
  features: Features;
}

export interface MethodDefinition extends Declared {
  readonly kind: "method";
  readonly node: MethodNode;
  readonly proto: MethodDescriptorProto;
  readonly parent: ServiceDefinition;
  features: Features;
}

/** A file on its way through the phases. */
export interface FileUnit {
  readonly kind: "file";
  readonly name: string;
  readonly source: SourceFile;
  readonly ast: FileNode;
  readonly report: Report;
  readonly proto: FileDescriptorProto;
  /** google.protobuf.Edition, that of proto2 and proto3 included. */
  readonly edition: Edition;
  readonly package: string;
  readonly imports: ImportLink[];
  readonly messages: MessageDefinition[];
  readonly enums: EnumDefinition[];
  readonly services: ServiceDefinition[];
  readonly extensions: FieldDefinition[];
  /** Everything that has options, in the order in which descriptors are visited. */
  readonly optionSets: OptionSet[];
  /** Where the places of fields in values of options go, until the options have been interpreted; mostly not wanted. */
  optionPlaces: OptionPlaces | undefined;
  /** True if it or a file below it has errors or is missing, so that an unknown name may be a mere consequence. */
  incomplete: boolean;
  features: Features;
}

export interface ImportLink {
  readonly node: ImportNode;
  /** `undefined` if the file was not found. */
  unit: FileUnit | undefined;
}

/** The options of one element, to be interpreted once all names are known. */
export interface OptionSet {
  /** The message of descriptor.proto that holds them, such as `FieldOptions`. */
  readonly type: OptionsType;
  /** Whose options they are. */
  readonly owner: OptionOwner;
  /** The descriptor whose `options` is to be set. */
  readonly target: { options: object | undefined };
  /** The scope in which the names of extensions are looked up first. */
  readonly scope: MessageDefinition | ServiceDefinition | undefined;
  readonly entries: OptionEntry[];
  /** The path of the options in source info. */
  readonly path: readonly number[];
}

export interface OptionEntry {
  readonly node: OptionNode;
  /** Its place in source info, whose path is that of the field it turns out to set. */
  readonly location: SourceCodeInfo_Location | undefined;
}

export type OptionOwner = FileUnit | Exclude<Definition, PackageDefinition> | RangeDefinition;

export type OptionsType =
  | "FileOptions"
  | "MessageOptions"
  | "FieldOptions"
  | "OneofOptions"
  | "ExtensionRangeOptions"
  | "EnumOptions"
  | "EnumValueOptions"
  | "ServiceOptions"
  | "MethodOptions";

/** The features that hold for an element, after defaults and inheritance (google.protobuf.FeatureSet). */
export interface Features {
  readonly fieldPresence: number;
  readonly enumType: number;
  readonly repeatedFieldEncoding: number;
  readonly utf8Validation: number;
  readonly messageEncoding: number;
  readonly jsonFormat: number;
  readonly enforceNamingStyle: number;
  readonly defaultSymbolVisibility: number;
  readonly enforceProtoLimits: number;
}
