import type { ByteWriter } from "../../base/byte-writer.js";
import type { FieldType, MessageType } from "../type/message-type.js";
import { ProtobufError } from "../wire/protobuf-error.js";
import { Reader } from "../wire/reader.js";
import { explainDecode } from "./explain-decode.js";
import { explainEncode } from "./explain-encode.js";

/**
 * Makes the schema value of a generated message.
 *
 * The functions of generated code do not carry the name of each field for the sake of errors: only once one of them
 * has thrown, a slow walk over the table of fields finds out which it was.
 *
 * @param fields called at first use, when everything it refers to has been initialised
 * @param reservedNames see {@link MessageType.reservedNames}
 */
export function message<T, Init>(
  typeName: string,
  empty: () => T,
  write: (w: ByteWriter, message: Init) => void,
  read: (r: Reader, end: number, depth: number, into?: T) => T,
  fields: () => readonly FieldType[],
  reservedNames: readonly string[] = [],
): MessageType<T, Init> {
  let table: readonly FieldType[] | undefined;
  const type: MessageType<T, Init> = {
    typeName,
    reservedNames,
    empty,
    write,
    read,
    writeTo(writer, value) {
      const start = writer.pos;
      try {
        write(writer, value);
      } catch (error) {
        writer.pos = start;
        throw explainEncode(type, value, error);
      }
    },
    readFrom(bytes, start, end, owned = false) {
      if (!(bytes instanceof Uint8Array) || !(start >= 0 && start <= end && end <= bytes.length)) {
        throw new ProtobufError(`${typeName}: [${start}, ${end}) is not a part of the bytes given`, { kind: "decode" });
      }
      try {
        return read(new Reader(bytes, start, owned), end, 0);
      } catch (error) {
        throw explainDecode(type, bytes, start, end, error);
      }
    },
    get fields() {
      table ??= fields();
      return table;
    },
  };
  return type;
}

/** The error for a proto2 `required` field that is not set. */
export function missingField(name: string): ProtobufError {
  return new ProtobufError(`required field "${name}" is not set`, { kind: "encode" });
}

/** The error for a `case` that the oneof does not have. */
export function unknownCase(value: { readonly case: unknown }): ProtobufError {
  return new ProtobufError(`the oneof has no case ${JSON.stringify(String(value.case))}`, { kind: "encode" });
}
