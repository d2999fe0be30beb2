import { type BreakingCase, EDITION, type Files, one, PROTO2 } from "./breaking-case.js";

export function configCases(): BreakingCase[] {
  const file = (name: string, type: string): string =>
    `syntax = "proto3";\npackage ${name};\nmessage M {\n  ${type} f = 1;\n}\n`;
  const files = (type: string): Files => ({
    "p/v1/a.proto": file("p.v1", type),
    "q/v1beta1/a.proto": file("q.v1beta1", type),
    "r/a.proto": file("r", type),
  });
  const configs: [name: string, yaml: string][] = [
    ["nothing", "version: v2\n"],
    ["version 1", "version: v1\n"],
    ["use WIRE", "version: v2\nbreaking:\n  use: [WIRE]\n"],
    ["use and except", "version: v2\nbreaking:\n  use: [FILE, WIRE]\n  except: [FIELD_SAME_TYPE]\n"],
    ["ignore", "version: v2\nbreaking:\n  ignore: [p]\n"],
    ["ignore_only", "version: v2\nbreaking:\n  ignore_only:\n    FIELD_SAME_TYPE: [p/v1, r/a.proto]\n"],
    ["ignore_only another", "version: v2\nbreaking:\n  ignore_only:\n    FIELD_SAME_NAME: [p]\n"],
    ["ignore_only a category", "version: v1\nbreaking:\n  ignore_only:\n    FILE: [p]\n"],
    ["ignore_unstable_packages", "version: v2\nbreaking:\n  ignore_unstable_packages: true\n"],
    ["an old name", "version: v1\nbreaking:\n  use: [FIELD_SAME_LABEL, FIELD_SAME_TYPE]\n"],
  ];
  return [
    ...configs.map(([name, yaml]) => ({
      name: `buf.yaml: ${name}`,
      before: files("int32"),
      now: { ...files("string"), "buf.yaml": yaml },
    })),
    {
      name: "buf.yaml: ignore a file that is gone",
      before: files("int32"),
      now: { "p/v1/a.proto": file("p.v1", "int32"), "buf.yaml": "version: v2\nbreaking:\n  ignore: [r]\n" },
    },
    {
      name: "buf.yaml: ignore_unstable_packages, files are gone",
      before: files("int32"),
      now: {
        "p/v1/a.proto": file("p.v1", "int32"),
        "buf.yaml": "version: v2\nbreaking:\n  ignore_unstable_packages: true\n",
      },
    },
  ];
}

/** Whole categories over a change of many things at once. */
export function categoryCases(): BreakingCase[] {
  const before = `option go_package = "a";
message Gone {
  message Inner {}
}
message M {
  int32 a = 1;
  string b = 2;
  repeated int32 c = 3;
  Kind kind = 4;
  map<string, int32> m = 5;
  oneof o {
    int32 x = 6;
  }
  reserved 20 to 30;
  reserved "old";
}
enum Kind {
  KIND_ZERO = 0;
  KIND_ONE = 1;
  KIND_TWO = 2;
}
service S {
  rpc A(M) returns (M);
  rpc B(M) returns (stream M);
}
`;
  const now = `option go_package = "b";
message M {
  int64 a = 1;
  bytes b = 2;
  int32 c = 3;
  string kind = 4;
  map<string, string> m = 5;
  int32 x = 6;
  reserved 20 to 25;
}
enum Kind {
  KIND_ZERO = 0;
  KIND_UNO = 1;
}
service S {
  rpc A(stream M) returns (M);
}
`;
  const plain = (text: string): string => text.replaceAll(/^ {2}(int32|string|int64|bytes|Kind) /gm, "  optional $1 ");
  return ["FILE", "PACKAGE", "WIRE_JSON", "WIRE", "CSR"].flatMap((category) => [
    one(category, "in proto3", before, now),
    one(category, "in proto2", plain(before), plain(now), PROTO2),
    one(category, "in an edition", before.replace('"old"', "old"), now, EDITION),
    one(category, "the other way round", now, before),
    one(category, "nothing", before, `// Only a comment.\n${before}`),
  ]);
}
