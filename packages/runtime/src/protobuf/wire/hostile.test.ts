import assert from "node:assert/strict";
import { test } from "node:test";
import { decode } from "../codec/decode.js";
import { encode } from "../codec/encode.js";
import type { AnyMessageType } from "../type/message-type.js";
import {
  Any,
  Api,
  BytesValue,
  DoubleValue,
  Empty,
  FieldMask,
  FileDescriptorProto,
  Int32Value,
  Int64Value,
  ListValue,
  StringValue,
  Struct,
  UInt32Value,
  UninterpretedOption,
  Value,
} from "../wkt/index.js";
import { ProtobufError } from "./protobuf-error.js";

function refuses(type: AnyMessageType, bytes: readonly number[] | Uint8Array, expected: RegExp): void {
  assert.throws(
    () => decode(type, Uint8Array.from(bytes)),
    (error) => {
      assert.ok(ProtobufError.is(error), String(error));
      assert.equal(error.kind, "decode");
      assert.match(error.message, expected);
      return true;
    },
  );
}

const VARINT_TOO_LONG = [255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1];

test("tags", () => {
  refuses(Empty, [0], /field number 0/);
  refuses(Empty, [2, 0], /field number 0/);
  refuses(Empty, [0x80], /the bytes end within a tag/);
  refuses(Empty, [0x80, 0x80, 0x80, 0x80, 0x80, 1], /a tag of more than 32 bits/);
  refuses(Empty, [0x88, 0x80, 0x80, 0x80, 0x10], /a tag of more than 32 bits/);
  refuses(Empty, [0x80, 0x00], /field number 0/);
  refuses(Empty, [0x0e], /wire type 6 of field 1/);
  refuses(Empty, [0x0f], /wire type 7 of field 1/);
  // An overlong tag is still the tag.
  assert.equal(decode(StringValue, new Uint8Array([0x8a, 0x80, 0x00, 1, 0x61])).value, "a");
});

test("varints", () => {
  refuses(Int32Value, [8, ...VARINT_TOO_LONG], /Int32Value\.value: a varint of more than ten bytes/);
  refuses(Int64Value, [8, ...VARINT_TOO_LONG], /Int64Value\.value: a varint of more than ten bytes/);
  refuses(Int32Value, [8, 0x80], /cut short/);
  refuses(Int64Value, [8, 0x80], /cut short/);
  refuses(Int32Value, [8], /cut short/);
  refuses(Int64Value, [8], /cut short/);
  refuses(Empty, [8, ...VARINT_TOO_LONG], /a varint of more than ten bytes/);
  refuses(Empty, [8], /cut short/);
  // Longer than it need be, and wider than the field: both are allowed.
  assert.equal(decode(Int32Value, new Uint8Array([8, 0x81, 0x80, 0x00])).value, 1);
  assert.equal(decode(Int32Value, new Uint8Array([8, 0x81, 0x80, 0x80, 0x80, 0xf0, 0x7f])).value, 1);
  assert.equal(
    decode(UInt32Value, new Uint8Array([8, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1])).value,
    2 ** 32 - 1,
  );
  assert.equal(decode(Int64Value, new Uint8Array([8, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1])).value, -1n);
});

test("lengths", () => {
  refuses(StringValue, [10], /StringValue\.value: the bytes end within a length/);
  refuses(StringValue, [10, 5, 97], /StringValue\.value: a length of 5 bytes, but only 1 are left/);
  refuses(StringValue, [10, 255, 255, 255, 255, 15], /a length of 4294967295 bytes, but only 0/);
  refuses(StringValue, [10, 255, 255, 255, 255, 16], /a length of more than 32 bits/);
  // 2^32 + 1: must not be taken for 1.
  refuses(StringValue, [10, 0x81, 0x80, 0x80, 0x80, 0x10, 0x61], /a length of more than 32 bits/);
  refuses(StringValue, [10, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1], /a length of more than 32 bits/);
  refuses(BytesValue, [10, 200, 1, 0], /a length of 200 bytes/);
  refuses(Empty, [10, 5, 97], /a length of 5 bytes/);
});

test("a nested value must not reach past the message that holds it, although the array goes on", () => {
  refuses(Struct, [10, 3, 10, 5, 97, 98, 99, 100, 101], /Struct\.fields: a length of 5 bytes, but only 1 are left/);
  refuses(ListValue, [10, 2, 17, 0, 0, 0, 0, 0, 0, 0, 0], /runs past the end/);
  refuses(ListValue, [10, 2, 8, 0x80, 1], /runs past the end/);
});

test("fixed-size values that are cut short", () => {
  refuses(DoubleValue, [9, 1, 2, 3], /runs past the end/);
  refuses(Empty, [9, 1, 2, 3], /runs past the end/);
  refuses(Empty, [13, 1, 2, 3], /runs past the end/);
});

test("UTF-8", () => {
  refuses(StringValue, [10, 2, 0xc0, 0x80], /StringValue\.value: a string that is not UTF-8: .* \(at byte 2 of 4\)/);
  refuses(FieldMask, [10, 1, 0x61, 10, 1, 0xff], /FieldMask\.paths\[1\]: a string that is not UTF-8/);
  refuses(StringValue, [10, 40, ...new Array<number>(39).fill(97), 0xe2], /not UTF-8/);
});

