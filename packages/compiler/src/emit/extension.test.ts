import assert from "node:assert/strict";
import { test } from "node:test";
import {
  clearExtension,
  create,
  createRegistry,
  decode,
  encode,
  fromJson,
  getExtension,
  hasExtension,
  ProtobufError,
  setExtension,
  toJson,
} from "hawser/protobuf";
import { FieldOptions, fileDescriptor } from "hawser/wkt";
import { $file_importing } from "./testdata/importing.pb.js";
import {
  $file_proto2,
  extgrp,
  extInt,
  extLetter,
  extLongs,
  extPacked,
  extRep,
  extSub,
  Letter,
  myOpt,
  Two,
  Two_nestedExt,
} from "./testdata/proto2.pb.js";

test("extensions are set, read, counted as unknown fields, and taken off", () => {
  const message = create(Two, { id: 1 });
  assert.equal(getExtension(message, extInt), 7, "the declared default");
  assert.equal(getExtension(message, extSub), undefined);
  assert.deepEqual(getExtension(message, extRep), []);
  assert.equal(hasExtension(message, extInt), false);
  setExtension(message, extInt, -3);
  setExtension(message, extRep, ["a", "b"]);
  setExtension(message, extSub, { ok: true });
  setExtension(message, extPacked, [1, 2, 3]);
  setExtension(message, extgrp, { q: 5 });
  setExtension(message, extLetter, Letter.B);
  setExtension(message, extLongs, [1, 2n]);
  setExtension(message, Two_nestedExt, "n");
  setExtension(message, extInt, 4);
  const back = decode(Two, encode(Two, message));
  assert.equal(getExtension(back, extInt), 4);
  assert.deepEqual(getExtension(back, extRep), ["a", "b"]);
  assert.deepEqual(getExtension(back, extSub), { ok: true });
  assert.deepEqual(getExtension(back, extPacked), [1, 2, 3]);
  assert.deepEqual(getExtension(back, extgrp), { q: 5 });
  assert.equal(getExtension(back, extLetter), Letter.B);
  assert.deepEqual(getExtension(back, extLongs), [1n, 2n]);
  assert.equal(getExtension(back, Two_nestedExt), "n");
  for (const extension of [extInt, extRep, extSub, extPacked, extgrp, extLetter, extLongs, Two_nestedExt]) {
    assert.ok(hasExtension(back, extension));
    clearExtension(back, extension);
    assert.equal(hasExtension(back, extension), false);
  }
  assert.equal("$unknown" in back, false);
});

test("a repeated extension in pieces, a message in pieces, an enum number that is not listed", () => {
  const pieces = decode(
    Two,
    new Uint8Array([8, 1, 0xc0, 6, 1, 0xc2, 6, 2, 2, 3, 0xba, 6, 0, 0xba, 6, 2, 8, 1, 0xd0, 6, 9]),
  );
  assert.deepEqual(getExtension(pieces, extPacked), [1, 2, 3]);
  assert.equal(getExtension(pieces, extLetter), undefined);
});

test("values and bytes that are not of the type", () => {
  const message = create(Two, { id: 1 });
  assert.throws(() => setExtension(message, extInt, 1.5), /\[golden\.two\.ext_int\]: 1\.5 is not an int32/);
  assert.throws(() => setExtension(message, extRep, "x" as never), /takes an array/);
  message.$unknown = new Uint8Array([0xb2, 6, 1, 0xff]);
  assert.throws(() => getExtension(message, extRep), ProtobufError);
  message.$unknown = new Uint8Array([0xb2, 6, 9]);
  assert.throws(() => getExtension(message, extRep), ProtobufError);
});

test("JSON", () => {
  const registry = createRegistry(Two, extInt, extRep, extSub);
  const message = create(Two, { id: 1 });
  setExtension(message, extInt, 5);
  setExtension(message, extRep, ["x"]);
  const json = toJson(Two, message, { registry });
  assert.deepEqual(json, { id: 1, "[golden.two.ext_int]": 5, "[golden.two.ext_rep]": ["x"] });
  assert.deepEqual(toJson(Two, message), { id: 1 });
  assert.equal(getExtension(fromJson(Two, json, { registry }), extInt), 5);
  assert.throws(() => fromJson(Two, json), /has no such field/);
});

test("descriptors come with the code, and hold the options of the schema", () => {
  const file = fileDescriptor($file_proto2);
  assert.equal(file.name, "proto2.proto");
  assert.equal(file.messageType[0]?.name, "Two");
  assert.deepEqual(
    $file_importing.imports.map((imported) => imported.name),
    ["scalars.proto", "proto2.proto"],
  );
  const options = create(FieldOptions);
  setExtension(options, myOpt, "hello");
  assert.equal(getExtension(decode(FieldOptions, encode(FieldOptions, options)), myOpt), "hello");
});
