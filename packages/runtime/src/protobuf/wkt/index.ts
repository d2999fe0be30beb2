/** "hawser/wkt": the well-known types (protobuf.dev, "Well-Known Types"), and functions that make them handy. */

export { anyTypeName, packAny, unpackAny, unpackAnyFrom } from "./any.js";
export { durationFromMs, durationToMs } from "./duration.js";
export { type Features, fileFeatures, withFeatures } from "./features.js";
export { fileComments } from "./file-comments.js";
export { fileDescriptor } from "./file-descriptor.js";
export * from "./google/protobuf/any.pb.js";
export * from "./google/protobuf/api.pb.js";
export * from "./google/protobuf/compiler/plugin.pb.js";
export * from "./google/protobuf/descriptor.pb.js";
export * from "./google/protobuf/duration.pb.js";
export * from "./google/protobuf/empty.pb.js";
export * from "./google/protobuf/field_mask.pb.js";
export * from "./google/protobuf/source_context.pb.js";
export * from "./google/protobuf/struct.pb.js";
export * from "./google/protobuf/timestamp.pb.js";
export * from "./google/protobuf/type.pb.js";
export * from "./google/protobuf/wrappers.pb.js";
export { fromStruct, fromValue, toStruct, toValue } from "./struct.js";
export { fromDate, toDate } from "./timestamp.js";
