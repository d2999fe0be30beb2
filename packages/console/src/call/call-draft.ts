/** A line of the table of metadata. */
export interface MetadataRow {
  readonly name: string;
  /** Of a name that ends in `-bin`: base64. */
  readonly value: string;
  /** Whether it is sent. */
  readonly on: boolean;
}

/** All that a user has set up for a call: what is shown, saved, copied and called. */
export interface CallDraft {
  /** As `MethodInfo.id`: `notes.v1.Notes/Get`. */
  readonly method: string;
  /** The message in ProtoJSON, as it stands in the editor: it may be wrong, and have `{{variables}}`. */
  readonly json: string;
  readonly metadata: readonly MetadataRow[];
  /** Undefined: the call may take as long as it does. */
  readonly timeoutMs: number | undefined;
  /** How requests are compressed; empty: not. */
  readonly compression: "" | "gzip" | "deflate";
}

/** A call that has ended, as history keeps it. */
export interface CallRecord {
  readonly draft: CallDraft;
  /** The messages that were sent, in ProtoJSON, variables filled in; the first few of a long stream. */
  readonly requests: readonly string[];
  /** How many were sent and came. */
  readonly sent: number;
  readonly received: number;
  /** When it began, as `Date.now()` says it. */
  readonly startedAt: number;
  readonly durationMs: number;
  /** The status code as a number, and what the server said with it. */
  readonly code: number;
  readonly message: string;
}

/** A draft of a method that was never called. @param json a message that has nothing in it, of the method's type */
export function emptyDraft(method: string, json = "{}"): CallDraft {
  return { method, json, metadata: [], timeoutMs: undefined, compression: "" };
}

/** Whether a stored value is what a user has set up for a call: what is in a browser's storage may be of any age. */
export function isCallDraft(value: unknown): value is CallDraft {
  if (!isObject(value)) return false;
  const { method, json, metadata, timeoutMs, compression } = value;
  return (
    typeof method === "string" &&
    typeof json === "string" &&
    Array.isArray(metadata) &&
    metadata.every(isMetadataRow) &&
    (timeoutMs === undefined || typeof timeoutMs === "number") &&
    ["", "gzip", "deflate"].includes(compression as string)
  );
}

function isMetadataRow(row: unknown): boolean {
  return (
    isObject(row) &&
    typeof row["name"] === "string" &&
    typeof row["value"] === "string" &&
    typeof row["on"] === "boolean"
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
