import assert from "node:assert/strict";
import { test } from "node:test";
import { valueSplitter } from "./value-splitter.js";

const VALUES = ['{"a": "}{\\"\\\\"}', '"x y"', "12", "-1.5e3", "null", "[[1], {}]", '{"b":{"c":"\\""}}', "{}", "true"];

for (const between of ["\n", " ", "\r\n\n", "\u001e\n"]) {
  test(`JSON values with ${JSON.stringify(between)} between them, cut anywhere`, () => {
    const text = VALUES.join(between);
    for (let size = 1; size <= text.length; size++) {
      const splitter = valueSplitter("json");
      const found: string[] = [];
      for (let i = 0; i < text.length; i += size) found.push(...splitter.push(text.slice(i, i + size)));
      assert.deepEqual([...found, ...splitter.finish()], VALUES);
    }
  });
}

test("JSON values without anything between them", () => {
  const splitter = valueSplitter("json");
  assert.deepEqual(splitter.push('{"a":1}{"b":2}[3]"x"{'), ['{"a":1}', '{"b":2}', "[3]", '"x"']);
  assert.deepEqual(splitter.finish(), ["{"]);
});

test("a value is given as soon as it is whole", () => {
  const splitter = valueSplitter("json");
  assert.deepEqual(splitter.push('{"a":'), []);
  assert.deepEqual(splitter.push("1}"), ['{"a":1}']);
});

test("what is no JSON is left to the parser", () => {
  const splitter = valueSplitter("json");
  assert.deepEqual(splitter.push("} ] x {]"), ["}", "]", "x", "{]"]);
  assert.deepEqual(splitter.finish(), []);
});

test("texts with separators", () => {
  const splitter = valueSplitter("text");
  assert.deepEqual(splitter.push("a: 1\u001ea:"), ["a: 1"]);
  assert.deepEqual(splitter.push(" 2\u001e\n"), ["a: 2"]);
  assert.deepEqual(splitter.finish(), []);
  assert.deepEqual(valueSplitter("text").finish(), [""]);
});
