/**
 * "hawser/gen": what generated code imports, and nothing else should. It may change with any release; generated code
 * is regenerated with it.
 */

export { encodeBase64 } from "../base/base64.js";
export type { ByteWriter } from "../base/byte-writer.js";
export { message, missingField, unknownCase } from "./codec/message.js";
export { type EnumType, enumType } from "./type/enum-type.js";
export { type ExtensionType, extension } from "./type/extension-type.js";
export { field } from "./type/field-type.js";
export { type FileType, file } from "./type/file-type.js";
export type { MessageType } from "./type/message-type.js";
export { localFieldName, localMethodName, protoJsonName } from "./type/names.js";
export { type MethodType, type ServiceType, service } from "./type/service-type.js";
export { boolKey, intKey, setEntry } from "./wire/map-entry.js";
export * from "./wire/read-fixed.js";
export * from "./wire/read-packed.js";
export { NO_BYTES, readBytes, readString, readStringUnchecked } from "./wire/read-string.js";
export {
  readBool,
  readInt32,
  readInt64,
  readSint32,
  readSint64,
  readUint32,
  readUint64,
  toSafeNumber,
} from "./wire/read-varint.js";
export {
  checkEnd,
  type Reader,
  readGroup,
  readLength,
  readMessageLength,
  readTag,
} from "./wire/reader.js";
export { dateToTimestamp } from "./wire/timestamp-date.js";
export { keepEntry, keepEnum, readOther, skipOther, writeUnknown } from "./wire/unknown-fields.js";
export {
  writeDouble,
  writeFixed32,
  writeFixed64,
  writeFloat,
  writeSfixed32,
  writeSfixed64,
} from "./wire/write-fixed.js";
export { beginMessage, endMessage } from "./wire/write-message.js";
export * from "./wire/write-packed.js";
export { writeBytes, writeString } from "./wire/write-string.js";
export {
  writeBool,
  writeInt32,
  writeInt64,
  writeSint32,
  writeSint64,
  writeTag,
  writeUint32,
  writeUint64,
} from "./wire/write-varint.js";
