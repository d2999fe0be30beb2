import type { AnyMessageType } from "hawser/protobuf";
import type { ConsoleSchema } from "../schema/console-schema.js";
import { compileSchema } from "./compile-schema.js";

/** A schema with one of everything that JSON has a form for. */
export const everything: ConsoleSchema = compileSchema(
  `syntax = "proto3";
package all.v1;
import "google/protobuf/any.proto";
import "google/protobuf/duration.proto";
import "google/protobuf/field_mask.proto";
import "google/protobuf/struct.proto";
import "google/protobuf/timestamp.proto";
import "google/protobuf/wrappers.proto";
service Everything { rpc Echo(All) returns (All); }
enum Color {
  COLOR_UNSPECIFIED = 0;
  // As the sea.
  BLUE = 1;
  RED = 2;
}
message All {
  double f_double = 1;
  float f_float = 2;
  int32 f_int32 = 3;
  int64 f_int64 = 4;
  uint32 f_uint32 = 5;
  uint64 f_uint64 = 6;
  bool f_bool = 7;
  // Some text.
  string f_string = 8;
  bytes f_bytes = 9;
  optional int32 o_int32 = 10;
  google.protobuf.Any any = 11;
  google.protobuf.Timestamp timestamp = 12;
  google.protobuf.Duration duration = 13;
  google.protobuf.Struct struct = 14;
  google.protobuf.Value value = 15;
  google.protobuf.ListValue list = 16;
  google.protobuf.FieldMask mask = 17;
  google.protobuf.StringValue w_string = 18;
  google.protobuf.Int64Value w_int64 = 19;
  google.protobuf.BoolValue w_bool = 20;
  All recursive = 21;
  repeated All many = 22;
  map<string, All> by_name = 23;
  map<int32, Color> by_number = 24;
  map<bool, bytes> by_bool = 25;
  repeated int64 longs = 26;
  repeated Color colors = 27;
  Color color = 28;
  oneof choice {
    string a = 29;
    All b = 30;
    Color c = 31;
  }
  google.protobuf.NullValue null = 32;
}`,
  ["all.v1.Everything"],
);

/** Its message. */
export const All: AnyMessageType = everything.registry.message("all.v1.All")!;

/** A schema of proto2: required fields, closed enums, extensions. */
export const old: ConsoleSchema = compileSchema(
  `syntax = "proto2";
package old.v1;
service Old { rpc Echo(Note) returns (Note); }
enum Size { SMALL = 1; LARGE = 2; }
message Note {
  required string name = 1;
  optional int32 count = 2 [default = 7];
  optional Size size = 3 [default = LARGE];
  extensions 100 to 199;
}
extend Note { optional string extra = 100; }`,
  ["old.v1.Old"],
);

/** Its message. */
export const OldNote: AnyMessageType = old.registry.message("old.v1.Note")!;
