import { type Files, HEADERS, type LintCase, of, type Syntax } from "./lint-case.js";

export function fileCases(): LintCase[] {
  const names = ["good", "good_name", "goodName", "Good", "good-name", "good1", "good.name", "GOOD"];
  return [
    ...names.map((name) => of("FILE_LOWER_SNAKE_CASE", name, { [`${name}.proto`]: `${HEADERS.proto3}\npackage p;\n` })),
    of("FILE_LOWER_SNAKE_CASE", "in a directory", { "Dir/badName.proto": `${HEADERS.proto3}\npackage p;\n` }),
    of("SYNTAX_SPECIFIED", "none", { "a.proto": "package p;\nmessage M {}\n" }),
    of("SYNTAX_SPECIFIED", "none, after a comment", { "a.proto": "// A file.\n\npackage p;\n" }),
    ...Object.keys(HEADERS).map((syntax) =>
      of("SYNTAX_SPECIFIED", syntax, { "a.proto": `${HEADERS[syntax as Syntax]}\npackage p;\n` }),
    ),
  ];
}

export function packageCases(): LintCase[] {
  const file = (name: string): string => `${HEADERS.proto3}\npackage ${name};\n`;
  const none = `${HEADERS.proto3}\nmessage M {}\n`;
  const versions = [
    "p.v1",
    "p.v2",
    "p.v0",
    "p.v10",
    "p",
    "v1",
    "p.v1beta1",
    "p.v1alpha2",
    "p.v1beta",
    "p.v1p1beta1",
    "p.v1p1",
    "p.v1test",
    "p.v1testfoo",
    "p.v1beta0",
    "p.v1alphabeta",
    "p.V1",
    "p.v1.q",
    "p.v01",
    "p.v",
    "p.vbeta1",
    "p.v1p0alpha",
    "p.v1betaa",
    "p.v99999999999",
  ];
  return [
    ...versions.map((name) =>
      of("PACKAGE_VERSION_SUFFIX", name, { [`${name.replaceAll(".", "/")}/a.proto`]: file(name) }),
    ),
    of("PACKAGE_VERSION_SUFFIX", "no package", { "a.proto": none }),
    ...["p", "p.q_r", "p.qR", "P.q", "p.q1", "p.q_1", "pQ.rS"].map((name) =>
      of("PACKAGE_LOWER_SNAKE_CASE", name, { "a.proto": file(name) }),
    ),
    of("PACKAGE_LOWER_SNAKE_CASE", "no package", { "a.proto": none }),
    of("PACKAGE_DEFINED", "no package", { "a.proto": none, "b.proto": file("p") }),
    of("PACKAGE_DEFINED", "package", { "b.proto": file("p") }),
    of("PACKAGE_DEFINED", "empty file", { "c.proto": "" }),
    of("PACKAGE_DIRECTORY_MATCH", "matches", { "p/v1/a.proto": file("p.v1"), "a.proto": none }),
    of("PACKAGE_DIRECTORY_MATCH", "at the root", { "a.proto": file("p.v1") }),
    of("PACKAGE_DIRECTORY_MATCH", "too deep", { "p/v1/q/a.proto": file("p.v1") }),
    of("PACKAGE_DIRECTORY_MATCH", "not deep enough", { "p/a.proto": file("p.v1") }),
    of("PACKAGE_DIRECTORY_MATCH", "elsewhere", { "q/v1/a.proto": `// x\n${HEADERS.edition2023}\n\n  package p.v1;\n` }),
    of("PACKAGE_SAME_DIRECTORY", "one", { "p/a.proto": file("p"), "p/b.proto": file("p") }),
    of("PACKAGE_SAME_DIRECTORY", "two", { "p/a.proto": file("p"), "q/b.proto": file("p"), "r/c.proto": file("r") }),
    of("PACKAGE_SAME_DIRECTORY", "three, one at the root", {
      "a.proto": file("p"),
      "q/b.proto": file("p"),
      "q/r/c.proto": file("p"),
    }),
    of("PACKAGE_SAME_DIRECTORY", "no package in two", { "a.proto": none, "q/b.proto": `${HEADERS.proto3}\n` }),
    of("DIRECTORY_SAME_PACKAGE", "one", { "p/a.proto": file("p"), "p/b.proto": file("p") }),
    of("DIRECTORY_SAME_PACKAGE", "two", { "p/a.proto": file("p"), "p/b.proto": file("q"), "r/c.proto": file("p") }),
    of("DIRECTORY_SAME_PACKAGE", "one and none", { "p/a.proto": file("p"), "p/b.proto": none }),
    of("DIRECTORY_SAME_PACKAGE", "two and none, at the root", {
      "a.proto": file("p"),
      "b.proto": none,
      "c.proto": file("o"),
    }),
    of("DIRECTORY_SAME_PACKAGE", "none in all", { "a.proto": none, "b.proto": `${HEADERS.proto3}\nmessage N {}\n` }),
  ];
}

