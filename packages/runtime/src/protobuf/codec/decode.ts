import type { MessageType } from "../type/message-type.js";

/**
 * Decodes a message. Every field of the result is an own property; fields that the schema does not know are kept in
 * `$unknown`. The result keeps no view of `bytes`.
 *
 * @throws ProtobufError naming the field and the offset if the bytes are not such a message
 */
export function decode<T, Init>(type: MessageType<T, Init>, bytes: Uint8Array): T {
  return type.readFrom(bytes, 0, bytes.length);
}
