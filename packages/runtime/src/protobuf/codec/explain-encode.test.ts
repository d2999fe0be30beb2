import assert from "node:assert/strict";
import { test } from "node:test";
import type { AnyMessageType } from "../type/message-type.js";
import { ProtobufError } from "../wire/protobuf-error.js";
import { BytesValue, FieldMask, FileDescriptorProto, Int32Value, Struct, UninterpretedOption } from "../wkt/index.js";
import { encode } from "./encode.js";

const cases: readonly [type: AnyMessageType, message: unknown, path: string, reason: RegExp][] = [
  [Int32Value, { value: 1.5 }, "google.protobuf.Int32Value.value", /1\.5 is not an int32/],
  [BytesValue, { value: "x" }, "google.protobuf.BytesValue.value", /"x" is not a Uint8Array/],
  [FieldMask, { paths: ["a", 5] }, "google.protobuf.FieldMask.paths[1]", /5 is not a string/],
  [FieldMask, { paths: 5 }, "google.protobuf.FieldMask.paths", /5 is not an array/],
  [
    Struct,
    { fields: { a: { kind: { case: "stringValue", value: "\ud800" } } } },
    'google.protobuf.Struct.fields["a"].string_value',
    /lone surrogate/,
  ],
  [Struct, { fields: { a: { kind: 5 } } }, 'google.protobuf.Struct.fields["a"].kind', /5 is not \{ case, value \}/],
  // Among required fields it is the bad one that is named, and not those beside it.
  [
    UninterpretedOption,
    {
      name: [
        { namePart: "a", isExtension: false },
        { namePart: "b", isExtension: 1 },
      ],
    },
    "google.protobuf.UninterpretedOption.name[1].is_extension",
    /1 is not a boolean/,
  ],
  [
    UninterpretedOption,
    { name: [{ namePart: "a" }] },
    "google.protobuf.UninterpretedOption.name[0].is_extension",
    /required field is not set/,
  ],
  // A packed or repeated list is tried as a whole before its values are.
  [
    FileDescriptorProto,
    { publicDependency: [1, 2 ** 31] },
    "google.protobuf.FileDescriptorProto.public_dependency[1]",
    /int32/,
  ],
];

for (const [type, message, path, reason] of cases) {
  test(`an error of encoding names ${path}`, () => {
    assert.throws(
      () => encode(type, message),
      (error) => {
        assert.ok(ProtobufError.is(error), String(error));
        assert.equal(error.kind, "encode");
        assert.equal(error.path, path);
        assert.match(error.message, reason);
        return true;
      },
    );
  });
}
