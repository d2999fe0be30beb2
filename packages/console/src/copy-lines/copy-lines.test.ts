import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import { encode, fromJsonString } from "hawser/protobuf";
import { compileSchema } from "../testing/compile-schema.js";
import { copyLines } from "./copy-lines.js";
import { benchLine, compact } from "./hawser-line.js";
import type { LineCall } from "./line-call.js";
import { shellLine, shellWord } from "./shell-word.js";
import { messageLiteral } from "./typescript-literal.js";

const schema = compileSchema(
  `syntax = "proto3";
  package notes.v1;
  import "google/protobuf/timestamp.proto";
  import "google/protobuf/struct.proto";
  import "google/protobuf/wrappers.proto";
  service Notes {
    rpc Get(Note) returns (Note);
    rpc Watch(Note) returns (stream Note);
    rpc Upload(stream Note) returns (Note);
    rpc chat_now(stream Note) returns (stream Note);
    rpc Count(google.protobuf.Int32Value) returns (Note);
  }
  enum State { OPEN = 0; DONE = 1; }
  message Note {
    int64 id = 1;
    string text = 2;
    bytes data = 3;
    State state = 4;
    repeated State states = 5;
    map<string, Note> notes = 6;
    map<int32, bytes> blobs = 7;
    oneof link { string url = 8; Note note = 9; int64 number = 10; }
    google.protobuf.Timestamp at = 11;
    google.protobuf.Value value = 12;
    double size = 13;
    optional int32 rank = 14;
    uint64 big = 15 [jstype = JS_STRING];
    bool constructor = 16;
    repeated Note children = 17;
  }`,
  ["notes.v1.Notes"],
);

function call(method: string, requests: readonly string[], more: Partial<LineCall> = {}): LineCall {
  const info = schema.methods.get(`notes.v1.Notes/${method}`)!;
  return {
    method: info.type,
    localName: info.localName,
    registry: schema.registry,
    requests,
    metadata: [],
    timeoutMs: undefined,
    target: { address: "localhost:50051", tls: false, protocols: ["grpc"] },
    ...more,
  };
}

function line(tool: string, of: LineCall): string {
  const found = copyLines(of).find((each) => each.tool === tool)!;
  strictEqual(found.error, undefined);
  return found.text;
}

/** As a shell reads it. */
function joined(text: string): string {
  return text.replaceAll(" \\\n  ", " ");
}

test("a word means itself in a shell, whatever is in it", () => {
  const texts = [
    "plain",
    "",
    "it's",
    "a b",
    "$HOME `id` $(id)",
    '"\\"',
    "a\nb",
    "*?[a]{b,c}",
    "~",
    "#x",
    "!!",
    "a;b&c|d",
    "é東京",
    "'''",
    "=",
    "\\",
  ];
  const out = execFileSync("/bin/sh", ["-c", `printf '%s\\0' ${texts.map(shellWord).join(" ")}`], { encoding: "utf8" });
  deepStrictEqual(out.split("\0").slice(0, -1), texts);
  strictEqual(shellWord("localhost:50051"), "localhost:50051");
  strictEqual(shellWord("a\0b"), "'ab'");
});

test("a long line is broken where a shell joins it again", () => {
  const groups = [["printf", "%s\\n"], ["a".repeat(90)], ["b b", "c"], ["d'd"]];
  const text = shellLine(groups);
  ok(text.includes(" \\\n  "));
  const out = execFileSync("/bin/sh", ["-c", text], { encoding: "utf8" });
  deepStrictEqual(out.split("\n"), ["a".repeat(90), "b b", "c", "d'd", ""]);
});

test("the same call in four ways", () => {
  const of = call("Get", ['{\n  "id": "7",\n  "text": "it\'s a b"\n}'], {
    metadata: [["x-key", "k v"]],
    timeoutMs: 1500,
  });
  strictEqual(
    line("hawser", of),
    `hawser call localhost:50051 notes.v1.Notes/Get \\
  '{"id":"7","text":"it'\\''s a b"}' \\
  -H 'x-key: k v' \\
  --timeout 1500ms`,
  );
  match(line("grpcurl", of), /^grpcurl -plaintext .*-H 'x-key: k v' .*-max-time 1\.5 /s);
  match(line("curl", of), /^printf %s \S+ \| base64 -d \\\n {2}\| curl .*grpc-timeout: 1500m.*hawser decode --grpc$/s);
  strictEqual(
    line("TypeScript", of),
    `import { createChannel, createClient } from "hawser";
import { Notes } from "./gen/test.pb.js";

const channel = createChannel("localhost:50051");
const client = createClient(Notes, channel);
console.log(await client.get({ id: 7n, text: "it's a b" }, { timeoutMs: 1500, metadata: [["x-key", "k v"]] }));
await channel.close();
`,
  );
});

