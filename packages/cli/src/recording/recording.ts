import type { Code, Metadata } from "hawser";
import type { MethodType } from "hawser/protobuf";
import type { Any } from "hawser/wkt";
import type { MockSchema } from "../mock/mock-schema.js";

/** A recording that was read. */
export interface Recording {
  /** The file, as the user named it. */
  readonly path: string;
  /** The server that was called. */
  readonly target: string;
  readonly schema: MockSchema;
  /** In the order in which they began. */
  readonly calls: readonly RecordedCall[];
}

export interface RecordedCall {
  readonly number: number;
  /** `calls.jsonl:7`. */
  readonly place: string;
  readonly method: MethodType;
  /** Without what was redacted. */
  readonly metadata: Metadata;
  readonly timeoutMs: number | undefined;
  readonly events: readonly RecordedEvent[];
  readonly requests: readonly object[];
  readonly replies: readonly object[];
  /** `undefined` if the recording ended before it. */
  readonly status: RecordedStatus | undefined;
  /** Whether messages are missing. */
  readonly truncated: boolean;
}

export type RecordedEvent = { readonly ms: number } & (
  | { readonly kind: "request" | "reply"; readonly message: object }
  | { readonly kind: "halfClose" }
  | { readonly kind: "header"; readonly metadata: Metadata }
  | { readonly kind: "status"; readonly status: RecordedStatus }
);

export interface RecordedStatus {
  readonly code: Code;
  readonly message: string;
  readonly details: readonly Any[];
  readonly trailer: Metadata;
}
