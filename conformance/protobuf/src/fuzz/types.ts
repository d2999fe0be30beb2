import type { AnyMessageType, Registry } from "hawser/protobuf";
import { dynamicTypes, generatedTypes } from "../test-types.js";

/** The registries that the fuzzers use: generated code, and the same types made at run time. */
export const generated: Registry = generatedTypes().registry;
export const dynamic: Registry = dynamicTypes().registry;

const NAMES = [
  "protobuf_test_messages.proto3.TestAllTypesProto3",
  "protobuf_test_messages.proto2.TestAllTypesProto2",
  "protobuf_test_messages.editions.TestAllTypesEdition2023",
  "google.protobuf.Struct",
];

/** The type that a byte of the input chooses. */
export function typeOf(registry: Registry, byte: number): AnyMessageType {
  return registry.message(NAMES[byte % NAMES.length]!)!;
}
