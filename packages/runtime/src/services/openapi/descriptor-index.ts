import { fileComments } from "../../protobuf/wkt/file-comments.js";
import type {
  DescriptorProto,
  EnumDescriptorProto,
  FileDescriptorProto,
  ServiceDescriptorProto,
} from "../../protobuf/wkt/google/protobuf/descriptor.pb.js";

/** A declaration and its full name. */
export interface Declared<T> {
  readonly fullName: string;
  readonly proto: T;
}

/** What files declare, by full names, and what their comments say of it. */
export class DescriptorIndex {
  readonly messages: Map<string, DescriptorProto> = new Map();
  readonly enums: Map<string, EnumDescriptorProto> = new Map();
  readonly services: Declared<ServiceDescriptorProto>[] = [];
  readonly #comments: ReadonlyMap<string, string>;

  /** @param comments beside those in the files' own source info */
  constructor(files: readonly FileDescriptorProto[], comments: ReadonlyMap<string, string>) {
    this.#comments = new Map([...files.flatMap((file) => [...fileComments(file)]), ...comments]);
    for (const file of files) {
      const scope = file.package === undefined || file.package === "" ? "" : `${file.package}.`;
      for (const message of file.messageType) this.#addMessage(scope, message);
      for (const type of file.enumType) this.enums.set(scope + type.name, type);
      for (const service of file.service) this.services.push({ fullName: scope + service.name, proto: service });
    }
  }

  /** The comment of a declaration; undefined if there is none. Values of enums are asked for as `pkg.Color.RED`. */
  comment(fullName: string): string | undefined {
    return this.#comments.get(fullName);
  }

  /** The message that a field's `type_name` refers to. */
  message(typeName: string | undefined): Declared<DescriptorProto> | undefined {
    const fullName = (typeName ?? "").replace(/^\./, "");
    const proto = this.messages.get(fullName);
    return proto === undefined ? undefined : { fullName, proto };
  }

  #addMessage(scope: string, message: DescriptorProto): void {
    const fullName = scope + message.name;
    this.messages.set(fullName, message);
    for (const nested of message.nestedType) this.#addMessage(`${fullName}.`, nested);
    for (const type of message.enumType) this.enums.set(`${fullName}.${type.name}`, type);
  }
}
