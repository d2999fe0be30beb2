import { decodeBase64, encodeBase64 } from "../../base/base64.js";
import type { Any } from "../../protobuf/wkt/google/protobuf/any.pb.js";
import type { Code } from "../../rpc/code.js";
import { codeOfName, connectName } from "./code.js";

/** An error as Connect writes it (Connect protocol, "Error and EndStreamResponse"). */
export interface ErrorJson {
  readonly code: string;
  readonly message?: string;
  readonly details?: readonly { readonly type: string; readonly value: string }[];
}

/** What an error says, once it is read. */
export interface ConnectError {
  readonly code: Code;
  readonly message: string;
  readonly details: readonly Any[];
}

const TYPE_URL_PREFIX = "type.googleapis.com/";

export function errorToJson(code: Code, message: string, details: readonly Any[]): ErrorJson {
  return {
    code: connectName(code),
    ...(message === "" ? {} : { message }),
    ...(details.length === 0 ? {} : { details: details.map(detailToJson) }),
  };
}

function detailToJson({ typeUrl, value }: Any): { type: string; value: string } {
  return { type: typeUrl.slice(typeUrl.lastIndexOf("/") + 1), value: encodeBase64(value).replace(/=+$/, "") };
}

/**
 * Reads an error.
 * @param inferred the code for one that names none, or none that is known: what the HTTP status stands for
 * @returns undefined if `json` is no error at all
 */
export function errorFromJson(json: unknown, inferred: Code): ConnectError | undefined {
  if (typeof json !== "object" || json === null || Array.isArray(json)) return undefined;
  const { code, message, details } = json as { code?: unknown; message?: unknown; details?: unknown };
  return {
    code: codeOfName(code) ?? inferred,
    message: typeof message === "string" ? message : "",
    details: Array.isArray(details) ? details.flatMap(detailFromJson) : [],
  };
}

/** A detail that can't be read is left away: the error itself stands beside it. */
function detailFromJson(json: unknown): Any[] {
  if (typeof json !== "object" || json === null) return [];
  const { type, value } = json as { type?: unknown; value?: unknown };
  if (typeof type !== "string" || typeof value !== "string") return [];
  const bytes = decodeBase64(value);
  return bytes === undefined ? [] : [{ typeUrl: TYPE_URL_PREFIX + type, value: bytes }];
}
