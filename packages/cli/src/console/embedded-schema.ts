import { encode, type FileType, type ServiceType } from "hawser/protobuf";
import { type FileDescriptorProto, FileDescriptorSet, fileDescriptor } from "hawser/wkt";
import { importsFirst } from "../input/imports-first.js";
import { packageVersion } from "../package-version.js";
import { Console, Protocol, type SchemaInit } from "./gen/hawser/console/v1/console.pb.js";

/**
 * The schema of a server's own services.
 *
 * @param described files that stand for those of the same names that generated code carries: they may have the comments, which
 *   generated code has for some files only
 */
export function embeddedSchema(
  services: ReadonlyMap<string, ServiceType>,
  described: readonly FileDescriptorProto[],
): SchemaInit {
  const files = new Map<string, FileDescriptorProto>();
  const comments: Record<string, string> = Object.create(null);
  const add = (file: FileType): void => {
    if (files.has(file.name)) return;
    files.set(file.name, fileDescriptor(file));
    Object.assign(comments, file.comments);
    for (const imported of file.imports) add(imported);
  };
  const names: string[] = [];
  const roots: string[] = [];
  for (const [name, { file }] of services) {
    if (name === Console.typeName || file === undefined) continue;
    add(file);
    names.push(name);
    roots.push(file.name);
  }
  for (const file of described) files.set(file.name ?? "", file);
  const wanted = importsFirst(
    files,
    roots.flatMap((name) => files.get(name) ?? []),
  );
  return {
    fileDescriptorSet: encode(FileDescriptorSet, { file: wanted }),
    services: names.sort(),
    embedded: true,
    protocols: [Protocol.PROTOCOL_GRPC, Protocol.PROTOCOL_GRPC_WEB, Protocol.PROTOCOL_CONNECT, Protocol.PROTOCOL_REST],
    consoleVersion: packageVersion(),
    comments,
  };
}
