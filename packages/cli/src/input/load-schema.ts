import { readFileSync } from "node:fs";
import {
  type CompileCache,
  compile,
  type Diagnostic,
  type FileDescriptorProto,
  type SourceInfoKind,
} from "@hawser/compiler";
import { CliError, reasonOf } from "../cli-error.js";
import { descriptorSetFormat, readDescriptorSet } from "./descriptor-set.js";
import { displayPath } from "./display-path.js";
import { locatedDiagnostic } from "./located-diagnostic.js";
import { readStdin } from "./read-stdin.js";
import { findSources, type SourceSet } from "./source-set.js";

/** What to load a schema from. */
export interface SchemaInput {
  /**
   * Directories and `.proto` files, or descriptor sets (files by the endings in `descriptor-set.ts`, `-` for a binary one on
   * standard input). None means `proto/`.
   */
  readonly inputs: readonly string[];
  /** The import roots, in the order in which they are searched. */
  readonly protoPaths: readonly string[];
  /** Whether the descriptors get places and comments; default false. A descriptor set has what it was made with. */
  readonly sourceInfo?: SourceInfoKind;
  /** Takes unchanged files over from the load before. */
  readonly cache?: CompileCache;
}

/** The descriptors of the inputs and of what they import. */
export interface Schema {
  /** False if a file has an error: the descriptors are then incomplete. */
  readonly ok: boolean;
  /** Imports in front of what imports them. */
  readonly files: readonly FileDescriptorProto[];
  /** The names of the files that were asked for; of a descriptor set, all of them. */
  readonly entries: readonly string[];
  /** Errors and warnings; their files are paths as {@link Schema.pathOf} gives them. */
  readonly diagnostics: readonly Diagnostic[];
  /** The `.proto` files by name; `undefined` for a descriptor set. */
  readonly sources: SourceSet | undefined;
  /** The text of a `.proto` file that was read, by name. */
  textOf(name: string): string | undefined;
  /** Where the file of that name is, as the user would write it; the name itself if it is in a descriptor set. */
  pathOf(name: string): string;
}

/**
 * Loads a schema from whatever the user names. Errors in `.proto` files are in the result's diagnostics.
 *
 * @throws CliError if an input cannot be found, read or understood
 */
export async function loadSchema(input: SchemaInput): Promise<Schema> {
  const sets = input.inputs.filter(isDescriptorSet);
  if (sets.length === 0) return compileSources(input);
  if (sets.length < input.inputs.length) {
    const other = input.inputs.find((each) => !isDescriptorSet(each));
    throw new CliError(
      `${sets[0]} is a descriptor set, ${other} is not: a schema comes from one kind of input`,
      "name directories and .proto files, or descriptor sets",
    );
  }
  const files = new Map<string, FileDescriptorProto>();
  for (const set of sets) for (const file of await readSet(set)) files.set(file.name ?? "", file);
  return {
    ok: true,
    files: [...files.values()],
    entries: [...files.keys()],
    diagnostics: [],
    sources: undefined,
    textOf: () => undefined,
    pathOf: (name) => name,
  };
}

/** Whether an input is read as a descriptor set. */
export function isDescriptorSet(input: string): boolean {
  return input === "-" || descriptorSetFormat(input) !== undefined;
}

async function readSet(input: string): Promise<FileDescriptorProto[]> {
  if (input === "-") return readDescriptorSet(await readStdin(), "binary", "standard input");
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(input);
  } catch (error) {
    throw new CliError(`cannot read ${input}: ${reasonOf(error)}`, "check the path and its permissions");
  }
  return readDescriptorSet(bytes, descriptorSetFormat(input) ?? "binary", input);
}

function compileSources({ inputs, protoPaths, ...options }: SchemaInput): Schema {
  return compileSourceSet(findSources(inputs, protoPaths), options);
}

/** Compiles a set of `.proto` files. */
export function compileSourceSet(
  sources: SourceSet,
  { sourceInfo = false, cache }: Pick<SchemaInput, "sourceInfo" | "cache"> = {},
): Schema {
  const read = new Map<string, string>();
  const result = compile({
    files: [...sources.entries.keys()],
    read: (name) => {
      const path = sources.locate(name);
      const text = path === undefined ? undefined : sources.tree.read(path);
      if (text !== undefined) read.set(name, text);
      return text;
    },
    sourceInfo,
    ...(cache === undefined ? {} : { cache }),
  });
  return {
    ok: result.ok,
    files: result.files,
    entries: result.entries,
    diagnostics: result.diagnostics.map((diagnostic) => locatedDiagnostic(diagnostic, sources)),
    sources,
    textOf: (name) => read.get(name),
    pathOf: (name) => {
      const path = sources.locate(name);
      return path === undefined ? name : displayPath(path);
    },
  };
}
