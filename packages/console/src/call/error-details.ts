import {
  BadRequest,
  DebugInfo,
  ErrorInfo,
  Help,
  LocalizedMessage,
  PreconditionFailure,
  QuotaFailure,
  RequestInfo,
  ResourceInfo,
  RetryInfo,
} from "hawser/google-rpc";
import type { AnyMessageType, JsonValue, Registry } from "hawser/protobuf";
import { createRegistry, toJson } from "hawser/protobuf";
import { type Any, anyTypeName, unpackAnyFrom } from "hawser/wkt";
import { encodeBase64 } from "../form/bytes-text.js";

/** What a server said of an error beside code and message (google.aip.dev/193), ready to be shown. */
export interface ErrorDetail {
  /** The full name of its type. */
  readonly typeName: string;
  /** What it is, in words: `What was wrong with the request`; of types that are the server's own their name. */
  readonly title: string;
  /** In ProtoJSON; undefined if its type is not known, or its bytes are none of it. */
  readonly json: JsonValue | undefined;
  /** Its bytes in base64, for what can't be shown otherwise. */
  readonly raw: string;
}

/** Servers need not have these types in their schema. */
const STANDARD: readonly (readonly [AnyMessageType, string])[] = [
  [BadRequest, "What was wrong with the request"],
  [ErrorInfo, "Why"],
  [RetryInfo, "When to try again"],
  [Help, "Help"],
  [LocalizedMessage, "For the user"],
  [PreconditionFailure, "What must be so first"],
  [QuotaFailure, "Which quota was used up"],
  [ResourceInfo, "About what"],
  [RequestInfo, "Which request"],
  [DebugInfo, "For debugging"],
];

const TITLES: ReadonlyMap<string, string> = new Map(STANDARD.map(([type, title]) => [type.typeName, title]));
const standard: Registry = createRegistry(...STANDARD.map(([type]) => type));

/** Unpacks the details of an error. @param registry the types of the server's schema */
export function errorDetails(details: readonly Any[], registry: Registry): ErrorDetail[] {
  return details.map((detail) => {
    const typeName = anyTypeName(detail);
    return {
      typeName,
      title: TITLES.get(typeName) ?? typeName,
      json: jsonOf(detail, standard, registry) ?? jsonOf(detail, registry, registry),
      raw: encodeBase64(detail.value),
    };
  });
}

function jsonOf(detail: Any, types: Registry, registry: Registry): JsonValue | undefined {
  try {
    const type = types.message(anyTypeName(detail));
    const unpacked = unpackAnyFrom(types, detail);
    return type === undefined || unpacked === undefined ? undefined : toJson(type, unpacked.message, { registry });
  } catch {
    return undefined;
  }
}

/** A name of JSON as words: `fieldViolations` as `Field violations`. */
export function nameInWords(name: string): string {
  const words = name
    .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
    .replaceAll("_", " ")
    .toLowerCase();
  return words === "" ? name : words[0]!.toUpperCase() + words.slice(1);
}

/** Whether text may be a link: anything but pages of the web could run code. */
export function isWebLink(text: string): boolean {
  return /^https?:\/\//i.test(text) && URL.canParse(text);
}
