/** "hawser/protobuf": Protocol Buffers messages: made, encoded, decoded, compared, and to and from JSON and text. */
export { clone } from "./codec/clone.js";
export { create } from "./codec/create.js";
export { decode } from "./codec/decode.js";
export { type Difference, diff } from "./codec/diff.js";
export { encode } from "./codec/encode.js";
export { equals } from "./codec/equals.js";
export { clearExtension, getExtension, hasExtension, setExtension } from "./codec/extension.js";
export { checkMask, type Mask, selectByMask, type UpdateOptions, updateByMask } from "./codec/field-mask.js";
export { merge } from "./codec/merge.js";
export type { DynamicMessage, DynamicMessageType } from "./dynamic/dynamic-message.js";
export { createDynamicTypes, type DynamicTypes } from "./dynamic/dynamic-types.js";
export { fromJson, fromJsonString } from "./json/from-json.js";
export type { FromJsonOptions, ToJsonOptions } from "./json/json-options.js";
export type { JsonObject, JsonValue } from "./json/json-value.js";
export { toJson, toJsonString } from "./json/to-json.js";
export { fromText } from "./text/from-text.js";
export type { FromTextOptions, ToTextOptions } from "./text/text-options.js";
export { toText } from "./text/to-text.js";
export type { EnumType } from "./type/enum-type.js";
export type { AnyExtensionType, ExtensionType } from "./type/extension-type.js";
export type { FileType } from "./type/file-type.js";
export type { AnyMessageType, FieldType, InitOf, MessageOf, MessageType } from "./type/message-type.js";
export { createRegistry, type Registry } from "./type/registry.js";
export type { LongAs, ScalarType } from "./type/scalar-type.js";
export {
  type Idempotency,
  type MethodInit,
  type MethodKind,
  type Methods,
  type MethodType,
  type ServiceType,
  service,
} from "./type/service-type.js";
export { ProtobufError, type ProtobufErrorKind, type ProtobufErrorPlace } from "./wire/protobuf-error.js";
