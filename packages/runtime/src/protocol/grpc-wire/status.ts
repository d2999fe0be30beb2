import { Code, codeFromNumber } from "../../rpc/code.js";
import type { HttpField, HttpFields, HttpHead } from "../../rpc/http-types.js";
import type { Metadata } from "../../rpc/metadata.js";
import { decodeStatusMessage, encodeStatusMessage } from "./status-message.js";

/** A status as trailers, or a trailers-only response, carry it. */
export interface GrpcStatus {
  readonly code: Code;
  readonly message: string;
}

/** The trailers of success: the same array always, so that its block is encoded once. */
export const OK_TRAILERS: HttpFields = [{ name: "grpc-status", value: "0" }];

/** The trailers of a status. */
export function statusFields(code: Code, message: string): HttpField[] {
  const fields: HttpField[] = [{ name: "grpc-status", value: String(code) }];
  if (message !== "") fields.push({ name: "grpc-message", value: encodeStatusMessage(message) });
  return fields;
}

/** The fields of metadata, for the end of a section. */
export function metadataFields(metadata: Metadata | undefined): HttpFields | undefined {
  return metadata === undefined || metadata.size === 0 ? undefined : metadata.toFields();
}

const OK: GrpcStatus = { code: Code.Ok, message: "" };

/** The status in a section; undefined if it has none. Remembered with the section, which may be one that repeats. */
export function readStatus(head: HttpHead): GrpcStatus | undefined {
  if (head.derived === OK) return OK;
  let code: Code | undefined;
  let message = "";
  for (const field of head.fields) {
    if (field.name === "grpc-status") {
      code = /^\d{1,3}$/.test(field.value) ? codeFromNumber(Number(field.value)) : Code.Unknown;
    } else if (field.name === "grpc-message") {
      message = decodeStatusMessage(field.value);
    }
  }
  if (code === undefined) return undefined;
  if (code === Code.Ok && message === "") {
    head.derived = OK;
    return OK;
  }
  return { code, message };
}
