import { type BreakingCase, EDITION, of, one, PROTO2, PROTO3 } from "./breaking-case.js";

export function featureCases(): BreakingCase[] {
  const message = (options: string, type: string = "string"): string => `message M {\n  ${type} f = 1${options};\n}`;
  const cpp = 'import "google/protobuf/cpp_features.proto";\n';
  const java = 'import "google/protobuf/java_features.proto";\n';
  const ctypes = ["", " [ctype = STRING]", " [ctype = CORD]", " [ctype = STRING_PIECE]"];
  const utf8 = ["", " [features.utf8_validation = NONE]", " [features.utf8_validation = VERIFY]"];
  const pairs = (values: readonly string[], make: (before: string, now: string) => BreakingCase): BreakingCase[] =>
    values.flatMap((before) => values.filter((now) => now !== before).map((now) => make(before, now)));
  const label = (text: string): string => text.trim() || "none";
  return [
    ...pairs(ctypes, (before, now) =>
      one(
        "FIELD_SAME_CPP_STRING_TYPE",
        `${label(before)} to ${label(now)}`,
        `message M {\n  optional string f = 1${before};\n}`,
        `message M {\n  optional string f = 1${now};\n}`,
        PROTO2,
      ),
    ),
    ...pairs(
      ["", " [features.(pb.cpp).string_type = CORD]", " [features.(pb.cpp).string_type = VIEW]", " [ctype = CORD]"],
      (before, now) =>
        one(
          "FIELD_SAME_CPP_STRING_TYPE",
          `in an edition, ${label(before)} to ${label(now)}`,
          message(before),
          message(now),
          `${EDITION}${cpp}`,
        ),
    ),
    one("FIELD_SAME_CPP_STRING_TYPE", "no string any more", message(" [ctype = CORD]"), message("", "int32"), PROTO3),
    one("FIELD_SAME_CPP_STRING_TYPE", "bytes", message("", "bytes"), message(" [ctype = CORD]", "bytes"), PROTO3),
    ...pairs(utf8, (before, now) =>
      one("FIELD_SAME_UTF8_VALIDATION", `${label(before)} to ${label(now)}`, message(before), message(now), EDITION),
    ),
    one(
      "FIELD_SAME_UTF8_VALIDATION",
      "by the file",
      message(""),
      `option features.utf8_validation = NONE;\n${message("")}`,
      EDITION,
    ),
    of(
      "FIELD_SAME_UTF8_VALIDATION",
      "from proto2 to proto3",
      { "a.proto": `${PROTO2}message M {\n  optional string f = 1;\n}\n` },
      { "a.proto": `${PROTO3}${message("")}\n` },
    ),
    one("FIELD_SAME_UTF8_VALIDATION", "bytes do not care", message("", "bytes"), message("", "string"), EDITION),
    one(
      "FIELD_SAME_UTF8_VALIDATION",
      "in a map",
      "message M {\n  map<string, string> m = 1;\n}",
      "option features.utf8_validation = NONE;\nmessage M {\n  map<string, string> m = 1;\n}",
      EDITION,
    ),
    one(
      "FIELD_SAME_JAVA_UTF8_VALIDATION",
      "the file's option",
      "message M {\n  optional string f = 1;\n}",
      "option java_string_check_utf8 = true;\nmessage M {\n  optional string f = 1;\n}",
      PROTO2,
    ),
    one(
      "FIELD_SAME_JAVA_UTF8_VALIDATION",
      "the file's option goes",
      "option java_string_check_utf8 = true;\nmessage M {\n  optional string f = 1;\n}",
      "message M {\n  optional string f = 1;\n}",
      PROTO2,
    ),
    one(
      "FIELD_SAME_JAVA_UTF8_VALIDATION",
      "it makes no difference in proto3",
      message(""),
      `option java_string_check_utf8 = true;\n${message("")}`,
      PROTO3,
    ),
    one(
      "FIELD_SAME_JAVA_UTF8_VALIDATION",
      "the feature",
      message(" [features.utf8_validation = NONE]"),
      message(" [features.utf8_validation = NONE, features.(pb.java).utf8_validation = VERIFY]"),
      `${EDITION}${java}`,
    ),
    one(
      "FIELD_SAME_JAVA_UTF8_VALIDATION",
      "the feature of all languages",
      message(""),
      message(" [features.utf8_validation = NONE]"),
      EDITION,
    ),
    one(
      "ENUM_SAME_TYPE",
      "becomes closed",
      "enum E {\n  Z = 0;\n}",
      "enum E {\n  option features.enum_type = CLOSED;\n  Z = 0;\n}",
      EDITION,
    ),
    one(
      "ENUM_SAME_TYPE",
      "by the file",
      "enum E {\n  Z = 0;\n}\nmessage M {\n  enum F {\n    Y = 0;\n  }\n}",
      "option features.enum_type = CLOSED;\nenum E {\n  Z = 0;\n}\nmessage M {\n  enum F {\n    Y = 0;\n  }\n}",
      EDITION,
    ),
    of(
      "ENUM_SAME_TYPE",
      "from proto2 to proto3",
      { "a.proto": `${PROTO2}enum E {\n  Z = 0;\n}\n` },
      { "a.proto": `${PROTO3}enum E {\n  Z = 0;\n}\n` },
    ),
    of(
      "ENUM_SAME_TYPE",
      "from proto2 to an edition, closed",
      { "a.proto": `${PROTO2}enum E {\n  Z = 0;\n}\n` },
      { "a.proto": `${EDITION}option features.enum_type = CLOSED;\nenum E {\n  Z = 0;\n}\n` },
    ),
    ...["ENUM_SAME_JSON_FORMAT", "MESSAGE_SAME_JSON_FORMAT"].flatMap((rule) => [
      one(
        rule,
        "set",
        "enum E {\n  Z = 0;\n}\nmessage M {}",
        "enum E {\n  option features.json_format = LEGACY_BEST_EFFORT;\n  Z = 0;\n}\nmessage M {\n  option features.json_format = LEGACY_BEST_EFFORT;\n}",
        EDITION,
      ),
      one(
        rule,
        "by the file",
        "enum E {\n  Z = 0;\n}\nmessage M {}",
        "option features.json_format = LEGACY_BEST_EFFORT;\nenum E {\n  Z = 0;\n}\nmessage M {}",
        EDITION,
      ),
      one(
        rule,
        "taken away",
        "option features.json_format = LEGACY_BEST_EFFORT;\nenum E {\n  Z = 0;\n}\nmessage M {}",
        "enum E {\n  Z = 0;\n}\nmessage M {}",
        EDITION,
      ),
      of(
        rule,
        "from proto3 to proto2",
        { "a.proto": `${PROTO3}enum E {\n  Z = 0;\n}\nmessage M {}\n` },
        { "a.proto": `${PROTO2}enum E {\n  Z = 0;\n}\nmessage M {}\n` },
      ),
    ]),
  ];
}

