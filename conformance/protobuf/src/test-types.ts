import { createDynamicTypes, createRegistry, type FileType, type Registry } from "hawser/protobuf";
import { fileDescriptor } from "hawser/wkt";
import * as edition2023 from "./gen/google/protobuf/test_messages_edition2023.pb.js";
import * as proto2 from "./gen/google/protobuf/test_messages_proto2.pb.js";
import * as proto2Editions from "./gen/google/protobuf/test_messages_proto2_editions.pb.js";
import * as proto3 from "./gen/google/protobuf/test_messages_proto3.pb.js";
import * as proto3Editions from "./gen/google/protobuf/test_messages_proto3_editions.pb.js";

/** The types that the conformance suite is run with. */
export interface TestTypes {
  readonly registry: Registry;
}

const modules = [edition2023, proto2, proto2Editions, proto3, proto3Editions];

/** The types of the code that our compiler generated. */
export function generatedTypes(): TestTypes {
  const all = modules.flatMap((module) => Object.values(module).filter(isType));
  return { registry: createRegistry(...all) };
}

type Type = Parameters<typeof createRegistry>[number];

/** Of what a generated module exports, the messages and extensions. */
function isType(value: unknown): value is Type {
  return typeof value === "object" && value !== null && ("readFrom" in value || "extendee" in value);
}

/** The same types, made at run time of the descriptors that the generated code carries. */
export function dynamicTypes(): TestTypes {
  const files = new Map<string, FileType>();
  const add = (file: FileType): void => {
    if (files.has(file.name)) return;
    files.set(file.name, file);
    for (const each of file.imports) add(each);
  };
  for (const module of modules) {
    for (const value of Object.values(module)) if (isFile(value)) add(value);
  }
  return { registry: createDynamicTypes([...files.values()].map(fileDescriptor)) };
}

function isFile(value: unknown): value is FileType {
  return typeof value === "object" && value !== null && "imports" in value;
}
