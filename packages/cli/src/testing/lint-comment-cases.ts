import { HEADERS, type LintCase, of, one, type Syntax } from "./lint-case.js";

export function rpcCases(): LintCase[] {
  const types =
    "message GetRequest {}\nmessage GetResponse {}\nmessage FooGetRequest {}\nmessage FooGetResponse {}\nmessage Other {}\n";
  const empty = 'import "google/protobuf/empty.proto";\n';
  const service = (methods: string): string => `${types}service Foo {\n${methods}\n}`;
  const standard: [name: string, method: string][] = [
    ["short names", "  rpc Get(GetRequest) returns (GetResponse);"],
    ["long names", "  rpc Get(FooGetRequest) returns (FooGetResponse);"],
    ["request of another name", "  rpc Get(Other) returns (GetResponse);"],
    ["response of another name", "  rpc Get(GetRequest) returns (Other);"],
    ["swapped", "  rpc Get(GetResponse) returns (GetRequest);"],
    ["in full", "  rpc Get(.p.v1.GetRequest) returns (p.v1.Other);"],
    ["streams", "  rpc Get(stream Other) returns (stream Other);"],
    ["a method that is not PascalCase", "  rpc get(GetRequest) returns (GetResponse);"],
  ];
  const streaming: [name: string, method: string][] = [
    ["unary", "  rpc Get(GetRequest) returns (GetResponse);"],
    ["client", "  rpc Get(stream GetRequest) returns (GetResponse);"],
    ["server", "  rpc Get(GetRequest) returns (stream GetResponse) {}"],
    ["both", "  rpc Get(stream GetRequest) returns (stream GetResponse) {\n    option deprecated = true;\n  }"],
  ];
  const unique: [name: string, methods: string][] = [
    ["unique", "  rpc A(GetRequest) returns (GetResponse);\n  rpc B(FooGetRequest) returns (FooGetResponse);"],
    [
      "one request for two",
      "  rpc A(GetRequest) returns (GetResponse);\n  rpc B(GetRequest) returns (FooGetResponse);",
    ],
    [
      "one response for two",
      "  rpc A(GetRequest) returns (GetResponse);\n  rpc B(FooGetRequest) returns (GetResponse);",
    ],
    ["the same for both", "  rpc A(Other) returns (Other);"],
    ["request here, response there", "  rpc A(Other) returns (GetResponse);\n  rpc B(GetRequest) returns (Other);"],
    ["the same for both, twice", "  rpc A(Other) returns (Other);\n  rpc B(Other) returns (Other);"],
  ];
  const emptyMethods =
    "  rpc A(google.protobuf.Empty) returns (GetResponse);\n  rpc B(google.protobuf.Empty) returns (FooGetResponse);\n" +
    "  rpc C(GetRequest) returns (google.protobuf.Empty);\n  rpc D(google.protobuf.Empty) returns (google.protobuf.Empty);";
  const allow = [
    "",
    "  rpc_allow_same_request_response: true\n",
    "  rpc_allow_google_protobuf_empty_requests: true\n",
    "  rpc_allow_google_protobuf_empty_responses: true\n",
    "  rpc_allow_google_protobuf_empty_requests: true\n  rpc_allow_google_protobuf_empty_responses: true\n",
  ];
  return [
    ...standard.flatMap(([name, method]) => [
      one("RPC_REQUEST_STANDARD_NAME", name, service(method)),
      one("RPC_RESPONSE_STANDARD_NAME", name, service(method), "edition2023"),
    ]),
    ...streaming.flatMap(([name, method]) => [
      one("RPC_NO_CLIENT_STREAMING", name, service(method)),
      one("RPC_NO_SERVER_STREAMING", name, service(method)),
    ]),
    ...unique.map(([name, methods]) => one("RPC_REQUEST_RESPONSE_UNIQUE", name, service(methods))),
    of("RPC_REQUEST_RESPONSE_UNIQUE", "in two files", {
      "a.proto": `${HEADERS.proto3}\npackage p;\nmessage M {}\nmessage N {}\nservice S {\n  rpc A(M) returns (N);\n}\n`,
      "b.proto": `${HEADERS.proto3}\npackage p;\nimport "a.proto";\nmessage O {}\nservice T {\n  rpc B(M) returns (O);\n}\n`,
    }),
    ...["RPC_REQUEST_RESPONSE_UNIQUE", "RPC_REQUEST_STANDARD_NAME", "RPC_RESPONSE_STANDARD_NAME"].flatMap((rule) =>
      allow.map((lint, i) =>
        of(
          rule,
          `google.protobuf.Empty, allowance ${i}`,
          { "a.proto": `${HEADERS.proto3}\n${empty}${service(emptyMethods)}\n` },
          lint,
        ),
      ),
    ),
    ...["FooService", "Foo", "FooAPI", "Service", "fooService"].flatMap((name) => [
      one("SERVICE_SUFFIX", name, `service ${name} {}`),
      of(
        "SERVICE_SUFFIX",
        `API: ${name}`,
        { "a.proto": `${HEADERS.edition2023}\nservice ${name} {}\n` },
        "  service_suffix: API\n",
      ),
    ]),
  ];
}

