import type { JsonValue } from "hawser/protobuf";

/** What a recording says that it is. */
export const RECORDING_KIND = "recording";

/** Changes when older readers could not read it any longer. */
export const RECORDING_VERSION = 1;

/** The first line. */
export interface HeaderLine {
  readonly hawser: typeof RECORDING_KIND;
  readonly version: number;
  /** The server that was called, as the user named it. */
  readonly target: string;
  /** When it was begun: RFC 3339. */
  readonly at: string;
  /** Keys of metadata whose values were left out, in lower case. */
  readonly redacted: readonly string[];
  /** A `google.protobuf.FileDescriptorSet`, packed with gzip, in base64: all that is needed to read the rest. */
  readonly schema: string;
}

/** Key and value, as they went over the wire: of `-bin` keys in base64. */
export type Pair = readonly [key: string, value: string];

/** Every other line: a call. */
export interface CallLine {
  /** From 1, in the order in which they began. Lines are in the order in which calls ended. */
  readonly call: number;
  /** When it began: RFC 3339. */
  readonly at: string;
  /** `notes.v1.Notes/Get`. */
  readonly method: string;
  /** The deadline, from its beginning. */
  readonly timeoutMs?: number;
  readonly metadata: readonly Pair[];
  /** What happened, in this order. */
  readonly events: readonly EventLine[];
  /** True if messages were left out because there were too many bytes of them. */
  readonly truncated?: true;
}

/** A message: as ProtoJSON, or its bytes in base64 if JSON cannot hold all of it. */
export type MessageLine = { readonly json: JsonValue } | { readonly base64: string };

/** Something that happened `ms` after the call had begun. */
export type EventLine = { readonly ms: number } & (
  | { readonly request: MessageLine }
  | { readonly halfClose: true }
  | { readonly header: readonly Pair[] }
  | { readonly reply: MessageLine }
  | { readonly status: StatusLine; readonly trailer: readonly Pair[] }
);

/** How a call ended. */
export interface StatusLine {
  /** `OK`, `NOT_FOUND`. */
  readonly code: string;
  readonly message: string;
  /** Each a `google.protobuf.Any`. */
  readonly details?: readonly { readonly typeUrl: string; readonly base64: string }[];
}

/** What stands in the place of a value that was left out. */
export const REDACTED = "<redacted>";
