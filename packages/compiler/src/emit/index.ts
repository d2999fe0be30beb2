import type { DescriptorProto, FileDescriptorProto } from "hawser/wkt";
import { buildFile } from "./build-model.js";
import { emitFile } from "./emit-file.js";
import type { EnumModel, FileModel, MessageModel } from "./model.js";
import { runtimeDoor } from "./runtime-door.js";

export { runtimeDoor };

/** How code is generated. */
export interface EmitOptions {
  /** The names of the files to write, as `notes/v1/notes.proto`; the others are only referred to. */
  readonly toGenerate: readonly string[];
  /**
   * Whether a file that is imported has code of its own beside the code written here; by default those of `toGenerate`
   * do. It is for writing some of the files again.
   */
  readonly isGenerated?: (name: string) => boolean;
  /** The extension in imports of other generated files. */
  readonly importExtension: "js" | "ts" | "none";
  /** Whether to write types alone: nothing that exists at run time. */
  readonly typesOnly: boolean;
  /**
   * What the runtime is imported from. Default: "hawser/gen". The runtime's own files need a relative path, which
   * starts at the root of the output.
   */
  readonly genModule?: string;
}

/** A file that was generated. */
export interface GeneratedFile {
  /** `notes/v1/notes.pb.ts`, with forward slashes. */
  readonly path: string;
  readonly content: string;
}

/**
 * Writes TypeScript for linked files. The same files give the same code, byte for byte.
 *
 * @param files every file that is needed, an imported file before those that import it
 * @throws Error if a file to generate, or a type that one of them uses, is not in `files`
 */
export function generateFiles(files: readonly FileDescriptorProto[], options: EmitOptions): GeneratedFile[] {
  const byName = new Map<string, FileModel>();
  const types = new Map<string, MessageModel | EnumModel>();
  const mapEntries = new Map<string, DescriptorProto>();
  for (const file of files) {
    const model = buildFile(file);
    byName.set(file.name ?? "", model);
    for (const type of [...model.messages, ...model.enums]) types.set(`.${type.typeName}`, type);
    for (const message of model.messages) {
      for (const nested of message.proto.nestedType) {
        if (nested.options?.mapEntry === true) mapEntries.set(`.${message.typeName}.${nested.name}`, nested);
      }
    }
  }
  const wanted = new Set(options.toGenerate);
  const isGenerated = options.isGenerated ?? ((name: string) => wanted.has(name));
  return options.toGenerate.map((name) => {
    const file = byName.get(name);
    if (file === undefined) throw new Error(`${name} is to be generated, but is not among the files`);
    return {
      path: `${name.replace(/\.proto$/, "")}.pb.ts`,
      content: emitFile(file, {
        importExtension: options.importExtension,
        typesOnly: options.typesOnly,
        genModule: options.genModule ?? "hawser/gen",
        isGenerated,
        index: { types, mapEntries },
        descriptorOf: (candidate) =>
          isGenerated(candidate) || runtimeDoor(candidate) !== undefined ? byName.get(candidate) : undefined,
      }),
    };
  });
}
