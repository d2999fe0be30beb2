import { ByteWriter } from "../../base/byte-writer.js";
import type { AnyMessageType, MethodType } from "../../protobuf/type/service-type.js";

/** A message that is bytes already: what is sent more than once, or measured first, is encoded once. */
function rawType(type: AnyMessageType): AnyMessageType {
  const writeTo = (writer: ByteWriter, bytes: Uint8Array): void => {
    writer.reserve(bytes.length);
    writer.buf.set(bytes, writer.pos);
    writer.pos += bytes.length;
  };
  return { ...type, writeTo, write: writeTo };
}

/** `method` with requests that are encoded already. */
export function withRawRequests(method: MethodType): MethodType {
  return { ...method, input: rawType(method.input) };
}

/** The bytes of a request. @throws ProtobufError if it can't be encoded */
export function encodeRequest(method: MethodType, message: unknown): Uint8Array {
  const writer = new ByteWriter();
  method.input.writeTo(writer, message);
  return writer.finish();
}