export function defaultCases(): BreakingCase[] {
  const rest = "enum E {\n  Z = 0;\n  Y = 1;\n  W = 2;\n}";
  const field = (type: string, value: string): string =>
    `${rest}\nmessage M {\n  optional ${type} f = 1${value === "" ? "" : ` [default = ${value}]`};\n}`;
  const changes: [type: string, before: string, now: string, typeNow?: string][] = [
    ["int32", "1", "2"],
    ["int32", "1", "0x1"],
    ["int32", "", "0"],
    ["int32", "", "5"],
    ["int32", "5", ""],
    ["int64", "9007199254740993", "9007199254740992"],
    ["uint64", "18446744073709551615", "18446744073709551614"],
    ["int32", "1", "1", "int64"],
    ["int32", "1", "true", "bool"],
    ["bool", "true", "false"],
    ["bool", "false", ""],
    ["string", '"a"', '"b"'],
    ["string", '""', ""],
    ["string", '"a"', '"a"', "bytes"],
    ["bytes", '"\\001\\x02a"', '"\\x01\\002a"'],
    ["bytes", '"a"', '"b"'],
    ["float", "0.1", "0.1", "double"],
    ["double", "0.1", "0.2"],
    ["double", "inf", "-inf"],
    ["double", "nan", "nan"],
    ["double", "nan", "0"],
    ["double", "1e3", "1000"],
    ["double", "0", "-0"],
    ["E", "Y", "W"],
    ["E", "", "Z"],
    ["E", "", "Y"],
    ["E", "Y", "1", "int32"],
    ["string", '"1"', "1", "int32"],
  ];
  return [
    ...changes.map(([type, before, now, typeNow = type]) =>
      one(
        "FIELD_SAME_DEFAULT",
        `${type} ${before || "none"} to ${typeNow} ${now || "none"}`,
        field(type, before),
        field(typeNow, now),
        PROTO2,
      ),
    ),
    one(
      "FIELD_SAME_DEFAULT",
      "the first value of its enum",
      "enum E {\n  A = 1;\n  B = 2;\n}\nmessage M {\n  optional E f = 1;\n}",
      "enum E {\n  B = 2;\n  A = 1;\n}\nmessage M {\n  optional E f = 1;\n}",
      PROTO2,
    ),
    one(
      "FIELD_SAME_DEFAULT",
      "in an edition",
      "message M {\n  int32 f = 1 [default = 1];\n}",
      "message M {\n  int32 f = 1 [default = 2];\n}",
      EDITION,
    ),
    one(
      "FIELD_SAME_DEFAULT",
      "it becomes repeated",
      field("int32", "1"),
      field("int32", "").replace("optional", "repeated"),
      PROTO2,
    ),
  ];
}
