import { merge } from "../../protobuf/codec/merge.js";
import { fromJson, fromJsonString } from "../../protobuf/json/from-json.js";
import type { JsonObject } from "../../protobuf/json/json-value.js";
import { isMessageType } from "../../protobuf/type/field-type.js";
import type { AnyMessageType } from "../../protobuf/type/message-type.js";
import type { Registry } from "../../protobuf/type/registry.js";
import { Code } from "../../rpc/code.js";
import { bodyText, readJsonBody } from "../../rpc/json-body.js";
import { RpcError } from "../../rpc/rpc-error.js";
import { isHttpBody } from "./http-body.js";
import { setField } from "./request-fields.js";
import type { RestMatch } from "./rest-router.js";

/**
 * Puts a request together from the three places in which its fields may be (google/api/http.proto, "Rules for HTTP
 * mapping"): the path, the body, and the query for what is left.
 *
 * @throws RpcError INVALID_ARGUMENT, or ProtobufError, naming the parameter or the path in the body
 */
export function readRequest(
  { route, variables }: RestMatch,
  query: string,
  body: Uint8Array,
  contentType: string,
  registry: Registry,
): unknown {
  const type = route.method.input;
  if (route.body === "*" && variables.length === 0) return readBody(type, "*", body, contentType, registry);
  const fields: JsonObject = {};
  for (const [fieldPath, text] of variables) {
    setField(type, fields, fieldPath, text, `the path's "${fieldPath.join(".")}"`);
  }
  // With "*" everything that is not in the path is in the body: there are no parameters.
  if (route.body !== "*") {
    for (const [name, text] of new URLSearchParams(query)) {
      // System parameters, as $alt and $fields, are no fields (cloud.google.com/apis/docs/system-parameters).
      if (!name.startsWith("$")) setField(type, fields, name.split("."), text, `the query parameter "${name}"`);
    }
  }
  const options = { registry };
  const request = route.body === "" ? undefined : readBody(type, route.body, body, contentType, registry);
  if (request === undefined) return fromJson(type, fields, options);
  // What stands in the path holds, whatever the body says.
  return Object.keys(fields).length === 0 ? request : merge(type, request, fromJson(type, fields, options));
}

function readBody(
  type: AnyMessageType,
  name: string,
  bytes: Uint8Array,
  contentType: string,
  registry: Registry,
): unknown {
  if (name === "*") {
    if (isHttpBody(type)) return { ...type.empty(), contentType, data: bytes };
    return readJsonBody(type, bytes, { registry });
  }
  const field = type.fields.find((each) => each.name === name);
  if (field === undefined) throw new RpcError(Code.Internal, `${type.typeName} has no field "${name}" to be the body`);
  const request = type.empty();
  if (isMessageType(field.type) && isHttpBody(field.type) && !field.repeated) {
    request[field.localName] = { ...field.type.empty(), contentType, data: bytes };
    return request;
  }
  if (bytes.length === 0) return request;
  const text = bodyText(bytes);
  // Only what is one value of JSON may be put between the braces.
  try {
    JSON.parse(text);
  } catch (error) {
    throw new RpcError(Code.InvalidArgument, `the body is not JSON: ${(error as Error).message}`);
  }
  return fromJsonString(type, `{${JSON.stringify(field.jsonName)}:${text}}`, { registry });
}