test("a wrong wire type makes the field unknown, and it is kept", () => {
  const bytes = new Uint8Array([8, 5, 13, 1, 2, 3, 4, 9, 1, 2, 3, 4, 5, 6, 7, 8, 11, 8, 1, 12]);
  const message = decode(StringValue, bytes);
  assert.equal(message.value, "");
  assert.deepEqual(message.$unknown, bytes);
  assert.deepEqual(encode(StringValue, message), bytes);
});

test("groups", () => {
  refuses(Empty, [12], /the end tag of group 1 has no start tag/);
  refuses(Empty, [11], /group 1 has no end tag/);
  refuses(Empty, [11, 20], /the end tag of group 2 has no start tag/);
  refuses(Empty, [11, 19, 12, 20], /the end tag of group 1 has no start tag/);
  refuses(Struct, [10, 1, 12], /the end tag of group 1 has no start tag/);
  assert.deepEqual(decode(Empty, new Uint8Array([11, 19, 8, 1, 20, 12])).$unknown?.length, 6);
});

test("nesting: 100 is the limit for messages, groups and unknown groups", () => {
  const nest = (levels: number): Uint8Array => {
    let bytes = new Uint8Array(0);
    for (let i = 0; i < levels; i++) {
      // Value.list_value, ListValue.values
      const field = i % 2 === 0 ? 50 : 10;
      const length = bytes.length < 128 ? [bytes.length] : [(bytes.length & 127) | 128, bytes.length >> 7];
      bytes = new Uint8Array([field, ...length, ...bytes]);
    }
    return bytes;
  };
  assert.ok(decode(ListValue, nest(100)));
  refuses(Value, nest(101), /nest more than 100 deep/);
  const groups = (levels: number): number[] => [
    ...new Array<number>(levels).fill(11),
    ...new Array<number>(levels).fill(12),
  ];
  assert.ok(decode(Empty, Uint8Array.from(groups(100))));
  refuses(Empty, groups(101), /nest more than 100 deep/);
  refuses(Empty, new Array<number>(5_000_000).fill(11), /nest more than 100 deep/);
});

test("a million unknown fields, and a million tiny values, take linear time", () => {
  const unknown = new Uint8Array(2_000_000);
  for (let i = 0; i < unknown.length; i += 2) unknown[i] = 8;
  assert.deepEqual(decode(StringValue, unknown).$unknown, unknown);
  const values = new Uint8Array(2_000_000);
  for (let i = 0; i < values.length; i += 2) values[i] = 10;
  assert.equal(decode(ListValue, values).values.length, 1_000_000);
});

test("a message that comes a hundred thousand times is merged in linear time", () => {
  const part = [66, 2, 10, 0]; // FileDescriptorProto.options with an empty java_package
  const bytes = new Uint8Array(part.length * 100_000);
  for (let i = 0; i < bytes.length; i += part.length) bytes.set(part, i);
  assert.equal(decode(FileDescriptorProto, bytes).options?.javaPackage, "");
});

test("map keys that mean something in JavaScript", () => {
  for (const key of ["__proto__", "constructor", "toString", "hasOwnProperty"]) {
    const fields = Object.fromEntries([[key, { kind: { case: "boolValue", value: true } as const }]]);
    const message = decode(Struct, encode(Struct, { fields }));
    assert.deepEqual(Object.keys(message.fields), [key]);
    assert.equal(Object.getPrototypeOf(message.fields), Object.prototype);
  }
});

test("bytes are copied, whatever kind of array is read", () => {
  const source = Buffer.from([10, 2, 1, 2]);
  const { value } = decode(BytesValue, source);
  source.fill(0);
  assert.deepEqual(value, new Uint8Array([1, 2]));
  assert.equal(Object.getPrototypeOf(value), Uint8Array.prototype);
  const plain = new Uint8Array([0, 10, 2, 1, 2, 0]);
  const part = BytesValue.readFrom(plain, 1, 5);
  plain.fill(0);
  assert.deepEqual(part.value, new Uint8Array([1, 2]));
});

test("a range that is not in the array", () => {
  for (const [start, end] of [
    [-1, 0],
    [0, 3],
    [2, 1],
    [Number.NaN, 1],
  ] as const) {
    assert.throws(() => Any.readFrom(new Uint8Array(2), start, end), ProtobufError);
  }
  assert.throws(() => decode(Any, "text" as never), ProtobufError);
});

test("an error names the path and the offset within the message", () => {
  const good = encode(Api, { name: "n", methods: [{ name: "a" }, { name: "bb" }] });
  const bytes = Uint8Array.from(good);
  bytes[bytes.lastIndexOf(98)] = 0xff;
  assert.throws(
    () => decode(Api, bytes),
    (error) =>
      ProtobufError.is(error) &&
      error.path === "google.protobuf.Api.methods[1].name" &&
      error.offset === bytes.length - 2 &&
      /Api\.methods\[1\]\.name: a string that is not UTF-8.*\(at byte 12 of 14\)/.test(error.message),
  );
  refuses(UninterpretedOption, [18, 1, 10], /UninterpretedOption\.name\[0\]/);
});
