import { complete } from "../../protobuf/codec/create.js";
import type { JsonObject, JsonValue } from "../../protobuf/json/json-value.js";
import { toJson } from "../../protobuf/json/to-json.js";
import type { Registry } from "../../protobuf/type/registry.js";
import { writeJsonText } from "../../rpc/json-body.js";
import type { RestRoute } from "./rest-router.js";

/** The bytes of a `google.api.HttpBody`, with their own content type; undefined if the reply is another message. */
export function httpBodyOf(
  { method, givesBytes }: RestRoute,
  message: unknown,
): { readonly contentType: string; readonly content: Uint8Array } | undefined {
  if (!givesBytes) return undefined;
  const { contentType, data } = complete(method.output, message) as { contentType: string; data: Uint8Array };
  return { contentType: contentType === "" ? "application/octet-stream" : contentType, content: data };
}

/** A reply, or the part of it that the route names, as the text of ProtoJSON. */
export function replyText(route: RestRoute, message: unknown, registry: Registry): string {
  const { method, responseBody } = route;
  if (responseBody === "") return writeJsonText(method.output, message, registry);
  return JSON.stringify(fieldJson(route, message, registry));
}

function fieldJson({ method, responseBody }: RestRoute, message: unknown, registry: Registry): JsonValue {
  const whole = complete(method.output, message);
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
