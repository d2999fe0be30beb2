import type { FileType } from "hawser/protobuf";
import {
  $file_google_protobuf_any,
  $file_google_protobuf_api,
  $file_google_protobuf_descriptor,
  $file_google_protobuf_duration,
  $file_google_protobuf_empty,
  $file_google_protobuf_field_mask,
  $file_google_protobuf_source_context,
  $file_google_protobuf_struct,
  $file_google_protobuf_timestamp,
  $file_google_protobuf_type,
  $file_google_protobuf_wrappers,
  type FileDescriptorProto,
  fileDescriptor,
} from "hawser/wkt";

const FILES: ReadonlyMap<string, FileType> = new Map(
  [
    $file_google_protobuf_any,
    $file_google_protobuf_api,
    $file_google_protobuf_descriptor,
    $file_google_protobuf_duration,
    $file_google_protobuf_empty,
    $file_google_protobuf_field_mask,
    $file_google_protobuf_source_context,
    $file_google_protobuf_struct,
    $file_google_protobuf_timestamp,
    $file_google_protobuf_type,
    $file_google_protobuf_wrappers,
  ].map((file) => [file.name, file]),
);

/** A `google/protobuf` file that everybody has, by name: servers and descriptor sets may leave it out. */
export function wellKnownFile(name: string): FileDescriptorProto | undefined {
  const file = FILES.get(name);
  return file === undefined ? undefined : fileDescriptor(file);
}
