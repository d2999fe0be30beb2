import assert from "node:assert/strict";
import { test } from "node:test";
import {
  clone,
  create,
  decode,
  diff,
  encode,
  equals,
  fromJson,
  fromJsonString,
  fromText,
  merge,
  ProtobufError,
  toJson,
  toText,
} from "hawser/protobuf";
import { dynamicTypes, generatedTypes } from "./test-types.js";

const DEEP = 1_000_000;
/** So many fields show what is not linear, and are still read in a moment if it is. */
const MANY = 200_000;
const THREE = "protobuf_test_messages.proto3.TestAllTypesProto3";
const TWO = "protobuf_test_messages.proto2.TestAllTypesProto2";

/** Each attack is made on generated code and on dynamic types. */
const registries = [generatedTypes().registry, dynamicTypes().registry];
const [registry] = registries;

function refuses(run: () => unknown, message: RegExp): void {
  assert.throws(run, (error: unknown) => {
    assert.ok(error instanceof ProtobufError, String(error));
    assert.match(error.message, message);
    assert.ok(error.message.length < 5000);
    return true;
  });
}

function refusesBytes(typeName: string, bytes: Uint8Array, message: RegExp): void {
  for (const each of registries) refuses(() => decode(each.message(typeName)!, bytes), message);
}

function repeat(count: number, ...bytes: number[]): Uint8Array {
  const all = new Uint8Array(count * bytes.length);
  for (let i = 0; i < all.length; i++) all[i] = bytes[i % bytes.length]!;
  return all;
}

function varint(value: number): number[] {
  const bytes: number[] = [];
  for (; value > 127; value = Math.floor(value / 128)) bytes.push((value % 128) + 128);
  return [...bytes, value];
}

/** `depth` messages, each within the other, under these tags by turns: written from the inside, in linear time. */
function nested(depth: number, ...tags: number[][]): Uint8Array {
  const bytes = new Uint8Array(depth * (Math.max(...tags.map((tag) => tag.length)) + 5));
  let at = bytes.length;
  for (let i = 0; i < depth; i++) {
    const head = [...tags[(depth - 1 - i) % tags.length]!, ...varint(bytes.length - at)];
    at -= head.length;
    bytes.set(head, at);
  }
  return bytes.subarray(at);
}

test("binary: nesting to a depth of a million", () => {
  // recursive_message is field 27, map_string_nested_message 71 (whose value has field 2, which has that map again), data
  // (a group) 201, and 1999 is of no field.
  refusesBytes(THREE, nested(DEEP, [0xda, 1]), /messages nest more than 100 deep/);
  refusesBytes(THREE, nested(DEEP, [0xba, 4], [0x12], [0x12]), /messages nest more than 100 deep/);
  refusesBytes(TWO, nested(DEEP, [0xba, 4], [0x12], [0x12]), /messages nest more than 100 deep/);
  refusesBytes(TWO, repeat(DEEP, 0xcb, 0x0c), /nest more than 100 deep|has no end tag/);
  refusesBytes(THREE, repeat(DEEP, 0xfb, 0x7c), /nest more than 100 deep/);
  refusesBytes(THREE, repeat(DEEP, 0xfc, 0x7c), /end tag of group 1999 has no start tag/);
  refusesBytes("google.protobuf.ListValue", nested(DEEP, [0x0a], [0x32]), /nest more than 100 deep/);
  for (const each of registries) {
    const type = each.message(THREE)!;
    assert.ok(decode(type, nested(100, [0xda, 1])) !== undefined);
    refuses(() => decode(type, nested(101, [0xda, 1])), /100 deep/);
  }
});

