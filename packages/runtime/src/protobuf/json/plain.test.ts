import { deepEqual, equal, notEqual, ok, throws } from "node:assert/strict";
import { test } from "node:test";
import { create } from "../codec/create.js";
import { createDynamicTypes } from "../dynamic/dynamic-types.js";
import type { AnyMessageType } from "../type/message-type.js";
import {
  FileDescriptorProto,
  FieldDescriptorProto_Label as Label,
  FieldDescriptorProto_Type as Type,
} from "../wkt/google/protobuf/descriptor.pb.js";
import { $file_google_protobuf_timestamp, fileDescriptor, Timestamp } from "../wkt/index.js";
import { fromJsonString } from "./from-json.js";
import { readPlain } from "./read-plain.js";
import { toJsonString } from "./to-json.js";
import { writePlain } from "./write-plain.js";

const SCALARS = Object.entries(Type)
  .map(([name, type]) => [name.slice("TYPE_".length), type] as const)
  .filter(([name]) => !["GROUP", "MESSAGE", "ENUM"].includes(name));

type Field = NonNullable<NonNullable<Parameters<typeof fields>[0]>[number]>;

function fields(list: readonly { readonly [key: string]: unknown }[]) {
  return list.map((each, i) => ({ label: Label.LABEL_OPTIONAL, number: i + 1, ...each }));
}

function message(name: string, list: readonly Field[], more: object = {}) {
  return { name, field: fields(list), ...more };
}

const inner: Field = { type: Type.TYPE_MESSAGE, typeName: ".p.Inner" };
const color: Field = { type: Type.TYPE_ENUM, typeName: ".p.Color" };

const TYPES = createDynamicTypes([
  fileDescriptor($file_google_protobuf_timestamp),
  create(FileDescriptorProto, {
    name: "p.proto",
    package: "p",
    syntax: "proto3",
    dependency: ["google/protobuf/timestamp.proto"],
    enumType: [
      {
        name: "Color",
        value: [
          { name: "NONE", number: 0 },
          { name: "RED", number: 1 },
        ],
      },
    ],
    messageType: [
      message("Inner", [
        { name: "id", type: Type.TYPE_INT32 },
        { name: "of_inner", type: Type.TYPE_MESSAGE, typeName: ".p.Inner" },
      ]),
      message("Singles", [
        ...SCALARS.map(([name, type]) => ({ name: `the_${name.toLowerCase()}`, type })),
        { name: "color", ...color },
        { name: "inner", ...inner },
        { name: "as_number", type: Type.TYPE_UINT64, options: { jstype: 2 } },
        { name: "as_string", type: Type.TYPE_INT64, options: { jstype: 1 } },
        { name: "renamed", type: Type.TYPE_STRING, jsonName: "other name" },
      ]),
      message("Lists", [
        ...SCALARS.map(([name, type]) => ({ name: `the_${name.toLowerCase()}`, type, label: Label.LABEL_REPEATED })),
        { name: "colors", ...color, label: Label.LABEL_REPEATED },
        { name: "inners", ...inner, label: Label.LABEL_REPEATED },
      ]),
      message(
        "Choices",
        [
          ...SCALARS.map(([name, type]) => ({ name: `the_${name.toLowerCase()}`, type, oneofIndex: 0 })),
          { name: "inner", ...inner, oneofIndex: 0 },
          { name: "sure", type: Type.TYPE_INT32, proto3Optional: true, oneofIndex: 1 },
        ],
        { oneofDecl: [{ name: "choice" }, { name: "_sure" }] },
      ),
      message(
        "Other",
        [
          { name: "at", type: Type.TYPE_MESSAGE, typeName: ".google.protobuf.Timestamp" },
          { name: "counts", type: Type.TYPE_MESSAGE, typeName: ".p.Other.CountsEntry", label: Label.LABEL_REPEATED },
        ],
        {
          nestedType: [
            message(
              "CountsEntry",
              [
                { name: "key", type: Type.TYPE_STRING },
                { name: "value", type: Type.TYPE_INT64 },
              ],
              { options: { mapEntry: true } },
            ),
          ],
        },
      ),
    ],
  }),
]);

function type(name: string): AnyMessageType {
  return TYPES.message(`p.${name}`)!;
}

/** A repeatable source of chance (mulberry32). */
function chance(seed: number) {
  let state = seed;
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  return { next, below: (end: number) => Math.floor(next() * end) };
}