export function importCases(): LintCase[] {
  const lib = `${HEADERS.proto3}\npackage p.v1;\nmessage L {}\nenum E {\n  Z = 0;\n}\n`;
  const user = (body: string, how: string = ""): string =>
    `${HEADERS.proto3}\npackage p.v1;\nimport ${how}"p/v1/lib.proto";\n${body}\n`;
  const with2 = (rule: string, name: string, text: string, more: Files = {}): LintCase =>
    of(rule, name, { "p/v1/lib.proto": lib, "p/v1/a.proto": text, ...more });
  return [
    with2("IMPORT_NO_PUBLIC", "public", user("", "public ")),
    with2("IMPORT_NO_PUBLIC", "plain", user("message M {\n  L l = 1;\n}")),
    with2(
      "IMPORT_NO_PUBLIC",
      "second of two",
      `${HEADERS.edition2023}\nimport "google/protobuf/any.proto";\n  import public "p/v1/lib.proto";\n`,
    ),
    with2("IMPORT_USED", "unused", user("message M {}")),
    with2("IMPORT_USED", "used by a field", user("message M {\n  L l = 1;\n}")),
    with2("IMPORT_USED", "used by an enum field", user("message M {\n  E e = 1;\n}")),
    with2("IMPORT_USED", "used in a map", user("message M {\n  map<string, L> l = 1;\n}")),
    with2("IMPORT_USED", "used by a method", user("service S {\n  rpc Do(L) returns (L);\n}")),
    with2("IMPORT_USED", "public", user("message M {}", "public ")),
    with2(
      "IMPORT_USED",
      "through a public import",
      `${HEADERS.proto3}\npackage p.v1;\nimport "p/v1/b.proto";\nmessage M {\n  L l = 1;\n}\n`,
      { "p/v1/b.proto": user("", "public ") },
    ),
    with2(
      "IMPORT_USED",
      "one of three",
      `${HEADERS.proto3}\npackage p.v1;\nimport "google/protobuf/any.proto";\nimport "p/v1/lib.proto";\nimport 'google/protobuf/empty.proto';\nmessage M {\n  L l = 1;\n}\n`,
    ),
    with2(
      "IMPORT_USED",
      "used by an option",
      `${HEADERS.proto3}\npackage p.v1;\nimport "p/v1/options.proto";\nmessage M {\n  option (mine) = "x";\n}\n`,
      {
        "p/v1/options.proto": `${HEADERS.proto2}\npackage p.v1;\nimport "google/protobuf/descriptor.proto";\nextend google.protobuf.MessageOptions {\n  optional string mine = 50001;\n}\n`,
      },
    ),
    with2(
      "IMPORT_USED",
      "used by an extension",
      `${HEADERS.proto2}\npackage p.v1;\nimport "p/v1/base.proto";\nextend Base {\n  optional int32 x = 100;\n}\n`,
      { "p/v1/base.proto": `${HEADERS.proto2}\npackage p.v1;\nmessage Base {\n  extensions 100 to max;\n}\n` },
    ),
    ...(["v1", "v1beta1", "v1test"] as const).map((version) =>
      of("STABLE_PACKAGE_NO_IMPORT_UNSTABLE", `imports ${version}`, {
        "q/a.proto": `${HEADERS.proto3}\npackage q.${version};\nmessage Q {}\n`,
        "p/v1/a.proto": `${HEADERS.proto3}\npackage p.v1;\nimport "q/a.proto";\nmessage M {\n  q.${version}.Q q = 1;\n}\n`,
        "r/a.proto": `${HEADERS.proto3}\npackage r.v1alpha1;\nimport "q/a.proto";\nmessage M {\n  q.${version}.Q q = 1;\n}\n`,
      }),
    ),
    of("STABLE_PACKAGE_NO_IMPORT_UNSTABLE", "imports no version", {
      "q/a.proto": `${HEADERS.proto3}\npackage q;\nmessage Q {}\n`,
      "p/v1/a.proto": `${HEADERS.proto3}\npackage p.v1;\nimport "q/a.proto";\nmessage M {\n  q.Q q = 1;\n}\n`,
    }),
  ];
}

