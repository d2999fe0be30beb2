import assert from "node:assert/strict";
import { test } from "node:test";
import { All, everything, OldNote, old } from "../testing/everything.cases.js";
import { complete } from "./complete.js";
import { parseJsonTree } from "./json-tree.js";

/** Completes at the `|` of a text. */
function at(marked: string, type = All, schema = everything) {
  const offset = marked.indexOf("|");
  const text = marked.replace("|", "");
  return complete(parseJsonTree(text), offset, type, schema);
}

const labels = (marked: string): string[] => at(marked)?.options.map(({ label }) => label) ?? [];

/** The text once a completion was taken, with the cursor as `|`. */
function taken(marked: string, label: string): string {
  const { from, to, options } = at(marked)!;
  const { insert, cursor } = options.find((option) => option.label === label)!;
  const text = marked.replace("|", "");
  return `${text.slice(0, from)}${insert.slice(0, cursor)}|${insert.slice(cursor)}${text.slice(to)}`;
}

test("names of fields that are not there yet, and of a oneof none if it is set", () => {
  assert.ok(labels("{|}").includes("fInt32"));
  assert.ok(!labels('{"fInt32": 1, |}').includes("fInt32"));
  assert.ok(labels('{"fInt32|": 1}').includes("fInt32"));
  assert.ok(labels("{|}").includes("c"));
  assert.ok(!labels('{"a": "x", |}').includes("c"));
  assert.deepEqual(labels('{"recursive": {"fInt32": 1, "fI|"}}').slice(0, 2), ["fDouble", "fFloat"]);
});

test("a name is written with its colon and the beginning of its value", () => {
  assert.equal(taken("{fS|}", "fString"), '{"fString": "|"}');
  assert.equal(taken('{"fI|"}', "fInt32"), '{"fInt32": |}');
  assert.equal(taken("{|}", "recursive"), '{"recursive": {|}}');
  assert.equal(taken("{|}", "longs"), '{"longs": [|]}');
  assert.equal(taken("{|}", "byName"), '{"byName": {|}}');
  assert.equal(taken('{"fI|": 1}', "fInt32"), '{"fInt32"|: 1}');
  assert.equal(at("{|}")?.options.find(({ label }) => label === "color")?.again, true);
  assert.equal(at("{|}")?.options.find(({ label }) => label === "fString")?.info, "Some text.");
});

test("values: enums with comments, booleans, times, null", () => {
  assert.deepEqual(labels('{"color": |}'), ["COLOR_UNSPECIFIED", "BLUE", "RED"]);
  assert.equal(at('{"color": |}')?.options[1]?.info, "As the sea.");
  assert.equal(taken('{"color": BL|}', "BLUE"), '{"color": "BLUE"|}');
  assert.equal(taken('{"color": "BL|"}', "BLUE"), '{"color": "BLUE"|}');
  assert.deepEqual(labels('{"colors": ["BLUE", |]}'), ["COLOR_UNSPECIFIED", "BLUE", "RED"]);
  assert.deepEqual(labels('{"byNumber": {"1": "|"}}'), ["COLOR_UNSPECIFIED", "BLUE", "RED"]);
  assert.deepEqual(labels('{"fBool": t|}'), ["true", "false"]);
  assert.deepEqual(labels('{"wBool": |}'), ["null", "true", "false"]);
  assert.equal(labels('{"timestamp": |}').length, 1);
  assert.deepEqual(labels('{"byBool": {|}}'), ["true", "false"]);
});

test("an Any: its type first, then the fields of it", () => {
  assert.equal(taken('{"any": {|}}', "@type"), '{"any": {"@type": |}}');
  assert.ok(labels('{"any": {"@type": "|"}}').includes("type.googleapis.com/all.v1.All"));
  assert.ok(labels('{"any": {"@type": "x/all.v1.All", |}}').includes("fInt32"));
  assert.deepEqual(labels('{"any": {"@type": "x/google.protobuf.Duration", |}}'), ["value"]);
  assert.deepEqual(labels('{"any": {"@type": "x/nothing", |}}'), []);
});

test("a message in a list, in a map, and in what is not closed", () => {
  assert.ok(labels('{"many": [{|}]}').includes("fInt32"));
  assert.deepEqual(labels('{"many": [|]}'), ["{}"]);
  assert.ok(labels('{"byName": {"x": {|}}}').includes("fInt32"));
  assert.ok(labels('{"many": [{"recursive": {|').includes("fInt32"));
});

test("proto2: what is required is said", () => {
  assert.equal(at("{|}", OldNote, old)?.options[0]?.detail, "string, required");
});

test("where nothing is known, nothing is offered", () => {
  assert.equal(at('{"struct": {"a": |}}'), undefined);
  assert.deepEqual(labels('{"nothing": {|}}'), []);
  assert.equal(at('{"nothing": |}'), undefined);
});

test("every place of a text can be asked about", () => {
  const text = '{"many": [{"any": {"@type": "x/all.v1.All", "color": BL}}], "byNumber": {"1": }, "a" , ';
  for (let end = 0; end <= text.length; end++) {
    for (let offset = 0; offset <= end; offset += 3) {
      const found = complete(parseJsonTree(text.slice(0, end)), offset, All, everything);
      assert.ok(found === undefined || (found.from <= found.to && found.to <= end));
    }
  }
});