test("Connect where the server speaks it, for unary calls alone", () => {
  const target = { address: "api.example", tls: true, protocols: ["grpc", "connect"] };
  const text = line("curl", call("Get", ["{}"], { target, metadata: [["x-empty", ""]], timeoutMs: 0.5 }));
  match(text, /^curl https:\/\/api\.example\/notes\.v1\.Notes\/Get/);
  match(text, /-H 'content-type: application\/json'/);
  match(text, /-H 'connect-timeout-ms: 1'/);
  match(text, /-H 'x-empty;'/);
  match(line("curl", call("Watch", ["{}"], { target })), /--http2 .*application\/grpc/s);
});

test("streams: any number of messages", () => {
  match(line("hawser", call("Upload", ['{"id":1}', '{"id":2}'])), /Upload '\{"id":1\}' '\{"id":2\}'$/);
  match(line("grpcurl", call("Upload", ['{"id":1}', '{"id":2}'])), /-d '\{"id":1\} \{"id":2\}' /);
  match(
    line("TypeScript", call("Upload", ['{"id":1}', '{"id":2}'])),
    /client\.upload\(\[\n {2}\{ id: 1n \},\n {2}\{ id: 2n \},\n\]\)/,
  );
  match(
    line("TypeScript", call("chat_now", [])),
    /for await \(const reply of client\.chatNow\(\[\]\)\) console\.log\(reply\);/,
  );
});

test("TLS, files of the schema, and a message that would be taken for a flag", () => {
  const target = { address: "h:1", tls: true, protocols: [], schemaInputs: ["a b.proto"], protoPaths: ["proto"] };
  strictEqual(
    joined(line("hawser", call("Count", ["-5"], { target }))),
    "hawser call h:1 notes.v1.Notes/Count -d -5 --tls --schema 'a b.proto' --proto-path proto",
  );
  match(
    joined(line("grpcurl", call("Count", ["-5"], { target }))),
    /^grpcurl -import-path proto -proto test\.proto -d -5 h:1 /,
  );
  strictEqual(
    joined(benchLine(call("Count", ["5"]), { concurrency: 4, durationMs: 10_000 })),
    "hawser bench localhost:50051 notes.v1.Notes/Count -d 5 --concurrency 4 --duration 10s",
  );
});

test("grpcurl: where the schema is, in its own words", () => {
  const flags = (schemaInputs: readonly string[], protoPaths: readonly string[] = []) => {
    const target = { address: "h:1", tls: true, protocols: [], schemaInputs, protoPaths };
    return /^grpcurl (.*?) ?-d /.exec(joined(line("grpcurl", call("Get", ["{}"], { target }))))?.[1];
  };
  strictEqual(flags(["proto"]), "-import-path proto -proto test.proto");
  strictEqual(flags(["proto/"]), "-import-path proto/ -proto test.proto");
  strictEqual(flags(["a/b.proto"]), "-import-path a -proto b.proto");
  strictEqual(flags(["b.proto"]), "-import-path . -proto b.proto");
  strictEqual(flags(["out/all.binpb"]), "-protoset out/all.binpb");
  strictEqual(flags(["a/test.proto"], ["a", "b"]), "-import-path a -import-path b -proto test.proto");
});

test("a request that is none: the lines that need the message say so", () => {
  const lines = copyLines(call("Get", ['{"id": "x"}']));
  deepStrictEqual(
    lines.map(({ tool, error }) => [tool, error === undefined]),
    [
      ["hawser", true],
      ["grpcurl", true],
      ["curl", false],
      ["TypeScript", false],
    ],
  );
});

test("JSON without space keeps its strings and its digits", () => {
  strictEqual(
    compact('{ "a b" : [ 1.50, "\\" c" ] ,\n\t"n": 9007199254740993 }'),
    '{"a b":[1.50,"\\" c"],"n":9007199254740993}',
  );
  strictEqual(compact('{"open: 1'), '{"open:1');
});

test("a literal of TypeScript is the message", () => {
  const note = schema.types.message("notes.v1.Note")!;
  const texts = [
    "{}",
    '{"id": "-9223372036854775808", "text": "\\u2028\\"\\\\\\n</script>", "data": "AP8=", "state": "DONE", "states": ["OPEN", "DONE", 7]}',
    '{"notes": {"": {"id": 1}, "__proto__": {"id": 2}, "a-b": {"notes": {"x": {}}}}, "blobs": {"-1": "AQ==", "7": ""}}',
    '{"url": ""}',
    '{"note": {"note": {"number": "0"}}}',
    '{"at": "2026-01-31T12:00:00.5Z", "value": {"a": [null, true, 1.5, "x", {}]}}',
    '{"size": "NaN", "rank": 0, "big": "18446744073709551615", "constructor": true}',
    '{"size": "-Infinity"}',
    '{"size": -0.0, "children": [{}, {"id": 3}]}',
  ];
  for (const text of texts) {
    const message = fromJsonString(note, text, { registry: schema.registry });
    const literal = messageLiteral(note, message);
    const read = new Function(`return ${literal}`)() as object;
    deepStrictEqual(encode(note, read), encode(note, message), literal);
  }
});
