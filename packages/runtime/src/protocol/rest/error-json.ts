import { encodeBase64 } from "../../base/base64.js";
import type { JsonValue } from "../../protobuf/json/json-value.js";
import { toJson } from "../../protobuf/json/to-json.js";
import type { Registry } from "../../protobuf/type/registry.js";
import { Any } from "../../protobuf/wkt/google/protobuf/any.pb.js";
import type { Code } from "../../rpc/code.js";

/** A `google.rpc.Status` in ProtoJSON. Details of types that the server does not know are given as bytes. */
export function statusJson(code: Code, message: string, details: readonly Any[], registry: Registry): JsonValue {
  return {
    code,
    message,
    ...(details.length === 0 ? {} : { details: details.map((detail) => detailJson(detail, registry)) }),
  };
}

function detailJson(detail: Any, registry: Registry): JsonValue {
  try {
    return toJson(Any, detail, { registry });
  } catch {
    return { "@type": detail.typeUrl, value: encodeBase64(detail.value) };
  }
}
