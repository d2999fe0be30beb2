import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type AnyMessageType,
  create,
  createRegistry,
  decode,
  encode,
  equals,
  fromJson,
  fromJsonString,
  type JsonValue,
  ProtobufError,
  toJson,
  toJsonString,
} from "hawser/protobuf";
import { Any, Duration, packAny, Struct, Timestamp, toStruct } from "hawser/wkt";
import { Two } from "./testdata/proto2.pb.js";
import { Choice, JsTypes, Lists, Maps, Optionals, Scalars, WellKnown } from "./testdata/scalars.pb.js";

const registry = createRegistry(WellKnown, Duration, Any, Struct, Timestamp);

/** A message, its JSON, and back. */
const TABLE: [AnyMessageType, unknown, JsonValue][] = [
  [Scalars, {}, {}],
  [
    Scalars,
    {
      d: 1.5,
      f: Math.fround(0.1),
      i32: -1,
      i64: -5n,
      u32: 4294967295,
      u64: 18446744073709551615n,
      s64: 7n,
      b: true,
      s: "é",
      color: 1,
    },
    {
      d: 1.5,
      f: 0.1,
      i32: -1,
      i64: "-5",
      u32: 4294967295,
      u64: "18446744073709551615",
      s64: "7",
      b: true,
      s: "é",
      color: "COLOR_RED",
    },
  ],
  [Scalars, { d: Number.NaN, f: Number.NEGATIVE_INFINITY }, { d: "NaN", f: "-Infinity" }],
  [Scalars, { by: new Uint8Array([251, 255, 1]) }, { by: "+/8B" }],
  [Scalars, { color: 77, message: {} }, { color: 77, message: {} }],
  [Scalars, { d: -0 }, { d: -0 }],
  [
    Optionals,
    { i32: 0, s: "", b: false, color: 0, i64: 0n },
    { i32: 0, i64: "0", b: false, s: "", color: "COLOR_UNSPECIFIED" },
  ],
  [
    Lists,
    { i32: [0, 1], s: ["a"], i64: [1n], message: [{}, { i32: 1 }] },
    { i32: [0, 1], i64: ["1"], s: ["a"], message: [{}, { i32: 1 }] },
  ],
  [
    Maps,
    {
      strings: { a: "b" },
      messages: { "-5": { i32: 1 } },
      longs: { "9223372036854775807": new Uint8Array(1) },
      bools: { true: 1 },
      colors: { x: 1 },
    },
    {
      strings: { a: "b" },
      messages: { "-5": { i32: 1 } },
      longs: { "9223372036854775807": "AA==" },
      bools: { true: 1 },
      colors: { x: "COLOR_RED" },
    },
  ],
  [Choice, { body: { case: "number", value: 0n }, otherField: "x" }, { number: "0", otherField: "x" }],
  [Choice, { body: { case: "message", value: { s: "x" } } }, { message: { s: "x" } }],
  [
    JsTypes,
    { asString: "5", asNumber: 6, strings: ["7"], numbers: [8] },
    { asString: "5", asNumber: "6", strings: ["7"], numbers: ["8"] },
  ],
  [WellKnown, { at: { seconds: 0n, nanos: 0 } }, { at: "1970-01-01T00:00:00Z" }],
  [WellKnown, { at: { seconds: -1n, nanos: 999_000_000 } }, { at: "1969-12-31T23:59:59.999Z" }],
  [WellKnown, { at: { seconds: 253402300799n, nanos: 999_999_999 } }, { at: "9999-12-31T23:59:59.999999999Z" }],
  [WellKnown, { at: { seconds: -62135596800n, nanos: 0 } }, { at: "0001-01-01T00:00:00Z" }],
  [WellKnown, { took: { seconds: 1n, nanos: 500_000_000 } }, { took: "1.500s" }],
  [WellKnown, { took: { seconds: 0n, nanos: -1 } }, { took: "-0.000000001s" }],
  [WellKnown, { took: { seconds: -3n, nanos: -10_000 } }, { took: "-3.000010s" }],
  [WellKnown, { mask: { paths: ["a_b.c", "d"] } }, { mask: "aB.c,d" }],
  [WellKnown, { mask: { paths: [] } }, { mask: "" }],
  [
    WellKnown,
    {
      text: { value: "" },
      number: { value: 5n },
      flag: { value: false },
      ratio: { value: 0.5 },
      raw: { value: new Uint8Array(0) },
    },
    { text: "", number: "5", flag: false, ratio: 0.5, raw: "" },
  ],
  [
    WellKnown,
    { struct: toStruct({ a: [1, "x", null, true, { b: {} }] }) },
    { struct: { a: [1, "x", null, true, { b: {} }] } },
  ],
  [WellKnown, { value: { kind: { case: "nullValue", value: 0 } } }, { value: null }],
  [WellKnown, { list: { values: [{ kind: { case: "numberValue", value: 1 } }] } }, { list: [1] }],
  [WellKnown, { any: {} }, { any: {} }],
  [
    WellKnown,
    { any: packAny(Duration, { seconds: 2n }) },
    { any: { "@type": "type.googleapis.com/google.protobuf.Duration", value: "2s" } },
  ],
  [
    WellKnown,
    { any: packAny(WellKnown, { text: { value: "x" } }) },
    { any: { "@type": "type.googleapis.com/golden.v1.WellKnown", text: "x" } },
  ],
  [Two, { id: 1, letter: 2, zeros: { a: 1 } }, { id: 1, letter: "B", zeros: { a: "Z1" } }],
];