const STRINGS = ["", "a", 'q"uote', "back\\slash", "line\n", "é", "💡 idea", "\u2028", "x".repeat(2000), "/", "\x7f"];

function anyValue(field: AnyMessageType["fields"][number], { below, next }: ReturnType<typeof chance>): unknown {
  if (field.type === TYPES.enum("p.Color")) return below(3);
  if (typeof field.type === "object") return below(3) === 0 ? { id: below(9), ofInner: { id: -1 } } : { id: below(2) };
  switch (field.type) {
    case "string":
      return STRINGS[below(STRINGS.length)];
    case "bytes":
      return Uint8Array.from({ length: below(5) }, () => below(256));
    case "bool":
      return below(2) === 1;
    case "double":
      return [0, -0, 1.5, 1e300, -3e-9, Number.NaN, Infinity, next()][below(8)];
    case "float":
      return [0, -0, 1.5, Math.fround(0.1), 3.4028234663852886e38, -Infinity, Math.fround(next())][below(7)];
    case "int32":
    case "sint32":
    case "sfixed32":
      return [0, 1, -1, 2 ** 31 - 1, -(2 ** 31), below(1000)][below(6)];
    case "uint32":
    case "fixed32":
      return [0, 1, 2 ** 32 - 1, below(1000)][below(4)];
    default: {
      const signed = field.type !== "uint64" && field.type !== "fixed64";
      const value = [0n, 1n, 2n ** 53n - 1n, signed ? -5n : 5n, BigInt(below(1000))][below(5)]!;
      return field.longAs === "bigint" ? value : field.longAs === "number" ? Number(value) : String(value);
    }
  }
}

function anyMessage(of: AnyMessageType, random: ReturnType<typeof chance>): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const field of of.fields) {
    if (random.below(3) === 0) continue;
    const value = field.repeated
      ? Array.from({ length: random.below(3) }, () => anyValue(field, random))
      : anyValue(field, random);
    if (field.oneof === undefined) result[field.localName] = value;
    else if (random.below(4) === 0) result[field.oneof] = { case: field.localName, value };
  }
  return result;
}

const NAMES = ["Singles", "Lists", "Choices", "Inner"];

const SEED = 20261128;

test(`plain messages are written and read as by those who know all of ProtoJSON (seed ${SEED})`, () => {
  const random = chance(SEED);
  let read = 0;
  for (let i = 0; i < 2_000; i++) {
    const of = type(NAMES[i % NAMES.length]!);
    const init = anyMessage(of, random);
    const text = toJsonString(of, create(of, init));
    equal(writePlain(of, init), text);
    for (const written of [text, toJsonString(of, create(of, init), { indent: 2 })]) {
      const plain = readPlain(of, written);
      if (plain === undefined) continue;
      read++;
      deepEqual(plain, fromJsonString(of, written));
    }
  }
  // The rest have NaN, enum values without a name and the like.
  ok(read > 2_000, `${read} of 4,000 were read`);
});

test(`of text that was changed nothing is read that is refused otherwise (seed ${SEED})`, () => {
  const random = chance(SEED + 1);
  const characters = '{}[]",:\\ntrue01.-eE+ \n\u0001\ud83d';
  let read = 0;
  for (let i = 0; i < 6_000; i++) {
    const of = type(NAMES[i % NAMES.length]!);
    let text = toJsonString(of, create(of, anyMessage(of, random)));
    for (let changes = 1 + random.below(3); changes > 0; changes--) {
      const at = random.below(text.length + 1);
      const piece = text.slice(random.below(text.length), random.below(text.length));
      const put = random.below(3) === 0 ? piece : characters[random.below(characters.length)]!;
      text = text.slice(0, at) + (random.below(5) === 0 ? "" : put) + text.slice(at + random.below(2));
    }
    const plain = readPlain(of, text);
    if (plain === undefined) continue;
    read++;
    JSON.parse(text);
    deepEqual(plain, fromJsonString(of, text));
  }
  ok(read > 100, `${read} were read`);
});

test(`what is written of a message with wrong values is what is written otherwise, or nothing (seed ${SEED})`, () => {
  const random = chance(SEED + 2);
  const wrong = [null, 5, "x", 1.5, 2n, true, [], {}, [null], { case: "theInt32", value: null }, -0, 2 ** 60];
  let given = 0;
  for (let i = 0; i < 4_000; i++) {
    const of = type([...NAMES, "Other"][i % 5]!);
    const init = anyMessage(of, random);
    const field = of.fields[random.below(of.fields.length)]!;
    init[field.oneof ?? field.localName] = wrong[random.below(wrong.length)];
    const text = writePlain(of, init);
    if (text === undefined) given++;
    else equal(text, toJsonString(of, create(of, init)));
  }
  ok(given > 1_000, `${given} of 4,000 were given up`);
});

