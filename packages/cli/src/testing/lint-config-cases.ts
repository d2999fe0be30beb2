import { HEADERS, LEGACY_NAMES, type LintCase, of, one } from "./lint-case.js";

export function ignoreCases(): LintCase[] {
  const ignore = (rule: string): string => `// buf:lint:ignore ${rule}\n`;
  const names = "FIELD_LOWER_SNAKE_CASE";
  const cases: [name: string, body: string][] = [
    ["at the field", `message M {\n${ignore(names)}  string Bad = 1;\n  string Worse = 2;\n}`],
    ["at the message", `${ignore(names)}message M {\n  string Bad = 1;\n}\nmessage N {\n  string Bad = 1;\n}`],
    ["around the message", `${ignore(names)}message M {\n  message N {\n    string Bad = 1;\n  }\n}`],
    ["of another rule", `${ignore("MESSAGE_PASCAL_CASE")}message M {\n  string Bad = 1;\n}`],
    ["with words behind it", `message M {\n  // buf:lint:ignore ${names} for old clients\n  string Bad = 1;\n}`],
    ["in a block", `message M {\n  /* buf:lint:ignore ${names} */\n  string Bad = 1;\n}`],
    ["behind other lines", `message M {\n  // What it is.\n  //   buf:lint:ignore ${names}\n  string Bad = 1;\n}`],
    ["without a blank", `message M {\n  // buf:lint:ignore${names}\n  string Bad = 1;\n}`],
    ["trailing", `message M {\n  string Bad = 1; // buf:lint:ignore ${names}\n}`],
    ["detached", `message M {\n  // buf:lint:ignore ${names}\n\n  string Bad = 1;\n}`],
    ["at the oneof of the field", `message M {\n${ignore(names)}  oneof o {\n    string Bad = 1;\n  }\n}`],
  ];
  return [
    ...cases.map(([name, body]) => one(names, `ignored ${name}`, body)),
    one("ENUM_VALUE_PREFIX", "ignored at the enum", `${ignore("ENUM_VALUE_PREFIX")}enum E {\n  Z = 0;\n}`),
    one("ENUM_VALUE_PREFIX", "ignored at a value", `enum E {\n${ignore("ENUM_VALUE_PREFIX")}  Z = 0;\n  Y = 1;\n}`),
    one(
      "ENUM_NO_ALLOW_ALIAS",
      "ignored at the option",
      `enum E {\n${ignore("ENUM_NO_ALLOW_ALIAS")}  option allow_alias = true;\n  A = 0;\n  B = 0;\n}`,
    ),
    one(
      "ENUM_NO_ALLOW_ALIAS",
      "ignored at the enum",
      `${ignore("ENUM_NO_ALLOW_ALIAS")}enum E {\n  option allow_alias = true;\n  A = 0;\n  B = 0;\n}`,
    ),
    one(
      "RPC_PASCAL_CASE",
      "ignored at the service",
      `message M {}\n${ignore("RPC_PASCAL_CASE")}service S {\n  rpc do(M) returns (M);\n}`,
    ),
    one(
      "ONEOF_LOWER_SNAKE_CASE",
      "ignored at the oneof",
      `message M {\n${ignore("ONEOF_LOWER_SNAKE_CASE")}  oneof Bad {\n    string a = 1;\n  }\n}`,
    ),
    of("PACKAGE_VERSION_SUFFIX", "ignored at the package", {
      "a.proto": `${HEADERS.proto3}\n${ignore("PACKAGE_VERSION_SUFFIX")}package p;\n`,
    }),
    of("IMPORT_USED", "ignored at the import", {
      "a.proto": `${HEADERS.proto3}\n${ignore("IMPORT_USED")}import "google/protobuf/any.proto";\nimport "google/protobuf/empty.proto";\n`,
    }),
    of("PACKAGE_SAME_GO_PACKAGE", "ignored at the option", {
      "a.proto": `${HEADERS.proto3}\npackage p;\n${ignore("PACKAGE_SAME_GO_PACKAGE")}option go_package = "a";\n`,
      "b.proto": `${HEADERS.proto3}\npackage p;\noption go_package = "b";\n`,
    }),
    of("PACKAGE_DEFINED", "cannot be ignored by a comment", {
      "a.proto": `${ignore("PACKAGE_DEFINED")}${HEADERS.proto3}\n`,
    }),
    one(
      "FIELD_LOWER_SNAKE_CASE",
      "ignored at an extension",
      `message M {\n  extensions 100 to max;\n}\nextend M {\n${ignore(names)}  optional int32 Bad = 100;\n  optional int32 Worse = 101;\n}`,
      "proto2",
    ),
    of("COMMENT_MESSAGE", "ignored", { "a.proto": `${HEADERS.proto3}\n${ignore("COMMENT_MESSAGE")}message M {}\n` }),
  ];
}

