import type {
  DescriptorProto,
  EnumDescriptorProto,
  EnumValueDescriptorProto,
  FieldDescriptorProto,
  FileDescriptorProto,
  MethodDescriptorProto,
  OneofDescriptorProto,
  ServiceDescriptorProto,
} from "hawser/wkt";
import { type Features, featuresOf, fileFeatures } from "./features.js";
import { type Location, Locations } from "./location.js";

/*
 * A schema as rules look at it: the descriptors with names in full, parents and places. It is a view: nothing in it
 * changes, and what costs something is made when it is first looked at. The numbers in paths are the field numbers of
 * descriptor.proto.
 */

/** Something with a name in a file. */
abstract class Element {
  readonly file: SchemaFile;
  readonly name: string;
  readonly #parent: Nested | undefined;
  readonly #tag: number;
  readonly #index: number;

  constructor(file: SchemaFile, name: string | undefined, parent: Nested | undefined, tag: number, index: number) {
    this.file = file;
    this.name = name ?? "";
    this.#parent = parent;
    this.#tag = tag;
    this.#index = index;
  }

  /** The name with those of the messages (or enum, or service) around it, without the package. */
  get nestedName(): string {
    return this.#parent === undefined ? this.name : `${this.#parent.nestedName}.${this.name}`;
  }

  get fullName(): string {
    return this.file.package === "" ? this.nestedName : `${this.file.package}.${this.nestedName}`;
  }

