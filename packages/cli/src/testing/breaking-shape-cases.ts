import { type BreakingCase, EDITION, each, of, one, PROTO2, PROTO3 } from "./breaking-case.js";

export function fileCases(): BreakingCase[] {
  const texts: [rule: string, option: string, header?: string][] = [
    ["FILE_SAME_CSHARP_NAMESPACE", "csharp_namespace"],
    ["FILE_SAME_GO_PACKAGE", "go_package"],
    ["FILE_SAME_JAVA_OUTER_CLASSNAME", "java_outer_classname"],
    ["FILE_SAME_JAVA_PACKAGE", "java_package"],
    ["FILE_SAME_OBJC_CLASS_PREFIX", "objc_class_prefix"],
    ["FILE_SAME_PHP_CLASS_PREFIX", "php_class_prefix"],
    ["FILE_SAME_PHP_METADATA_NAMESPACE", "php_metadata_namespace"],
    ["FILE_SAME_PHP_NAMESPACE", "php_namespace"],
    ["FILE_SAME_RUBY_PACKAGE", "ruby_package"],
    ["FILE_SAME_SWIFT_PREFIX", "swift_prefix"],
  ];
  const flags: [rule: string, option: string][] = [
    ["FILE_SAME_CC_ENABLE_ARENAS", "cc_enable_arenas"],
    ["FILE_SAME_CC_GENERIC_SERVICES", "cc_generic_services"],
    ["FILE_SAME_JAVA_GENERIC_SERVICES", "java_generic_services"],
    ["FILE_SAME_JAVA_MULTIPLE_FILES", "java_multiple_files"],
    ["FILE_SAME_PY_GENERIC_SERVICES", "py_generic_services"],
  ];
  const option = (name: string, value: string): string => (value === "" ? "" : `\noption ${name} = ${value};`);
  const changes = (rule: string, name: string, values: readonly (readonly [string, string])[]): BreakingCase[] =>
    values.map(([before, now]) =>
      one(rule, `${before || "nothing"} to ${now || "nothing"}`, option(name, before), option(name, now)),
    );
  const syntaxes = ['syntax = "proto2";\n', 'syntax = "proto3";\n', 'edition = "2023";\n', ""];
  return [
    ...texts.flatMap(([rule, name]) =>
      changes(rule, name, [
        ['"A"', '"A"'],
        ['"A"', '"B"'],
        ["", '"B"'],
        ['"A"', ""],
      ]),
    ),
    ...flags.flatMap(([rule, name]) =>
      changes(rule, name, [
        ["true", "false"],
        ["", "true"],
        ["", "false"],
        ["true", ""],
      ]),
    ),
    ...changes("FILE_SAME_OPTIMIZE_FOR", "optimize_for", [
      ["SPEED", "CODE_SIZE"],
      ["", "SPEED"],
      ["", "LITE_RUNTIME"],
      ["CODE_SIZE", ""],
    ]),
    ...syntaxes.flatMap((before) =>
      syntaxes.map((now) =>
        of(
          "FILE_SAME_SYNTAX",
          `${before.trim() || "none"} to ${now.trim() || "none"}`,
          { "a.proto": `${before}package p;\n` },
          { "a.proto": `// New.\n${now}package p;\n` },
        ),
      ),
    ),
    of("FILE_SAME_PACKAGE", "another", { "a.proto": PROTO3 }, { "a.proto": 'syntax = "proto3";\n\npackage q.r;\n' }),
    of("FILE_SAME_PACKAGE", "none any more", { "a.proto": PROTO3 }, { "a.proto": 'syntax = "proto3";\n' }),
    of("FILE_SAME_PACKAGE", "the same", { "a.proto": PROTO3 }, { "a.proto": `// x\n${PROTO3}` }),
  ];
}

