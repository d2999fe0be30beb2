import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { type AnyMessageType, create, decode, encode, equals, ProtobufError } from "hawser/protobuf";
import protobuf from "protobufjs";
import { Editions } from "./testdata/editions.pb.js";
import { Fields, Record$ } from "./testdata/hostile-names.pb.js";
import { Letter, Two } from "./testdata/proto2.pb.js";
import {
  Choice,
  Color,
  Empty,
  JsTypes,
  Lists,
  Maps,
  Optionals,
  Scalars,
  Unpacked,
  WellKnown,
} from "./testdata/scalars.pb.js";

/** The sources: tests run from `dist/emit`. */
const TESTDATA = join(import.meta.dirname, "../../src/emit/testdata");

function peer(file: string, name: string): protobuf.Type {
  const root = new protobuf.Root();
  root.resolvePath = (_origin, target) =>
    target.startsWith("google/protobuf/")
      ? join(import.meta.dirname, "../../../../node_modules/protoc/include", target)
      : join(TESTDATA, target);
  root.loadSync(file, { keepCase: false });
  return root.lookupType(name);
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}

/** Our bytes through protobuf.js and back are the same bytes, and the same message. */
function agree(type: AnyMessageType, file: string, init: unknown): Uint8Array {
  const bytes = encode(type, init);
  const other = peer(file, type.typeName);
  const theirs = other.encode(other.decode(bytes)).finish();
  const message = decode(type, bytes);
  assert.equal(hex(encode(type, message)), hex(bytes), "encode(decode(x)) is x");
  assert.ok(equals(type, decode(type, theirs), message), "what protobuf.js makes of it is the same message");
  assert.ok(equals(type, create(type, init), message), "create gives what comes back");
  return bytes;
}

