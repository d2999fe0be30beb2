import { encode, type ServiceType } from "hawser/protobuf";
import { type FileDescriptorProto, FileDescriptorSet } from "hawser/wkt";
import { CliError } from "../cli-error.js";
import { type Contract, ContractView } from "../contract/contract.js";
import { importsFirst } from "../input/imports-first.js";
import { Console } from "./gen/hawser/console/v1/console.pb.js";

/** What a target can do. */
export interface TargetSchema {
  /** As {@link FileDescriptorSet}. */
  readonly fileDescriptorSet: Uint8Array;
  /** By their full names, in order. */
  readonly services: ReadonlyMap<string, ServiceType>;
  /** Services that the target names and that can't be called, with the reason. */
  readonly left: ReadonlyMap<string, string>;
}

/**
 * What a target can do, without what can't be used: a server that describes one service badly still has the others.
 *
 * @throws CliError if the contract can't be had, or no service of several can be used
 */
export async function targetSchema(contract: Contract): Promise<TargetSchema> {
  const view = await contract.everything();
  const files = new Map(view.files.map((file) => [file.name ?? "", file]));
  const declaring = new Map<string, FileDescriptorProto>();
  const left = new Map<string, string>();
  for (const name of await contract.services()) {
    // A console of the target itself would stand in the place of this one.
    if (name === Console.typeName) continue;
    const declaration = view.symbols.get(name);
    if (declaration?.kind === "service") declaring.set(name, declaration.file);
    else left.set(name, `${contract.source} does not describe it`);
  }
  const found = usable(contract.source, files, declaring, left);
  const first = [...declaring.keys()].map((name) => left.get(name)).find((each) => each !== undefined);
  if (found.services.size === 0 && first !== undefined) throw new CliError(first, NO_USE);
  return { ...found, left };
}

const NO_USE = "give the .proto files: --schema proto/";

type Usable = Pick<TargetSchema, "fileDescriptorSet" | "services">;

function usable(
  source: string,
  files: ReadonlyMap<string, FileDescriptorProto>,
  declaring: ReadonlyMap<string, FileDescriptorProto>,
  left: Map<string, string>,
): Usable {
  const ordered = importsFirst(files);
  try {
    return { services: servicesOf(new ContractView(source, ordered), declaring.keys()), ...setOf(ordered) };
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
  }
  // One by one: what a service has nothing to do with can't hinder it.
  const good = new Map<string, FileDescriptorProto>();
  for (const [name, file] of declaring) {
    const own = importsFirst(files, [file]);
    try {
      servicesOf(new ContractView(source, own), [name]);
      for (const each of own) good.set(each.name ?? "", each);
    } catch (error) {
      if (!(error instanceof CliError)) throw error;
      left.set(name, error.message);
    }
  }
  const kept = importsFirst(good);
  const names = [...declaring.keys()].filter((name) => !left.has(name));
  return { services: servicesOf(new ContractView(source, kept), names), ...setOf(kept) };
}

/** @throws CliError if the files can't be used */
function servicesOf(view: ContractView, names: Iterable<string>): ReadonlyMap<string, ServiceType> {
  const { types } = view;
  return new Map(
    [...names].flatMap((name) => {
      const service = types.service(name);
      return service === undefined ? [] : [[name, service] as const];
    }),
  );
}

function setOf(file: readonly FileDescriptorProto[]): Pick<TargetSchema, "fileDescriptorSet"> {
  return { fileDescriptorSet: encode(FileDescriptorSet, { file: [...file] }) };
}
