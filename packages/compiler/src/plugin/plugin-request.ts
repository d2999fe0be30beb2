import { encode } from "hawser/protobuf";
import { CodeGeneratorRequest, type FileDescriptorProto } from "hawser/wkt";
import { BUNDLED_FILES } from "../bundled/bundled-files.js";
import { compile } from "../compile.js";
import { OptionSchema } from "./option-schema.js";
import { stripSourceOptions } from "./strip-source-options.js";

/** What a code generator is asked to do. */
export interface PluginRequest {
  /** All files, each after what it imports: the `files` of a compilation with source info. */
  readonly files: readonly FileDescriptorProto[];
  /** The names of the files to generate code for. */
  readonly toGenerate: readonly string[];
  /** The options for the generator, as protoc's `--NAME_opt` has them; several are joined with commas. */
  readonly parameter?: string;
}

/** The version of protoc whose plugins' requests these are, since some plugins look at it. */
const PROTOC_VERSION = { major: 7, minor: 36, patch: 2 } as const;

/**
 * The bytes of the `CodeGeneratorRequest` that a `protoc-gen-*` program reads from its standard input, as protoc would
 * write it: the files that are needed, in an order in which each comes after its imports; options of source retention
 * only in the copies for generators that ask for them.
 */
export function encodePluginRequest(request: PluginRequest): Uint8Array {
  const wanted = new Set(request.toGenerate);
  const files = neededFiles(request.files, request.toGenerate);
  const schema = new OptionSchema([...files, ...ownSchema(files)]);
  return encode(CodeGeneratorRequest, {
    fileToGenerate: request.toGenerate,
    parameter: request.parameter ?? "",
    protoFile: files.map((file) => (wanted.has(file.name ?? "") ? stripSourceOptions(file, schema) : file)),
    sourceFileDescriptors: files.filter((file) => wanted.has(file.name ?? "")),
    compilerVersion: PROTOC_VERSION,
  });
}

/**
 * Files without the options whose retention is RETENTION_SOURCE, as protoc writes them into a descriptor set.
 *
 * @param files what to strip
 * @param schema where the options are declared: all files of the compilation
 */
export function withoutSourceOptions(
  files: readonly FileDescriptorProto[],
  schema: readonly FileDescriptorProto[] = files,
): FileDescriptorProto[] {
  const options = new OptionSchema([...schema, ...ownSchema(schema)]);
  return files.map((file) => stripSourceOptions(file, options));
}

/** The files to generate and everything they import, in the order in which protoc lists them: depth first. */
function neededFiles(files: readonly FileDescriptorProto[], toGenerate: readonly string[]): FileDescriptorProto[] {
  const byName = new Map(files.map((file) => [file.name ?? "", file]));
  const done = new Set<string>();
  const sorted: FileDescriptorProto[] = [];
  for (const entry of toGenerate) {
    const stack = [{ name: entry, next: 0 }];
    while (stack.length > 0) {
      const step = stack.at(-1)!;
      const file = byName.get(step.name);
      if (file === undefined) throw new Error(`${step.name} is not among the files`);
      if (step.next === 0) {
        if (done.has(step.name)) {
          stack.pop();
          continue;
        }
        done.add(step.name);
      }
      const dependency = file.dependency[step.next++];
      if (dependency !== undefined) {
        if (!done.has(dependency)) stack.push({ name: dependency, next: 0 });
        continue;
      }
      sorted.push(file);
      stack.pop();
    }
  }
  return sorted;
}

let bundledDescriptor: readonly FileDescriptorProto[] | undefined;

/** descriptor.proto itself, for files that set its options without importing it. */
function ownSchema(files: readonly FileDescriptorProto[]): readonly FileDescriptorProto[] {
  const name = "google/protobuf/descriptor.proto";
  if (files.some((file) => file.name === name)) return [];
  bundledDescriptor ??= compile({ files: [name], read: (path) => BUNDLED_FILES.get(path) }).files;
  return bundledDescriptor;
}
