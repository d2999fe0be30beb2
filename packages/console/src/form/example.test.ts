import assert from "node:assert/strict";
import { test } from "node:test";
import { encode, fromJsonString } from "hawser/protobuf";
import { parseJsonTree } from "../editor/json-tree.js";
import { validate } from "../editor/validate.js";
import { fieldShape } from "../schema/shape.js";
import { All, everything, OldNote, old } from "../testing/everything.cases.js";
import { exampleJson, freshJson } from "./example.js";

test("an example is a message that can be sent, with each field but those of its own type and further ones of a oneof", () => {
  const text = exampleJson(All);
  assert.deepEqual(validate(parseJsonTree(text), All, everything.registry), []);
  encode(All, fromJsonString(All, text, { registry: everything.registry }));
  const names = Object.keys(JSON.parse(text));
  const expected = All.fields
    .filter(({ name }) => !["b", "c", "recursive", "many", "by_name"].includes(name))
    .map(({ jsonName }) => jsonName);
  assert.deepEqual(names, expected);
});

test("an example has what is required", () => {
  assert.deepEqual(validate(parseJsonTree(exampleJson(OldNote)), OldNote, old.registry), []);
});

test("what is added to a message is right as it is, whatever the field", () => {
  for (const field of All.fields) {
    const text = `{"${field.jsonName}": ${freshJson(fieldShape(field))}}`;
    assert.deepEqual(validate(parseJsonTree(text), All, everything.registry), [], text);
  }
});
