import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { compile, type FileDescriptorProto } from "@hawser/compiler";
import { createDynamicTypes, diff, encode } from "hawser/protobuf";
import { type DescriptorProto, FileDescriptorProto as FileType } from "hawser/wkt";
import { ProtoPrinter } from "./proto-printer.js";

const ROOT = dirname(createRequire(import.meta.url).resolve("google-proto-files/package.json"));

/** Groups, extensions, defaults, editions, features, visibility of the language that no API file has together. */
const ODD: Readonly<Record<string, string>> = {
  "odd/two.proto": `syntax = "proto2";
package odd;
import "google/protobuf/descriptor.proto";
option java_package = "com.odd";
extend google.protobuf.MessageOptions { optional Mark mark = 50000; repeated string tags = 50001; }
message Mark { optional string text = 1; repeated int32 n = 2; optional Mark inner = 3; }
message Two {
  option (mark) = { text: "a\\"b\\n" n: 1 n: 2 inner { text: "c" } };
  option (tags) = "x";
  option (tags) = "y";
  option deprecated = true;
  required int32 a = 1 [default = -7];
  optional string s = 2 [default = "q\\"\\001\\303\\251"];
  optional bytes b = 3 [default = "\\000\\377\\"", ctype = CORD];
  optional double inf = 4 [default = -inf];
  repeated group Item = 5 { optional int32 id = 1; optional Two two = 2; }
  oneof kind { Color color = 6; string named = 7; group Third = 8 { optional bool x = 1; } }
  map<string, Two> by = 9 [json_name = "BY"];
  enum Color { option allow_alias = true; RED = 0; ROUGE = 0 [deprecated = true]; BLUE = -1; reserved 5 to 7, 9 to max; reserved "OLD"; }
  extensions 100 to 199 [verification = UNVERIFIED];
  extensions 1000 to max;
  reserved 20, 30 to 40;
  reserved "old", "older";
  message Deep { message Deeper { optional .odd.Mark m = 1; } optional Deeper d = 1; }
  extend Two { optional group Extra = 100 { optional int32 e = 1; } optional Color tint = 101 [default = BLUE]; }
}
extend Two { repeated int32 packed = 102 [packed = true]; repeated group Outer = 103 { optional int32 o = 1; } }
service Odd { option deprecated = true; rpc Do(stream Two) returns (stream Mark) { option idempotency_level = NO_SIDE_EFFECTS; } rpc Re(Two) returns (Two); }
`,
  "odd/three.proto": `syntax = "proto3";
import public "odd/two.proto";
message Three { optional int32 a = 1; repeated int64 b = 2 [packed = false]; oneof o { string c = 3; odd.Mark d = 4; } }
`,
  "odd/edition.proto": `edition = "2023";
package odd.ed;
option features.field_presence = IMPLICIT;
message Ed { int32 a = 1 [features.field_presence = EXPLICIT]; Ed b = 2 [features.message_encoding = DELIMITED]; reserved gone; }
enum E { option features.enum_type = CLOSED; E_ONE = 1; }
`,
};

function googleFiles(): string[] {
  const below = (folder: string): string[] =>
    readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((entry) =>
      entry.isDirectory()
        ? below(`${folder}/${entry.name}`)
        : entry.name.endsWith(".proto")
          ? [`${folder}/${entry.name}`]
          : [],
    );
  return [
    "google/api",
    "google/rpc",
    "google/type",
    "google/pubsub/v1",
    "google/spanner",
    "google/firestore/v1",
  ].flatMap(below);
}

function read(name: string): string | undefined {
  if (name in ODD) return ODD[name];
  try {
    return readFileSync(join(ROOT, name), "utf8");
  } catch {
    return undefined;
  }
}

/** Entries of maps and groups are nested messages as well: where they stand among the others is not in what is printed. */
function sorted(messages: DescriptorProto[]): DescriptorProto[] {
  const byName = [...messages].sort((a, b) => ((a.name ?? "") < (b.name ?? "") ? -1 : 1));
  return byName.map((message) => ({ ...message, nestedType: sorted(message.nestedType) }));
}

const comparable = (file: FileDescriptorProto) => ({ ...file, messageType: sorted(file.messageType) });

const files = [...Object.keys(ODD), ...googleFiles()];

test(`what is printed of ${files.length} files compiles to the same descriptors`, () => {
  const before = compile({ files, read });
  assert.deepEqual(
    before.diagnostics.filter(({ severity }) => severity === "error"),
    [],
  );
  const types = createDynamicTypes(before.files);
  const byName = new Map(before.files.map((file) => [file.name ?? "", file]));
  const printed = new Map(files.map((name) => [name, new ProtoPrinter(byName.get(name)!, types).file()]));
  const after = compile({ files, read: (name) => printed.get(name) ?? read(name) });
  const errors = after.diagnostics.filter(({ severity }) => severity === "error");
  assert.deepEqual(
    errors.map(({ file, line, message }) => `${file}:${line}: ${message}`),
    [],
  );
  for (const file of after.files) {
    const original = byName.get(file.name ?? "")!;
    const differences = diff(FileType, comparable(original), comparable(file)).map(({ path }) => path);
    // Options that are extensions may come in another order, and then have the same size and the same text.
    const others = differences.filter((path) => !path.endsWith("options"));
    const again = new ProtoPrinter(file, types).file();
    assert.deepEqual(others, [], `${file.name}\n${again}`);
    assert.equal(encode(FileType, file).length, encode(FileType, original).length, `${file.name}\n${again}`);
    assert.equal(again, printed.get(file.name ?? "") ?? again);
  }
});
