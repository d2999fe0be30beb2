import { decodeBase64, encodeBase64 } from "../../base/base64.js";
import { decode } from "../../protobuf/codec/decode.js";
import { encode } from "../../protobuf/codec/encode.js";
import type { Any } from "../../protobuf/wkt/google/protobuf/any.pb.js";
import { Status } from "../../protobuf/wkt/google/rpc/status.pb.js";
import type { Code } from "../../rpc/code.js";
import type { HttpField, HttpFields } from "../../rpc/http-types.js";

/** Where gRPC carries a google.rpc.Status with the details of an error. */
const STATUS_DETAILS = "grpc-status-details-bin";

/** The trailer with an error's details. */
export function detailsField(code: Code, message: string, details: readonly Any[]): HttpField {
  return { name: STATUS_DETAILS, value: encodeBase64(encode(Status, { code, message, details })).replace(/=+$/, "") };
}

/** The details in a section; none if what is there can't be read, since the status itself stands beside it. */
export function readDetails(fields: HttpFields): readonly Any[] {
  for (const field of fields) {
    if (field.name !== STATUS_DETAILS) continue;
    const bytes = decodeBase64(field.value);
    if (bytes === undefined) return [];
    try {
      return decode(Status, bytes).details;
    } catch {
      return [];
    }
  }
  return [];
}
