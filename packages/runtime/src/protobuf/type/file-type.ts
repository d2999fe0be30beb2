import { decodeBase64 } from "../../base/base64.js";

/**
 * A `.proto` file as generated code carries it, for reflection: its `google.protobuf.FileDescriptorProto`, encoded.
 * `fileDescriptor` of "hawser/wkt" decodes it. A bundler drops it unless something refers to it.
 */
export interface FileType {
  /** The name, as `notes/v1/notes.proto`. */
  readonly name: string;
  /** The encoded descriptor, without source positions and comments. */
  readonly descriptor: Uint8Array;
  /** The imported files, as far as code was generated for them. */
  readonly imports: readonly FileType[];
  /**
   * Comments by the full names of what they belong to, if the file has a service with `google.api.http` rules: what
   * people who call it over REST can read of it. Otherwise none.
   */
  readonly comments: Readonly<Record<string, string>>;
}

/** Makes the {@link FileType} of generated code. @param base64 the descriptor, decoded at first use */
export function file(
  name: string,
  base64: string,
  imports: () => readonly FileType[],
  comments: Readonly<Record<string, string>> = {},
): FileType {
  let descriptor: Uint8Array | undefined;
  return {
    name,
    get descriptor() {
      descriptor ??= decodeBase64(base64) ?? new Uint8Array(0);
      return descriptor;
    },
    get imports() {
      return imports();
    },
    comments,
  };
}
