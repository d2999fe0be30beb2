import { ByteWriter } from "../../base/byte-writer.js";
import type { MessageType } from "../type/message-type.js";

/** A writer that grew past this is given up after use, so that one large message does not keep its memory. */
const KEPT_CAPACITY = 64 * 1024;

/** Shared by all calls; taken away while one runs, for a getter of the caller's may encode as well. */
let shared: ByteWriter | undefined = new ByteWriter();

/**
 * Encodes a message.
 *
 * @param init the fields; a message that `decode` or `create` gave will do
 * @returns a fresh array of exactly the encoded length; on Node its `buffer` may be larger, as that of a `Buffer` may
 * @throws ProtobufError naming the field that cannot be encoded: `notes.v1.Note.id: 1.5 is not an int64`
 */
export function encode<T, Init>(type: MessageType<T, Init>, init: Init): Uint8Array {
  const writer = shared ?? new ByteWriter();
  shared = undefined;
  try {
    type.writeTo(writer, init);
    return writer.finish();
  } finally {
    writer.pos = 0;
    shared = writer.buf.length > KEPT_CAPACITY ? new ByteWriter() : writer;
  }
}