test("binary: lengths and varints that lie", () => {
  for (const length of [[5], [0xff, 0x7f], [0xff, 0xff, 0xff, 0xff, 0x0f], [0x80, 0x80, 0x80, 0x80, 0x08]]) {
    for (const tag of [[0x72], [0x7a], [0x92, 1], [0xda, 1], [0xfa, 1], [0xe2, 4], [0xfa, 0x7c]]) {
      refusesBytes(THREE, Uint8Array.from([...tag, ...length, 0, 0]), /a length of \d+ bytes, but only|cut short/);
    }
  }
  refusesBytes(THREE, Uint8Array.from([0x72, ...repeat(5, 0xff), 1]), /a length of more than 32 bits/);
  refusesBytes(THREE, Uint8Array.from([8, ...repeat(10, 0xff), 1]), /a varint of more than ten bytes/);
  refusesBytes(THREE, Uint8Array.from([8, ...repeat(9, 0xff)]), /varint of more than ten bytes, or cut short/);
  refusesBytes(THREE, Uint8Array.from([0xf8, 0x7c, ...repeat(10, 0xff), 1]), /varint of more than ten bytes/);
  refusesBytes(THREE, repeat(10, 0xff), /a tag of more than 32 bits/);
  refusesBytes(THREE, Uint8Array.from([0, 0]), /field number 0/);
  refusesBytes(THREE, Uint8Array.from([0x0e]), /wire type 6 of field 1/);
  refusesBytes(THREE, Uint8Array.from([0x0f]), /wire type 7 of field 1/);
  for (const each of registries) {
    const type = each.message(THREE)!;
    const overlong = Uint8Array.from([8, 0x85, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0]);
    assert.equal((decode(type, overlong) as { optionalInt32: number }).optionalInt32, 5);
    const overlongLength = Uint8Array.from([0x72, 0x81, 0x80, 0x80, 0x80, 0, 0x41]);
    assert.equal((decode(type, overlongLength) as { optionalString: string }).optionalString, "A");
  }
});

test("binary: UTF-8 that is overlong, cut short, of surrogates or past Unicode", () => {
  for (const bytes of [
    [0xc0, 0x80],
    [0xc1, 0xbf],
    [0xe0, 0x80, 0x80],
    [0xe0, 0x9f, 0xbf],
    [0xf0, 0x80, 0x80, 0x80],
    [0xf0, 0x8f, 0xbf, 0xbf],
    [0xed, 0xa0, 0x80],
    [0xed, 0xbf, 0xbf],
    [0xf4, 0x90, 0x80, 0x80],
    [0xf8, 0x88, 0x80, 0x80, 0x80],
    [0x80],
    [0xc3],
    [0xe2, 0x82],
    [0xff],
  ]) {
    refusesBytes(THREE, Uint8Array.from([0x72, bytes.length, ...bytes]), /optional_string: a string that is not UTF-8/);
    const long = [...repeat(60, 0x61), ...bytes];
    refusesBytes(THREE, Uint8Array.from([0x72, long.length, ...long]), /optional_string: a string that is not UTF-8/);
    // As the key of a map, and its value.
    const entry = [0x0a, bytes.length, ...bytes];
    refusesBytes(THREE, Uint8Array.from([0xaa, 4, entry.length, ...entry]), /not UTF-8/);
  }
});

test("binary: many small fields take linear time", () => {
  const attacks = [
    repeat(MANY, 0xf8, 0x7c, 1),
    repeat(MANY, 8, 1),
    repeat(MANY, 0xda, 1, 0),
    repeat(MANY, 0xf8, 1, 1),
    repeat(MANY, 0xfa, 1, 0),
    repeat(MANY, 0x92, 7, 0),
    repeat(MANY, 0xa8, 1, 99),
    repeat(MANY / 2, 0xfb, 0x7c, 0xfc, 0x7c),
  ];
  for (const each of registries) {
    for (const name of [THREE, TWO]) {
      const type = each.message(name)!;
      for (const bytes of attacks) encode(type, decode(type, bytes));
    }
  }
});

test("JSON: nesting to a depth of a million", () => {
  const type = registry!.message(THREE)!;
  const struct = registry!.message("google.protobuf.Struct")!;
  const value = registry!.message("google.protobuf.Value")!;
  for (const text of [
    '{"recursiveMessage":'.repeat(DEEP),
    "[".repeat(DEEP),
    `{"optionalStruct":${'{"a":'.repeat(DEEP)}`,
    `{"unknown":${"[".repeat(DEEP)}`,
    `{"optionalAny":${'{"@type":"a/google.protobuf.Any","value":'.repeat(DEEP / 10)}`,
  ]) {
    refuses(
      () => fromJsonString(type, text, { registry: registry!, ignoreUnknownFields: true }),
      /JSON nests more than/,
    );
  }
  refuses(() => fromJsonString(value, `${"[".repeat(150)}${"]".repeat(150)}`), /messages nest more than 100 deep/);
  refuses(
    () => fromJsonString(struct, `${'{"a":'.repeat(150)}1${"}".repeat(150)}`),
    /messages nest more than 100 deep/,
  );
  // What was not parsed from text may be as deep as it likes.
  let deep: Record<string, never> = {};
  for (let i = 0; i < DEEP; i++) deep = { recursiveMessage: deep } as never;
  refuses(() => fromJson(type, deep), /nest more than 100 deep/);
  let any: Record<string, never> = {};
  for (let i = 0; i < DEEP; i++) any = { "@type": "a/google.protobuf.Any", value: any } as never;
  refuses(() => fromJson(type, { optionalAny: any }, { registry: registry! }), /nest more than 100 deep/);
});

