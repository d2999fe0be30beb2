import type { FileType } from "../type/file-type.js";
import { FileDescriptorProto } from "./google/protobuf/descriptor.pb.js";

/** Decodes the descriptor that generated code carries (`$file_…`). Every call gives a new one. */
export function fileDescriptor(file: FileType): FileDescriptorProto {
  return FileDescriptorProto.readFrom(file.descriptor, 0, file.descriptor.length);
}
