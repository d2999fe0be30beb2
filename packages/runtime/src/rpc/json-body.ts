import { complete } from "../protobuf/codec/create.js";
import { fromJsonString } from "../protobuf/json/from-json.js";
import type { FromJsonOptions } from "../protobuf/json/json-options.js";
import { readPlain } from "../protobuf/json/read-plain.js";
import { toJsonString } from "../protobuf/json/to-json.js";
import { writePlain } from "../protobuf/json/write-plain.js";
import type { AnyMessageType } from "../protobuf/type/message-type.js";
import type { Registry } from "../protobuf/type/registry.js";
import { Code } from "./code.js";
import { RpcError } from "./rpc-error.js";

/** The text of a body that is JSON (RFC 8259 §8.1: UTF-8). @throws RpcError INVALID_ARGUMENT if it is something else */
export function bodyText(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch {
    throw new RpcError(Code.InvalidArgument, "the body is not UTF-8");
  }
}

const decoder = new TextDecoder("utf-8", { fatal: true });

/** Reads a message from the ProtoJSON that a body is; an empty body is an empty message. @throws RpcError or ProtobufError if it is none */
export function readJsonBody(type: AnyMessageType, bytes: Uint8Array, options: FromJsonOptions): unknown {
  if (bytes.length === 0) return type.empty();
  const text = bodyText(bytes);
  return readPlain(type, text) ?? fromJsonString(type, text, options);
}

/** Writes a message, which need not be whole, as the text of ProtoJSON. @throws ProtobufError if it can't be */
export function writeJsonText(type: AnyMessageType, message: unknown, registry: Registry): string {
  return writePlain(type, message) ?? toJsonString(type, complete(type, message), { registry });
}
