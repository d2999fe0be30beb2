import { type BreakingCase, each, of, one, PROTO2, PROTO3 } from "./breaking-case.js";

export function deleteCases(): BreakingCase[] {
  const kinds: [rules: string[], declaration: string, nested: string][] = [
    [["MESSAGE_NO_DELETE", "PACKAGE_MESSAGE_NO_DELETE"], "message X {}", "message X {}"],
    [["ENUM_NO_DELETE", "PACKAGE_ENUM_NO_DELETE"], "enum X {\n  Z = 0;\n}", "enum X {\n  Z = 0;\n}"],
  ];
  const rest = "message Y {}";
  return [
    ...kinds.flatMap(([rules, declaration, nested]) => [
      ...each(rules, "stays", `${declaration}\n${rest}`, `${rest}\n${declaration}`),
      ...each(rules, "goes", `${declaration}\n${rest}`, rest),
      ...each(rules, "is renamed", `${declaration}\n${rest}`, `${declaration.replace("X", "W")}\n${rest}`),
      ...each(rules, "goes from a message", `message M {\n${nested}\n}`, "message M {}"),
      ...each(rules, "goes with its message", `message M {\n  message N {\n${nested}\n  }\n}\n${rest}`, rest),
      ...each(rules, "goes with the inner message", `message M {\n  message N {\n${nested}\n  }\n}`, "message M {}"),
      ...rules.map((rule) =>
        of(
          rule,
          "moves to another file",
          { "a.proto": `${PROTO3}${declaration}\n`, "b.proto": `${PROTO3}${rest}\n` },
          { "a.proto": PROTO3, "b.proto": `${PROTO3}${rest}\n${declaration}\n` },
        ),
      ),
      ...rules.map((rule) =>
        of(
          rule,
          "goes with its file",
          { "a.proto": `${PROTO3}${declaration}\n`, "b.proto": `${PROTO3}${rest}\n` },
          { "b.proto": `${PROTO3}${rest}\n` },
        ),
      ),
    ]),
    ...each(["SERVICE_NO_DELETE", "PACKAGE_SERVICE_NO_DELETE"], "stays", "service S {}", "service S {}\nservice T {}"),
    ...each(["SERVICE_NO_DELETE", "PACKAGE_SERVICE_NO_DELETE"], "goes", "service S {}\nservice T {}", "service T {}"),
    ...["SERVICE_NO_DELETE", "PACKAGE_SERVICE_NO_DELETE"].map((rule) =>
      of(
        rule,
        "moves to another file",
        { "a.proto": `${PROTO3}service S {}\n`, "b.proto": `${PROTO3}${rest}\n` },
        { "a.proto": PROTO3, "b.proto": `${PROTO3}${rest}\nservice S {}\n` },
      ),
    ),
    ...["PACKAGE_NO_DELETE", "FILE_NO_DELETE", "PACKAGE_MESSAGE_NO_DELETE"].flatMap((rule) => [
      of(
        rule,
        "a file goes, the package stays",
        { "a.proto": PROTO3, "b.proto": `${PROTO3}${rest}\n` },
        { "b.proto": `${PROTO3}${rest}\n` },
      ),
      of(
        rule,
        "a package goes",
        {
          "a.proto": PROTO3,
          "q/b.proto": `syntax = "proto3";\npackage q;\n${rest}\n`,
          "q/a.proto": 'syntax = "proto3";\npackage q;\n',
        },
        { "a.proto": PROTO3 },
      ),
      of(rule, "a package is renamed", { "a.proto": PROTO3 }, { "a.proto": 'syntax = "proto3";\npackage q;\n' }),
    ]),
    one(
      "RPC_NO_DELETE",
      "goes",
      `${rest}\nservice S {\n  rpc A(Y) returns (Y);\n  rpc B(Y) returns (Y);\n}`,
      `${rest}\n\nservice S {\n  rpc B(Y) returns (Y);\n}`,
    ),
    one(
      "RPC_NO_DELETE",
      "stays",
      `${rest}\nservice S {\n  rpc A(Y) returns (Y);\n}`,
      `${rest}\nservice S {\n  rpc B(Y) returns (Y);\n  rpc A(Y) returns (Y);\n}`,
    ),
    one("RPC_NO_DELETE", "goes with its service", `${rest}\nservice S {\n  rpc A(Y) returns (Y);\n}`, rest),
    one(
      "ONEOF_NO_DELETE",
      "goes",
      "message M {\n  oneof o {\n    int32 a = 1;\n  }\n}",
      "message M {\n  int32 a = 1;\n}",
    ),
    one(
      "ONEOF_NO_DELETE",
      "is renamed",
      "message M {\n  oneof o {\n    int32 a = 1;\n  }\n}",
      "message M {\n  oneof q {\n    int32 a = 1;\n  }\n}",
    ),
    one(
      "ONEOF_NO_DELETE",
      "stays",
      "message M {\n  oneof o {\n    int32 a = 1;\n  }\n}",
      "message M {\n  oneof o {\n    int32 b = 2;\n  }\n}",
    ),
    one("ONEOF_NO_DELETE", "was made up", "message M {\n  optional int32 a = 1;\n}", "message M {\n  int32 a = 1;\n}"),
  ];
}

