import type { AnyMessageType } from "../../protobuf/type/message-type.js";

/** Any bytes with their content type (google/api/httpbody.proto). */
export function isHttpBody(type: AnyMessageType): boolean {
  return type.typeName === "google.api.HttpBody";
}
