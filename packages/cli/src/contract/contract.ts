import { createDynamicTypes, type DynamicTypes, ProtobufError } from "hawser/protobuf";
import type { FileDescriptorProto } from "hawser/wkt";
import { CliError } from "../cli-error.js";
import { withQualifiedNames } from "./qualified-names.js";
import { type Declaration, indexSymbols } from "./symbol-index.js";
import { wellKnownFile } from "./well-known-files.js";

/** What a server can do, as the server or its sources tell: services, and the types of their messages. */
export interface Contract {
  /** Whose contract it is, for errors: `the server at localhost:8080`, `proto/`. */
  readonly source: string;
  /** The full names of all services, sorted. */
  services(): Promise<readonly string[]>;
  /** The files that declare a symbol and all that they import; `undefined` if nothing has this name. */
  find(symbol: string): Promise<ContractView | undefined>;
  /** The files of all services, as far as they are told of, and all that they import. */
  everything(): Promise<ContractView>;
  /** Lets go of what was opened for it. */
  close(): void;
}

/** Files, and types made of them. Both are made when they are asked for. */
export class ContractView {
  readonly #files: readonly FileDescriptorProto[];
  readonly #source: string;
  #types: DynamicTypes | undefined;
  #symbols: ReadonlyMap<string, Declaration> | undefined;

  constructor(source: string, files: readonly FileDescriptorProto[]) {
    this.#source = source;
    this.#files = withQualifiedNames(withWellKnown(files));
  }

  get files(): readonly FileDescriptorProto[] {
    return this.#files;
  }

  /** @throws CliError if a compiler would not have made these descriptors */
  get types(): DynamicTypes {
    try {
      return (this.#types ??= createDynamicTypes(this.#files));
    } catch (error) {
      if (!(error instanceof ProtobufError)) throw error;
      throw new CliError(
        `the schema of ${this.#source} cannot be used: ${error.message}`,
        "give the .proto files: --schema proto/",
      );
    }
  }

  get symbols(): ReadonlyMap<string, Declaration> {
    return (this.#symbols ??= indexSymbols(this.#files));
  }
}

/** With the `google/protobuf` files that are imported and not there. */
function withWellKnown(files: readonly FileDescriptorProto[]): FileDescriptorProto[] {
  const byName = new Map(files.map((file) => [file.name ?? "", file]));
  const queue = [...files];
  for (let file = queue.pop(); file !== undefined; file = queue.pop()) {
    for (const name of file.dependency) {
      if (byName.has(name)) continue;
      const known = wellKnownFile(name);
      if (known === undefined) continue;
      byName.set(name, known);
      queue.push(known);
    }
  }
  return [...byName.values()];
}
