import { encode } from "../codec/encode.js";
import { type EnumType, enumType } from "../type/enum-type.js";
import { type AnyExtensionType, extension } from "../type/extension-type.js";
import type { FileType } from "../type/file-type.js";
import type { AnyMessageType } from "../type/message-type.js";
import { localFieldName, localMethodName } from "../type/names.js";
import { createRegistry, type Registry } from "../type/registry.js";
import { type MethodInit, type ServiceType, service } from "../type/service-type.js";
import { setEntry } from "../wire/map-entry.js";
import { type Features, fileFeatures, withFeatures } from "../wkt/features.js";
import {
  type DescriptorProto,
  type EnumDescriptorProto,
  type FieldDescriptorProto,
  FileDescriptorProto,
  type MethodDescriptorProto,
  type ServiceDescriptorProto,
} from "../wkt/google/protobuf/descriptor.pb.js";
import { badSchema, declaredName, dynamicField, dynamicFields, type TypeFinder, unique } from "./dynamic-field.js";
import { dynamicMessage } from "./dynamic-message.js";

/** The types of descriptors, by their full names: a {@link Registry} with enums and services. */
export interface DynamicTypes extends Registry {
  readonly enum: (typeName: string) => EnumType | undefined;
  readonly service: (typeName: string) => ServiceType | undefined;
  /** The file of a name, as `notes/v1/notes.proto`. */
  readonly file: (name: string) => FileType | undefined;
  /** Every message of the files, in the order of declaration, map entries left out. */
  readonly messages: readonly AnyMessageType[];
  readonly enums: readonly EnumType[];
  readonly extensions: readonly AnyExtensionType[];
  readonly services: readonly ServiceType[];
}

/**
 * Makes types of descriptors at run time: of what server reflection gives, of a `FileDescriptorSet` that `protoc
 * --descriptor_set_out --include_imports` wrote, or of what `compile` of "@hawser/compiler" returns. They do all that
 * generated types do, with the same messages. No code is made at run time.
 *
 * @param files in any order
 * @param known where types are looked for that the files refer to and do not declare
 * @throws ProtobufError if a descriptor is not what a compiler makes, or a type is missing, naming the declaration
 */
export function createDynamicTypes(
  files: readonly FileDescriptorProto[],
  known?: Pick<DynamicTypes, "message"> & Partial<Pick<DynamicTypes, "enum">>,
): DynamicTypes {
  const builder = new Builder(known);
  for (const file of files) builder.declareFile(file);
  return builder.finish();
}

class Builder implements TypeFinder {
  readonly #known: Parameters<typeof createDynamicTypes>[1];
  readonly #messages = new Map<string, AnyMessageType>();
  readonly #enums = new Map<string, EnumType>();
  readonly #mapEntries = new Map<string, DescriptorProto>();
  readonly #extensions: AnyExtensionType[] = [];
  readonly #services = new Map<string, ServiceType>();
  readonly #files = new Map<string, FileType>();
  /** What is left to do once every type is declared. */
  readonly #later: (() => void)[] = [];

  constructor(known: Parameters<typeof createDynamicTypes>[1]) {
    this.#known = known;
  }

