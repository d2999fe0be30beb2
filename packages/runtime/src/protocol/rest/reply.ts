import { complete } from "../../protobuf/codec/create.js";
import type { JsonObject, JsonValue } from "../../protobuf/json/json-value.js";
import { toJson } from "../../protobuf/json/to-json.js";
import type { Registry } from "../../protobuf/type/registry.js";
import { isHttpBody } from "./request.js";
import type { RestRoute } from "./rest-router.js";

/** The bytes of a `google.api.HttpBody`, with their own content type; undefined if the reply is another message. */
export function httpBodyOf(
  { method }: RestRoute,
  message: unknown,
): { readonly contentType: string; readonly content: Uint8Array } | undefined {
  if (!isHttpBody(method.output)) return undefined;
  const { contentType, data } = complete(method.output, message) as { contentType: string; data: Uint8Array };
  return { contentType: contentType === "" ? "application/octet-stream" : contentType, content: data };
}

/** A reply, or the part of it that the route names, as ProtoJSON. */
export function replyJson({ method, responseBody }: RestRoute, message: unknown, registry: Registry): JsonValue {
  const whole = complete(method.output, message);
  if (responseBody === "") return toJson(method.output, whole, { registry });
  const field = method.output.fields.find(({ name }) => name === responseBody);
  if (field === undefined) return null;
  const json = toJson(method.output, whole, { registry }) as JsonObject;
  // The field alone is the response, so that it is there also when it has its default.
  return (
    json[field.jsonName] ??
    (toJson(method.output, method.output.empty(), DEFAULTS) as JsonObject)[field.jsonName] ??
    null
  );
}

const DEFAULTS = { emitDefaults: true };