test("an Any within an Any, a million deep: to JSON and to text", () => {
  // { type_url: "a/google.protobuf.Any", value: ... }, the innermost empty.
  const url = [0x0a, 21, ...new TextEncoder().encode("a/google.protobuf.Any")];
  for (const depth of [150, DEEP]) {
    const any = nested(depth, [...url, 0x12]);
    for (const each of registries) {
      const type = each.message("google.protobuf.Any")!;
      const message = decode(type, any);
      refuses(() => toJson(type, message, { registry: each }), /nest more than 100 deep/);
      // The text format may leave an Any as it is, with its bytes: what is too deep is not expanded.
      const text = attempt(() => toText(type, message, { registry: each }));
      assert.ok(text === undefined || text.length < 16 * any.length + 10_000);
      const holder = each.message(THREE)!;
      refuses(() => toJson(holder, { optionalAny: message } as never, { registry: each }), /nest more than 100 deep/);
    }
  }
});

/** The result, or `undefined` if a ProtobufError was thrown. */
function attempt<T>(run: () => T): T | undefined {
  try {
    return run();
  } catch (error) {
    if (error instanceof ProtobufError) return undefined;
    throw error;
  }
}

test("JSON: a million of anything takes linear time, or ends in a clear error", () => {
  const type = registry!.message(THREE)!;
  const options = { registry: registry!, ignoreUnknownFields: true };
  fromJsonString(type, `{"repeatedInt32":[${"1,".repeat(DEEP)}1]}`, options);
  fromJsonString(type, `{"optionalString":"${"\\u0041".repeat(DEEP)}"}`, options);
  fromJsonString(type, `${" ".repeat(DEEP)}{}`, options);
  const members = Array.from({ length: 100_000 }, (_, i) => `"k${i}":"v"`).join(",");
  fromJsonString(type, `{"mapStringString":{${members}}}`, options);
  fromJsonString(type, `{${members}}`, options);
  for (const digits of [`"${"9".repeat(DEEP)}"`, "9".repeat(DEEP), `-0.${"1".repeat(DEEP)}`, `1e${"9".repeat(DEEP)}`]) {
    refuses(() => fromJsonString(type, `{"optionalInt64":${digits}}`), /optionalInt64/);
  }
  refuses(() => fromJsonString(type, `{"optionalString":"${"a".repeat(DEEP)}`), /the string has no end/);
  refuses(() => fromJsonString(type, `{"optionalTimestamp":"${"1".repeat(DEEP)}"}`), /RFC 3339/);
  refuses(() => fromJsonString(type, `{"optionalDuration":"${"1".repeat(DEEP)}s"}`), /not a duration/);
  refuses(() => fromJsonString(type, `{"${"k".repeat(DEEP)}":1}`), /no such field/);
  fromJsonString(type, `{"optionalFieldMask":"${"a,".repeat(DEEP)}a"}`, options);
});

test("text: nesting to a depth of a million", () => {
  const type = registry!.message(THREE)!;
  const options = { registry: registry! };
  for (const text of [
    "recursive_message {".repeat(DEEP),
    "recursive_message: <".repeat(DEEP),
    "reserved_field {".repeat(DEEP),
    `reserved_field ${"{ x ".repeat(DEEP)}`,
    `optional_any { ${"[a/google.protobuf.Any] { ".repeat(DEEP)}`,
    `map_string_nested_message { value { corecursive { ${"map_string_nested_message { value { corecursive { ".repeat(DEEP / 10)}`,
  ]) {
    refuses(() => fromText(type, text, options), /messages nest more than 100 deep/);
  }
  refuses(() => fromText(type, `reserved_field: ${"[".repeat(DEEP)}`, options), /a value is due/);
});