export function enumCases(): BreakingCase[] {
  const noDelete = [
    "ENUM_VALUE_NO_DELETE",
    "ENUM_VALUE_NO_DELETE_UNLESS_NAME_RESERVED",
    "ENUM_VALUE_NO_DELETE_UNLESS_NUMBER_RESERVED",
  ];
  const of3 = (body: string): string => `enum E {\n  Z = 0;\n${body}}`;
  const alias = (body: string): string => `enum E {\n  option allow_alias = true;\n  Z = 0;\n  ZERO = 0;\n${body}}`;
  return [
    ...[
      ["stays", "  Y = 1;\n"],
      ["goes", ""],
      ["its name is reserved", '  reserved "Y";\n'],
      ["its number is reserved", "  reserved 1;\n"],
      ["its number is reserved in a range", "  reserved 1 to max;\n"],
      ["is renamed", "  X = 1;\n"],
      ["is renumbered", "  Y = 2;\n"],
    ].flatMap(([name, now]) => each(noDelete, name!, of3("  Y = 1;\n"), of3(now!))),
    ...each(noDelete, "two names of one number", alias("  Y = 1;\n  YES = 1;\n"), alias("")),
    ...each(
      noDelete,
      "two names of one number, one of them reserved",
      alias("  Y = 1;\n  YES = 1;\n"),
      alias('  reserved "Y";\n'),
    ),
    ...each(
      noDelete,
      "two names of one number, both reserved",
      alias("  Y = 1;\n  YES = 1;\n"),
      alias('  reserved "Y", "YES";\n'),
    ),
    ...each(
      noDelete,
      "a negative one",
      "message M {\n  enum E {\n    Z = 0;\n    N = -1;\n  }\n}",
      "message M {\n  enum E {\n    Z = 0;\n    reserved -5 to -1;\n  }\n}",
    ),
    one("ENUM_VALUE_SAME_NAME", "the same", of3("  Y = 1;\n"), of3("  X = 2;\n  Y = 1;\n")),
    one("ENUM_VALUE_SAME_NAME", "another", of3("  Y = 1;\n"), of3("  X = 1;\n")),
    one("ENUM_VALUE_SAME_NAME", "exchanged", of3("  Y = 1;\n  X = 2;\n"), of3("  X = 1;\n  Y = 2;\n")),
    one("ENUM_VALUE_SAME_NAME", "an alias comes", alias("  Y = 1;\n"), alias("  Y = 1;\n  YES = 1;\n")),
    one("ENUM_VALUE_SAME_NAME", "an alias goes", alias("  Y = 1;\n  YES = 1;\n"), alias("  Y = 1;\n")),
    one(
      "ENUM_VALUE_SAME_NAME",
      "an alias is renamed",
      alias("  Y = 1;\n  YES = 1;\n"),
      alias("  Y = 1;\n  YEAH = 1;\n"),
    ),
  ];
}

export function rangeCases(): BreakingCase[] {
  const reserved: [before: string, now: string][] = [
    ["reserved 1 to 10;", "reserved 1 to 10;"],
    ["reserved 1 to 10;", "reserved 1 to 5, 6 to 10;"],
    ["reserved 1 to 10;", "reserved 1 to 4, 6 to 10;"],
    ["reserved 1 to 10;", "reserved 2 to 9;"],
    ["reserved 1 to 10;", "reserved 3, 5, 7 to 8;"],
    ["reserved 1 to 10;", "reserved 0x1 to 100;"],
    ["reserved 1 to 10;", ""],
    ["reserved 1, 2, 4;", "reserved 2;"],
    ["reserved 100 to max;", "reserved 200 to max;"],
    ["reserved 100 to max;", "reserved 100 to 200;"],
    ["reserved 1 to max;", ""],
    ['reserved "a", "b";', 'reserved "b";'],
    ['reserved "a", "b";', 'reserved "b", "a";'],
    ['reserved "a";', ""],
    ['reserved "a";\n  reserved 5;', ""],
  ];
  const extensions: [before: string, now: string][] = reserved
    .filter(([before]) => !before.includes('"') && !before.includes("1, 2"))
    .map(([before, now]) => [before.replaceAll("reserved", "extensions"), now.replaceAll("reserved", "extensions")]);
  return [
    ...reserved.map(([before, now]) =>
      one(
        "RESERVED_MESSAGE_NO_DELETE",
        `${before} to ${now || "nothing"}`,
        `message M {\n  ${before}\n}`,
        `message M {\n  ${now}\n}`,
      ),
    ),
    ...reserved.map(([before, now]) =>
      one(
        "RESERVED_ENUM_NO_DELETE",
        `${before} to ${now || "nothing"}`,
        `enum E {\n  Z = 0;\n  ${before}\n}`,
        `enum E {\n  Z = 0;\n  ${now}\n}`,
      ),
    ),
    one(
      "RESERVED_ENUM_NO_DELETE",
      "negative",
      "enum E {\n  Z = 0;\n  reserved -10 to -1;\n}",
      "enum E {\n  Z = 0;\n  reserved -10 to -5;\n}",
    ),
    one(
      "RESERVED_MESSAGE_NO_DELETE",
      "names of an edition",
      "message M {\n  reserved a, b;\n}",
      "message M {\n  reserved b;\n}",
      EDITION,
    ),
    ...extensions.map(([before, now]) =>
      one(
        "EXTENSION_MESSAGE_NO_DELETE",
        `${before} to ${now || "nothing"}`,
        `message M {\n  ${before}\n}`,
        `message M {\n  ${now}\n}`,
        PROTO2,
      ),
    ),
  ];
}

