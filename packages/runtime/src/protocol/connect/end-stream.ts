import type { Any } from "../../protobuf/wkt/google/protobuf/any.pb.js";
import { Code } from "../../rpc/code.js";
import { ENVELOPE_BYTES, writeEnvelopePrefix } from "../../rpc/envelope.js";
import type { HttpField, HttpFields } from "../../rpc/http-types.js";
import type { Metadata } from "../../rpc/metadata.js";
import { type ConnectError, errorFromJson, errorToJson } from "./error-json.js";

/** The flag of the envelope that ends a stream of replies (Connect protocol, "Envelope-Flags"). */
export const END_STREAM = 0x2;

/** What the last envelope says. */
export interface EndStream {
  readonly error: ConnectError | undefined;
  readonly fields: HttpFields;
}

/** The last envelope of a response. */
export function endStreamEnvelope(
  code: Code,
  message: string,
  details: readonly Any[],
  trailer: Metadata | undefined,
): Uint8Array {
  const json: { error?: unknown; metadata?: Record<string, string[]> } = {};
  if (code !== Code.Ok) json.error = errorToJson(code, message, details);
  if (trailer !== undefined && trailer.size > 0) json.metadata = metadataToJson(trailer.toFields());
  const text = encoder.encode(JSON.stringify(json));
  const bytes = new Uint8Array(ENVELOPE_BYTES + text.length);
  writeEnvelopePrefix(bytes, 0, END_STREAM, text.length);
  bytes.set(text, ENVELOPE_BYTES);
  return bytes;
}

/** Reads the last envelope; undefined if it is none. */
export function parseEndStream(bytes: Uint8Array): EndStream | undefined {
  let json: unknown;
  try {
    json = JSON.parse(decoder.decode(bytes));
  } catch {
    return undefined;
  }
  if (typeof json !== "object" || json === null || Array.isArray(json)) return undefined;
  const { error, metadata } = json as { error?: unknown; metadata?: unknown };
  const fields = metadataFromJson(metadata);
  // An error that says nothing (an empty object) is one all the same: the stream did not end well. JSON's null is none.
  if (error === undefined || error === null) return { error: undefined, fields };
  const none = { code: Code.Unknown, message: "the stream ended with a malformed error", details: [] } as const;
  return { error: errorFromJson(error, Code.Unknown) ?? none, fields };
}

function metadataToJson(fields: HttpFields): Record<string, string[]> {
  // Without a prototype: a key may be "__proto__".
  const json: Record<string, string[]> = Object.create(null);
  for (const { name, value } of fields) (json[name] ??= []).push(value);
  return json;
}

function metadataFromJson(json: unknown): HttpFields {
  const fields: HttpField[] = [];
  if (typeof json !== "object" || json === null) return fields;
  for (const [key, values] of Object.entries(json)) {
    if (!Array.isArray(values)) continue;
    for (const value of values) if (typeof value === "string") fields.push({ name: key.toLowerCase(), value });
  }
  return fields;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true });
