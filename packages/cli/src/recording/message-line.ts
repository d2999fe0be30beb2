import {
  type AnyMessageType,
  decode,
  equals,
  fromJson,
  type JsonValue,
  ProtobufError,
  type Registry,
  toJson,
} from "hawser/protobuf";
import type { MessageLine } from "./recording-format.js";

/**
 * A message as a recording has it: as JSON, which people can read and edit, if that is all of it; else its bytes, as with fields that
 * the schema does not know.
 */
export function messageLine(type: AnyMessageType, bytes: Uint8Array, registry: Registry): MessageLine {
  try {
    const message: unknown = decode(type, bytes);
    const json = toJson(type, message, { registry });
    if (equals(type, fromJson(type, json, { registry }), message)) return { json };
  } catch (error) {
    if (!(error instanceof ProtobufError)) throw error;
  }
  return { base64: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64") };
}

/** The message. @throws ProtobufError if it is none of the type; TypeError if the line is none */
export function messageOf(type: AnyMessageType, line: MessageLine, registry: Registry): object {
  if (typeof line === "object" && line !== null) {
    if ("json" in line) return fromJson(type, line.json as JsonValue, { registry }) as object;
    if (typeof line.base64 === "string") return decode(type, new Uint8Array(Buffer.from(line.base64, "base64")));
  }
  throw new TypeError('a message is {"json": …} or {"base64": "…"}');
}