export function configCases(): LintCase[] {
  const bad = (message: string): string =>
    `${HEADERS.proto3}\npackage bad;\nmessage ${message} {\n  string Field = 1;\n}\n`;
  const files = { "a/b/x.proto": bad("one"), "a/c/y.proto": bad("two"), "z.proto": bad("three") };
  const configs: [name: string, yaml: string][] = [
    ["nothing", "version: v2\n"],
    ["version 1", "version: v1\n"],
    ["use BASIC", "version: v2\nlint:\n  use:\n    - BASIC\n"],
    ["use MINIMAL and a rule", "version: v2\nlint:\n  use: [MINIMAL, FIELD_LOWER_SNAKE_CASE]\n"],
    ["version 1, MINIMAL", "version: v1\nlint:\n  use: [MINIMAL]\n"],
    ["DEFAULT", "version: v1\nlint:\n  use: [DEFAULT]\n"],
    ["except", "version: v2\nlint:\n  except: [MESSAGE_PASCAL_CASE, MINIMAL]\n"],
    ["use and except", "version: v2\nlint:\n  use: [STANDARD]\n  except: [BASIC]\n"],
    ["ignore a directory", "version: v2\nlint:\n  ignore: [a/b]\n"],
    ["ignore a file", "version: v2\nlint:\n  ignore:\n    - a/c/y.proto\n    - z.proto\n"],
    ["ignore what begins alike", "version: v2\nlint:\n  ignore: [a/bb, z]\n"],
    ["ignore everything", "version: v2\nlint:\n  ignore: [.]\n"],
    ["ignore_only a rule", "version: v2\nlint:\n  ignore_only:\n    MESSAGE_PASCAL_CASE: [a]\n"],
    [
      "ignore_only a category",
      "version: v2\nlint:\n  ignore_only:\n    BASIC: [a/b/x.proto]\n    FIELD_LOWER_SNAKE_CASE: [z.proto]\n",
    ],
    [
      "version 1, ignore",
      "version: v1\nlint:\n  use: [STANDARD]\n  ignore: [a/b]\n  ignore_only:\n    MESSAGE_PASCAL_CASE:\n      - a/c\n",
    ],
    ["UNARY_RPC and COMMENTS", "version: v2\nlint:\n  use: [UNARY_RPC, COMMENTS]\n"],
    ["modules", "version: v2\nmodules:\n  - path: a\n  - path: q\n    lint:\n      use: [MESSAGE_PASCAL_CASE]\n"],
    [
      "modules and ignores",
      "version: v2\nmodules:\n  - path: a\n    excludes: [a/c]\nlint:\n  ignore_only:\n    MESSAGE_PASCAL_CASE: [a/b]\n",
    ],
    ["version 1, excludes", "version: v1\nbuild:\n  excludes: [a/b]\n"],
  ];
  const comment = `${HEADERS.proto3}\npackage p;\n// buf:lint:ignore MESSAGE_PASCAL_CASE\nmessage bad {}\n`;
  const comments: [name: string, yaml: string][] = [
    ["version 1 ignores comments", "version: v1\nlint:\n  use: [MESSAGE_PASCAL_CASE]\n"],
    ["allow_comment_ignores", "version: v1\nlint:\n  use: [MESSAGE_PASCAL_CASE]\n  allow_comment_ignores: true\n"],
    ["version 2 heeds comments", "version: v2\nlint:\n  use: [MESSAGE_PASCAL_CASE]\n"],
    [
      "disallow_comment_ignores",
      "version: v2\nlint:\n  use: [MESSAGE_PASCAL_CASE]\n  disallow_comment_ignores: true\n",
    ],
  ];
  return [
    ...configs.map(([name, yaml]) => ({
      name: `buf.yaml: ${name}`,
      files: { ...files, ...(name === "modules" ? { "q/r.proto": bad("four") } : {}), "buf.yaml": yaml },
    })),
    ...comments.map(([name, yaml]) => ({ name: `buf.yaml: ${name}`, files: { "a.proto": comment, "buf.yaml": yaml } })),
    {
      name: "buf.work.yaml: two modules",
      files: {
        "buf.work.yaml": "version: v1\ndirectories:\n  - one\n  - two\n",
        "one/buf.yaml": "version: v1\nlint:\n  use: [FIELD_LOWER_SNAKE_CASE]\n",
        "one/a.proto": bad("five"),
        "two/b.proto": `${HEADERS.proto3}\npackage bad2;\nmessage six {}\n`,
      },
    },
  ];
}

/** Whole categories over one schema that breaks many rules at once, in every syntax. */
export function categoryCases(): LintCase[] {
  const body = (isProto2: boolean): string => `
option go_package = "x";
import "google/protobuf/empty.proto";
message bad_message {
  ${isProto2 ? "optional " : ""}string BadField = 1;
  repeated bad_enum values = 2;
  oneof Choice {
    bad_message nested = 3;
  }
  message inner {
    map<string, bad_message> BadMap = 1;
  }
}
enum bad_enum {
  first = 0;
  SECOND = 1;
}
service bad {
  rpc do_it(bad_message) returns (stream bad_message);
  rpc Other(stream bad_message) returns (bad_message.inner);
}
`;
  return (["proto2", "proto3", "edition2023", "edition2024"] as const).flatMap((syntax) =>
    ["MINIMAL", "BASIC", "STANDARD", "COMMENTS", "UNARY_RPC"].map((category) =>
      of(category, `in ${syntax}`, {
        "some/dir/BadFile.proto": `${HEADERS[syntax]}\npackage Bad.pkg;${syntax === "edition2024" ? LEGACY_NAMES : ""}${body(syntax === "proto2")}`,
        "some/dir/other.proto": `${HEADERS[syntax]}\npackage other;\n`,
      }),
    ),
  );
}
