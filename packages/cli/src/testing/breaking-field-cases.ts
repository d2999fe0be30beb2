import { type BreakingCase, EDITION, each, of, one, PROTO2, PROTO3, TYPE_RULES } from "./breaking-case.js";

export function typeCases(): BreakingCase[] {
  const rest = "message M1 {}\nmessage M2 {}\nenum E1 {\n  Z1 = 0;\n}\nenum E2 {\n  Z2 = 0;\n}";
  const pairs: [before: string, now: string][] = [
    ["int32", "int32"],
    ["int32", "uint32"],
    ["int32", "int64"],
    ["int32", "bool"],
    ["int32", "sint32"],
    ["int64", "uint64"],
    ["sint32", "sint64"],
    ["fixed32", "sfixed32"],
    ["fixed64", "sfixed64"],
    ["fixed32", "fixed64"],
    ["float", "double"],
    ["string", "bytes"],
    ["bytes", "string"],
    ["string", "int32"],
    ["M1", "M2"],
    ["M1", "bytes"],
    ["E1", "int32"],
    ["E1", "E2"],
    ["M1", "E1"],
    ["int32", "E1"],
    ["map<string, int32>", "map<string, int64>"],
    ["map<string, M1>", "map<string, M2>"],
    ["map<int32, string>", "map<bool, string>"],
  ];
  const field = (type: string): string => `message M {\n  ${type} f = 1;\n}\n${rest}`;
  const nested = (values: string): string =>
    `message A {\n  enum E {\n    Z = 0;\n${values}  }\n}\nmessage B {\n  enum E {\n    Z = 0;\n    Y = 1;\n  }\n}\n`;
  const group = (type: string): string => `message M {\n  optional ${type} = 1 {\n    optional int32 a = 1;\n  }\n}`;
  return [
    ...pairs.flatMap(([before, now]) => each(TYPE_RULES, `${before} to ${now}`, field(before), field(now))),
    ...each(
      TYPE_RULES,
      "a type inside of the message",
      "message M {\n  message T {}\n  T f = 1;\n}\nmessage T {}",
      "message M {\n  message T {}\n  .p.T f = 1;\n}\nmessage T {}",
    ),
    ...each(
      TYPE_RULES,
      "to an enum of the same name with more values",
      `${nested("")}message M {\n  A.E f = 1;\n}`,
      `${nested("")}message M {\n  B.E f = 1;\n}`,
    ),
    ...each(
      TYPE_RULES,
      "to an enum of the same name with fewer values",
      `${nested("    X = 2;\n")}message M {\n  A.E f = 1;\n}`,
      `${nested("    X = 2;\n")}message M {\n  B.E f = 1;\n}`,
    ),
    ...each(TYPE_RULES, "another group", group("group G"), group("group H"), PROTO2),
    ...each(
      TYPE_RULES,
      "a group to a message",
      group("group G"),
      "message M {\n  optional G g = 1;\n  message G {\n    optional int32 a = 1;\n  }\n}",
      PROTO2,
    ),
    ...each(
      TYPE_RULES,
      "a message that becomes delimited",
      "message M {\n  M f = 1;\n}",
      "message M {\n  M f = 1 [features.message_encoding = DELIMITED];\n}",
      EDITION,
    ),
    ...each(
      TYPE_RULES,
      "all messages of a file become delimited, not maps",
      "message M {\n  M f = 1;\n  map<string, M> m = 2;\n}",
      "option features.message_encoding = DELIMITED;\nmessage M {\n  M f = 1;\n  map<string, M> m = 2;\n}",
      EDITION,
    ),
    ...each(
      TYPE_RULES,
      "a message that moves to another package",
      "message M {\n  google.protobuf.Any f = 1;\n}",
      "message M {\n  google.protobuf.Duration f = 1;\n}",
      `${PROTO3}import "google/protobuf/any.proto";\nimport "google/protobuf/duration.proto";\n`,
    ),
  ];
}

export function cardinalityCases(): BreakingCase[] {
  const rules = [
    "FIELD_SAME_CARDINALITY",
    "FIELD_WIRE_COMPATIBLE_CARDINALITY",
    "FIELD_WIRE_JSON_COMPATIBLE_CARDINALITY",
  ];
  const three = [
    "int32 f = 1;",
    "optional int32 f = 1;",
    "repeated int32 f = 1;",
    "map<int32, int32> f = 1;",
    "oneof o { int32 f = 1; }",
  ];
  const two = ["optional int32 f = 1;", "required int32 f = 1;", "repeated int32 f = 1;"];
  const editions = [
    "int32 f = 1;",
    "int32 f = 1 [features.field_presence = IMPLICIT];",
    "int32 f = 1 [features.field_presence = LEGACY_REQUIRED];",
    "repeated int32 f = 1;",
  ];
  const pairs = (fields: readonly string[], header: string): BreakingCase[] =>
    fields.flatMap((before) =>
      fields
        .filter((now) => now !== before)
        .flatMap((now) =>
          each(
            rules,
            `${header.slice(10, 16)}: ${before} to ${now}`,
            `message M {\n  ${before}\n}`,
            `message M {\n  ${now}\n}`,
            header,
          ),
        ),
    );
  return [
    ...pairs(three, PROTO3),
    ...pairs(two, PROTO2),
    ...pairs(editions, EDITION),
    ...each(
      rules,
      "a message is known to be there in any case",
      "message M {\n  M f = 1;\n}",
      "message M {\n  optional M f = 1;\n}",
    ),
    ...rules.map((rule) =>
      of(
        rule,
        "by the file's default",
        { "a.proto": `${EDITION}message M {\n  int32 f = 1;\n}\n` },
        { "a.proto": `${EDITION}option features.field_presence = IMPLICIT;\nmessage M {\n  int32 f = 1;\n}\n` },
      ),
    ),
  ];
}

