import { decode, encode, type FileType, type ServiceType } from "hawser/protobuf";
import { type FileDescriptorProto, FileDescriptorSet, fileDescriptor } from "hawser/wkt";
import { CONSOLE_VERSION } from "./console-version.js";
import { Console, Protocol, type SchemaInit } from "./gen/hawser/console/v1/console.pb.js";

/**
 * The schema of a server's own services.
 *
 * @param described a FileDescriptorSet whose files stand for those of the same names that generated code carries: it may have
 *   the comments, which generated code has for some files only
 */
export function embeddedSchema(
  services: ReadonlyMap<string, ServiceType>,
  described: Uint8Array | undefined,
): SchemaInit {
  const known = new Map(
    described === undefined ? [] : decode(FileDescriptorSet, described).file.map((file) => [file.name, file]),
  );
  const files = new Map<string, FileDescriptorProto>();
  const comments: Record<string, string> = Object.create(null);
  const add = (file: FileType): void => {
    if (files.has(file.name)) return;
    for (const imported of file.imports) add(imported);
    files.set(file.name, known.get(file.name) ?? fileDescriptor(file));
    Object.assign(comments, file.comments);
  };
  const names: string[] = [];
  for (const [name, { file }] of services) {
    if (name === Console.typeName || file === undefined) continue;
    add(file);
    names.push(name);
  }
  return {
    fileDescriptorSet: encode(FileDescriptorSet, { file: [...files.values()] }),
    services: names.sort(),
    embedded: true,
    protocols: [Protocol.PROTOCOL_GRPC, Protocol.PROTOCOL_GRPC_WEB, Protocol.PROTOCOL_CONNECT, Protocol.PROTOCOL_REST],
    consoleVersion: CONSOLE_VERSION,
    comments,
  };
}
