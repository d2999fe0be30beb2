import assert from "node:assert/strict";
import { test } from "node:test";
import { checkMask, create, decode, diff, encode, equals, merge, selectByMask, updateByMask } from "hawser/protobuf";
import {
  type TestAllTypesProto3Init as Init,
  TestAllTypesProto3 as Three,
} from "./gen/google/protobuf/test_messages_proto3.pb.js";

const samples: Init[] = [
  {},
  { optionalInt32: 1, optionalString: "a", repeatedInt32: [1, 2], mapStringString: { a: "1", b: "2" } },
  {
    optionalInt32: 2,
    repeatedInt32: [3],
    mapStringString: { b: "3", __proto__: "4" },
    optionalBytes: new Uint8Array([1]),
  },
  { optionalNestedMessage: { a: 1 }, oneofField: { case: "oneofNestedMessage", value: { a: 1 } } },
  { optionalNestedMessage: { corecursive: { optionalInt32: 5 } }, oneofField: { case: "oneofString", value: "" } },
  { oneofField: { case: "oneofNestedMessage", value: { corecursive: {} } }, repeatedNestedMessage: [{ a: 1 }, {}] },
  { optionalDouble: Number.NaN, optionalBoolWrapper: {}, $unknown: new Uint8Array([0xf8, 0x3e, 1]) },
];

test("merging is decoding one behind the other", () => {
  for (const a of samples) {
    for (const b of samples) {
      const merged = merge(Three, create(Three, a), create(Three, b));
      const both = decode(Three, new Uint8Array([...encode(Three, a), ...encode(Three, b)]));
      assert.ok(
        equals(Three, merged, both),
        JSON.stringify([diff(Three, merged, both)].flat().map(({ path }) => path)),
      );
    }
  }
});

test("merging copies", () => {
  const source = create(Three, { optionalNestedMessage: { a: 1 }, optionalBytes: new Uint8Array([1]) });
  const target = merge(Three, create(Three), source);
  source.optionalNestedMessage!.a = 2;
  source.optionalBytes[0] = 2;
  assert.deepEqual([target.optionalNestedMessage?.a, target.optionalBytes[0]], [1, 1]);
});

test("a difference is found just where equals finds one", () => {
  for (const a of samples) {
    for (const b of samples) {
      const [x, y] = [create(Three, a), create(Three, b)];
      assert.equal(diff(Three, x, y).length === 0, equals(Three, x, y));
    }
  }
  const before = create(Three, samples[1]);
  const after = create(Three, { ...samples[1], repeatedInt32: [1, 3, 4], mapStringString: { a: "1", c: "2" } });
  after.optionalNestedMessage = { a: 1, corecursive: undefined };
  assert.deepEqual(
    diff(Three, before, after).map(({ path, maskPath, before: a, after: b }) => [path, maskPath, a, b]),
    [
      ["optional_nested_message", "optional_nested_message", undefined, after.optionalNestedMessage],
      ["repeated_int32[1]", "repeated_int32", 2, 3],
      ["repeated_int32[2]", "repeated_int32", undefined, 4],
      ['map_string_string["b"]', "map_string_string", "2", undefined],
      ['map_string_string["c"]', "map_string_string", undefined, "2"],
    ],
  );
  const deep = (a: number): Three =>
    create(Three, { optionalNestedMessage: { corecursive: { optionalNestedMessage: { a } } } });
  const path = "optional_nested_message.corecursive.optional_nested_message.a";
  assert.deepEqual(
    diff(Three, deep(1), deep(2)).map((each) => [each.path, each.maskPath]),
    [[path, path]],
  );
});

test("an update by the paths of the difference makes messages equal", () => {
  for (const a of samples.slice(0, 6)) {
    for (const b of samples.slice(0, 6)) {
      const [x, y] = [create(Three, a), create(Three, b)];
      const paths = diff(Three, x, y).map(({ maskPath }) => maskPath);
      updateByMask(Three, x, y, { paths }, { replace: true });
      assert.deepEqual(diff(Three, x, y), []);
    }
  }
});

test("selecting keeps what is named", () => {
  const message = create(Three, {
    optionalInt32: 1,
    optionalString: "a",
    optionalNestedMessage: { a: 1, corecursive: { optionalInt32: 2, optionalInt64: 3 } },
    oneofField: { case: "oneofString", value: "x" },
  });
  const paths = [
    "optional_int32",
    "optional_nested_message.corecursive.optional_int64",
    "oneof_string",
    "oneof_uint32",
  ];
  assert.deepEqual(
    selectByMask(Three, message, { paths }),
    create(Three, {
      optionalInt32: 1,
      optionalNestedMessage: { corecursive: { optionalInt64: 3n } },
      oneofField: { case: "oneofString", value: "x" },
    }),
  );
  assert.deepEqual(selectByMask(Three, message, { paths: [] }), create(Three));
  const both = ["optional_nested_message.a", "optional_nested_message", "optional_nested_message.a"];
  assert.equal(selectByMask(Three, message, { paths: both }).optionalNestedMessage?.corecursive?.optionalInt32, 2);
});

test("updating merges and appends, or replaces", () => {
  const target = (): Three =>
    create(Three, {
      repeatedInt32: [1],
      optionalNestedMessage: { a: 1 },
      optionalString: "a",
      mapInt32Int32: { 1: 1 },
    });
  const source = create(Three, {
    repeatedInt32: [2],
    optionalNestedMessage: { corecursive: {} },
    mapInt32Int32: { 2: 2 },
  });
  const paths = ["repeated_int32", "optional_nested_message", "optional_string", "map_int32_int32"];
  const merged = updateByMask(Three, target(), source, { paths });
  assert.deepEqual(
    [merged.repeatedInt32, merged.optionalNestedMessage?.a, merged.optionalString, merged.mapInt32Int32],
    [[1, 2], 1, "", { 1: 1, 2: 2 }],
  );
  const replaced = updateByMask(Three, target(), source, { paths }, { replace: true });
  assert.deepEqual(
    [replaced.repeatedInt32, replaced.optionalNestedMessage?.a, replaced.mapInt32Int32],
    [[2], 0, { 2: 2 }],
  );
});

test("paths that name nothing", () => {
  const cases: [string, RegExp][] = [
    ["", /the path "" of the field mask is not in/],
    ["optionalInt32", /is not in protobuf_test_messages/],
    ["optional_int32.x", /goes on behind a list, a map or a scalar/],
    ["repeated_nested_message.a", /goes on behind a list/],
    ["map_string_string.a", /goes on behind/],
    ["__proto__", /is not in/],
    ["optional_nested_message.", /is not in/],
    [Array(200).fill("optional_nested_message").join(".corecursive."), /is too long/],
  ];
  for (const [path, message] of cases) assert.throws(() => checkMask(Three, { paths: [path] }), message);
  checkMask(Three, { paths: ["recursive_message.recursive_message.optional_int32"] });
});
