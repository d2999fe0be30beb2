import type { ByteWriter } from "../base/byte-writer.js";
import { create } from "../protobuf/codec/create.js";
import { fromJsonString } from "../protobuf/json/from-json.js";
import { toJsonString } from "../protobuf/json/to-json.js";
import type { AnyMessageType } from "../protobuf/type/message-type.js";
import type { Registry } from "../protobuf/type/registry.js";

/** How messages of one type become bytes and are read from them. A message type is its own binary format. */
export interface MessageFormat {
  /** @throws ProtobufError if `message` can't be encoded */
  writeTo(writer: ByteWriter, message: unknown): void;
  /**
   * Reads `bytes[start, end)`.
   *
   * @param owned nobody else has the bytes: see `MessageType.readFrom`
   * @throws ProtobufError if they are no such message
   */
  readFrom(bytes: Uint8Array, start: number, end: number, owned?: boolean): unknown;
}

/**
 * Messages of `type` as ProtoJSON in UTF-8. Members that are not known are skipped, as unknown fields are in binary: a
 * newer peer must not be turned away.
 *
 * @param registry the types that a `google.protobuf.Any` may hold
 */
export function jsonFormat(type: AnyMessageType, registry: Registry | undefined): MessageFormat {
  const options = registry === undefined ? {} : { registry };
  return {
    writeTo(writer, message) {
      // What is kept for a retry is encoded already.
      const whole = message instanceof Uint8Array ? type.readFrom(message, 0, message.length) : create(type, message);
      const bytes = encoder.encode(toJsonString(type, whole, options));
      writer.reserve(bytes.length);
      writer.buf.set(bytes, writer.pos);
      writer.pos += bytes.length;
    },
    readFrom(bytes, start, end) {
      // An empty body is an empty message: clients that have nothing to say may leave the braces away.
      if (start === end) return create(type, {});
      return fromJsonString(type, decoder.decode(bytes.subarray(start, end)), {
        ...options,
        ignoreUnknownFields: true,
      });
    },
  };
}

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true });
