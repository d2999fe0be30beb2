import assert from "node:assert/strict";
import { test } from "node:test";
import type { AnyMessageType } from "hawser/protobuf";
import { type JsonObjectNode, parseJsonTree } from "../editor/json-tree.js";
import type { Shape } from "../schema/shape.js";
import { All, OldNote } from "../testing/everything.cases.js";
import { fromBase64, toBase64 } from "./bytes-text.js";
import { formEntries, freshKey, literalOf, placeholderOf, textOf } from "./form-model.js";

const object = (text: string): JsonObjectNode => parseJsonTree(text).root as JsonObjectNode;

/** The lines of a form: names, and of what is set where its member is. */
function lines(text: string, type: AnyMessageType = All): string[] {
  return formEntries(type, object(text)).map((entry) =>
    entry.kind === "field"
      ? `${entry.field.name}${entry.member === undefined ? "" : `@${entry.index}`}`
      : `(${entry.fields.map(({ field }) => field.name).join(" ")})${entry.chosen === undefined ? "" : `=${entry.chosen.field.name}`}`,
  );
}

test("a form has a line for each field, and one for a oneof", () => {
  const all = lines("{}");
  assert.equal(all.length, All.fields.length - 2);
  assert.equal(all[0], "f_double");
  assert.ok(all.includes("(a b c)"));
});

test("what is set is found by either of its names; null is nothing", () => {
  const set = (text: string): string[] => lines(text).filter((line) => /[@=]/.test(line));
  assert.deepEqual(set('{"x": 1, "fInt32": 1, "f_int64": 2, "c": "BLUE", "fBool": null}'), [
    "f_int32@1",
    "f_int64@2",
    "(a b c)=c",
  ]);
  assert.deepEqual(set('{"value": null, "null": null, "recursive": null}'), ["value@0", "null@1"]);
  assert.deepEqual(set('{"__proto__": 1, "constructor": 2}'), []);
});

test("presence: optional, required, oneofs and messages have it, lists and maps do not", () => {
  const presence = (name: string, type = All): boolean | undefined => {
    for (const entry of formEntries(type, object("{}"))) {
      const fields = entry.kind === "field" ? [entry] : entry.fields;
      const found = fields.find(({ field }) => field.name === name);
      if (found !== undefined) return found.presence;
    }
    return undefined;
  };
  assert.deepEqual(
    ["f_int32", "o_int32", "a", "timestamp", "w_bool", "many", "by_name", "color"].map((name) => presence(name)),
    [false, true, true, true, true, false, false, false],
  );
  assert.deepEqual([presence("name", OldNote), presence("count", OldNote)], [true, true]);
});

test("what is typed is JSON of the field's type, and stays if it is none", () => {
  const scalar = (type: string): Shape => ({ kind: "scalar", type: type as "int32" });
  assert.equal(literalOf(scalar("int32"), "12"), "12");
  assert.equal(literalOf(scalar("int32"), "-0"), '"-0"');
  assert.equal(literalOf(scalar("int32"), "1-"), '"1-"');
  assert.equal(literalOf(scalar("int64"), "18446744073709551615"), '"18446744073709551615"');
  assert.equal(literalOf(scalar("double"), "1.5e3"), "1.5e3");
  assert.equal(literalOf(scalar("double"), "NaN"), '"NaN"');
  assert.equal(literalOf(scalar("double"), "1."), '"1."');
  assert.equal(literalOf(scalar("string"), '"x"\n'), '"\\"x\\"\\n"');
  assert.equal(literalOf(scalar("int32"), "{{id}}"), '"{{id}}"');
  const color = formEntries(All, object("{}")).find((entry) => entry.kind === "field" && entry.field.name === "color");
  assert.ok(color?.kind === "field");
  assert.equal(literalOf(color.shape, "BLUE"), '"BLUE"');
  assert.equal(literalOf(color.shape, "99"), "99");
  assert.equal(literalOf({ kind: "timestamp" }, "x"), '"x"');
});

test("a field shows its value as it is written, with all digits", () => {
  assert.equal(textOf(undefined), "");
  assert.equal(textOf(parseJsonTree("18446744073709551615").root), "18446744073709551615");
  assert.equal(textOf(parseJsonTree('"a\\nb"').root), "a\nb");
  assert.equal(textOf(parseJsonTree("{}").root), undefined);
});

test("a new entry of a map has a key that is not there", () => {
  assert.equal(freshKey("string", object("{}")), "");
  assert.equal(freshKey("string", object('{"": 1, "key1": 2}')), "key2");
  assert.equal(freshKey("int32", object('{"1": 1}')), "2");
  assert.equal(freshKey("bool", object('{"true": 1}')), "false");
});

test("the default stands where nothing is set", () => {
  const placeholders = formEntries(OldNote, object("{}")).map((entry) =>
    entry.kind === "field" ? placeholderOf(entry.shape, entry.field) : "",
  );
  assert.deepEqual(placeholders, ["", "7", "LARGE"]);
});

test("bytes as base64, text and hexadecimal digits", () => {
  assert.equal(fromBase64("aGk=", "text"), "hi");
  assert.equal(fromBase64("-_8", "hex"), "fb ff");
  assert.equal(fromBase64("//8=", "text"), undefined);
  assert.equal(fromBase64("?", "hex"), undefined);
  assert.equal(toBase64("hi", "text"), "aGk=");
  assert.equal(toBase64("fb:ff 00", "hex"), "+/8A");
  assert.equal(toBase64("f", "hex"), undefined);
  assert.equal(toBase64("", "hex"), "");
  assert.equal(toBase64("anything", "base64"), "anything");
});
