import assert from "node:assert/strict";
import { test } from "node:test";
import { create, decode, encode, equals, fromText, getExtension, setExtension, toText } from "hawser/protobuf";
import * as proto2 from "./gen/google/protobuf/test_messages_proto2.pb.js";
import * as proto3 from "./gen/google/protobuf/test_messages_proto3.pb.js";
import { generatedTypes } from "./test-types.js";

const { registry } = generatedTypes();
const Three = proto3.TestAllTypesProto3;
const Two = proto2.TestAllTypesProto2;

function read(text: string): proto3.TestAllTypesProto3 {
  return fromText(Three, text, { registry });
}

test("what is written is read again, on many lines and on one", () => {
  const message = create(Three, {
    optionalInt64: -(2n ** 63n),
    optionalUint64: 2n ** 64n - 1n,
    optionalFloat: Math.fround(0.1),
    optionalDouble: -0,
    optionalString: "tab\t \"quoted\" 'it' \\ \u0000\u007f é 😀",
    optionalBytes: new Uint8Array([0, 10, 34, 39, 92, 127, 128, 255, 65]),
    optionalNestedMessage: { a: 1, corecursive: { optionalInt32: 2 } },
    repeatedDouble: [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e300, 5e-324],
    repeatedForeignMessage: [{ c: 1 }, {}],
    mapStringString: { __proto__: "x", constructor: "y", "": "z" },
    mapBoolBool: { true: false },
    mapInt64Int64: { "-5": 7n },
    mapStringForeignMessage: { a: { c: 3 } },
    oneofField: { case: "oneofEnum", value: 1 },
  });
  for (const indent of [0, 2, 4]) {
    const text = toText(Three, message, { registry, indent });
    assert.ok(equals(Three, read(text), message), text);
  }
  assert.equal(toText(Three, create(Three, { optionalFloat: Math.fround(0.1) })), "optional_float: 0.1\n");
  const nested = create(Three, { optionalNestedMessage: { a: 1 }, optionalInt32: 5 });
  assert.equal(toText(Three, nested), "optional_int32: 5\noptional_nested_message {\n  a: 1\n}\n");
  assert.equal(toText(Three, nested, { indent: 0 }), "optional_int32: 5 optional_nested_message { a: 1 }");
});

test("every form of a number, string and separator", () => {
  const message = read(`
    # a comment
    optional_int32: - # within
      0x1F, optional_uint32: 017; optional_int64: -0
    optional_double: 1.5e3f optional_float: .5
    repeated_float: [1, 1.F, -inf, INFINITY, nan, 1e-50]
    optional_string: "a" 'b'
      "\\x41\\101\\u00e9\\U0001F600\\n\\?"
    optional_bytes: "\\377\\xfF\\0"
    optional_bool: t  repeated_bool: [True, f, 1, 0]
    optional_nested_enum: BAR repeated_nested_enum: [1, -1]
    optional_nested_message < a: 1 >
    optional_foreign_message: { c: 2 }
    repeated_nested_message [{ a: 1 }, < a: 2 >] repeated_nested_message: { a: 3 }
    map_string_string: [{ key: "k" value: "v" }, { value: "w" }]
    map_int32_int32 {}`);
  assert.deepEqual([message.optionalInt32, message.optionalUint32, message.optionalInt64], [-31, 15, 0n]);
  assert.deepEqual([message.optionalDouble, message.optionalFloat], [1500, 0.5]);
  assert.deepEqual(message.repeatedFloat, [1, 1, -Infinity, Infinity, Number.NaN, 0]);
  assert.equal(message.optionalString, "abAAé😀\n?");
  assert.deepEqual(message.optionalBytes, new Uint8Array([255, 255, 0]));
  assert.deepEqual([message.optionalBool, message.repeatedBool], [true, [true, false, true, false]]);
  assert.deepEqual([message.optionalNestedEnum, message.repeatedNestedEnum], [1, [1, -1]]);
  assert.deepEqual(
    message.repeatedNestedMessage.map(({ a }) => a),
    [1, 2, 3],
  );
  assert.deepEqual(message.mapStringString, { k: "v", "": "w" });
  assert.deepEqual(message.mapInt32Int32, { 0: 0 });
});

