import { decodeBase64 } from "../../base/base64.js";
import type { Codec } from "./content-type.js";

/** A unary call as the query of a GET (Connect protocol, "Unary-Get-Request"). */
export interface GetRequest {
  readonly codec: Codec;
  readonly message: Uint8Array;
  readonly compression: string | undefined;
}

/** Reads a query. @returns what is wrong with it, as text */
export function parseGetRequest(query: string): GetRequest | string {
  const parameters = new URLSearchParams(query);
  const version = parameters.get("connect");
  if (version !== null && version !== "v1")
    return `the parameter "connect" must be "v1", not ${JSON.stringify(version)}`;
  const codec = parameters.get("encoding");
  if (codec === null) return 'the parameter "encoding" is missing: "proto" or "json"';
  if (codec !== "proto" && codec !== "json")
    return `the encoding ${JSON.stringify(codec)} is not known: "proto" or "json"`;
  const text = parameters.get("message");
  if (text === null) return 'the parameter "message" is missing';
  const message = parameters.get("base64") === "1" ? decodeBase64(text) : encoder.encode(text);
  if (message === undefined) return 'the parameter "message" is no base64';
  const compression = parameters.get("compression");
  return { codec, message, compression: compression === null || compression === "identity" ? undefined : compression };
}

const encoder = new TextEncoder();
