/** The scalar types of the language (protobuf.dev, "Scalar Value Types"). */
export type ScalarType =
  | "double"
  | "float"
  | "int32"
  | "int64"
  | "uint32"
  | "uint64"
  | "sint32"
  | "sint64"
  | "fixed32"
  | "fixed64"
  | "sfixed32"
  | "sfixed64"
  | "bool"
  | "string"
  | "bytes";

/** What a 64-bit field is in JavaScript: `bigint`, or what `jstype` says. */
export type LongAs = "bigint" | "string" | "number";
