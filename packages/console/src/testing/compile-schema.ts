import { compile } from "@hawser/compiler";
import { create, encode } from "hawser/protobuf";
import { FileDescriptorSet } from "hawser/wkt";
import { Schema } from "../schema/console.pb.js";
import { type ConsoleSchema, readSchema } from "../schema/console-schema.js";

/** The schema of a server with the services of one `.proto` file, given as text. For tests. */
export function compileSchema(text: string, services: readonly string[]): ConsoleSchema {
  const name = "test.proto";
  const result = compile({
    files: [name],
    sourceInfo: true,
    read: (path) => (path === name ? text : undefined),
  });
  if (!result.ok) throw new Error(result.diagnostics.map(({ message }) => message).join("\n"));
  const fileDescriptorSet = encode(FileDescriptorSet, { file: result.files });
  return readSchema(create(Schema, { fileDescriptorSet, services, target: "localhost:1", embedded: true }));
}