export function fieldCases(): BreakingCase[] {
  const noDelete = [
    "FIELD_NO_DELETE",
    "FIELD_NO_DELETE_UNLESS_NAME_RESERVED",
    "FIELD_NO_DELETE_UNLESS_NUMBER_RESERVED",
  ];
  const message = (body: string): string => `message M {\n${body}\n}`;
  return [
    ...[
      ["stays", "  int32 b = 2;"],
      ["goes", ""],
      ["its name is reserved", '  reserved "b";'],
      ["its number is reserved", "  reserved 2;"],
      ["its number is reserved in a range", "  reserved 1 to 5;"],
      ["both are reserved", '  reserved "b";\n  reserved 2;'],
      ["another name is reserved", '  reserved "a", "c";'],
      ["is renamed", "  int32 c = 2;"],
    ].flatMap(([name, now]) => each(noDelete, name!, message("  int32 b = 2;"), message(now!))),
    ...each(
      noDelete,
      "of a nested message",
      "message O {\n  message M {\n    int32 b = 2;\n  }\n}",
      "message O {\n  message M {}\n}",
    ),
    ...each(
      noDelete,
      "of a oneof",
      message("  oneof o {\n    int32 a = 1;\n    int32 b = 2;\n  }"),
      message("  oneof o {\n    int32 a = 1;\n  }"),
    ),
    one("FIELD_SAME_NAME", "another", message("  int32 a = 1;"), message("  int32 b = 1;")),
    one("FIELD_SAME_NAME", "the same", message("  int32 a = 1;"), message("  int64 a = 1;")),
    one(
      "FIELD_SAME_NAME",
      "two are exchanged",
      message("  int32 a = 1;\n  int32 b = 2;"),
      message("  int32 b = 1;\n  int32 a = 2;"),
    ),
    one("FIELD_SAME_NAME", "of a map", message("  map<int32, int32> a = 1;"), message("  map<int32, int32> b = 1;")),
    one("FIELD_SAME_JSON_NAME", "set", message("  int32 a = 1;"), message('  int32 a = 1 [json_name = "x"];')),
    one(
      "FIELD_SAME_JSON_NAME",
      "set as it was",
      message("  int32 a_b = 1;"),
      message('  int32 a_b = 1 [json_name = "aB"];'),
    ),
    one(
      "FIELD_SAME_JSON_NAME",
      "changed",
      message('  int32 a = 1 [json_name = "x"];'),
      message('  int32 a = 1 [deprecated = true, json_name = "y"];'),
    ),
    one("FIELD_SAME_JSON_NAME", "taken away", message('  int32 a = 1 [json_name = "x"];'), message("  int32 a = 1;")),
    one("FIELD_SAME_JSON_NAME", "by another name", message("  int32 a = 1;"), message("  int32 b_c = 1;")),
    ...(
      [
        ["", "[jstype = JS_STRING]"],
        ["[jstype = JS_NUMBER]", "[jstype = JS_STRING]"],
        ["[jstype = JS_STRING]", ""],
        ["[jstype = JS_NORMAL]", ""],
      ] as const
    ).map(([before, now]) =>
      one(
        "FIELD_SAME_JSTYPE",
        `${before || "none"} to ${now || "none"}`,
        message(`  int64 a = 1 ${before};`),
        message(`  int64 a = 1 ${now};`),
      ),
    ),
    one(
      "FIELD_SAME_JSTYPE",
      "no 64-bit integer any more",
      message("  int64 a = 1 [jstype = JS_STRING];"),
      message("  int32 a = 1;"),
    ),
    ...(
      [
        ["into a oneof", "  int32 a = 1;", "  oneof o {\n    int32 a = 1;\n  }"],
        [
          "out of a oneof",
          "  oneof o {\n    int32 a = 1;\n    int32 b = 2;\n  }",
          "  int32 a = 1;\n  oneof o {\n    int32 b = 2;\n  }",
        ],
        ["to another oneof", "  oneof o {\n    int32 a = 1;\n  }", "  oneof q {\n    int32 a = 1;\n  }"],
        [
          "within its oneof",
          "  oneof o {\n    int32 a = 1;\n  }",
          "  oneof o {\n    int32 b = 2;\n    int32 a = 1;\n  }",
        ],
        ["to optional", "  int32 a = 1;", "  optional int32 a = 1;"],
        ["from optional into a oneof", "  optional int32 a = 1;", "  oneof o {\n    int32 a = 1;\n  }"],
      ] as const
    ).map(([name, before, now]) => one("FIELD_SAME_ONEOF", name, message(before), message(now))),
  ];
}
