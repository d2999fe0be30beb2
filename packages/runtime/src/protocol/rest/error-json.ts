import { encodeBase64 } from "../../base/base64.js";
import type { JsonValue } from "../../protobuf/json/json-value.js";
import { toJson } from "../../protobuf/json/to-json.js";
import type { Registry } from "../../protobuf/type/registry.js";
import { Any } from "../../protobuf/wkt/google/protobuf/any.pb.js";
import type { Code } from "../../rpc/code.js";
import { detailType } from "../../rpc/rpc-error.js";

/**
 * A `google.rpc.Status` in ProtoJSON. Details are readable if they were made by `create` in the handler, or are of a type
 * that the registry knows; others, as those of another server's error that is thrown on, are given as bytes.
 */
export function statusJson(code: Code, message: string, details: readonly Any[], registry: Registry): JsonValue {
  return {
    code,
    message,
    ...(details.length === 0 ? {} : { details: details.map((detail) => detailJson(detail, registry)) }),
  };
}

function detailJson(detail: Any, registry: Registry): JsonValue {
  const type = detailType(detail);
  const known: Registry =
    type === undefined
      ? registry
      : { ...registry, message: (name) => (name === type.typeName ? type : registry.message(name)) };
  try {
    return toJson(Any, detail, { registry: known });
  } catch {
    return { "@type": detail.typeUrl, value: encodeBase64(detail.value) };
  }
}
