/** "hawser/protobuf": Protocol Buffers messages, encoded, decoded and handled. */
export { decode } from "./codec/decode.js";
export { encode } from "./codec/encode.js";
export type { EnumType } from "./type/enum-type.js";
export type { FieldType, LongAs, ScalarType } from "./type/field-type.js";
export type { AnyMessageType, InitOf, MessageOf, MessageType } from "./type/message-type.js";
export {
  type Idempotency,
  type MethodInit,
  type MethodKind,
  type Methods,
  type MethodType,
  type ServiceType,
  service,
} from "./type/service-type.js";
export { ProtobufError, type ProtobufErrorKind } from "./wire/protobuf-error.js";
