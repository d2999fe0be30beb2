import assert from "node:assert/strict";
import { test } from "node:test";
import { hasVariable, type JsonNode, MAX_DEPTH, memberOf, parseJsonTree } from "./json-tree.js";

/** A tree as JSON values, with what is no value as `?kind`. */
function plain(node: JsonNode): unknown {
  if (node.kind === "object") return Object.fromEntries(node.members.map(({ key, value }) => [key, plain(value)]));
  if (node.kind === "array") return node.items.map(plain);
  if (node.kind === "word" || node.kind === "missing") return `?${node.kind}`;
  return node.kind === "string" ? node.text : JSON.parse(node.text);
}

const VALID = [
  "{}",
  " [ ] ",
  '{"a":1,"b":[true,false,null,"x"],"c":{"d":-1.5e+3}}',
  '"\\u00e9\\n\\"\\\\\\/\\b\\f\\r\\t"',
  "0",
  '{"__proto__": {"x": 1}, "constructor": 2}',
  '{"a": "line\\nbreak", "ü": "ß"}',
];

test("valid JSON is read as JSON.parse reads it, without a problem", () => {
  for (const text of VALID) {
    const { root, problems } = parseJsonTree(text);
    assert.deepEqual(problems, [], text);
    assert.equal(JSON.stringify(plain(root)), JSON.stringify(JSON.parse(text)), text);
  }
});

test("what JSON.parse refuses has a problem, and the rest is read all the same", () => {
  const cases: [text: string, value: unknown, message: RegExp][] = [
    ["", "?missing", /a value is due/],
    ['{"a" 1}', { a: "?missing", 1: "?missing" }, /colon/],
    ['{"a":}', { a: "?missing" }, /a value is due/],
    ['{"a":1 "b":2}', { a: 1, b: 2 }, /a comma is due before/],
    ['{"a":1,}', { a: 1 }, /a further member is due/],
    ["[1,]", [1], /a further value is due/],
    ["[1,,2]", [1, 2], /a comma too many/],
    ['{"a":[1,2', { a: [1, 2] }, /not closed/],
    ["{a: 1}", { a: 1 }, /double quotes/],
    ['{"a": BLUE}', { a: "?word" }, /no JSON value/],
    ['{"a": 01}', { a: "?word" }, /no JSON value/],
    ['"x\\q"', "xq", /no such escape/],
    ['"abc', "abc", /no end/],
    ["1 2", 1, /nothing may follow/],
    ['{"a":1,"a":2}', { a: 2 }, /there already/],
    ["[:1]", [1], /no colon/],
    ["{]", {}, /not closed/],
    ['{"a":"\t"}', { a: "\t" }, /control character/],
  ];
  for (const [text, value, message] of cases) {
    const { root, problems } = parseJsonTree(text);
    assert.deepEqual(plain(root), value, text);
    assert.match(problems[0]?.message ?? "no problem", message, text);
  }
});

test("numbers keep all their digits", () => {
  const { root } = parseJsonTree("18446744073709551615");
  assert.deepEqual(root, { kind: "number", from: 0, to: 20, text: "18446744073709551615" });
});

test("every node knows its place", () => {
  const text = '{ "a" : [1, "x"] }';
  const { root } = parseJsonTree(text);
  const member = memberOf(root, "a")!;
  assert.equal(text.slice(member.keyFrom, member.keyTo), '"a"');
  assert.equal(text[member.colon!], ":");
  assert.equal(text.slice(member.value.from, member.value.to), '[1, "x"]');
  assert.equal(memberOf(root, "b"), undefined);
  assert.equal(memberOf(member.value, "a"), undefined);
});

test("text that nests without end, and a megabyte of nonsense, are read and said to be wrong", () => {
  for (const text of ["[".repeat(100_000), '{"a":'.repeat(100_000), ",:]}".repeat(250_000), "[[".repeat(MAX_DEPTH)]) {
    const { problems } = parseJsonTree(text);
    assert.ok(problems.length > 0 && problems.length <= 100);
  }
});

test("every beginning of a text is read, and is wrong unless it is a value", () => {
  const text = VALID[2]!;
  for (let end = 0; end <= text.length; end++) {
    const { problems, root } = parseJsonTree(text.slice(0, end));
    assert.equal(problems.length === 0, end === text.length, text.slice(0, end));
    assert.ok(root.to <= end);
  }
});

test("a variable is a value, also without quotes", () => {
  const { root, problems } = parseJsonTree('{"a": {{ id }}, "b": [{{$uuid}}, {"c": {{}}]}');
  assert.equal(problems.length > 0, true);
  assert.equal(memberOf(root, "a")?.value.kind, "variable");
  assert.deepEqual(parseJsonTree('{"a": {{ id }}, "b": [{{$uuid}}]}').problems, []);
});

test("a variable is seen in strings, and where it is the value", () => {
  assert.equal(hasVariable(parseJsonTree("{{a}}").root), true);
  assert.equal(hasVariable(parseJsonTree('"a {{name}} b"').root), true);
  assert.equal(hasVariable(parseJsonTree('"a {{name} b"').root), false);
  assert.equal(hasVariable(parseJsonTree("1").root), false);
});
