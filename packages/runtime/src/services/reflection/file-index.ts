import type { FileType } from "../../protobuf/type/file-type.js";
import { fileDescriptor } from "../../protobuf/wkt/file-descriptor.js";
import type {
  DescriptorProto,
  EnumDescriptorProto,
  FieldDescriptorProto,
  FileDescriptorProto,
} from "../../protobuf/wkt/google/protobuf/descriptor.pb.js";

/** What files declare: symbols by their full names, extensions by the message that they extend. */
export class FileIndex {
  readonly #files = new Map<string, FileType>();
  readonly #symbols = new Map<string, FileType>();
  readonly #extensions = new Map<string, Map<number, FileType>>();

  /** Indexes files and all that they import. */
  constructor(files: Iterable<FileType>) {
    const queue = [...files];
    for (let file = queue.pop(); file !== undefined; file = queue.pop()) {
      if (this.#files.has(file.name)) continue;
      this.#files.set(file.name, file);
      this.#addFile(file, fileDescriptor(file));
      queue.push(...file.imports);
    }
  }

  /** The file of a name. */
  file(name: string): FileType | undefined {
    return this.#files.get(name);
  }

  /** The file that declares a message, field, oneof, enum, enum value, extension, service or method. */
  symbol(fullName: string): FileType | undefined {
    return this.#symbols.get(fullName);
  }

  /** The file that declares the extension of a message with this number. */
  extension(extendee: string, number: number): FileType | undefined {
    return this.#extensions.get(extendee)?.get(number);
  }

  /** The numbers of the extensions of a message; undefined if there is no such message. */
  extensionNumbers(extendee: string): number[] | undefined {
    const numbers = this.#extensions.get(extendee);
    if (numbers !== undefined) return [...numbers.keys()];
    return this.#symbols.has(extendee) ? [] : undefined;
  }

  #addFile(file: FileType, proto: FileDescriptorProto): void {
    const scope = proto.package === undefined || proto.package === "" ? "" : `${proto.package}.`;
    for (const message of proto.messageType) this.#addMessage(file, scope, message);
    for (const type of proto.enumType) this.#addEnum(file, scope, type);
    for (const extension of proto.extension) this.#addExtension(file, scope, extension);
    for (const service of proto.service) {
      this.#symbols.set(`${scope}${service.name}`, file);
      for (const method of service.method) this.#symbols.set(`${scope}${service.name}.${method.name}`, file);
    }
  }

  #addMessage(file: FileType, scope: string, message: DescriptorProto): void {
    const name = `${scope}${message.name}`;
    const inner = `${name}.`;
    this.#symbols.set(name, file);
    for (const field of message.field) this.#symbols.set(`${inner}${field.name}`, file);
    for (const oneof of message.oneofDecl) this.#symbols.set(`${inner}${oneof.name}`, file);
    for (const nested of message.nestedType) this.#addMessage(file, inner, nested);
    for (const type of message.enumType) this.#addEnum(file, inner, type);
    for (const extension of message.extension) this.#addExtension(file, inner, extension);
  }

  /** The values of an enum are its siblings, as in C++. */
  #addEnum(file: FileType, scope: string, type: EnumDescriptorProto): void {
    this.#symbols.set(`${scope}${type.name}`, file);
    for (const value of type.value) this.#symbols.set(`${scope}${value.name}`, file);
  }

  #addExtension(file: FileType, scope: string, extension: FieldDescriptorProto): void {
    this.#symbols.set(`${scope}${extension.name}`, file);
    const extendee = (extension.extendee ?? "").replace(/^\./, "");
    let numbers = this.#extensions.get(extendee);
    if (numbers === undefined) this.#extensions.set(extendee, (numbers = new Map()));
    numbers.set(extension.number ?? 0, file);
  }
}
