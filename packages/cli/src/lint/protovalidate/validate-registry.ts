import {
  createFileRegistry,
  create as createMessage,
  type DescExtension,
  type DescFile,
  type FileRegistry,
  fromBinary,
} from "@bufbuild/protobuf";
import type { ReflectMessage } from "@bufbuild/protobuf/reflect";
import { type FileDescriptorProto, FileDescriptorProtoSchema, FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { createValidator, type Validator } from "@bufbuild/protovalidate";
import { file_buf_validate_validate } from "@bufbuild/protovalidate/gen/buf/validate/validate_pb.js";
import { encode } from "hawser/protobuf";
import { type FileDescriptorProto as Descriptor, FileDescriptorProto as DescriptorType } from "hawser/wkt";

/** The schema as the library of protovalidate reads it, which brings rules, their meaning and a validator. */
export class ValidateRegistry {
  readonly files: FileRegistry;
  #validator: Validator | undefined;

  /**
   * @param files some files and all that they import. The library's own buf/validate/validate.proto goes in the place of theirs.
   * @throws Error if the library does not take them
   */
  constructor(files: readonly Descriptor[]) {
    const known = new Map(knownFiles(file_buf_validate_validate).map(({ proto }) => [proto.name, proto]));
    const given = new Map<string, FileDescriptorProto>();
    for (const { sourceCodeInfo: _, ...file } of files) {
      const proto = fromBinary(FileDescriptorProtoSchema, encode(DescriptorType, file));
      given.set(proto.name, proto);
    }
    const ordered = new Map<string, FileDescriptorProto>();
    const add = (name: string): void => {
      if (ordered.has(name)) return;
      const rules = file_buf_validate_validate.proto;
      const proto = name === rules.name ? rules : (given.get(name) ?? known.get(name));
      if (proto === undefined) return;
      for (const dependency of proto.dependency) add(dependency);
      ordered.set(name, proto);
    };
    for (const name of given.keys()) add(name);
    this.files = createFileRegistry(createMessage(FileDescriptorSetSchema, { file: [...ordered.values()] }));
  }

  get validator(): Validator {
    this.#validator ??= createValidator({ registry: this.files });
    return this.#validator;
  }

  /** The extensions that a message has and the files declare. */
  extensionsOf({ desc, message }: ReflectMessage): DescExtension[] {
    const numbers = new Set(message.$unknown?.map(({ no }) => no));
    return [...numbers].flatMap((number) => this.files.getExtensionFor(desc, number) ?? []);
  }
}

/** A file and what it imports. */
function knownFiles(file: DescFile): DescFile[] {
  return [...file.dependencies.flatMap(knownFiles), file];
}
