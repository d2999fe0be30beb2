import { decode, encode, type MessageType } from "hawser/protobuf";
import {
  type DescriptorProto,
  type EnumDescriptorProto,
  EnumOptions,
  EnumValueOptions,
  ExtensionRangeOptions,
  type FieldDescriptorProto,
  FieldOptions,
  type FileDescriptorProto,
  FileOptions,
  MessageOptions,
  MethodOptions,
  OneofOptions,
  type ServiceDescriptorProto,
  ServiceOptions,
} from "hawser/wkt";
import type { OptionSchema } from "./option-schema.js";
import { stripMessage } from "./strip-record.js";

/**
 * A copy of a file's descriptor without the options whose retention is RETENTION_SOURCE, and without their places in the
 * source info: what protoc gives to plugins and puts into descriptor sets. The file itself if it has none.
 *
 * @param schema of all files that define options for it, descriptor.proto among them
 */
export function stripSourceOptions(file: FileDescriptorProto, schema: OptionSchema): FileDescriptorProto {
  return new Stripper(schema).file(file);
}

class Stripper {
  readonly #schema: OptionSchema;
  readonly #stripped = new Set<string>();

  constructor(schema: OptionSchema) {
    this.#schema = schema;
  }

  file(file: FileDescriptorProto): FileDescriptorProto {
    const copy: FileDescriptorProto = {
      ...file,
      options: this.#options(FileOptions, file.options, [8]),
      messageType: file.messageType.map((message, i) => this.#message(message, [4, i])),
      enumType: file.enumType.map((definition, i) => this.#enum(definition, [5, i])),
      service: file.service.map((service, i) => this.#service(service, [6, i])),
      extension: file.extension.map((field, i) => this.#field(field, [7, i])),
    };
    if (this.#stripped.size === 0) return file;
    const info = file.sourceCodeInfo;
    if (info !== undefined) {
      const location = info.location.filter(({ path }) => !this.#isStripped(path));
      copy.sourceCodeInfo = { ...info, location };
    }
    return copy;
  }

  #message(message: DescriptorProto, path: readonly number[]): DescriptorProto {
    return {
      ...message,
      options: this.#options(MessageOptions, message.options, [...path, 7]),
      field: message.field.map((field, i) => this.#field(field, [...path, 2, i])),
      nestedType: message.nestedType.map((nested, i) => this.#message(nested, [...path, 3, i])),
      enumType: message.enumType.map((definition, i) => this.#enum(definition, [...path, 4, i])),
      extensionRange: message.extensionRange.map((range, i) => ({
        ...range,
        options: this.#options(ExtensionRangeOptions, range.options, [...path, 5, i, 3]),
      })),
      extension: message.extension.map((field, i) => this.#field(field, [...path, 6, i])),
      oneofDecl: message.oneofDecl.map((oneof, i) => ({
        ...oneof,
        options: this.#options(OneofOptions, oneof.options, [...path, 8, i, 2]),
      })),
    };
  }

  #field(field: FieldDescriptorProto, path: readonly number[]): FieldDescriptorProto {
    return { ...field, options: this.#options(FieldOptions, field.options, [...path, 8]) };
  }

  #enum(definition: EnumDescriptorProto, path: readonly number[]): EnumDescriptorProto {
    return {
      ...definition,
      options: this.#options(EnumOptions, definition.options, [...path, 3]),
      value: definition.value.map((value, i) => ({
        ...value,
        options: this.#options(EnumValueOptions, value.options, [...path, 2, i, 3]),
      })),
    };
  }

  #service(service: ServiceDescriptorProto, path: readonly number[]): ServiceDescriptorProto {
    return {
      ...service,
      options: this.#options(ServiceOptions, service.options, [...path, 3]),
      method: service.method.map((method, i) => ({
        ...method,
        options: this.#options(MethodOptions, method.options, [...path, 2, i, 4]),
      })),
    };
  }

  #options<T extends Init, Init>(
    type: MessageType<T, Init>,
    options: T | undefined,
    path: readonly number[],
  ): T | undefined {
    if (options === undefined) return undefined;
    const bytes = encode(type, options);
    const stripped = stripMessage(this.#schema, `.${type.typeName}`, bytes, path, (each) => {
      this.#stripped.add(each.join("."));
    });
    if (stripped === bytes) return options;
    if (stripped.length > 0) return decode(type, stripped);
    // protoc leaves no empty options behind, nor the place where they were.
    this.#stripped.add(path.join("."));
    return undefined;
  }

  /** True for the place of an option that was left out, or of something inside it. */
  #isStripped(path: readonly number[]): boolean {
    let prefix = "";
    for (const [i, part] of path.entries()) {
      prefix = i === 0 ? String(part) : `${prefix}.${part}`;
      if (this.#stripped.has(prefix)) return true;
    }
    return false;
  }
}