test("the usual is read without help", () => {
  for (const [name, text] of [
    ["Singles", '{"theString":"a","theInt32":-7,"theUint64":"5","theBool":true,"color":"RED","theDouble":1e3}'],
    ["Singles", '{"the_string":"\\u00e9\\n","other name":"💡","inner":{"id":1,"ofInner":{}}}'],
    ["Singles", ' {\n "theBool" : false ,\t"theInt64":-12,"asNumber":"9","asString":3,"theBytes":"-_8" }\r\n'],
    ["Lists", '{"theInt32":[1,2],"inners":[{"id":1},{}],"colors":["RED"],"theString":[],"theBool":null}'],
    ["Choices", '{"theFloat":0.1,"sure":0}'],
    ["Inner", "{}"],
  ] as const) {
    const plain = readPlain(type(name), text);
    notEqual(plain, undefined, text);
    deepEqual(plain, fromJsonString(type(name), text));
  }
  equal(writePlain(type("Other"), { counts: { a: 1, 'b"': 2n } }), '{"counts":{"a":"1","b\\"":"2"}}');
});

test("what is wrong or unusual is given up", () => {
  const refused = [
    "",
    "[]",
    "null",
    "{",
    '{"id":1,}',
    '{"id":1}}',
    '{"id":1,"id":2}',
    '{"id":01}',
    '{"id":-}',
    '{"id":2147483648}',
    '{"id":-2147483649}',
    '{"id":"x"}',
    '{"id":1.5}',
    '{"no":1}',
    '{"id\\":1}',
    "{id:1}",
    '{"ofInner":1}',
    `${'{"ofInner":'.repeat(102)}{}${"}".repeat(102)}`,
  ];
  for (const text of refused) {
    equal(readPlain(type("Inner"), text), undefined, text);
    throws(() => fromJsonString(type("Inner"), text), text);
  }
  for (const text of [
    '{"theString":"\ud83d"}',
    '{"theString":"\\ud83d"}',
    '{"theString":"a\nb"}',
    '{"theString":"\\x"}',
    '{"theString":"a',
    '{"theString":"a\\',
    '{"color":"GREEN"}',
    '{"color":"red"}',
    '{"color":true}',
    '{"theUint32":-1}',
    '{"theUint64":"-1"}',
    '{"theUint64":-1}',
    '{"theInt64":"9223372036854775808"}',
    '{"asNumber":"999999999999999999"}',
    '{"theFloat":1e39}',
    '{"theDouble":1e999}',
    '{"theDouble":.5}',
    '{"theBool":"true"}',
    '{"theBytes":"*"}',
    '{"the_string":"a","theString":"b"}',
    '{"inner":[]}',
  ]) {
    equal(readPlain(type("Singles"), text), undefined, text);
    throws(() => fromJsonString(type("Singles"), text), text);
  }
  for (const text of ['{"theInt32":[null]}', '{"theInt32":[1,]}', '{"theInt32":1}', '{"inners":[1]}']) {
    equal(readPlain(type("Lists"), text), undefined, text);
    throws(() => fromJsonString(type("Lists"), text), text);
  }
  throws(() => fromJsonString(type("Choices"), '{"theInt32":1,"theBool":true}'));
  equal(readPlain(type("Choices"), '{"theInt32":1,"theBool":true}'), undefined);
  // Unusual, but right.
  for (const [name, text] of [
    ["Singles", '{"theInt32":1.0}'],
    ["Singles", '{"theInt32":"5"}'],
    ["Singles", '{"theInt32":-0}'],
    ["Singles", '{"color":7}'],
    ["Singles", '{"theDouble":"NaN"}'],
    ["Singles", '{"theInt64":12345678901234567}'],
    ["Singles", '{"the\\u0049nt32":1}'],
    ["Other", '{"at":"2026-11-28T00:00:00Z","counts":{"a":"1"}}'],
  ] as const) {
    equal(readPlain(type(name), text), undefined, text);
    fromJsonString(type(name), text);
  }
  equal(readPlain(Timestamp, '"2026-11-28T00:00:00Z"'), undefined);
  equal(writePlain(Timestamp, { seconds: 1n }), undefined);
  equal(writePlain(type("Other"), { at: new Date(0) }), undefined);
});