const EDGES = {
  d: [0, 1.5, -0.1, 1e308, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 5e-324],
  f: [0, 1.5, -2.25, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
  i32: [0, 1, -1, 127, 128, 16383, 16384, 2 ** 31 - 1, -(2 ** 31)],
  i64: [0n, 1n, -1n, 127n, 128n, 2n ** 32n, -(2n ** 32n), 2n ** 63n - 1n, -(2n ** 63n)],
  u32: [0, 1, 127, 128, 2 ** 32 - 1],
  u64: [0n, 1n, 128n, 2n ** 63n, 2n ** 64n - 1n],
  s32: [0, 1, -1, 63, -64, 2 ** 31 - 1, -(2 ** 31)],
  s64: [0n, 1n, -1n, -64n, 2n ** 63n - 1n, -(2n ** 63n)],
  f32: [0, 1, 2 ** 32 - 1],
  f64: [0n, 1n, 2n ** 64n - 1n],
  sf32: [0, -1, 2 ** 31 - 1, -(2 ** 31)],
  sf64: [0n, -1n, 2n ** 63n - 1n, -(2n ** 63n)],
  b: [false, true],
  s: [
    "",
    "a",
    "abc",
    "12345678",
    "0123456789abcdef",
    "é",
    "日本語",
    "😀",
    "\u0000",
    "x".repeat(24),
    "x".repeat(25),
    `é${"x".repeat(23)}`,
    "é".repeat(64),
    "x".repeat(127),
    "x".repeat(128),
    "日".repeat(43),
    "😀".repeat(5000),
    "y".repeat(20000),
  ],
  by: [new Uint8Array(0), new Uint8Array([0, 255, 1]), new Uint8Array(200).fill(7)],
  color: [0, 1, -5, 77],
} as const;

test("every scalar type at its edges, alone, optional, packed and unpacked", () => {
  for (const [name, values] of Object.entries(EDGES)) {
    for (const value of values) {
      agree(Scalars, "scalars.proto", { [name]: value });
      agree(Optionals, "scalars.proto", { [name]: value });
    }
    agree(Lists, "scalars.proto", { [name]: values });
    agree(Unpacked, "scalars.proto", { [name]: values });
  }
  agree(Lists, "scalars.proto", EDGES);
});

test("packed is read where unpacked is declared, and the other way round", () => {
  const packed = encode(Lists, EDGES);
  const unpacked = encode(Unpacked, EDGES);
  assert.notEqual(hex(packed), hex(unpacked));
  assert.equal(hex(encode(Unpacked, decode(Unpacked, packed))), hex(unpacked));
  assert.equal(hex(encode(Lists, decode(Lists, unpacked))), hex(packed));
});

test("fields without presence are not written when they are zero, minus zero is", () => {
  const zero = { d: 0, f: 0, i32: 0, i64: 0n, u64: 0, b: false, s: "", by: new Uint8Array(0), color: 0 };
  assert.equal(encode(Scalars, zero).length, 0);
  assert.equal(hex(encode(Scalars, { d: -0 })), "090000000000000080");
  assert.ok(Object.is(decode(Scalars, encode(Scalars, { d: -0 })).d, -0));
  assert.equal(encode(Optionals, { i32: 0, s: "" }).length, 4);
  const empty = decode(Optionals, new Uint8Array(0));
  assert.deepEqual(Object.keys(empty).length, 16);
  assert.ok(Object.values(empty).every((value) => value === undefined));
});

test("64-bit fields take numbers and, with jstype, strings", () => {
  assert.equal(
    hex(encode(Scalars, { i64: 5, u64: 2 ** 40, s64: -3, f64: 9, sf64: -9 })),
    hex(encode(Scalars, { i64: 5n, u64: 2n ** 40n, s64: -3n, f64: 9n, sf64: -9n })),
  );
  const message = decode(
    JsTypes,
    encode(JsTypes, { asString: "-9007199254740993", asNumber: 42, strings: ["1", 2n, 3], numbers: [1, 2n, -3] }),
  );
  assert.deepEqual(message, {
    asString: "-9007199254740993",
    asNumber: 42,
    strings: ["1", "2", "3"],
    numbers: [1, 2, -3],
    maybe: undefined,
  });
  assert.equal(encode(JsTypes, { asString: "0", asNumber: 0 }).length, 0);
  assert.throws(
    () =>
      decode(
        JsTypes,
        encode(Scalars, { d: 0, u32: 0, f: 0, i32: 0 }).length === 0
          ? new Uint8Array([16, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1])
          : new Uint8Array(0),
      ),
    /safe integer/,
  );
});

test("maps: every kind of key and value, and __proto__", () => {
  agree(Maps, "scalars.proto", {
    strings: { a: "1", "": "", constructor: "c", toString: "t" },
    messages: { 1: { s: "one" }, [-5]: {} },
    longs: { "9223372036854775807": new Uint8Array([1]), "-1": new Uint8Array(0) },
    bools: { true: 1.5, false: 0 },
    colors: { x: Color.COLOR_RED, y: 99 },
    s32: { "-7": 8n, 7: -8n },
    f64: { "18446744073709551615": 0.5 },
    times: { t: { seconds: 1n, nanos: 2 } },
  });
  const evil = JSON.parse('{"__proto__": "polluted"}') as { [key: string]: string };
  const message = decode(Maps, encode(Maps, { strings: evil }));
  assert.deepEqual(Object.keys(message.strings), ["__proto__"]);
  assert.equal(Object.getPrototypeOf(message.strings), Object.prototype);
  assert.equal(({} as Record<string, unknown>)["polluted"], undefined);
  assert.deepEqual(Object.keys(create(Maps, { strings: evil }).strings), ["__proto__"]);
  // A map of an entry without key and value: both take their defaults.
  assert.deepEqual(decode(Maps, new Uint8Array([10, 0, 18, 0])).messages, { 0: decode(Scalars, new Uint8Array(0)) });
});

test("oneofs", () => {
  for (const body of [
    { case: "url", value: "" },
    { case: "number", value: 0n },
    { case: "message", value: { s: "x" } },
    { case: "color", value: Color.COLOR_UNSPECIFIED },
    { case: "raw", value: new Uint8Array([1]) },
    { case: "at", value: { seconds: 5n } },
  ] as const) {
    const bytes = agree(Choice, "scalars.proto", { body, otherField: "o" });
    assert.equal(decode(Choice, bytes).body?.case, body.case);
  }
  assert.deepEqual(decode(Choice, new Uint8Array(0)), { body: undefined, otherField: "" });
  // The last one wins; two of the same message are merged.
  assert.deepEqual(decode(Choice, new Uint8Array([10, 1, 97, 16, 5])).body, { case: "number", value: 5n });
  const twice = new Uint8Array([
    ...encode(Choice, { body: { case: "message", value: { s: "x" } } }),
    ...encode(Choice, { body: { case: "message", value: { i32: 3 } } }),
  ]);
  const merged = decode(Choice, twice).body;
  assert.ok(merged?.case === "message" && merged.value.s === "x" && merged.value.i32 === 3);
});

test("a message that comes twice is merged, a scalar that comes twice is the last", () => {
  const a = encode(Scalars, { message: { s: "a", i32: 1, message: { b: true } } });
  const b = encode(Scalars, { message: { i32: 2, message: { d: 1.5 } } });
  const merged = decode(Scalars, new Uint8Array([...a, ...b])).message;
  assert.deepEqual([merged?.s, merged?.i32, merged?.message?.b, merged?.message?.d], ["a", 2, true, 1.5]);
});

test("a Date stands for a Timestamp wherever one is", () => {
  const date = new Date("2024-02-29T12:34:56.789Z");
  const at = { seconds: 1709210096n, nanos: 789_000_000 };
  const bytes = encode(WellKnown, { at: date, times: [date, at], struct: { fields: {} } });
  assert.equal(hex(bytes), hex(encode(WellKnown, { at, times: [at, at], struct: { fields: {} } })));
  assert.deepEqual(create(WellKnown, { at: date }).at, at);
  assert.deepEqual(decode(WellKnown, bytes).times, [at, at]);
  const before = new Date(-1);
  assert.deepEqual(decode(WellKnown, encode(WellKnown, { at: before })).at, { seconds: -1n, nanos: 999_000_000 });
  assert.throws(() => encode(WellKnown, { at: new Date(Number.NaN) }), /WellKnown\.at: the Date is invalid/);
});

test("proto2: groups, required fields, closed enums", () => {
  const init = {
    id: 1,
    name: "n",
    letter: Letter.A,
    letters: [Letter.B, Letter.A],
    packedLetters: [Letter.B],
    grp: { x: 5, grp: { x: 6 }, two: { id: 9 } },
    rep: [{ s: "a" }, {}, { s: "c" }],
    zeros: { k: 1 as const },
    choice: { case: "one", value: { z: 0 } },
    packed: [1, 2],
    unpacked: [3, 4],
    flag: false,
    sub: { ok: true },
  } as const;
  // protobuf.js cannot read a group within a oneof, so this one is not put to it.
  const whole = decode(Two, encode(Two, init));
  assert.equal(hex(encode(Two, whole)), hex(encode(Two, init)));
  assert.ok(equals(Two, create(Two, init), whole));
  assert.equal(hex(encode(Two, { id: 1, grp: { x: 5 } })), "08014b08054c");
  assert.throws(() => encode(Two, {}), /golden\.two\.Two\.id: required field is not set/);
  assert.throws(() => encode(Two, { id: 1, sub: {} }), /golden\.two\.Two\.sub\.ok: required/);
  assert.throws(() => decode(Two, new Uint8Array(0)), /required field "id" is not set/);
  // 3 is no letter: alone, in a packed list, and as the value of a map.
  const bytes = new Uint8Array([8, 1, 48, 3, 56, 1, 56, 3, 66, 2, 2, 3, 90, 5, 10, 1, 107, 16, 9]);
  const message = decode(Two, bytes);
  assert.deepEqual([message.letter, message.letters, message.packedLetters, message.zeros], [undefined, [1], [2], {}]);
  assert.equal(hex(message.$unknown!), "30033803400 35a050a016b1009".replace(" ", ""));
  assert.equal(decode(Two, encode(Two, message)).$unknown?.length, message.$unknown?.length);
});

test("editions: presence, delimited messages, expanded lists, unchecked strings", () => {
  const bytes = encode(Editions, {
    explicit: 0,
    required: 0,
    delimited: { number: 1, child: { number: 2 } },
    prefixed: { number: 3 },
    expanded: [1, 2],
    packed: [1, 2],
    children: [{}, { number: 4 }],
    map: { a: { number: 5 } },
    choice: { case: "child", value: { number: 6 } },
  });
  assert.equal(
    hex(bytes),
    "10001800" +
      "23" +
      "0801" +
      "13" +
      "0802" +
      "14" +
      "24" +
      "2a020803" +
      "30013002" +
      "3a020102" +
      "6364" +
      "63080464" +
      "6a070a016112020805" +
      "73080674",
  );
  assert.equal(hex(encode(Editions, decode(Editions, bytes))), hex(bytes));
  assert.equal(decode(Editions, new Uint8Array([24, 0, 66, 1, 255])).unchecked, "\uFFFD");
  assert.throws(() => decode(Editions, new Uint8Array([24, 0, 74, 1, 255])), /checked: a string that is not UTF-8/);
});

test("names of JavaScript in the schema", () => {
  const init = {
    constructor$: "c",
    toString$: "t",
    class: "k",
    w: "w",
    m: "m",
    // biome-ignore lint/suspicious/noThenProperty: a field of this name is what is tested
    then: "h",
    valueOf$: "v",
    v: ["x"],
    key: { a: { w: "1" } },
    start: {},
    arguments: { case: "function", value: {} },
  } as const;
  agree(Fields, "hostile-names.proto", init);
  assert.equal(encode(Fields, {}).length, 0);
  agree(Record$, "hostile-names.proto", { x: { hasOwnProperty: {} } });
});

test("unknown fields are kept, and written behind the known ones", () => {
  const bytes = encode(Lists, { i32: [1, 2], s: ["text"], d: [2], message: [{ s: "inner" }], u32: [3] });
  const nothingKnown = decode(Empty, bytes);
  assert.equal(hex(encode(Empty, nothingKnown)), hex(bytes));
  const some = decode(Choice, encode(Choice, { otherField: "o", $unknown: new Uint8Array([0xf8, 0x07, 1]) }));
  assert.deepEqual([some.otherField, hex(some.$unknown!)], ["o", "f80701"]);
  assert.equal(hex(encode(Choice, some)), "a201016ff80701");
});

test("what cannot be encoded is refused with the path of the field", () => {
  const cases: [AnyMessageType, unknown, RegExp][] = [
    [Scalars, { i32: 1.5 }, /^golden\.v1\.Scalars\.i32: 1\.5 is not an int32$/],
    [Scalars, { i32: 2 ** 31 }, /i32: 2147483648 is not an int32/],
    [Scalars, { i32: "5" }, /i32: "5" is not an int32/],
    [Scalars, { u32: -1 }, /u32: -1 is not a uint32/],
    [Scalars, { i64: 2n ** 63n }, /i64: 9223372036854775808n is not an int64/],
    [Scalars, { i64: 2 ** 53 }, /i64: 9007199254740992 is not an int64: give a bigint/],
    [Scalars, { u64: -1n }, /u64: -1n is not a uint64/],
    [Scalars, { f: 1e39 }, /f: 1e\+39 is out of the range of a float/],
    [Scalars, { d: "1" }, /d: "1" is not a number/],
    [Scalars, { b: 1 }, /b: 1 is not a boolean/],
    [Scalars, { s: 5 }, /s: 5 is not a string/],
    [Scalars, { s: "\ud800" }, /s: the string has a lone surrogate/],
    [Scalars, { s: `${"x".repeat(100)}\udc00` }, /s: the string has a lone surrogate/],
    [Scalars, { by: [1] }, /by: an array is not a Uint8Array/],
    [Scalars, { color: "COLOR_RED" }, /color: "COLOR_RED" is not an int32/],
    [Scalars, { message: null }, /message: null is not an object with the fields of golden\.v1\.Scalars/],
    [Scalars, { message: { message: { s: 1 } } }, /Scalars\.message\.message\.s: 1 is not a string/],
    [Lists, { i32: [1, 2, "x"] }, /Lists\.i32\[2\]: "x" is not an int32/],
    [Lists, { message: [{}, null] }, /Lists\.message\[1\]: null is not an object/],
    [Lists, { s: 5 }, /Lists\.s: 5 is not an array/],
    [Maps, { messages: { x: {} } }, /Maps\.messages\["x"\]: "x" is not a key of a map with integer keys/],
    [Maps, { bools: { yes: 1 } }, /bools\["yes"\]: "yes" is not a key of a map with bool keys/],
    [Maps, { longs: { "1e3": new Uint8Array(0) } }, /longs\["1e3"\]: "1e3" is not an int64/],
    [Maps, { strings: { k: undefined } }, /strings\["k"\]: undefined is not a string/],
    [Choice, { body: { case: "nope", value: 1 } }, /no case "nope"/],
    [Choice, { body: { case: "url", value: 1 } }, /Choice\.url: 1 is not a string/],
    [Choice, { body: 5 }, /Choice\.body: 5 is not \{ case, value \}/],
    [Scalars, null, /Scalars: null is not an object/],
    [Scalars, { $unknown: 5 }, /\$unknown must be a Uint8Array/],
  ];
  for (const [type, init, expected] of cases) {
    assert.throws(
      () => encode(type, init),
      (error) => {
        assert.ok(ProtobufError.is(error));
        assert.match(error.message, expected);
        return true;
      },
      String(expected),
    );
  }
});

test("a message that contains itself is refused", () => {
  const cycle: { message?: unknown } = {};
  cycle.message = cycle;
  assert.throws(() => encode(Scalars, cycle as never), /nests too deep, or contains itself/);
  assert.throws(() => create(Scalars, cycle as never), /nest more than 100 deep/);
});

test("encoding within encoding, by a getter", () => {
  const bytes = encode(Lists, {
    get s(): string[] {
      return [hex(encode(Scalars, { s: "inner" }))];
    },
    i32: [1],
  });
  assert.deepEqual(decode(Lists, bytes).s, [hex(encode(Scalars, { s: "inner" }))]);
});
