import assert from "node:assert/strict";
import { test } from "node:test";
import {
  addItem,
  formatJson,
  removeItem,
  removeMember,
  renameMember,
  replaceValue,
  setMember,
  swapItems,
} from "./json-edit.js";
import { type JsonArrayNode, type JsonObjectNode, parseJsonTree } from "./json-tree.js";

const object = (text: string) => {
  const tree = parseJsonTree(text);
  return [tree, tree.root as JsonObjectNode] as const;
};
const array = (text: string) => {
  const tree = parseJsonTree(text);
  return [tree, tree.root as JsonArrayNode] as const;
};

test("a member is set where it is, or behind the last, as the others are written", () => {
  assert.equal(setMember(...object('{"a": 1, "b": 2}'), "a", "3"), '{"a": 3, "b": 2}');
  assert.equal(setMember(...object('{"a": 1}'), "b", "2"), '{"a": 1, "b": 2}');
  assert.equal(setMember(...object("{}"), "a", "1"), '{\n  "a": 1\n}');
  assert.equal(
    setMember(...object('{\n  "a": 1\n}'), "b", '{\n  "x": 1\n}'),
    '{\n  "a": 1,\n  "b": {\n    "x": 1\n  }\n}',
  );
  assert.equal(setMember(...object('{"a": 1,}'), "b", "2"), '{"a": 1, "b": 2}');
  assert.equal(setMember(...object('{"a"}'), "a", "2"), '{"a": 2}');
});

test("what is not closed is closed by a change in it", () => {
  assert.equal(setMember(...object('{"a": 1'), "b", "2"), '{"a": 1, "b": 2}');
  assert.equal(setMember(...object("{"), "b", "2"), '{\n  "b": 2\n}');
});

test("a member in an object within keeps to the indentation of its line", () => {
  const tree = parseJsonTree('{\n  "a": {}\n}');
  const inner = (tree.root as JsonObjectNode).members[0]!.value as JsonObjectNode;
  assert.equal(setMember(tree, inner, "b", "1"), '{\n  "a": {\n    "b": 1\n  }\n}');
  assert.equal(replaceValue(tree, inner, "[\n  1\n]"), '{\n  "a": [\n    1\n  ]\n}');
});

test("a member is taken away with its comma", () => {
  const text = '{\n  "a": 1,\n  "b": 2,\n  "c": 3\n}';
  assert.equal(removeMember(...object(text), 0), '{\n  "b": 2,\n  "c": 3\n}');
  assert.equal(removeMember(...object(text), 1), '{\n  "a": 1,\n  "c": 3\n}');
  assert.equal(removeMember(...object(text), 2), '{\n  "a": 1,\n  "b": 2\n}');
  assert.equal(removeMember(...object('{\n  "a": 1\n}'), 0), "{}");
  assert.equal(removeMember(...object('{"a": 1, "b": 2,}'), 1), '{"a": 1}');
});

test("a member gets another name", () => {
  assert.equal(renameMember(...object('{"a": 1}'), 0, 'b"'), '{"b\\"": 1}');
});

test("items are added, taken away and moved", () => {
  assert.equal(addItem(...array("[]"), "1"), "[\n  1\n]");
  assert.equal(addItem(...array("[1, 2]"), "3"), "[1, 2, 3]");
  assert.equal(removeItem(...array("[1, 2, 3]"), 0), "[2, 3]");
  assert.equal(removeItem(...array("[1, 2, 3]"), 1), "[1, 3]");
  assert.equal(removeItem(...array("[1, 2, 3]"), 2), "[1, 2]");
  assert.equal(removeItem(...array("[1]"), 0), "[]");
  assert.equal(swapItems(...array("[1,\n 2, 3]"), 0), "[2,\n 1, 3]");
});

test("a text is laid out anew with all its digits; what is no JSON stays", () => {
  assert.equal(
    formatJson('{"a":[1,2],"b":{"c":18446744073709551615},"d":[],"e":{},"f":[{"g":1e0}]}'),
    '{\n  "a": [1, 2],\n  "b": {\n    "c": 18446744073709551615\n  },\n  "d": [],\n  "e": {},\n  "f": [\n    {\n      "g": 1e0\n    }\n  ]\n}',
  );
  assert.equal(formatJson('{"a":'), '{"a":');
});
