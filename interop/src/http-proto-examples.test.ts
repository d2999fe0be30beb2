/**
 * The examples in the comments of google/api/http.proto, as they stand there: each service is compiled and served, each
 * request of HTTP is sent, and the call that the comment gives is what the handler must have got.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { compile } from "@hawser/compiler";
import { createServer } from "hawser";
import { type AnyMessageType, createDynamicTypes, type JsonValue, toJson } from "hawser/protobuf";
import { mustExit } from "./exit-check.js";

mustExit();

const PROLOGUE = 'syntax = "proto3";\npackage example.v1;\nimport "google/api/annotations.proto";\n';

const MESSAGE = "message Message { string text = 1; }";
const SUB = `message GetMessageRequest {
  message SubMessage { string subfield = 1; }
  string message_id = 1;
  int64 revision = 2;
  SubMessage sub = 3;
  repeated string param = 4;
}`;

interface Example {
  readonly name: string;
  /** The method's signature and its rule. */
  readonly rpc: string;
  readonly rule: string;
  readonly messages: string;
  /** What is asked, and the request that it makes, as ProtoJSON. */
  readonly calls: readonly (readonly [ask: string, body: JsonValue | undefined, request: JsonValue])[];
}

const EXAMPLES: readonly Example[] = [
  {
    name: "a variable of two segments",
    rpc: "GetMessage(GetMessageRequest)",
    rule: 'get: "/v1/{name=messages/*}"',
    messages: `message GetMessageRequest { string name = 1; } ${MESSAGE}`,
    calls: [["GET /v1/messages/123456", undefined, { name: "messages/123456" }]],
  },
  {
    name: "what the path does not bind is in the query",
    rpc: "GetMessage(GetMessageRequest)",
    rule: 'get:"/v1/messages/{message_id}"',
    messages: `${SUB} ${MESSAGE}`,
    calls: [
      [
        "GET /v1/messages/123456?revision=2&sub.subfield=foo",
        undefined,
        { messageId: "123456", revision: "2", sub: { subfield: "foo" } },
      ],
      ["GET /v1/messages/1?param=A&param=B", undefined, { messageId: "1", param: ["A", "B"] }],
    ],
  },
  {
    name: "a field is the body",
    rpc: "UpdateMessage(UpdateMessageRequest)",
    rule: 'patch: "/v1/messages/{message_id}" body: "message"',
    messages: `message UpdateMessageRequest { string message_id = 1; Message message = 2; } ${MESSAGE}`,
    calls: [["PATCH /v1/messages/123456", { text: "Hi!" }, { messageId: "123456", message: { text: "Hi!" } }]],
  },
  {
    name: "the body is all that the path does not bind",
    rpc: "UpdateMessage(Message)",
    rule: 'patch: "/v1/messages/{message_id}" body: "*"',
    messages: "message Message { string message_id = 1; string text = 2; }",
    calls: [
      ["PATCH /v1/messages/123456", { text: "Hi!" }, { messageId: "123456", text: "Hi!" }],
      // Rule 2: with "*" there are no query parameters.
      ["PATCH /v1/messages/123456?text=no", { text: "Hi!" }, { messageId: "123456", text: "Hi!" }],
    ],
  },
  {
    name: "two paths of one method",
    rpc: "GetMessage(GetMessageRequest)",
    rule: `get: "/v1/messages/{message_id}"
      additional_bindings { get: "/v1/users/{user_id}/messages/{message_id}" }`,
    messages: `message GetMessageRequest { string message_id = 1; string user_id = 2; } ${MESSAGE}`,
    calls: [
      ["GET /v1/messages/123456", undefined, { messageId: "123456" }],
      ["GET /v1/users/me/messages/123456", undefined, { userId: "me", messageId: "123456" }],
    ],
  },
  {
    name: "a variable that is a field of a field, as in the service config",
    rpc: "GetMessage(GetMessageRequest)",
    rule: 'get: "/v1/messages/{message_id}/{sub.subfield}"',
    messages: `${SUB} ${MESSAGE}`,
    calls: [["GET /v1/messages/123456/foo", undefined, { messageId: "123456", sub: { subfield: "foo" } }]],
  },
  {
    name: "{var} is {var=*}: one segment, decoded whole",
    rpc: "GetMessage(GetMessageRequest)",
    rule: 'get: "/v1/{message_id}" additional_bindings { get: "/v2/{message_id=*}" }',
    messages: `${SUB} ${MESSAGE}`,
    calls: [
      ["GET /v1/a%2Fb%3Fc%23-_.~9", undefined, { messageId: "a/b?c#-_.~9" }],
      ["GET /v2/a%2Fb%3Fc%23-_.~9", undefined, { messageId: "a/b?c#-_.~9" }],
    ],
  },
  {
    name: "several segments keep %2F and %2f, and ** is zero or more",
    rpc: "GetMessage(GetMessageRequest)",
    rule: 'get: "/v1/{message_id=foo/*}" additional_bindings { get: "/v2/{message_id=files/**}:read" }',
    messages: `${SUB} ${MESSAGE}`,
    calls: [
      ["GET /v1/foo/a%2Fb%2fc%20d", undefined, { messageId: "foo/a%2Fb%2fc d" }],
      ["GET /v2/files/a/b%3A/c:read", undefined, { messageId: "files/a/b:/c" }],
      ["GET /v2/files:read", undefined, { messageId: "files" }],
    ],
  },
  {
    name: "an array as body is a repeated field",
    rpc: "PutMessages(PutMessagesRequest)",
    rule: 'put: "/v1/messages" body: "messages"',
    messages: `message PutMessagesRequest { repeated Message messages = 1; } ${MESSAGE}`,
    calls: [["PUT /v1/messages", [{ text: "a" }, { text: "b" }], { messages: [{ text: "a" }, { text: "b" }] }]],
  },
  {
    name: "a pattern of another kind",
    rpc: "GetMessage(GetMessageRequest)",
    rule: 'custom: { kind: "REPORT" path: "/v1/messages/{message_id}" }',
    messages: `${SUB} ${MESSAGE}`,
    calls: [["REPORT /v1/messages/1?revision=2", undefined, { messageId: "1", revision: "2" }]],
  },
];