export function commentCases(): LintCase[] {
  const styles: [name: string, comment: string][] = [
    ["none", ""],
    ["a line", "// Something.\n"],
    ["a block", "/* Something. */\n"],
    ["a block over lines", "/*\n * Something.\n */\n"],
    ["empty", "//\n"],
    ["blanks", "//   \n"],
    ["detached", "// Something.\n\n"],
    ["an instruction alone", "// buf:lint:ignore OTHER_RULE\n"],
    ["an instruction and text", "// buf:lint:ignore OTHER_RULE\n// Something.\n"],
  ];
  const bodies: [rule: string, body: (comment: string) => string, syntax: Syntax][] = [
    ["COMMENT_MESSAGE", (c) => `${c}message M {\n${c}message N {}\n  map<string, string> m = 1;\n}`, "proto3"],
    ["COMMENT_ENUM", (c) => `${c}enum E {\n  Z = 0;\n}\nmessage M {\n${c}  enum E {\n    Y = 0;\n  }\n}`, "proto2"],
    ["COMMENT_ENUM_VALUE", (c) => `enum E {\n${c}  Z = 0;\n  Y = 1; // trailing\n}`, "proto3"],
    ["COMMENT_FIELD", (c) => `message M {\n${c}  string a = 1;\n${c}  map<string, string> m = 2;\n}`, "edition2023"],
    [
      "COMMENT_ONEOF",
      (c) => `message M {\n${c}  oneof o {\n    string a = 1;\n  }\n  optional string b = 2;\n}`,
      "proto3",
    ],
    ["COMMENT_SERVICE", (c) => `${c}service S {}`, "proto3"],
    ["COMMENT_RPC", (c) => `message M {}\nservice S {\n${c}  rpc A(M) returns (M);\n}`, "proto3"],
  ];
  return [
    ...bodies.flatMap(([rule, body, syntax]) =>
      styles.map(([name, comment]) => one(rule, name, body(comment), syntax)),
    ),
    one("COMMENT_ENUM_VALUE", "all of them", "enum E {\n  // Zero.\n  Z = 0;\n  /* One. */\n  Y = 1;\n}"),
    one(
      "COMMENT_FIELD",
      "a group",
      "message M {\n  // Here.\n  optional group G = 1 {\n    optional int32 a = 1;\n  }\n}",
      "proto2",
    ),
    one(
      "COMMENT_MESSAGE",
      "a group",
      "// M.\nmessage M {\n  // Here.\n  optional group G = 1 {}\n  optional group H = 2 {}\n}",
      "proto2",
    ),
    one(
      "COMMENT_FIELD",
      "an extension",
      "message M {\n  extensions 100 to max;\n}\n// Block.\nextend M {\n  optional int32 a = 100;\n  // This.\n  optional int32 b = 101;\n}",
      "proto2",
    ),
  ];
}