test("to JSON and back", () => {
  for (const [type, init, json] of TABLE) {
    const message = create(type, init);
    assert.deepEqual(toJson(type, message, { registry }), json);
    const back = fromJson(type, json, { registry });
    assert.ok(equals(type, back, message), `${type.typeName} ${toJsonString(type, back, { registry })}`);
    assert.ok(equals(type, decode(type, encode(type, back)), message));
    assert.ok(
      equals(type, fromJsonString(type, JSON.stringify(json).replace("-0}", "-0.0}"), { registry }), message) ||
        Object.is(message.d, -0),
    );
  }
});

test("what is accepted beside what is written", () => {
  const cases: [AnyMessageType, JsonValue, unknown][] = [
    [
      Scalars,
      { i32: "5", i64: 5, u64: "1e3", d: "1.5", f: "NaN", s64: -5, u32: 1.0 },
      { i32: 5, i64: 5n, u64: 1000n, d: 1.5, f: Number.NaN, s64: -5n, u32: 1 },
    ],
    [Scalars, { i32: null, s: null, message: null }, {}],
    [Scalars, { color: 1 }, { color: 1 }],
    [Scalars, { by: "-_8" }, { by: new Uint8Array([251, 255]) }],
    [Choice, { other_field: "x" }, { otherField: "x" }],
    [Choice, { url: null, number: 1 }, { body: { case: "number", value: 1n } }],
    [Lists, { i32: null, s: [] }, {}],
    [WellKnown, { at: "2024-02-29T12:00:00.5+01:30" }, { at: { seconds: 1709202600n, nanos: 500_000_000 } }],
    [WellKnown, { took: "5s" }, { took: { seconds: 5n, nanos: 0 } }],
    [
      WellKnown,
      { value: [null] },
      { value: { kind: { case: "listValue", value: { values: [{ kind: { case: "nullValue", value: 0 } }] } } } },
    ],
    [WellKnown, { null: null }, {}],
  ];
  for (const [type, json, init] of cases) {
    assert.ok(equals(type, fromJson(type, json), create(type, init)), JSON.stringify(json));
  }
});

test("what is refused, with the path", () => {
  const cases: [AnyMessageType, JsonValue, RegExp][] = [
    [Scalars, { nope: 1 }, /^golden\.v1\.Scalars: \$\.nope: golden\.v1\.Scalars has no such field/],
    [Scalars, [], /\$: an array is not an object/],
    [Scalars, null, /\$: null is not an object/],
    [Scalars, { i32: 1.5 }, /\$\.i32: 1\.5 is not an int32/],
    [Scalars, { i32: 2 ** 31 }, /\$\.i32: 2147483648 is out of the range of int32/],
    [Scalars, { i32: "" }, /\$\.i32: "" is not an int32/],
    [Scalars, { i32: " 5" }, /is not an int32/],
    [Scalars, { i32: "0x5" }, /is not an int32/],
    [Scalars, { i32: "05" }, /is not an int32/],
    [Scalars, { i32: true }, /is not an int32/],
    [Scalars, { u64: -1 }, /out of the range of uint64/],
    [Scalars, { i64: "9223372036854775808" }, /out of the range of int64/],
    [Scalars, { i64: 2 ** 60 }, /has lost digits as a JSON number/],
    [Scalars, { f: 1e39 }, /out of the range of a float/],
    [Scalars, { d: "Inf" }, /is not a double/],
    [Scalars, { d: "1e999" }, /out of the range of a double/],
    [Scalars, { b: "true" }, /\$\.b: "true" is not a bool/],
    [Scalars, { s: 5 }, /\$\.s: 5 is not a string/],
    [Scalars, { s: "\ud800" }, /lone surrogate/],
    [Scalars, { by: "a b=" }, /is not base64/],
    [Scalars, { color: "RED" }, /golden\.v1\.Color has no value "RED"/],
    [Scalars, { color: 1.5 }, /is not an int32/],
    [Scalars, { message: { message: { s: 1 } } }, /\$\.message\.message\.s: 1 is not a string/],
    [Lists, { i32: [1, "x"] }, /\$\.i32\[1\]: "x" is not an int32/],
    [Lists, { s: ["a", null] }, /\$\.s\[1\]: null is not a value/],
    [Lists, { s: {} }, /an object is not an array/],
    [Maps, { messages: { x: {} } }, /\$\.messages\.x: "x" is not an int32/],
    [Maps, { bools: { yes: 1 } }, /true or false/],
    [Maps, { strings: { a: null } }, /null is not a value/],
    [Choice, { url: "a", number: 1 }, /\$\.number: the oneof body is set twice/],
    [Choice, { otherField: "a", other_field: "b" }, /is there twice/],
    [WellKnown, { at: "2024-02-30T00:00:00Z" }, /not an RFC 3339/],
    [WellKnown, { at: "2024-01-01" }, /not an RFC 3339/],
    [WellKnown, { at: "2024-01-01T00:00:00" }, /not an RFC 3339/],
    [WellKnown, { at: "2024-01-01T25:00:00Z" }, /not an RFC 3339/],
    [WellKnown, { at: "0001-01-01T00:00:00+01:00" }, /years 1 to 9999/],
    [WellKnown, { took: "1" }, /is not a duration/],
    [WellKnown, { took: "315576000001s" }, /over 10,000 years/],
    [WellKnown, { mask: "a_b" }, /not in lower camel case/],
    [WellKnown, { any: { a: 1 } }, /needs "@type"/],
    [WellKnown, { any: { "@type": "x/nope.Nope" } }, /"nope\.Nope", which is not in the registry/],
    [WellKnown, { any: { "@type": "x/google.protobuf.Duration", value: "1s", more: 1 } }, /"value" and nothing else/],
    [Two, { id: 1, letter: 9 }, /closed enum golden\.two\.Letter has no value 9/],
  ];
  for (const [type, json, expected] of cases) {
    assert.throws(
      () => fromJson(type, json, { registry: createRegistry(Duration) }),
      (error) => {
        assert.ok(ProtobufError.is(error), String(error));
        assert.equal(error.kind, "json");
        assert.match(error.message, expected);
        return true;
      },
      String(expected),
    );
  }
  assert.throws(() => fromJsonString(Scalars, "{"), /golden\.v1\.Scalars: not JSON/);
});

