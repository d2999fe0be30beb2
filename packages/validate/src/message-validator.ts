import {
  createFileRegistry,
  create as createMessage,
  type DescFile,
  type DescMessage,
  type FileRegistry,
  fromBinary,
  getOption,
  hasOption,
} from "@bufbuild/protobuf";
import {
  type FileDescriptorProto,
  FileDescriptorProtoSchema,
  FileDescriptorSetSchema,
  file_google_protobuf_any,
  file_google_protobuf_api,
  file_google_protobuf_descriptor,
  file_google_protobuf_duration,
  file_google_protobuf_empty,
  file_google_protobuf_field_mask,
  file_google_protobuf_source_context,
  file_google_protobuf_struct,
  file_google_protobuf_timestamp,
  file_google_protobuf_type,
  file_google_protobuf_wrappers,
} from "@bufbuild/protobuf/wkt";
import { createValidator, type Validator, type Violation } from "@bufbuild/protovalidate";
import {
  field as fieldRules,
  file_buf_validate_validate,
  message as messageRules,
  oneof as oneofRules,
} from "@bufbuild/protovalidate/gen/buf/validate/validate_pb.js";

/** Checks encoded messages of the types that some files declare. */
export class MessageValidator {
  readonly #registry: FileRegistry;
  readonly #validator: Validator;
  readonly #ruled = new Map<string, DescMessage | undefined>();

  /**
   * @param descriptors encoded `google.protobuf.FileDescriptorProto`s: files and all that they import. Those of
   * google/protobuf, and buf/validate/validate.proto, may be left out.
   * @throws Error naming the file that is missing
   */
  constructor(descriptors: Iterable<Uint8Array>) {
    this.#registry = registryOf(descriptors);
    this.#validator = createValidator({ registry: this.#registry });
  }

  /** True if there is any rule for a message of this type, or for what it holds. Most types have none. */
  hasRules(typeName: string): boolean {
    return this.#find(typeName) !== undefined;
  }

  /**
   * What `bytes`, a message of this type, violates; empty if it is valid.
   * @throws Error if the rules themselves can't be read or run
   */
  check(typeName: string, bytes: Uint8Array): Violation[] {
    const type = this.#find(typeName);
    if (type === undefined) return [];
    const result = this.#validator.validate(type, fromBinary(type, bytes));
    if (result.kind === "error") throw result.error;
    return result.violations ?? [];
  }

  #find(typeName: string): DescMessage | undefined {
    if (this.#ruled.has(typeName)) return this.#ruled.get(typeName);
    const type = this.#registry.getMessage(typeName);
    const found = type !== undefined && ruled(type, new Set()) ? type : undefined;
    this.#ruled.set(typeName, found);
    return found;
  }
}

function ruled(type: DescMessage, seen: Set<DescMessage>): boolean {
  if (seen.has(type)) return false;
  seen.add(type);
  if (hasOption(type, messageRules)) return true;
  if (type.oneofs.some((oneof) => hasOption(oneof, oneofRules) && getOption(oneof, oneofRules).required)) return true;
  return type.fields.some((field) => {
    if (hasOption(field, fieldRules)) return true;
    const inner = field.message;
    return inner !== undefined && ruled(inner, seen);
  });
}

/** What comes with the libraries. The rules' own file must be theirs: it has the CEL behind the standard rules. */
const KNOWN: readonly DescFile[] = [
  file_buf_validate_validate,
  file_google_protobuf_any,
  file_google_protobuf_api,
  file_google_protobuf_descriptor,
  file_google_protobuf_duration,
  file_google_protobuf_empty,
  file_google_protobuf_field_mask,
  file_google_protobuf_source_context,
  file_google_protobuf_struct,
  file_google_protobuf_timestamp,
  file_google_protobuf_type,
  file_google_protobuf_wrappers,
];

function registryOf(descriptors: Iterable<Uint8Array>): FileRegistry {
  const known = new Map(KNOWN.map(({ proto }) => [proto.name, proto]));
  const given = new Map<string, FileDescriptorProto>();
  for (const bytes of descriptors) {
    const proto = fromBinary(FileDescriptorProtoSchema, bytes);
    given.set(proto.name, proto);
  }
  const ordered = new Map<string, FileDescriptorProto>();
  const add = (name: string, importer: string): void => {
    if (ordered.has(name)) return;
    const proto =
      name === file_buf_validate_validate.proto.name ? known.get(name) : (given.get(name) ?? known.get(name));
    if (proto === undefined) {
      throw new Error(
        `the rules of ${importer} can't be read: it imports ${name}, for which there is no generated code; ` +
          "generate with --include-imports",
      );
    }
    for (const dependency of proto.dependency) add(dependency, name);
    ordered.set(name, proto);
  };
  for (const name of given.keys()) add(name, name);
  return createFileRegistry(createMessage(FileDescriptorSetSchema, { file: [...ordered.values()] }));
}
