/** Descriptors whose names of types have no dot in front, as those of protobuf.js and so the reflection of grpc-js. */
import { deepStrictEqual, throws } from "node:assert/strict";
import { test } from "node:test";
import { create } from "../codec/create.js";
import { fromJson } from "../json/from-json.js";
import { toJson } from "../json/to-json.js";
import { FileDescriptorProto, type FileDescriptorProtoInit } from "../wkt/google/protobuf/descriptor.pb.js";
import { createDynamicTypes } from "./dynamic-types.js";

const OPTIONAL = 1;
const REPEATED = 3;
const STRING = 9;
const MESSAGE = 11;
const ENUM = 14;

const FILE: FileDescriptorProtoInit = {
  name: "a.proto",
  package: "a.b",
  syntax: "proto3",
  enumType: [
    {
      name: "Kind",
      value: [
        { name: "NONE", number: 0 },
        { name: "SOME", number: 1 },
      ],
    },
  ],
  messageType: [
    { name: "Inner", field: [{ name: "text", number: 1, label: OPTIONAL, type: STRING }] },
    {
      name: "Outer",
      field: [
        { name: "kind", number: 1, label: OPTIONAL, type: ENUM, typeName: "Kind" },
        { name: "inner", number: 2, label: OPTIONAL, type: MESSAGE, typeName: "Inner" },
        { name: "other", number: 3, label: OPTIONAL, type: MESSAGE, typeName: "b.Inner" },
        { name: "map", number: 4, label: REPEATED, type: MESSAGE, typeName: "MapEntry" },
        { name: "self", number: 5, label: OPTIONAL, type: MESSAGE, typeName: "a.b.Outer" },
      ],
      nestedType: [
        { name: "Inner", field: [{ name: "number", number: 1, label: OPTIONAL, type: 5 }] },
        {
          name: "MapEntry",
          options: { mapEntry: true },
          field: [
            { name: "key", number: 1, label: OPTIONAL, type: STRING },
            { name: "value", number: 2, label: OPTIONAL, type: MESSAGE, typeName: "Inner" },
          ],
        },
      ],
    },
  ],
  service: [{ name: "S", method: [{ name: "M", inputType: "Outer", outputType: "b.Inner" }] }],
};

test("the innermost scope that has the name is meant", () => {
  const types = createDynamicTypes([create(FileDescriptorProto, FILE)]);
  const outer = types.message("a.b.Outer")!;
  const json = {
    kind: "SOME",
    inner: { number: 1 },
    other: { text: "x" },
    map: { k: { number: 2 } },
    self: { kind: "SOME" },
  };
  deepStrictEqual(toJson(outer, fromJson(outer, json)), json);
  const method = types.service("a.b.S")?.methods["m"];
  deepStrictEqual([method?.input.typeName, method?.output.typeName], ["a.b.Outer", "a.b.Inner"]);
});

test("a name that no scope has is an error that names who refers to it", () => {
  const field = { name: "f", number: 1, label: OPTIONAL, type: MESSAGE, typeName: "Gone" } as const;
  const file = create(FileDescriptorProto, { ...FILE, messageType: [{ name: "M", field: [field] }], service: [] });
  throws(() => createDynamicTypes([file]), /a\.b\.M\.f: the type "Gone" is in none of the files/);
});