test("what cannot be written", () => {
  assert.throws(() => toJson(WellKnown, create(WellKnown, { at: { seconds: 253402300800n } })), /years 1 to 9999/);
  assert.throws(() => toJson(WellKnown, create(WellKnown, { at: { nanos: -1 } })), /nanos/);
  assert.throws(() => toJson(WellKnown, create(WellKnown, { took: { seconds: 1n, nanos: -1 } })), /same sign/);
  assert.throws(() => toJson(WellKnown, create(WellKnown, { mask: { paths: ["aB"] } })), /does not survive/);
  assert.throws(() => toJson(WellKnown, create(WellKnown, { value: {} })), /must have a kind/);
  assert.throws(() => toJson(WellKnown, create(WellKnown, { any: packAny(Duration, {}) })), /not in the registry/);
  const infinite = create(WellKnown, { value: { kind: { case: "numberValue", value: Number.POSITIVE_INFINITY } } });
  assert.throws(() => toJson(WellKnown, infinite), /no form in JSON/);
});

test("options", () => {
  const message = create(Choice, { body: { case: "color", value: 1 }, otherField: "x" });
  assert.deepEqual(toJson(Choice, message, { protoNames: true, enumsAsNumbers: true }), { color: 1, other_field: "x" });
  assert.deepEqual(toJson(Choice, create(Choice), { emitDefaults: true }), { otherField: "" });
  assert.deepEqual(
    fromJson(Scalars, { nope: 1, color: "NOPE", i32: 1 }, { ignoreUnknownFields: true }),
    create(Scalars, { i32: 1 }),
  );
  assert.deepEqual(fromJson(Lists, { color: ["NOPE", "COLOR_RED"] }, { ignoreUnknownFields: true }).color, [1]);
});

test("names that mean something in JavaScript stay data", () => {
  const json = JSON.parse('{"strings": {"__proto__": "x", "constructor": "y"}}') as JsonValue;
  const message = fromJson(Maps, json);
  assert.deepEqual(Object.keys(message.strings), ["__proto__", "constructor"]);
  assert.equal(JSON.stringify(toJson(Maps, message)), JSON.stringify(json));
  assert.throws(() => fromJson(Scalars, JSON.parse('{"__proto__": {}}')), /has no such field/);
  const struct = JSON.parse('{"__proto__": {"polluted": 1}}');
  assert.equal(JSON.stringify(toJson(Struct, fromJson(Struct, struct))), JSON.stringify(struct));
  assert.equal(({} as Record<string, unknown>)["polluted"], undefined);
});

test("nesting is bounded: messages, lists of lists, Any in Any", () => {
  const nest = (levels: number, wrap: (inner: JsonValue) => JsonValue): JsonValue => {
    let json: JsonValue = {};
    for (let i = 0; i < levels; i++) json = wrap(json);
    return json;
  };
  assert.ok(
    fromJson(
      Scalars,
      nest(100, (message) => ({ message })),
    ),
  );
  const any = (inner: JsonValue): JsonValue => ({ "@type": "x/google.protobuf.Any", value: inner });
  for (const [type, json] of [
    [Scalars, nest(101, (message) => ({ message }))],
    [Scalars, nest(5000, (message) => ({ message }))],
    [Struct, { a: nest(5000, (inner) => [inner]) }],
    [Struct, nest(5000, (a) => ({ a }))],
    [WellKnown, { any: nest(5000, any) }],
  ] as [AnyMessageType, JsonValue][]) {
    assert.throws(() => fromJson(type, json, { registry }), /nest more than 100 deep/);
  }
});
