import type { FileDescriptorProto } from "hawser/wkt";
import type { SchemaField, SchemaMessage } from "../../schema/element.js";
import type { Location } from "../../schema/location.js";

/** Checks whether the rules of buf.validate that a schema has make sense (rule PROTOVALIDATE). */
export interface ProtovalidateChecker {
  checkMessage(message: SchemaMessage, report: (location: Location | undefined, message: string) => void): void;
  checkField(field: SchemaField, report: (location: Location | undefined, message: string) => void): void;
}

/** Makes the checker of a schema. */
export type MakeProtovalidateChecker = (files: readonly FileDescriptorProto[]) => ProtovalidateChecker;
