import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type AnyMessageType,
  clone,
  create,
  decode,
  encode,
  equals,
  fromJson,
  ProtobufError,
  toJson,
} from "hawser/protobuf";
import { FileDescriptorProto, Struct } from "hawser/wkt";
import { Editions } from "./testdata/editions.pb.js";
import { Fields } from "./testdata/hostile-names.pb.js";
import { Two } from "./testdata/proto2.pb.js";
import { Choice, Lists, Maps, Optionals, Scalars, Unpacked, WellKnown } from "./testdata/scalars.pb.js";

/** HAWSER_FUZZ_SEED repeats a run, HAWSER_FUZZ_ROUNDS makes it longer. */
const seed = Number(process.env["HAWSER_FUZZ_SEED"] ?? Date.now() % 2 ** 31);
const rounds = Number(process.env["HAWSER_FUZZ_ROUNDS"] ?? 3000);

/** mulberry32 */
function generator(state: number): (below: number) => number {
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

const types: readonly AnyMessageType[] = [
  Scalars,
  Optionals,
  Lists,
  Unpacked,
  Maps,
  Choice,
  WellKnown,
  Two,
  Editions,
  Fields,
  FileDescriptorProto,
  Struct,
];

/** Bytes that look like fields of the type: its numbers, any wire type, and values nested a little. */
function plausible(type: AnyMessageType, random: (below: number) => number, depth: number): number[] {
  const bytes: number[] = [];
  const varint = (value: number): void => {
    for (; value > 127; value = Math.floor(value / 128)) bytes.push((value % 128) | 128);
    bytes.push(value);
  };
  for (let count = random(6); count > 0; count--) {
    const field = type.fields.length === 0 || random(10) === 0 ? undefined : type.fields[random(type.fields.length)];
    const number = field?.number ?? 1 + random(3000);
    const wireType = random(20) === 0 ? random(8) : [0, 1, 2, 2, 2, 5, 3][random(7)]!;
    varint(number * 8 + wireType);
    if (wireType === 0) varint(random(4) === 0 ? random(2 ** 31) * 2 ** 20 : random(300));
    else if (wireType === 1) for (let i = 0; i < 8; i++) bytes.push(random(256));
    else if (wireType === 5) for (let i = 0; i < 4; i++) bytes.push(random(256));
    else {
      const inner =
        field !== undefined && typeof field.type === "object" && "readFrom" in field.type ? field.type : type;
      const content =
        depth < 4 && random(3) > 0
          ? plausible(inner, random, depth + 1)
          : Array.from({ length: random(20) }, () => random(128));
      if (wireType === 2) varint(random(30) === 0 ? random(1000) : content.length);
      bytes.push(...content);
      if (wireType === 3) varint(number * 8 + 4);
    }
  }
  return bytes;
}

function check(type: AnyMessageType, bytes: Uint8Array): boolean {
  let message: unknown;
  try {
    message = decode(type, bytes);
  } catch (error) {
    assert.ok(ProtobufError.is(error), String(error));
    return false;
  }
  // What was read can be written, and is the same when it is read again.
  const again = encode(type, message);
  const second = decode(type, again);
  assert.ok(equals(type, message, second), "decode(encode(x)) is x");
  assert.deepEqual(encode(type, second), again);
  assert.ok(equals(type, clone(type, message), message));
  assert.ok(equals(type, create(type, message), message));
  return true;
}

test(`decoding never fails but with a ProtobufError (seed ${seed})`, () => {
  const random = generator(seed);
  let whole = 0;
  for (let round = 0; round < rounds; round++) {
    const type = types[random(types.length)]!;
    const bytes =
      random(5) === 0
        ? Uint8Array.from({ length: random(40) }, () => random(256))
        : Uint8Array.from(plausible(type, random, 0));
    if (check(type, bytes)) whole++;
    for (let i = 0; i < 3 && bytes.length > 0; i++) {
      const mutated = random(2) === 0 ? bytes.slice(0, random(bytes.length)) : bytes.slice();
      if (mutated.length > 0) mutated[random(mutated.length)] = random(256);
      if (check(type, mutated)) whole++;
    }
  }
  assert.ok(whole > rounds / 10, `only ${whole} of ${rounds * 4} inputs were messages`);
});

test(`JSON never fails but with a ProtobufError (seed ${seed})`, () => {
  const random = generator(seed);
  const value = (depth: number): unknown => {
    switch (random(depth > 3 ? 6 : 9)) {
      case 0:
        return null;
      case 1:
        return random(2) === 0;
      case 2:
        return [0, -1, 1.5, 1e300, 2 ** 53, -(2 ** 31)][random(6)];
      case 3:
        return ["", "1", "-5", "NaN", "1.5s", "2024-01-01T00:00:00Z", "a.b", "AAA=", "\ud800", "__proto__"][random(10)];
      case 4:
      case 5:
        return random(1000);
      case 6:
        return Array.from({ length: random(3) }, () => value(depth + 1));
      default:
        return object(types[random(types.length)]!, depth + 1);
    }
  };
  const object = (type: AnyMessageType, depth: number): unknown =>
    Object.fromEntries(
      Array.from({ length: random(4) }, () => {
        const field = type.fields[random(type.fields.length)];
        return [random(8) === 0 || field === undefined ? "@type" : field.jsonName, value(depth)];
      }),
    );
  for (let round = 0; round < rounds; round++) {
    const type = types[random(types.length)]!;
    try {
      const message = fromJson(type, object(type, 0) as never, { ignoreUnknownFields: random(2) === 0 });
      assert.ok(equals(type, fromJson(type, toJson(type, message)), message));
    } catch (error) {
      assert.ok(ProtobufError.is(error), String((error as Error).stack));
    }
  }
});