export function messageCases(): BreakingCase[] {
  const required = "MESSAGE_SAME_REQUIRED_FIELDS";
  const accessor = "MESSAGE_NO_REMOVE_STANDARD_DESCRIPTOR_ACCESSOR";
  const option = (value: string): string =>
    `message M {${value === "" ? "" : `\n  option no_standard_descriptor_accessor = ${value};\n`}}`;
  return [
    one(
      required,
      "goes",
      "message M {\n  required int32 a = 1;\n  optional int32 b = 2;\n}",
      "message M {\n  optional int32 b = 2;\n}",
      PROTO2,
    ),
    one(
      required,
      "comes",
      "message M {\n  optional int32 b = 2;\n}",
      "message M {\n  required int32 a = 1;\n  optional int32 b = 2;\n}",
      PROTO2,
    ),
    one(
      required,
      "is renumbered",
      "message M {\n  required int32 a = 1;\n}",
      "message M {\n  required int32 a = 2;\n}",
      PROTO2,
    ),
    one(
      required,
      "becomes optional",
      "message M {\n  required int32 a = 1;\n}",
      "message M {\n  optional int32 a = 1;\n}",
      PROTO2,
    ),
    one(
      required,
      "becomes required",
      "message M {\n  optional int32 a = 1;\n}",
      "message M {\n  required int32 a = 1;\n}",
      PROTO2,
    ),
    one(
      required,
      "stays",
      "message M {\n  required int32 a = 1;\n}",
      "message M {\n  required string b = 1;\n}",
      PROTO2,
    ),
    one(
      required,
      "by a feature",
      "message M {\n  int32 a = 1;\n}",
      "message M {\n  int32 a = 1 [features.field_presence = LEGACY_REQUIRED];\n}",
      EDITION,
    ),
    ...(
      [
        ["", "true"],
        ["false", "true"],
        ["true", "false"],
        ["true", "true"],
        ["true", ""],
      ] as const
    ).map(([before, now]) => one(accessor, `${before || "none"} to ${now || "none"}`, option(before), option(now))),
  ];
}

export function rpcCases(): BreakingCase[] {
  const rules = [
    "RPC_SAME_CLIENT_STREAMING",
    "RPC_SAME_SERVER_STREAMING",
    "RPC_SAME_REQUEST_TYPE",
    "RPC_SAME_RESPONSE_TYPE",
    "RPC_SAME_IDEMPOTENCY_LEVEL",
  ];
  const service = (rpc: string): string => `message M {}\nmessage N {}\nservice S {\n  ${rpc}\n}`;
  const changes: [name: string, before: string, now: string][] = [
    ["nothing", "rpc A(M) returns (N);", "rpc A(M) returns (N) {}"],
    ["the request streams", "rpc A(M) returns (N);", "rpc A(stream M) returns (N);"],
    ["the response streams no more", "rpc A(M) returns (stream N);", "rpc A(M) returns (N);"],
    ["the types are exchanged", "rpc A(M) returns (N);", "rpc A(N) returns (M);"],
    [
      "a level is set",
      "rpc A(M) returns (N);",
      "rpc A(M) returns (N) {\n    option idempotency_level = IDEMPOTENT;\n  }",
    ],
    [
      "a level is changed",
      "rpc A(M) returns (N) {\n    option idempotency_level = NO_SIDE_EFFECTS;\n  }",
      "rpc A(M) returns (N) {\n    option deprecated = true;\n    option idempotency_level = IDEMPOTENT;\n  }",
    ],
    [
      "a level is taken away",
      "rpc A(M) returns (N) {\n    option idempotency_level = NO_SIDE_EFFECTS;\n  }",
      "rpc A(M) returns (N);",
    ],
    [
      "everything",
      "rpc A(M) returns (N);",
      "rpc A(stream N) returns (stream M) {\n    option idempotency_level = NO_SIDE_EFFECTS;\n  }",
    ],
  ];
  return changes.flatMap(([name, before, now]) => each(rules, name, service(before), service(now)));
}