test("text: a million of anything takes linear time, or ends in a clear error", () => {
  const type = registry!.message(THREE)!;
  fromText(type, "repeated_int32: 1 ".repeat(DEEP));
  fromText(type, `repeated_int32: [${"1,".repeat(DEEP)}1]`);
  fromText(type, `optional_string: ${"'a' ".repeat(DEEP)}`);
  fromText(type, `optional_string: '${"\\101".repeat(DEEP)}'`);
  fromText(type, `${"# comment\n".repeat(DEEP)}optional_int32: 1`);
  fromText(type, `${" ".repeat(DEEP)}optional_int32: 1${"\n".repeat(DEEP)}`);
  refuses(() => fromText(type, `optional_int32: ${"9".repeat(DEEP)}`), /is out of the range of int32/);
  refuses(() => fromText(type, `optional_int32: 0x${"f".repeat(DEEP)}`), /is out of the range of int32/);
  fromText(type, `optional_double: ${"9".repeat(DEEP)}`);
  refuses(() => fromText(type, "x".repeat(DEEP)), /has no field/);
  refuses(() => fromText(type, `[${"a.".repeat(DEEP)}`), /the name of an extension or a type URL/);
  refuses(() => fromText(type, `[${"a ".repeat(DEEP)}`), /the name of an extension or a type URL/);
  refuses(() => fromText(type, `optional_string: '${"a".repeat(DEEP)}`), /the string has no end/);
  refuses(() => fromText(type, "-".repeat(DEEP)), /the name of a field is due/);
  refuses(() => fromText(type, `optional_int32: ${"- ".repeat(DEEP)}`), /a whole number/);
});

test("messages made by hand that nest too deep, or contain themselves", () => {
  for (const each of registries) {
    const type = each.message(THREE)!;
    const looping = (): Record<string, unknown> => {
      const message: Record<string, unknown> = { ...(type.empty() as object) };
      message["recursiveMessage"] = message;
      return message;
    };
    const [loop, other] = [looping(), looping()];
    refuses(() => encode(type, loop), /nest/);
    refuses(() => create(type, loop), /nest/);
    refuses(() => clone(type, loop), /nest/);
    refuses(() => equals(type, loop, other), /nest/);
    refuses(() => diff(type, loop, other), /nest/);
    refuses(() => merge(type, type.empty(), loop), /nest/);
    refuses(() => toJson(type, loop), /nest/);
    refuses(() => toText(type, loop), /nest/);
  }
});

test("names that objects have anyway, as keys and values everywhere", () => {
  const names = ["__proto__", "constructor", "toString", "hasOwnProperty", "valueOf", "__defineGetter__"];
  for (const each of registries) {
    const type = each.message(THREE)!;
    const options = { registry: each };
    const map = Object.fromEntries(names.map((name) => [name, name]));
    const init = { mapStringString: map, optionalString: "__proto__" };
    const back = [
      decode(type, encode(type, init)),
      fromJsonString(type, JSON.stringify({ mapStringString: map, optionalString: "__proto__" }), options),
      fromText(type, toText(type, create(type, init)), options),
      clone(type, create(type, init)),
      merge(type, type.empty(), create(type, init)),
    ];
    for (const message of back) {
      const read = (message as { mapStringString: Record<string, string> }).mapStringString;
      assert.deepEqual(Object.entries(read), Object.entries(map));
      assert.equal(Object.getPrototypeOf(read), Object.prototype);
      assert.ok(equals(type, message, create(type, init)));
      assert.deepEqual(diff(type, message, create(type, init)), []);
    }
    for (const name of names) {
      refuses(() => fromJsonString(type, `{"${name}":1}`, options), /has no such field/);
      refuses(() => fromJsonString(type, `{"[${name}]":1}`, options), /has no such field/);
      refuses(() => fromJsonString(type, `{"optionalNestedEnum":"${name}"}`, options), /has no value/);
      refuses(() => fromJsonString(type, `{"optionalAny":{"@type":"a/${name}"}}`, options), /not in the registry/);
      refuses(() => fromText(type, `${name}: 1`, options), /has no field/);
      refuses(() => fromText(type, `[${name}]: 1`, options), /has no extension/);
      refuses(() => fromText(type, `optional_nested_enum: ${name}`, options), /is due/);
      refuses(() => fromText(type, `optional_any { [a/${name}] {} }`, options), /not in the registry/);
      assert.equal(each.message(name), undefined);
      assert.equal(each.extension(name), undefined);
    }
    const struct = each.message("google.protobuf.Struct")!;
    const json = '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}';
    const message = fromJsonString(struct, json);
    assert.equal(JSON.stringify(toJson(struct, message)), json);
    assert.equal(({} as Record<string, unknown>)["polluted"], undefined);
  }
});
