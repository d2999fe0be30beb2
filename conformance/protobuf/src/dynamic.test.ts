import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type AnyMessageType,
  create,
  createDynamicTypes,
  decode,
  encode,
  fromJson,
  getExtension,
  ProtobufError,
  setExtension,
  toJson,
} from "hawser/protobuf";
import {
  DescriptorProto,
  type DescriptorProtoInit,
  FileDescriptorProto,
  type FileDescriptorProtoInit,
  fileDescriptor,
  Timestamp,
} from "hawser/wkt";
import * as closed from "./gen/evolution/closed.pb.js";
import { dynamicTypes, generatedTypes } from "./test-types.js";

const generated = generatedTypes().registry;
const dynamic = dynamicTypes().registry;

const NAMES = [
  "protobuf_test_messages.proto3.TestAllTypesProto3",
  "protobuf_test_messages.proto2.TestAllTypesProto2",
  "protobuf_test_messages.proto2.TestAllRequiredTypesProto2",
  "protobuf_test_messages.editions.TestAllTypesEdition2023",
  "protobuf_test_messages.editions.proto2.TestAllTypesProto2",
  "protobuf_test_messages.editions.proto3.TestAllTypesProto3",
  "google.protobuf.Struct",
  "google.protobuf.Any",
];

function file(init: FileDescriptorProtoInit): FileDescriptorProto {
  return create(FileDescriptorProto, { name: "x.proto", syntax: "proto3", ...init });
}

function types(...messageType: DescriptorProtoInit[]): ReturnType<typeof createDynamicTypes> {
  return createDynamicTypes([file({ package: "x", messageType })]);
}

test("the tables of fields and the empty messages are those of generated code", () => {
  for (const name of NAMES) {
    const [ours, theirs] = [dynamic.message(name)!, generated.message(name)!];
    assert.deepEqual(ours.empty(), theirs.empty());
    assert.deepEqual(Object.keys(ours.empty() as object), Object.keys(theirs.empty() as object));
    assert.deepEqual(ours.reservedNames, theirs.reservedNames);
    assert.equal(ours.fields.length, theirs.fields.length);
    ours.fields.forEach((field, i) => {
      const other = theirs.fields[i]!;
      const plain = ({ type, ...rest }: (typeof ours.fields)[number]): unknown => [
        rest,
        typeof type === "object" ? type.typeName : type,
      ];
      assert.deepEqual(plain(field), plain(other));
    });
  }
});

test("the same messages go in and come out", () => {
  const init = {
    optionalInt64: 5,
    optionalNestedMessage: { a: 1, corecursive: { optionalString: "in" } },
    repeatedInt32: [1, -2, 300],
    repeatedNestedMessage: [{ a: 1 }, {}],
    mapStringNestedMessage: { a: { a: 2 }, __proto__: {} },
    oneofField: { case: "oneofNestedMessage", value: { a: 9 } },
    optionalTimestamp: new Date(1_700_000_000_123),
  };
  const [ours, theirs] = [dynamic.message(NAMES[0]!)!, generated.message(NAMES[0]!)!];
  const bytes = encode(theirs, init);
  assert.deepEqual(encode(ours, init), bytes);
  assert.deepEqual(decode(ours, bytes), decode(theirs, bytes));
  assert.deepEqual(toJson(ours, decode(ours, bytes)), toJson(theirs, decode(theirs, bytes)));
  assert.throws(() => encode(ours, { optionalInt32: "x" }), /TestAllTypesProto3\.optional_int32: "x" is not an int32/);
  assert.throws(() => encode(ours, { oneofField: { case: "no" } }), /has no case/);
});

test("a Timestamp of its own takes a Date as well", () => {
  const type = createDynamicTypes([file({ ...protoOf(Timestamp) })]).message("google.protobuf.Timestamp")!;
  assert.deepEqual(encode(type, new Date(5)), encode(Timestamp, new Date(5) as never));
});

function protoOf(type: AnyMessageType): FileDescriptorProtoInit {
  const message: DescriptorProtoInit = {
    name: "Timestamp",
    field: type.fields.map(({ name, number, type: scalar }) => ({
      name,
      number,
      label: 1,
      type: scalar === "int64" ? 3 : 5,
    })),
  };
  return { package: "google.protobuf", messageType: [message] };
}

test("extensions, enums, services and files", () => {
  const all = createDynamicTypes([
    fileDescriptor(closed.$file_evolution_closed),
    file({
      name: "s.proto",
      package: "s",
      messageType: [{ name: "M" }],
      service: [
        {
          name: "S",
          method: [
            { name: "Get", inputType: ".s.M", outputType: ".s.M" },
            { name: "get", inputType: ".s.M", outputType: ".s.M", clientStreaming: true, serverStreaming: true },
          ],
        },
      ],
    }),
  ]);
  const before = all.message("evolution.closed.Before")!;
  const remark = all.extension("evolution.closed.remark")!;
  const message = decode(before, encode(before, {})) as object;
  setExtension(message, remark, "hm");
  assert.equal(getExtension(message, remark), "hm");
  assert.equal(all.enum("evolution.closed.State")?.closed, true);
  assert.deepEqual(
    toJson(before, fromJson(before, { "[evolution.closed.remark]": "a" }, { registry: all }), { registry: all }),
    {
      "[evolution.closed.remark]": "a",
    },
  );
  const { methods } = all.service("s.S")!;
  assert.deepEqual(
    Object.entries(methods).map(([name, { kind, path }]) => [name, kind, path]),
    [
      ["get", "unary", "/s.S/Get"],
      ["get$", "bidi_streaming", "/s.S/get"],
    ],
  );
  assert.equal(all.service("s.S")?.file?.name, "s.proto");
  assert.deepEqual(all.file("s.proto")?.descriptor, encode(FileDescriptorProto, fileDescriptor(all.file("s.proto")!)));
});

