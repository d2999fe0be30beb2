import { gunzipSync } from "node:zlib";
import { decode, fromJsonString, fromText, ProtobufError } from "hawser/protobuf";
import { type FileDescriptorProto, FileDescriptorSet } from "hawser/wkt";
import { CliError } from "../cli-error.js";

/** How a FileDescriptorSet is written down. */
export type DescriptorSetFormat = "binary" | "json" | "text";

/** By the end of the name: those of protoc's users, buf and grpcurl. */
const FORMATS: readonly (readonly [ending: string, format: DescriptorSetFormat])[] = [
  [".binpb", "binary"],
  [".bin", "binary"],
  [".pb", "binary"],
  [".desc", "binary"],
  [".fds", "binary"],
  [".protoset", "binary"],
  [".json", "json"],
  [".txtpb", "text"],
  [".textproto", "text"],
  [".pbtxt", "text"],
];

/** 1 GiB: the descriptors of 8,000 files are a hundredth of it; a small file that unpacks without end is stopped. */
const MAX_UNPACKED_BYTES = 1 << 30;

/** The format of a file of that name, also with `.gz` behind it; `undefined` if it is not one of a descriptor set. */
export function descriptorSetFormat(name: string): DescriptorSetFormat | undefined {
  const plain = name.replace(/\.gz$/, "");
  return FORMATS.find(([ending]) => plain.endsWith(ending))?.[1];
}

/**
 * The files of a `google.protobuf.FileDescriptorSet`, or of a buf image, which is one with more in it. What is packed with
 * gzip is unpacked.
 *
 * @param name the name of the input, for errors
 * @throws CliError if it is none
 */
export function readDescriptorSet(bytes: Uint8Array, format: DescriptorSetFormat, name: string): FileDescriptorProto[] {
  const help = "make one with hawser build, buf build -o, or protoc --descriptor_set_out --include_imports";
  try {
    const plain = bytes[0] === 0x1f && bytes[1] === 0x8b ? unpack(bytes) : bytes;
    const files = parse(plain, format).file;
    if (files.length === 0) throw new CliError(`${name} has no files in it`, help);
    for (const file of files) {
      if (file.name === undefined || file.name === "") throw new CliError(`a file in ${name} has no name`, help);
    }
    return files;
  } catch (error) {
    if (error instanceof CliError) throw error;
    if (!(error instanceof ProtobufError || error instanceof RangeError || "code" in (error as Error))) throw error;
    throw new CliError(`${name} is not a FileDescriptorSet: ${(error as Error).message}`, help);
  }
}

function parse(bytes: Uint8Array, format: DescriptorSetFormat): FileDescriptorSet {
  if (format === "binary") return decode(FileDescriptorSet, bytes);
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8");
  if (format === "text") return fromText(FileDescriptorSet, text);
  return fromJsonString(FileDescriptorSet, text, { ignoreUnknownFields: true });
}

function unpack(bytes: Uint8Array): Uint8Array {
  return gunzipSync(bytes, { maxOutputLength: MAX_UNPACKED_BYTES });
}