export function extensionCases(): BreakingCase[] {
  const base = "message M {\n  extensions 100 to max;\n}\n";
  const extend = (body: string): string => `${base}extend M {\n  ${body}\n}`;
  const nested = (body: string): string => `${base}message N {\n  extend M {\n    ${body}\n  }\n}`;
  const rules = ["EXTENSION_NO_DELETE", "PACKAGE_EXTENSION_NO_DELETE"];
  return [
    ...each(rules, "goes", extend("optional int32 a = 100;"), base, PROTO2),
    ...each(
      rules,
      "goes, another stays",
      extend("optional int32 a = 100;\n  optional int32 b = 101;"),
      extend("optional int32 b = 101;"),
      PROTO2,
    ),
    ...each(rules, "stays", extend("optional int32 a = 100;"), extend("optional int32 a = 101;"), PROTO2),
    ...each(rules, "goes from a message", nested("optional int32 a = 100;"), `${base}message N {}`, PROTO2),
    ...each(rules, "goes with its message", nested("optional int32 a = 100;"), base, PROTO2),
    ...rules.map((rule) =>
      of(
        rule,
        "moves to another file",
        {
          "m.proto": `${PROTO2}${base}`,
          "a.proto": `${PROTO2}import "m.proto";\nextend M {\n  optional int32 a = 100;\n}\n`,
        },
        { "m.proto": `${PROTO2}${base}extend M {\n  optional int32 a = 100;\n}\n`, "a.proto": PROTO2 },
      ),
    ),
    one(
      "FIELD_SAME_TYPE",
      "of an extension",
      extend("optional int32 a = 100;"),
      extend("optional string a = 100;"),
      PROTO2,
    ),
    one(
      "FIELD_SAME_NAME",
      "of an extension",
      extend("optional int32 a = 100;"),
      extend("optional int32 b = 100;"),
      PROTO2,
    ),
    one(
      "FIELD_SAME_NAME",
      "of an extension that moves into a message",
      extend("optional int32 a = 100;"),
      nested("optional int32 a = 100;"),
      PROTO2,
    ),
    one(
      "FIELD_SAME_CARDINALITY",
      "of an extension",
      extend("optional int32 a = 100;"),
      extend("repeated int32 a = 100;"),
      PROTO2,
    ),
    one(
      "FIELD_SAME_DEFAULT",
      "of an extension",
      nested("optional int32 a = 100 [default = 1];"),
      nested("optional int32 a = 100 [default = 2];"),
      PROTO2,
    ),
    one(
      "FIELD_SAME_JSON_NAME",
      "of an extension",
      extend("optional int32 a_b = 100;"),
      extend("optional int32 b_c = 100;"),
      PROTO2,
    ),
    one(
      "FIELD_SAME_JSTYPE",
      "of an extension",
      extend("optional int64 a = 100;"),
      extend("optional int64 a = 100 [jstype = JS_STRING];"),
      PROTO2,
    ),
  ];
}
