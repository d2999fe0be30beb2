import assert from "node:assert/strict";
import { test } from "node:test";
import { type AnyMessageType, encode, fromJsonString } from "hawser/protobuf";
import type { ConsoleSchema } from "../schema/console-schema.js";
import { All, everything, OldNote, old } from "../testing/everything.cases.js";
import { parseJsonTree } from "./json-tree.js";
import { validate } from "./validate.js";

const problems = (text: string, type: AnyMessageType = All, schema: ConsoleSchema = everything): string[] =>
  validate(parseJsonTree(text), type, schema.registry).map(
    ({ from, to, message }) => `${text.slice(from, to)}: ${message}`,
  );

/** Values of each field: right ones, and wrong ones. */
const CASES: Readonly<Record<string, readonly [right: readonly string[], wrong: readonly string[]]>> = {
  fDouble: [
    ["1.5", '"1.5"', '"NaN"', '"-Infinity"', "1e308", "-0", "null"],
    ["true", '"x"', "1e999", "{}", "[1]", '""', '" 1"', '"0x1"', '"01"'],
  ],
  fFloat: [
    ["3.4e38", '"1e-50"'],
    ["3.5e38", '"inf"'],
  ],
  fInt32: [
    ["-2147483648", "2147483647", '"12"', "1e3", "1.0", '"1e3"'],
    ["2147483648", "1.5", '""', '"1.5"', "true", '"0x1"', "[]"],
  ],
  fInt64: [
    ["9223372036854775807", '"-9223372036854775808"', "0"],
    ["9223372036854775808", '"9223372036854775808"', '"x"', "{}"],
  ],
  fUint32: [
    ["0", "4294967295"],
    ["-1", "4294967296"],
  ],
  fUint64: [["18446744073709551615"], ["18446744073709551616", "-1"]],
  fBool: [
    ["true", "false", "null"],
    ['"true"', "1"],
  ],
  fString: [
    ['""', '"x"', '"\\ud83d\\ude00"'],
    ["1", "true", "{}", '"\\ud83d"'],
  ],
  fBytes: [
    ['""', '"AAEC"', '"AA=="', '"AA"', '"-_8="'],
    ['"A"', '"ä"', "1", '"AA="', '"A A="'],
  ],
  oInt32: [["0", "null"], ['"a"']],
  any: [
    [
      "{}",
      '{"@type": "type.googleapis.com/all.v1.All", "fInt32": 1}',
      '{"@type": "x/google.protobuf.Duration", "value": "1s"}',
    ],
    [
      "1",
      '{"a": 1}',
      '{"@type": "all.v1.All"}',
      '{"@type": "x/nothing"}',
      '{"@type": 1}',
      '{"@type": "x/all.v1.All", "fInt32": "x"}',
      '{"@type": "x/google.protobuf.Duration"}',
      '{"@type": "x/google.protobuf.Duration", "value": "1s", "other": 1}',
      '{"@type": "x/google.protobuf.Duration", "value": 1}',
    ],
  ],
  timestamp: [
    ['"2031-12-24T18:00:00Z"', '"2031-02-28T23:59:59.123456789+05:30"', '"0001-01-01T00:00:00Z"', "null"],
    [
      '"2031-02-30T00:00:00Z"',
      '"2031-12-24"',
      "1",
      '"2031-12-24t18:00:00Z"',
      '"2031-12-24T25:00:00Z"',
      '"0000-01-01T00:00:00Z"',
    ],
  ],
  duration: [
    ['"1s"', '"-1.5s"', '"0.000000001s"', '"315576000000s"'],
    ['"1"', "1", '"1ms"', '"315576000001s"', '"s"'],
  ],
  struct: [
    ["{}", '{"a": [1, {"b": null}]}'],
    ["[]", "1"],
  ],
  value: [["null", "1", '"x"', "{}", "[[]]"], []],
  list: [
    ["[]", "[1, null, {}]"],
    ["{}", "1"],
  ],
  mask: [
    ['""', '"a,b.cD"'],
    ["1", '"a_b"', "[]"],
  ],
  wString: [['"x"', "null"], ["1"]],
  wInt64: [['"5"', "5"], ['"x"']],
  wBool: [["true"], ['"true"']],
  recursive: [
    ["{}", '{"recursive": {"fInt32": 1}}', "null"],
    ["1", "[]", '{"recursive": {"fInt32": "x"}}', '{"nothing": 1}'],
  ],
  many: [
    ["[]", "[{}, {}]"],
    ["{}", "[1]", "[null]"],
  ],
  byName: [
    ["{}", '{"a": {}, "": {}}'],
    ["[]", '{"a": 1}', '{"a": null}'],
  ],
  byNumber: [['{"1": "BLUE", "-2": 2}'], ['{"a": "BLUE"}', '{"1": "PINK"}']],
  byBool: [['{"true": "AA=="}'], ['{"yes": ""}']],
  longs: [['[1, "2"]'], ['["x"]', "1", "[null]"]],
  colors: [['["BLUE", 2, 99]'], ['["PINK"]', "[true]"]],
  color: [
    ['"BLUE"', "1", "99", "-1"],
    ['"blue"', "1.5", "true", "4294967296"],
  ],
  a: [['"x"'], ["1"]],
  b: [["{}"], ["1"]],
  null: [
    ["null", '"NULL_VALUE"'],
    ["1", '"x"'],
  ],
};