  finish(): DynamicTypes {
    for (const each of this.#later) each();
    const messages = [...this.#messages.values()];
    const registry = createRegistry(...messages, ...this.#extensions);
    return {
      message: (typeName) => registry.message(typeName) ?? this.#known?.message(typeName),
      extension: registry.extension,
      extensionsOf: registry.extensionsOf,
      enum: (typeName) => this.#enums.get(typeName),
      service: (typeName) => this.#services.get(typeName),
      file: (name) => this.#files.get(name),
      messages,
      enums: [...this.#enums.values()],
      extensions: this.#extensions,
      services: [...this.#services.values()],
    };
  }

  declareFile(file: FileDescriptorProto): void {
    const name = file.name ?? "";
    if (this.#files.has(name)) return;
    const type = this.#fileType(name, file);
    this.#files.set(name, type);
    const scope = file.package ? `${file.package}.` : "";
    for (const part of file.package ? file.package.split(".") : []) declaredName(part, `the package of ${name}`);
    const features = fileFeatures(file);
    for (const each of file.enumType) this.#declareEnum(each, scope, features);
    for (const each of file.messageType) this.#declareMessage(each, scope, features);
    for (const each of file.extension) this.#declareExtension(each, scope, features);
    for (const each of file.service) this.#later.push(() => this.#declareService(each, scope, type));
  }

  #fileType(name: string, file: FileDescriptorProto): FileType {
    let descriptor: Uint8Array | undefined;
    const files = this.#files;
    return {
      name,
      get descriptor() {
        descriptor ??= encode(FileDescriptorProto, file);
        return descriptor;
      },
      get imports() {
        return file.dependency.flatMap((each) => files.get(each) ?? []);
      },
      // The descriptor has its source info, if it came with any.
      comments: {},
    };
  }

  #declareMessage(proto: DescriptorProto, scope: string, outer: Features): void {
    const typeName = this.#newName(proto.name, scope);
    if (proto.options?.mapEntry === true) {
      this.#mapEntries.set(typeName, proto);
      return;
    }
    const features = withFeatures(outer, proto.options?.features);
    let fields: ReturnType<typeof dynamicFields> | undefined;
    const type = dynamicMessage(
      typeName,
      () => (fields ??= dynamicFields(proto, typeName, features, this)),
      proto.reservedName,
    );
    this.#messages.set(typeName, type);
    // So that a bad descriptor is found now.
    this.#later.push(() => type.fields);
    const inner = `${typeName}.`;
    for (const each of proto.enumType) this.#declareEnum(each, inner, features);
    for (const each of proto.nestedType) this.#declareMessage(each, inner, features);
    for (const each of proto.extension) this.#declareExtension(each, inner, features);
  }

  #declareEnum(proto: EnumDescriptorProto, scope: string, outer: Features): void {
    const typeName = this.#newName(proto.name, scope);
    const values: Record<string, number> = {};
    for (const value of proto.value) {
      const number = value.number ?? 0;
      setEntry(values, declaredName(value.name, typeName), number);
    }
    const { closedEnum } = withFeatures(outer, proto.options?.features);
    this.#enums.set(typeName, enumType(typeName, values, closedEnum));
  }

  #declareExtension(proto: FieldDescriptorProto, scope: string, features: Features): void {
    const name = declaredName(proto.name, scope);
    const typeName = scope + name;
    const place = `[${typeName}]`;
    const row = (): AnyExtensionType["field"] =>
      dynamicField(proto, place, localFieldName(name), undefined, features, this).row;
    const type: AnyExtensionType = extension(typeName, () => this.#message(proto.extendee, place), row);
    this.#extensions.push(type);
    this.#later.push(() => [type.extendee, type.field]);
  }

  #declareService(proto: ServiceDescriptorProto, scope: string, file: FileType): void {
    const typeName = this.#newName(proto.name, scope);
    const taken = new Set<string>();
    const methods: Record<string, MethodInit> = {};
    for (const method of proto.method) {
      const name = declaredName(method.name, typeName);
      const place = `${typeName}.${name}`;
      setEntry(methods, unique(localMethodName(name), taken), {
        kind: kindOf(method),
        name,
        input: this.#message(method.inputType, place),
        output: this.#message(method.outputType, place),
        ...idempotencyOf(method),
      });
    }
    this.#services.set(
      typeName,
      service(typeName, methods, () => file),
    );
  }

  /** The full name of a declaration, which must be new. */
  #newName(name: string | undefined, scope: string): string {
    const typeName = scope + declaredName(name, scope === "" ? "a declaration" : scope.slice(0, -1));
    if (this.#messages.has(typeName) || this.#enums.has(typeName) || this.#mapEntries.has(typeName)) {
      throw badSchema(typeName, "is declared twice");
    }
    return typeName;
  }

  mapEntry(name: string | undefined, place: string): DescriptorProto | undefined {
    return this.#lookUp(name, place, (typeName) => this.#mapEntries.get(typeName));
  }

  messageOrEnum(name: string | undefined, place: string): AnyMessageType | EnumType {
    const found = this.#lookUp(name, place, (typeName) => this.#find(typeName));
    if (found !== undefined) return found;
    throw badSchema(place, `the type ${JSON.stringify(name?.slice(0, 200))} is in none of the files`);
  }

  /**
   * What `type_name` means: with a dot in front it is a full name, which is what compilers write; without, it is looked for from the
   * innermost scope outwards (descriptor.proto, "FieldDescriptorProto.type_name"). The reflection of grpc-js gives such names.
   */
  #lookUp<T>(name: string | undefined, place: string, find: (typeName: string) => T | undefined): T | undefined {
    if (name === undefined) return undefined;
    if (name.startsWith(".")) return find(name.slice(1));
    let scope = place.startsWith("[") ? place.slice(1, -1) : place;
    while (scope !== "") {
      const found = find(`${scope}.${name}`);
      if (found !== undefined) return found;
      scope = scope.slice(0, Math.max(0, scope.lastIndexOf(".")));
    }
    return find(name);
  }

  #find(typeName: string): AnyMessageType | EnumType | undefined {
    return (
      this.#messages.get(typeName) ??
      this.#enums.get(typeName) ??
      this.#known?.message(typeName) ??
      this.#known?.enum?.(typeName)
    );
  }

  #message(name: string | undefined, place: string): AnyMessageType {
    const type = this.messageOrEnum(name, place);
    if ("readFrom" in type) return type;
    throw badSchema(place, `${type.typeName} is no message`);
  }
}

function kindOf(method: MethodDescriptorProto): MethodInit["kind"] {
  if (method.clientStreaming === true) return method.serverStreaming === true ? "bidi_streaming" : "client_streaming";
  return method.serverStreaming === true ? "server_streaming" : "unary";
}

function idempotencyOf(method: MethodDescriptorProto): Pick<MethodInit, "idempotency"> {
  const level = method.options?.idempotencyLevel;
  return level === 1 ? { idempotency: "no_side_effects" } : level === 2 ? { idempotency: "idempotent" } : {};
}