export function cycleCases(): LintCase[] {
  const file = (name: string, ...imports: string[]): string =>
    `${HEADERS.proto3}\npackage ${name};\n${imports.map((each) => `import "${each}";\n`).join("")}`;
  return [
    of("PACKAGE_NO_IMPORT_CYCLE", "none", { "p/a.proto": file("p", "q/a.proto"), "q/a.proto": file("q") }),
    of("PACKAGE_NO_IMPORT_CYCLE", "two packages", {
      "p/a.proto": file("p", "q/a.proto"),
      "q/a.proto": file("q"),
      "q/b.proto": file("q", "p/b.proto"),
      "p/b.proto": file("p"),
    }),
    of("PACKAGE_NO_IMPORT_CYCLE", "three packages", {
      "p/a.proto": file("p", "q/a.proto"),
      "q/a.proto": file("q"),
      "q/b.proto": file("q", "r/a.proto"),
      "r/a.proto": file("r"),
      "r/b.proto": file("r", "p/b.proto"),
      "p/b.proto": file("p"),
      "s/a.proto": file("s", "p/b.proto"),
    }),
    of("PACKAGE_NO_IMPORT_CYCLE", "without a package there is none", {
      "a.proto": `${HEADERS.proto3}\nimport "q/a.proto";\n`,
      "q/a.proto": file("q"),
      "q/b.proto": file("q", "b.proto"),
      "b.proto": `${HEADERS.proto3}\n`,
    }),
    of("PACKAGE_NO_IMPORT_CYCLE", "two ways into it", {
      "p/a.proto": file("p", "q/a.proto", "q/c.proto"),
      "q/a.proto": file("q"),
      "q/c.proto": file("q"),
      "q/b.proto": file("q", "p/b.proto"),
      "p/b.proto": file("p"),
    }),
  ];
}

export function optionCases(): LintCase[] {
  const options: [rule: string, option: string, a: string, b: string][] = [
    ["PACKAGE_SAME_CSHARP_NAMESPACE", "csharp_namespace", '"A"', '"B"'],
    ["PACKAGE_SAME_GO_PACKAGE", "go_package", '"example.com/a"', '"example.com/b"'],
    ["PACKAGE_SAME_JAVA_MULTIPLE_FILES", "java_multiple_files", "true", "false"],
    ["PACKAGE_SAME_JAVA_PACKAGE", "java_package", '"com.a"', '"com.b"'],
    ["PACKAGE_SAME_PHP_NAMESPACE", "php_namespace", '"A"', '"B"'],
    ["PACKAGE_SAME_RUBY_PACKAGE", "ruby_package", '"A"', '"B"'],
    ["PACKAGE_SAME_SWIFT_PREFIX", "swift_prefix", '"A"', '"B"'],
  ];
  const file = (option: string, value: string): string =>
    `${HEADERS.proto3}\npackage p;\n${value === "" ? "" : `option ${option} = ${value};\n`}`;
  return options.flatMap(([rule, option, a, b]) =>
    (
      [
        ["the same", [a, a]],
        ["two values", [a, b]],
        ["two values and none", [a, b, ""]],
        ["one value and none", [a, ""]],
        ["none", ["", ""]],
      ] as const
    ).map(([name, values]) =>
      of(rule, name, Object.fromEntries(values.map((value, i) => [`p/${"abc"[i]}.proto`, file(option, value)]))),
    ),
  );
}
