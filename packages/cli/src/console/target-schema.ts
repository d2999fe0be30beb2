import { encode, type ServiceType } from "hawser/protobuf";
import { type FileDescriptorProto, FileDescriptorSet } from "hawser/wkt";
import type { Contract } from "../contract/contract.js";
import { Console } from "./gen/hawser/console/v1/console.pb.js";

/** What a target can do. */
export interface TargetSchema {
  /** As {@link FileDescriptorSet}. */
  readonly fileDescriptorSet: Uint8Array;
  /** By their full names, in order. */
  readonly services: ReadonlyMap<string, ServiceType>;
}

/** @throws CliError if the contract can't be had */
export async function targetSchema(contract: Contract): Promise<TargetSchema> {
  const files = new Map<string, FileDescriptorProto>();
  const services = new Map<string, ServiceType>();
  for (const name of await contract.services()) {
    // A console of the target itself would stand in the place of this one.
    if (name === Console.typeName) continue;
    const view = await contract.find(name);
    const service = view?.types.service(name);
    if (view === undefined || service === undefined) continue;
    services.set(name, service);
    for (const file of view.files) files.set(file.name ?? "", file);
  }
  return { fileDescriptorSet: encode(FileDescriptorSet, { file: importsFirst(files) }), services };
}

function importsFirst(files: ReadonlyMap<string, FileDescriptorProto>): FileDescriptorProto[] {
  const sorted = new Set<FileDescriptorProto>();
  const visit = (name: string, path: ReadonlySet<string>): void => {
    const file = files.get(name);
    if (file === undefined || sorted.has(file) || path.has(name)) return;
    const here = new Set(path).add(name);
    for (const imported of file.dependency) visit(imported, here);
    sorted.add(file);
  };
  for (const name of files.keys()) visit(name, new Set());
  return [...sorted];
}
