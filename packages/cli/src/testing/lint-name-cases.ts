import { HEADERS, type LintCase, of, one } from "./lint-case.js";

export function nameCases(): LintCase[] {
  const names = [
    "Good",
    "good",
    "goodName",
    "Good_Name",
    "GOOD",
    "GoodHTTP",
    "G",
    "g",
    "Good2Go",
    "_Good",
    "Good__Name",
  ];
  return names.flatMap((name) => [
    one("MESSAGE_PASCAL_CASE", name, `message ${name} {\n  message Inner {}\n}`),
    one("MESSAGE_PASCAL_CASE", `nested ${name}`, `message Outer {\n  message ${name} {}\n}`, "edition2023"),
    one("ENUM_PASCAL_CASE", name, `enum ${name} {\n  ZERO = 0;\n}`),
    one("ENUM_PASCAL_CASE", `nested ${name}`, `message Outer {\n  enum ${name} {\n    ZERO = 0;\n  }\n}`, "proto2"),
    one("SERVICE_PASCAL_CASE", name, `service ${name} {}`),
    one("RPC_PASCAL_CASE", name, `message M {}\nservice S {\n  rpc ${name}(M) returns (M);\n}`),
  ]);
}

export function enumCases(): LintCase[] {
  const values = [
    "FOO_BAR_ZERO",
    "FOO_BAR_UNSPECIFIED",
    "FOOBAR_ZERO",
    "ZERO",
    "foo_bar_zero",
    "FooBarZero",
    "FOO_BAR_",
  ];
  const typed: [type: string, value: string][] = [
    ["HTTPCode", "HTTP_CODE_OK"],
    ["HTTPCode", "HTTPCODE_OK"],
    ["V2Mode", "V2_MODE_ON"],
    ["Mode2", "MODE2_ON"],
    ["Mode2", "MODE_2_ON"],
    ["foo", "FOO_A"],
  ];
  return [
    ...values.flatMap((value) => [
      one("ENUM_VALUE_PREFIX", value, `enum FooBar {\n  ${value} = 0;\n}`),
      one("ENUM_VALUE_UPPER_SNAKE_CASE", value, `enum FooBar {\n  ${value} = 0;\n}`, "edition2023"),
      one("ENUM_ZERO_VALUE_SUFFIX", value, `message M {\n  enum FooBar {\n    ${value} = 0;\n    OTHER = 1;\n  }\n}`),
    ]),
    ...typed.map(([type, value]) => one("ENUM_VALUE_PREFIX", `${type} ${value}`, `enum ${type} {\n  ${value} = 0;\n}`)),
    ...["A1B2", "A_1", "A1_B", "a1", "A__B", "_A", "A_"].map((value) =>
      one("ENUM_VALUE_UPPER_SNAKE_CASE", `digits and underscores ${value}`, `enum E {\n  ${value} = 0;\n}`),
    ),
    one("ENUM_FIRST_VALUE_ZERO", "zero", "enum E {\n  A = 0;\n  B = 1;\n}", "proto2"),
    one("ENUM_FIRST_VALUE_ZERO", "one", "enum E {\n  A = 1;\n  B = 0;\n}", "proto2"),
    one("ENUM_FIRST_VALUE_ZERO", "negative, nested", "message M {\n  enum E {\n    A = -1;\n  }\n}", "proto2"),
    one("ENUM_FIRST_VALUE_ZERO", "hexadecimal", "enum E {\n  A = 0x10;\n}", "proto2"),
    one(
      "ENUM_FIRST_VALUE_ZERO",
      "closed in an edition",
      "enum E {\n  option features.enum_type = CLOSED;\n  A = 1;\n}",
      "edition2023",
    ),
    one("ENUM_NO_ALLOW_ALIAS", "aliases", "enum E {\n  option allow_alias = true;\n  A = 0;\n  B = 0;\n}"),
    one(
      "ENUM_NO_ALLOW_ALIAS",
      "aliases, nested, behind the values",
      "message M {\n  enum E {\n    A = 0;\n    B = 0;\n    option allow_alias = true;\n  }\n}",
      "proto2",
    ),
    one("ENUM_NO_ALLOW_ALIAS", "none", "enum E {\n  A = 0;\n  B = 1;\n}"),
    one("ENUM_ZERO_VALUE_SUFFIX", "no zero", "enum E {\n  A = 1;\n}", "proto2"),
    one(
      "ENUM_ZERO_VALUE_SUFFIX",
      "two zeros",
      "enum E {\n  option allow_alias = true;\n  A_UNSPECIFIED = 0;\n  B = 0;\n}",
    ),
    of(
      "ENUM_ZERO_VALUE_SUFFIX",
      "another suffix",
      { "a.proto": `${HEADERS.proto3}\nenum E {\n  E_NONE = 0;\n}\nenum F {\n  F_UNSPECIFIED = 0;\n}\n` },
      "  enum_zero_value_suffix: _NONE\n",
    ),
  ];
}

export function fieldCases(): LintCase[] {
  const names = [
    "good",
    "good_name",
    "goodName",
    "Good",
    "GOOD",
    "good1",
    "good_1",
    "good_1a",
    "_good",
    "good__name",
    "g",
  ];
  return [
    ...names.flatMap((name) => [
      one("FIELD_LOWER_SNAKE_CASE", name, `message M {\n  string ${name} = 1;\n}`),
      one(
        "ONEOF_LOWER_SNAKE_CASE",
        name,
        `message M {\n  oneof ${name} {\n    string value_${name.length} = 1;\n  }\n}`,
      ),
    ]),
    one("FIELD_LOWER_SNAKE_CASE", "in a oneof", "message M {\n  oneof o {\n    string Bad = 1;\n  }\n}"),
    one("FIELD_LOWER_SNAKE_CASE", "a map", "message M {\n  map<string, int32> badMap = 1;\n}"),
    one(
      "FIELD_LOWER_SNAKE_CASE",
      "a group",
      "message M {\n  optional group Result = 1 {\n    optional int32 Bad = 1;\n  }\n}",
      "proto2",
    ),
    one(
      "FIELD_LOWER_SNAKE_CASE",
      "an extension",
      "message M {\n  extensions 100 to 200;\n  extend M {\n    optional int32 BadNested = 100;\n  }\n}\nextend M {\n  optional int32 BadTop = 101;\n}",
      "proto2",
    ),
    one("ONEOF_LOWER_SNAKE_CASE", "made up for an optional field", "message M {\n  optional string Bad = 1;\n}"),
    one(
      "FIELD_NOT_REQUIRED",
      "required",
      "message M {\n  required string a = 1;\n  optional string b = 2;\n}",
      "proto2",
    ),
    one("FIELD_NOT_REQUIRED", "in proto3", "message M {\n  optional string a = 1;\n  repeated string b = 2;\n}"),
    one(
      "FIELD_NOT_REQUIRED",
      "in an edition",
      "message M {\n  string a = 1 [features.field_presence = LEGACY_REQUIRED];\n  string b = 2;\n}",
      "edition2023",
    ),
    one(
      "FIELD_NOT_REQUIRED",
      "nested",
      "message M {\n  message N {\n    required group G = 1 {}\n  }\n  repeated N n = 1;\n}",
      "proto2",
    ),
    one(
      "FIELD_NOT_REQUIRED",
      "implicit in an edition",
      "message M {\n  string a = 1 [features.field_presence = IMPLICIT];\n}",
      "edition2024",
    ),
  ];
}
