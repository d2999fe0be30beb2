import { encode } from "../codec/encode.js";
import type { MessageType } from "../type/message-type.js";
import type { Registry } from "../type/registry.js";
import type { Any } from "./google/protobuf/any.pb.js";

/** Packs a message into an `Any`. The type URL begins with `type.googleapis.com/`, as everywhere. */
export function packAny<T, Init>(type: MessageType<T, Init>, message: Init): Any {
  return { typeUrl: `type.googleapis.com/${type.typeName}`, value: encode(type, message) };
}

/** The full name of the type that an `Any` holds: what is behind the last `/` of its URL. */
export function anyTypeName(any: { readonly typeUrl: string }): string {
  return any.typeUrl.slice(any.typeUrl.lastIndexOf("/") + 1);
}

/**
 * Unpacks an `Any`.
 *
 * @returns `undefined` if it holds something else
 * @throws ProtobufError if its bytes are not a message of the type
 */
export function unpackAny<T, Init>(type: MessageType<T, Init>, any: Any): T | undefined {
  return anyTypeName(any) === type.typeName ? type.readFrom(any.value, 0, any.value.length) : undefined;
}

/** Unpacks an `Any` of whatever type the registry has; `undefined` if it has it not. */
export function unpackAnyFrom(registry: Registry, any: Any): { typeName: string; message: unknown } | undefined {
  const type = registry.message(anyTypeName(any));
  if (type === undefined) return undefined;
  return { typeName: type.typeName, message: type.readFrom(any.value, 0, any.value.length) };
}