test("what is right and what is wrong of every kind of field is judged as the runtime judges it", () => {
  for (const [name, [right, wrong]] of Object.entries(CASES)) {
    for (const value of right) {
      const text = `{"${name}": ${value}}`;
      assert.deepEqual(problems(text), [], text);
      encode(All, fromJsonString(All, text, { registry: everything.registry }));
    }
    for (const value of wrong) {
      const text = `{"${name}": ${value}}`;
      assert.ok(problems(text).length > 0, text);
      assert.throws(() => fromJsonString(All, text, { registry: everything.registry }));
    }
  }
});

test("problems stand where the mistake is", () => {
  assert.deepEqual(problems('{"fInt32": "x", "fBool": 1}'), ['"x": an int32 is due', "1: true or false is due"]);
  assert.deepEqual(problems('{"many": [{}, {"color": "PINK"}]}'), ['"PINK": all.v1.Color has no value "PINK"']);
  assert.deepEqual(problems('{"byNumber": {"x": 1}}'), ['"x": as key: an int32 is due']);
});

test("a name that is nearly that of a field is told", () => {
  assert.deepEqual(problems('{"fint32": 1}'), ['"fint32": all.v1.All has no field "fint32": is "fInt32" meant?']);
  assert.deepEqual(problems('{"durration": "1s"}'), [
    '"durration": all.v1.All has no field "durration": is "duration" meant?',
  ]);
  assert.deepEqual(problems('{"__proto__": 1}'), ['"__proto__": all.v1.All has no field "__proto__"']);
});

test("a field is there once, by either of its names, and one of a oneof", () => {
  assert.deepEqual(problems('{"fInt32": 1, "f_int32": 2}'), ['"f_int32": the field f_int32 is there twice']);
  assert.deepEqual(problems('{"a": "x", "c": "BLUE"}'), ['"c": only one of the oneof may be there, and "a" is']);
  assert.deepEqual(problems('{"a": null, "c": "BLUE"}'), []);
});

test("a string with a variable in it passes for anything", () => {
  assert.deepEqual(
    problems('{"fInt32": "{{id}}", "fBool": "{{yes}}", "color": "{{c}}", "recursive": {"timestamp": "{{t}}"}}'),
    [],
  );
});

test("proto2: required fields, closed enums, extensions", () => {
  const check = (text: string): string[] => problems(text, OldNote, old);
  assert.deepEqual(check("{}"), ['{: the required field "name" is missing']);
  assert.deepEqual(check('{"name": ""}'), []);
  assert.deepEqual(check('{"name": "", "size": 3}'), ["3: the closed enum old.v1.Size has no value 3"]);
  assert.deepEqual(check('{"name": "", "[old.v1.extra]": "x"}'), []);
  assert.deepEqual(check('{"name": "", "[old.v1.extra]": 1}'), ["1: text in double quotes is due"]);
  assert.deepEqual(check('{"name": "", "[old.v1.other]": 1}').length, 1);
});

test("the root is an object, and text that is half written has no problems of the schema where something is missing", () => {
  assert.deepEqual(problems("[]"), ["[]: an object in { } is due: all.v1.All"]);
  assert.deepEqual(problems('{"fInt32":'), []);
  assert.deepEqual(problems(""), []);
});

test("a long list of mistakes is cut off", () => {
  assert.equal(problems(`{"longs": [${'"x",'.repeat(5_000)}1]}`).length, 200);
});