test("groups, extensions, reserved names and Any", () => {
  const text = "Data {\n  group_int32: 1\n}\n[protobuf_test_messages.proto2.extension_int32]: 5\n";
  const message = fromText(Two, text, { registry });
  assert.equal(message.data?.groupInt32, 1);
  assert.equal(getExtension(message, proto2.extensionInt32), 5);
  assert.equal(toText(Two, message, { registry }), text);
  setExtension(message, proto2.extensionInt32, 6);
  assert.match(toText(Two, message, { registry }), /extension_int32\]: 6/);
  assert.equal(toText(Two, message), "Data {\n  group_int32: 1\n}\n");
  assert.equal(fromText(Two, "data { group_int32: 2 }").data?.groupInt32, 2);

  const name = "protobuf_test_messages.proto3.TestAllTypesProto3";
  const any = `optional_any {\n  [type.googleapis.com/${name}] {\n    optional_int32: 7\n  }\n}\n`;
  const holder = read(any);
  assert.equal(holder.optionalAny?.typeUrl, `type.googleapis.com/${name}`);
  assert.deepEqual(holder.optionalAny?.value, encode(Three, { optionalInt32: 7 }));
  assert.equal(toText(Three, holder, { registry }), any);
  assert.match(toText(Three, holder), /type_url: "type\.googleapis\.com/);
  holder.optionalAny!.value = new Uint8Array([0xff]);
  assert.match(toText(Three, holder, { registry }), /value: "\\377"/);
  read("reserved_field: [1, 2] reserved_field < x: 'a' 'b' [y.z] { } > reserved_field: -inf");
});

test("unknown fields by their numbers", () => {
  const bytes = encode(Two, {
    optionalInt32: -1,
    optionalFixed32: 16,
    optionalFixed64: 255n,
    optionalString: "text",
    optionalBytes: new Uint8Array([0xff]),
    optionalNestedMessage: { a: 3 },
    data: { groupInt32: 9 },
  });
  const message = decode(proto2.UnknownToTestAllTypes, bytes);
  const text = toText(proto2.UnknownToTestAllTypes, message, { unknownFields: true });
  assert.equal(
    text,
    '1: 18446744073709551615\n7: 0x00000010\n8: 0x00000000000000ff\n14: "text"\n15: "\\377"\n18 {\n  1: 3\n}\n201 {\n  202: 9\n}\n',
  );
  assert.equal(toText(proto2.UnknownToTestAllTypes, message), "");
  assert.throws(() => fromText(proto2.UnknownToTestAllTypes, text), /line 1, column 1: the name of a field is due/);
});

test("what is refused, with its place", () => {
  const cases: [text: string, message: RegExp][] = [
    ["optional_int32 5", /line 1, column 16: ":" is due, not "5"/],
    ["\n  optional_int99: 5", /line 2, column 3: .*has no field "optional_int99"/],
    ["optional_int32: 1 optional_int32: 2", /column 19: the field optional_int32 is there twice/],
    ["oneof_uint32: 1 oneof_string: ''", /the oneof oneofField is set twice/],
    ["optional_int32: 2147483648", /2147483648 is out of the range of int32/],
    ["optional_uint32: -1", /-1 is out of the range of uint32/],
    ["optional_int32: 08", /octal/],
    ["optional_int32: 1x", /not parted/],
    ["optional_int32: 1.0", /a whole number for int32 is due/],
    ["optional_float: 0x1", /a decimal number, inf or nan for a float is due/],
    ["optional_string: 'a\nb'", /the string has no end on its line/],
    ["optional_string: 'a", /the string has no end on its line/],
    ["optional_string: '\\xff'", /do not make UTF-8/],
    ["optional_string: '\\ud800'", /half of a pair of surrogates/],
    ["optional_string: '\\q'", /column 19: there is no escape \\q/],
    ["optional_string: '\\400'", /\\400 is no byte/],
    ["optional_bool: yes", /true, false, 1 or 0 is due, not "yes"/],
    ["optional_nested_enum: NOPE", /a value of .*NestedEnum is due, not "NOPE"/],
    ["optional_nested_message: 5", /a message in \{ \} is due/],
    ["optional_nested_message { a: 1", /the name of a field, or } is due, not the end of the text/],
    ["optional_nested_message { a: 1 >", /is due, not ">"/],
    ["repeated_int32: [1, ]", /is due, not "\]"/],
    ["repeated_int32: [1 2]", /"," or "\]" is due/],
    ["[no.such.extension]: 1", /has no extension "no\.such\.extension"/],
    ["[a.b/c.d] { }", /belongs into a google\.protobuf\.Any/],
    ["optional_any { [a.b/c.d] { } }", /is not in the registry/],
    ["map_string_string { key: 'a' key: 'b' }", /the entry has two of key/],
    ["}", /the name of a field is due, not "}"/],
    ["1: 5", /the name of a field is due/],
    ["__proto__: 1", /has no field "__proto__"/],
    ["constructor { }", /has no field "constructor"/],
    ["optional_nested_enum: toString", /is due, not "toString"/],
  ];
  for (const [text, message] of cases) assert.throws(() => read(text), { name: "ProtobufError", message }, text);
});