  /** Its path in the file's descriptor. */
  get path(): readonly number[] {
    return [...(this.#parent?.path ?? []), this.#tag, this.#index];
  }

  /** The whole declaration; `undefined` if the descriptor has no places. */
  get location(): Location | undefined {
    return this.locate();
  }

  get nameLocation(): Location | undefined {
    return this.locate(1);
  }

  /** The place of a part of it, by the numbers of fields of its descriptor. */
  locate(...part: number[]): Location | undefined {
    return this.file.locations.find([...this.path, ...part]);
  }

  /** The place of one of its options, or of a part of that. */
  protected locateOption(optionsTag: number, option: readonly number[]): Location | undefined {
    const path = [...this.path, optionsTag, ...option];
    return this.file.locations.findOption(path, path.length - option.length + 1);
  }
}

/** What can have something in it. */
interface Nested {
  readonly nestedName: string;
  readonly path: readonly number[];
}

/** One import of a file. */
export interface SchemaImport {
  readonly file: SchemaFile;
  /** As it is written. */
  readonly name: string;
  readonly isPublic: boolean;
  readonly isUnused: boolean;
  readonly location: Location | undefined;
}

/** What is known of a file beyond its descriptor. */
export interface FileFacts {
  /** Whether it is there because others import it, and not one of those that were asked for. */
  readonly isImport: boolean;
  /** The names of the imports that it does not use. */
  readonly unusedImports?: ReadonlySet<string>;
}

export class SchemaFile {
  readonly proto: FileDescriptorProto;
  readonly name: string;
  readonly package: string;
  readonly isImport: boolean;
  readonly locations: Locations;
  readonly imports: readonly SchemaImport[];
  #messages: readonly SchemaMessage[] | undefined;
  #enums: readonly SchemaEnum[] | undefined;
  #services: readonly SchemaService[] | undefined;
  #extensions: readonly SchemaField[] | undefined;
  #features: Features | undefined;

  constructor(proto: FileDescriptorProto, { isImport, unusedImports }: FileFacts) {
    this.proto = proto;
    this.name = proto.name ?? "";
    this.package = proto.package ?? "";
    this.isImport = isImport;
    this.locations = new Locations(proto);
    this.imports = proto.dependency.map((name, i) => ({
      file: this,
      name,
      isPublic: proto.publicDependency.includes(i),
      isUnused: unusedImports?.has(name) === true,
      get location() {
        return this.file.locations.find([3, i]);
      },
    }));
  }

  /** The directory of its name; "." at the root. */
  get directory(): string {
    const slash = this.name.lastIndexOf("/");
    return slash < 0 ? "." : this.name.slice(0, slash);
  }

  get messages(): readonly SchemaMessage[] {
    this.#messages ??= this.proto.messageType.map((proto, i) => new SchemaMessage(this, proto, undefined, 4, i));
    return this.#messages;
  }

  get enums(): readonly SchemaEnum[] {
    this.#enums ??= this.proto.enumType.map((proto, i) => new SchemaEnum(this, proto, undefined, 5, i));
    return this.#enums;
  }

  get services(): readonly SchemaService[] {
    this.#services ??= this.proto.service.map((proto, i) => new SchemaService(this, proto, i));
    return this.#services;
  }

  get extensions(): readonly SchemaField[] {
    this.#extensions ??= this.proto.extension.map((proto, i) => new SchemaField(this, proto, undefined, 7, i));
    return this.#extensions;
  }

  get features(): Features {
    this.#features ??= fileFeatures(this.proto);
    return this.#features;
  }

  /** "proto2", "proto3" or "editions"; `undefined` if the file does not say, so that it is proto2. */
  get syntax(): string | undefined {
    const { syntax } = this.proto;
    if (syntax !== undefined && syntax !== "" && syntax !== "proto2") return syntax;
    // Descriptors leave proto2 out, so that only the place of the statement tells whether there is one.
    return this.locations.isEmpty || this.locations.find([12]) !== undefined ? "proto2" : undefined;
  }

  get packageLocation(): Location | undefined {
    return this.locations.find([2]);
  }

  /** The place of a file option. */
  locateOption(number: number): Location | undefined {
    return this.locations.find([8, number]);
  }

  /** All messages, those inside of others too, each before those that are inside of it. */
  *allMessages(): Iterable<SchemaMessage> {
    for (const message of this.messages) yield* message.withNested();
  }

  /** All enums, those inside of messages too. */
  *allEnums(): Iterable<SchemaEnum> {
    yield* this.enums;
    for (const message of this.allMessages()) yield* message.enums;
  }

  /** All extensions, those inside of messages too. */
  *allExtensions(): Iterable<SchemaField> {
    yield* this.extensions;
    for (const message of this.allMessages()) yield* message.extensions;
  }
}

export class SchemaMessage extends Element {
  readonly proto: DescriptorProto;
  readonly parent: SchemaMessage | undefined;
  #fields: readonly SchemaField[] | undefined;
  #messages: readonly SchemaMessage[] | undefined;
  #enums: readonly SchemaEnum[] | undefined;
  #oneofs: readonly SchemaOneof[] | undefined;
  #extensions: readonly SchemaField[] | undefined;
  #features: Features | undefined;

  constructor(file: SchemaFile, proto: DescriptorProto, parent: SchemaMessage | undefined, tag: number, index: number) {
    super(file, proto.name, parent, tag, index);
    this.proto = proto;
    this.parent = parent;
  }

  get fields(): readonly SchemaField[] {
    this.#fields ??= this.proto.field.map((proto, i) => new SchemaField(this.file, proto, this, 2, i));
    return this.#fields;
  }

  get messages(): readonly SchemaMessage[] {
    this.#messages ??= this.proto.nestedType.map((proto, i) => new SchemaMessage(this.file, proto, this, 3, i));
    return this.#messages;
  }

  get enums(): readonly SchemaEnum[] {
    this.#enums ??= this.proto.enumType.map((proto, i) => new SchemaEnum(this.file, proto, this, 4, i));
    return this.#enums;
  }

  get oneofs(): readonly SchemaOneof[] {
    this.#oneofs ??= this.proto.oneofDecl.map((proto, i) => new SchemaOneof(this.file, proto, this, i));
    return this.#oneofs;
  }

  get extensions(): readonly SchemaField[] {
    this.#extensions ??= this.proto.extension.map((proto, i) => new SchemaField(this.file, proto, this, 6, i));
    return this.#extensions;
  }

  get features(): Features {
    this.#features ??= featuresOf(this.parent?.features ?? this.file.features, this.proto.options?.features);
    return this.#features;
  }

  /** Whether it was made up for a `map<K, V>` field. */
  get isMapEntry(): boolean {
    return this.proto.options?.mapEntry === true;
  }

  override get location(): Location | undefined {
    return super.location ?? this.mapLocation;
  }

  override get nameLocation(): Location | undefined {
    return super.nameLocation ?? this.mapLocation;
  }

  /** For a map entry, which is written nowhere, the type of the field it was made up for. */
  get mapLocation(): Location | undefined {
    if (!this.isMapEntry || this.parent === undefined) return undefined;
    const typeName = `.${this.fullName}`;
    return this.parent.fields.find((field) => field.proto.typeName === typeName)?.locate(6);
  }

  /** The place of an option of the message, or of a part of it. */
  optionLocation(...option: number[]): Location | undefined {
    return this.locateOption(7, option);
  }

  *withNested(): Iterable<SchemaMessage> {
    yield this;
    for (const message of this.messages) yield* message.withNested();
  }
}

/** A field of a message, or an extension. */
export class SchemaField extends Element {
  readonly proto: FieldDescriptorProto;
  /** The message it stands in: for an extension not the one that it extends. */
  readonly parent: SchemaMessage | undefined;
  readonly number: number;
  #features: Features | undefined;

  constructor(
    file: SchemaFile,
    proto: FieldDescriptorProto,
    parent: SchemaMessage | undefined,
    tag: number,
    index: number,
  ) {
    super(file, proto.name, parent, tag, index);
    this.proto = proto;
    this.parent = parent;
    this.number = proto.number ?? 0;
  }

  /** The full name of the message it extends; empty if it is no extension. */
  get extendee(): string {
    return withoutDot(this.proto.extendee);
  }

  /** The full name of its message or enum; empty for scalars. */
  get typeName(): string {
    return withoutDot(this.proto.typeName);
  }

  get oneof(): SchemaOneof | undefined {
    const { oneofIndex } = this.proto;
    return oneofIndex === undefined ? undefined : this.parent?.oneofs[oneofIndex];
  }

  get features(): Features {
    if (this.#features === undefined) {
      const oneof = this.oneof;
      const outer = oneof?.features ?? this.parent?.features ?? this.file.features;
      this.#features = featuresOf(outer, this.proto.options?.features);
    }
    return this.#features;
  }

  override get location(): Location | undefined {
    return super.location ?? this.parent?.mapLocation;
  }

  override get nameLocation(): Location | undefined {
    return super.nameLocation ?? this.parent?.mapLocation;
  }

  /** The place of a scalar type's name. */
  get typeLocation(): Location | undefined {
    return this.locate(5) ?? this.parent?.mapLocation;
  }

  /** The place of the name of a message or an enum that is the type; of a group, that of the word `group`. */
  get typeNameLocation(): Location | undefined {
    if (this.proto.type === TYPE_GROUP) return this.typeLocation;
    return this.locate(6) ?? this.parent?.mapLocation;
  }

  /** The place of an option of the field, or of a part of it. */
  optionLocation(...option: number[]): Location | undefined {
    return this.locateOption(8, option);
  }
}

export class SchemaOneof extends Element {
  readonly proto: OneofDescriptorProto;
  readonly parent: SchemaMessage;
  readonly #ownIndex: number;

  constructor(file: SchemaFile, proto: OneofDescriptorProto, parent: SchemaMessage, index: number) {
    super(file, proto.name, parent, 8, index);
    this.proto = proto;
    this.parent = parent;
    this.#ownIndex = index;
  }

  get fields(): readonly SchemaField[] {
    return this.parent.fields.filter((field) => field.proto.oneofIndex === this.#ownIndex);
  }

  get features(): Features {
    return featuresOf(this.parent.features, this.proto.options?.features);
  }

  /** Whether it was made up for a proto3 `optional` field. */
  get isSynthetic(): boolean {
    const { fields } = this;
    return fields.length === 1 && fields[0]!.proto.proto3Optional === true;
  }
}

export class SchemaEnum extends Element {
  readonly proto: EnumDescriptorProto;
  readonly parent: SchemaMessage | undefined;
  #values: readonly SchemaEnumValue[] | undefined;

  constructor(
    file: SchemaFile,
    proto: EnumDescriptorProto,
    parent: SchemaMessage | undefined,
    tag: number,
    index: number,
  ) {
    super(file, proto.name, parent, tag, index);
    this.proto = proto;
    this.parent = parent;
  }

  get values(): readonly SchemaEnumValue[] {
    this.#values ??= this.proto.value.map((proto, i) => new SchemaEnumValue(this.file, proto, this, i));
    return this.#values;
  }

  get features(): Features {
    return featuresOf(this.parent?.features ?? this.file.features, this.proto.options?.features);
  }

  /** The place of an option of the enum, or of a part of it. */
  optionLocation(...option: number[]): Location | undefined {
    return this.locateOption(3, option);
  }
}

export class SchemaEnumValue extends Element {
  readonly proto: EnumValueDescriptorProto;
  readonly enum: SchemaEnum;
  readonly number: number;

  constructor(file: SchemaFile, proto: EnumValueDescriptorProto, parent: SchemaEnum, index: number) {
    super(file, proto.name, parent, 2, index);
    this.proto = proto;
    this.enum = parent;
    this.number = proto.number ?? 0;
  }

  get numberLocation(): Location | undefined {
    return this.locate(2);
  }
}

export class SchemaService extends Element {
  readonly proto: ServiceDescriptorProto;
  #methods: readonly SchemaMethod[] | undefined;

  constructor(file: SchemaFile, proto: ServiceDescriptorProto, index: number) {
    super(file, proto.name, undefined, 6, index);
    this.proto = proto;
  }

  get methods(): readonly SchemaMethod[] {
    this.#methods ??= this.proto.method.map((proto, i) => new SchemaMethod(this.file, proto, this, i));
    return this.#methods;
  }
}

export class SchemaMethod extends Element {
  readonly proto: MethodDescriptorProto;
  readonly service: SchemaService;

  constructor(file: SchemaFile, proto: MethodDescriptorProto, service: SchemaService, index: number) {
    super(file, proto.name, service, 2, index);
    this.proto = proto;
    this.service = service;
  }

  /** The full name of the message it takes. */
  get inputType(): string {
    return withoutDot(this.proto.inputType);
  }

  /** The full name of the message it returns. */
  get outputType(): string {
    return withoutDot(this.proto.outputType);
  }

  get inputTypeLocation(): Location | undefined {
    return this.locate(2);
  }

  get outputTypeLocation(): Location | undefined {
    return this.locate(3);
  }
}

/** `google.protobuf.FieldDescriptorProto.TYPE_GROUP` */
const TYPE_GROUP = 10;

/** Anything with a name. */
export type SchemaElement =
  | SchemaMessage
  | SchemaField
  | SchemaOneof
  | SchemaEnum
  | SchemaEnumValue
  | SchemaService
  | SchemaMethod;

function withoutDot(name: string | undefined): string {
  return name === undefined ? "" : name.startsWith(".") ? name.slice(1) : name;
}
