import assert from "node:assert/strict";
import { test } from "node:test";
import { compile } from "@hawser/compiler";
import { type AnyMessageType, createDynamicTypes, decode, encode, equals } from "hawser/protobuf";
import { randomOf } from "../random.js";
import { MessageGenerator } from "./generate-message.js";
import { textByPattern } from "./text-by-pattern.js";
import { ValidateRules } from "./validate-rules.js";

function generatorOf(proto: string): { type(name: string): AnyMessageType; generator: MessageGenerator } {
  const { files, diagnostics } = compile({
    files: ["a.proto"],
    read: (name) => (name === "a.proto" ? proto : undefined),
  });
  assert.deepEqual(diagnostics, []);
  const types = createDynamicTypes(files);
  return { type: (name) => types.message(name)!, generator: new MessageGenerator(new ValidateRules(files, types)) };
}

test("types within themselves end, whichever way they go around", () => {
  const { type, generator } = generatorOf(`syntax = "proto3";
    package a;
    message Tree { Tree left = 1; Tree right = 2; repeated Tree all = 3; map<string, Tree> named = 4; Other other = 5;
      oneof kind { Tree one = 6; Other two = 7; } }
    message Other { repeated Tree trees = 1; Tree tree = 2; }`);
  for (let seed = 0; seed < 50; seed++) {
    const message = generator.generate(type("a.Tree"), randomOf(seed));
    assert.ok(encode(type("a.Tree"), message).length < 100_000);
  }
});

test("lists within lists do not multiply without end", () => {
  const types = [..."ABCDEFGHI"].map((name, i, all) => {
    const next = all[i + 1];
    return `message ${name} { ${next === undefined ? "string a = 1;" : `repeated ${next} a = 1; repeated ${next} b = 2; repeated ${next} c = 3; repeated ${next} d = 4;`} }`;
  });
  const { type, generator } = generatorOf(`syntax = "proto3"; package a; ${types.join("\n")}`);
  const message = generator.generate(type("a.A"), randomOf(1));
  assert.ok(JSON.stringify(message).length < 1_000_000);
});

test("every type that a field may have is filled in, encodes, and is the same for the same seed", () => {
  const scalars =
    "double float int32 int64 uint32 uint64 sint32 sint64 fixed32 fixed64 sfixed32 sfixed64 bool string bytes";
  const fields = scalars
    .split(" ")
    .flatMap((type, i) => [
      `${type} a${i} = ${i + 1};`,
      `repeated ${type} b${i} = ${i + 101};`,
      `optional ${type} c${i} = ${i + 201};`,
      ...(["double", "float", "bytes"].includes(type) ? [] : [`map<${type}, ${type}> d${i} = ${i + 301};`]),
    ]);
  const wkts =
    "Timestamp Duration FieldMask Struct Value ListValue Any Empty StringValue Int64Value BoolValue BytesValue DoubleValue";
  const known = wkts
    .split(" ")
    .flatMap((type, i) => [
      `google.protobuf.${type} e${i} = ${i + 401};`,
      `repeated google.protobuf.${type} f${i} = ${i + 501};`,
    ]);
  const imports = ["timestamp", "duration", "field_mask", "struct", "any", "empty", "wrappers"];
  const { type, generator } = generatorOf(`syntax = "proto3"; package a;
    ${imports.map((name) => `import "google/protobuf/${name}.proto";`).join("\n")}
    enum E { E_NONE = 0; E_ONE = 1; }
    message All { ${fields.join("\n")} ${known.join("\n")} E g = 601; repeated E h = 602; map<string, E> i = 603;
      int64 text = 604 [jstype = JS_STRING]; int64 number = 605 [jstype = JS_NUMBER]; }`);
  const all = type("a.All");
  for (let seed = 0; seed < 20; seed++) {
    const message = generator.generate(all, randomOf(seed));
    const bytes = encode(all, message);
    assert.ok(equals(all, decode(all, bytes), decode(all, encode(all, generator.generate(all, randomOf(seed))))));
    const set = new Set(Object.keys(message).filter((key) => message[key] !== undefined));
    for (const { localName } of all.fields) assert.ok(set.has(localName), localName);
    assert.equal(message["g"], 1);
  }
});

test("proto2: required fields and groups", () => {
  const { type, generator } = generatorOf(`syntax = "proto2"; package a;
    message A { required A2 a = 1; optional group G = 2 { required int32 x = 1; } required E e = 3; }
    message A2 { required string name = 1; optional A again = 2; }
    enum E { ONE = 1; TWO = 2; }`);
  for (let seed = 0; seed < 20; seed++) encode(type("a.A"), generator.generate(type("a.A"), randomOf(seed)));
});

for (const pattern of [
  "^[a-z][a-z0-9-]{2,10}$",
  "^\\d{4}-\\d{2}$",
  "(foo|ba[rz])+x?",
  "^projects/[^/]+/notes/\\w+$",
  "^[A-Z]{2}\\d{2}(?:[ ]?[0-9]{4}){3}$",
  "^(?P<year>\\d+)\\.$",
]) {
  test(`a text for the pattern ${pattern}`, () => {
    for (let seed = 0; seed < 20; seed++) {
      const text = textByPattern(pattern, randomOf(seed));
      assert.match(text ?? "", new RegExp(pattern.replace("?P<", "?<"), "u"));
    }
  });
}

for (const pattern of ["(a", "[a", "a)", "\\p{L}", "(a{1000}){1000}", "[[:alpha:]]", "(?i)a", "a{2"]) {
  test(`no text for ${pattern}, and no harm`, () => {
    const text = textByPattern(pattern, randomOf(1));
    assert.ok(text === undefined || text.length < 100);
  });
}