for (const { name, rpc, rule, messages, calls } of EXAMPLES) {
  test(`google/api/http.proto: ${name}`, async () => {
    const text = `${PROLOGUE}service Messaging {
      rpc ${rpc} returns (Message) { option (google.api.http) = { ${rule} }; }
    }\n${messages}`;
    const compiled = compile({
      files: ["messaging.proto"],
      read: (path) => (path === "messaging.proto" ? text : undefined),
    });
    assert.deepEqual(compiled.diagnostics, []);
    const messaging = createDynamicTypes(compiled.files).service("example.v1.Messaging");
    assert.ok(messaging !== undefined);
    const got: JsonValue[] = [];
    const handlers = Object.fromEntries(
      Object.entries(messaging.methods).map(([key, { input }]) => [
        key,
        (request: unknown) => {
          got.push(toJson(input as AnyMessageType, request as never));
          return { text: "Hello" };
        },
      ]),
    );
    const server = createServer();
    server.add(messaging, handlers as never);
    const { port } = await server.listen("127.0.0.1:0");
    try {
      for (const [ask, body, request] of calls) {
        const [method, path] = ask.split(" ") as [string, string];
        const response = await fetch(`http://127.0.0.1:${port}${path}`, {
          method,
          ...(body === undefined
            ? {}
            : { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
        });
        assert.deepEqual([response.status, await response.json()], [200, { text: "Hello" }], ask);
        assert.deepEqual(got.splice(0), [request], ask);
      }
    } finally {
      await server.shutdown({ graceMs: 0 });
    }
  });
}
