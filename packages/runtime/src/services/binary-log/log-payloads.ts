import { NO_BYTES } from "../../base/no-bytes.js";
import { encode } from "../../protobuf/codec/encode.js";
import { Status as StatusMessage } from "../../protobuf/wkt/google/rpc/status.pb.js";
import {
  type AddressInit,
  Address_Type as AddressType,
  type MetadataInit as LoggedMetadata,
  type MetadataEntryInit,
} from "../../protobuf/wkt/grpc/binarylog/v1/binarylog.pb.js";
import type { HttpFields } from "../../rpc/http-types.js";
import { Metadata } from "../../rpc/metadata.js";
import type { Status } from "../../rpc/status.js";

/** A payload, and whether it is all of it. */
export interface Cut<T> {
  readonly value: T;
  readonly truncated: boolean;
}

/** Metadata as the application has set it, as far as `maxBytes` of keys and values allow (gRFC A16, "Metadata"). */
export function loggedMetadata(fields: HttpFields, maxBytes: number): Cut<LoggedMetadata> {
  const entry: MetadataEntryInit[] = [];
  let left = maxBytes;
  let truncated = false;
  for (const field of fields) {
    if (isOmitted(field.name)) continue;
    for (const value of valuesOf(field.name, field.value)) {
      // The trace is always logged, and does not count.
      const size = field.name === TRACE ? 0 : field.name.length + value.length;
      if (size > left) {
        truncated = true;
        continue;
      }
      left -= size;
      entry.push({ key: field.name, value });
    }
  }
  return { value: { entry }, truncated };
}

const TRACE = "grpc-trace-bin";

/** What HTTP and gRPC add. */
function isOmitted(name: string): boolean {
  if (name === TRACE) return false;
  return name.startsWith(":") || name.startsWith("grpc-") || OMITTED.has(name);
}

const OMITTED: ReadonlySet<string> = new Set([
  "accept-encoding",
  "connection",
  "content-encoding",
  "content-length",
  "content-type",
  "host",
  "keep-alive",
  "lb-token",
  "te",
  "transfer-encoding",
  "user-agent",
]);

/** The values of a field as bytes; what should be base64 and is not, as it came. */
function valuesOf(name: string, text: string): Uint8Array[] {
  if (name.endsWith("-bin")) {
    try {
      return [...Metadata.fromFields([{ name, value: text }])].map(([, value]) => value as Uint8Array);
    } catch {
      // Fall through.
    }
  }
  return [encoder.encode(text)];
}

/** An error's details, as `grpc-status-details-bin` carries them; empty if it has none. */
export function statusDetails({ code, message, error }: Status): Uint8Array {
  if (error === undefined || error.details.length === 0) return NO_BYTES;
  return encode(StatusMessage, { code, message, details: error.details });
}

/** `ip:port`, `[ip6]:port` or `unix:path` taken apart. */
export function loggedAddress(text: string): AddressInit {
  if (text.startsWith("unix:")) return { type: AddressType.TYPE_UNIX, address: text.slice(5) };
  const match = /^(?:\[(.+)\]|([\d.]+)):(\d+)$/.exec(text);
  if (match === null) return { type: AddressType.TYPE_UNKNOWN, address: text };
  const [, ip6, ip4, port] = match;
  return ip6 === undefined
    ? { type: AddressType.TYPE_IPV4, address: ip4 ?? "", ipPort: Number(port) }
    : { type: AddressType.TYPE_IPV6, address: ip6.replace(/%.*$/, ""), ipPort: Number(port) };
}

const encoder = new TextEncoder();