test("a message of 150 fields, and field numbers up to the last", () => {
  const field = Array.from({ length: 150 }, (_, i) => ({ name: `f${i}`, number: i + 1, label: 1, type: 5 }) as const);
  const type = types({
    name: "M",
    field: [...field, { name: "last", number: 2 ** 29 - 1, label: 1, type: 9 }],
  }).message("x.M")!;
  const init = { f0: 1, f149: 2, last: "z" };
  const message = decode(type, encode(type, init)) as Record<string, unknown>;
  assert.deepEqual([message["f0"], message["f149"], message["last"], message["f77"]], [1, 2, "z", 0]);
});

test("hostile names are only names", () => {
  const type = types({
    name: "constructor",
    field: ["__proto__", "constructor", "toString", "hasOwnProperty", "valueOf"].map((name, i) => ({
      name,
      number: i + 1,
      label: 1,
      type: 9,
    })),
  }).message("x.constructor")!;
  const message = decode(type, encode(type, {})) as object;
  assert.equal(Object.getPrototypeOf(message), Object.prototype);
  assert.equal(Object.keys(message).length, 5);
  const json = JSON.parse('{"__proto__":"a","constructor":"b","toString":"c"}');
  const read = fromJson(type, json) as Record<string, unknown>;
  assert.deepEqual(
    type.fields.slice(0, 3).map(({ localName }) => read[localName]),
    ["a", "b", "c"],
  );
  assert.equal(({} as Record<string, unknown>)["a"], undefined);
});

test("descriptors that no compiler makes are refused, naming the declaration", () => {
  const name = "M";
  const int = { label: 1, type: 5 } as const;
  const cases: [DescriptorProtoInit[], RegExp][] = [
    [[{ name: "a b" }], /x: "a b" is no name/],
    [[{}], /x: undefined is no name/],
    [[{ name }, { name }], /x\.M: is declared twice/],
    [[{ name, field: [{ name: "f", number: 0, ...int }] }], /x\.M\.f: 0 is no field number/],
    [[{ name, field: [{ name: "f", number: -1, ...int }] }], /x\.M\.f: -1 is no field number/],
    [
      [
        {
          name,
          field: [
            { name: "f", number: 1, ...int },
            { name: "g", number: 1, ...int },
          ],
        },
      ],
      /x\.M\.g: the number 1 is taken/,
    ],
    [
      [{ name, field: [{ name: "f", number: 1, label: 1, type: 11, typeName: ".x.N" }] }],
      /x\.M\.f: the type ".x.N" is in none/,
    ],
    [[{ name, field: [{ name: "f", number: 1, label: 1, type: 99 as never }] }], /the type undefined is in none/],
    [[{ name, field: [{ name: "f", number: 1, ...int, oneofIndex: 3 }] }], /x\.M\.f: its oneof: undefined is no name/],
    [
      [
        { name: "E", options: { mapEntry: true } },
        { name, field: [{ name: "f", number: 1, label: 3, type: 11, typeName: ".x.E" }] },
      ],
      /the entry of the map has no field 2/,
    ],
  ];
  for (const [messages, message] of cases) {
    assert.throws(
      () => types(...messages),
      (error: unknown) => error instanceof ProtobufError && error.kind === "schema" && message.test(error.message),
      String(message),
    );
  }
});

test("a type that contains itself a thousand times over", () => {
  let deep: DescriptorProtoInit = { name: "M" };
  for (let i = 0; i < 90; i++) deep = { name: "M", nestedType: [deep] };
  assert.equal(types(deep).messages.length, 91);
  assert.ok(DescriptorProto.fields.length > 0);
});

test("an extension of a message set may have a number that no tag has room for; it cannot be set", () => {
  const item: DescriptorProtoInit = {
    name: "Item",
    extension: [{ name: "item", number: 2 ** 31 - 2, label: 1, type: 11, typeName: ".x.Item", extendee: ".x.Set" }],
  };
  const set: DescriptorProtoInit = {
    name: "Set",
    options: { messageSetWireFormat: true },
    extensionRange: [{ start: 4, end: 2 ** 31 - 1 }],
  };
  const types = createDynamicTypes([
    create(FileDescriptorProto, { name: "x.proto", package: "x", messageType: [set, item] }),
  ]);
  const extension = types.extension("x.Item.item")!;
  const message = types.message("x.Set")!.empty() as object;
  assert.equal(getExtension(message, extension), undefined);
  assert.throws(
    () => setExtension(message, extension, {}),
    (error) => ProtobufError.is(error) && /\[x\.Item\.item\]: .*2147483646 is one of a message set/.test(error.message),
  );
});
