import { deepStrictEqual, match, strictEqual } from "node:assert/strict";
import { test } from "node:test";
import { BUILT_IN, fillJson, fillText, variablesIn } from "./variables.js";

const values = new Map([
  ["id", "7"],
  ["name", 'a "quoted"\nname\\'],
  ["again", "{{id}}"],
]);
const lookup = (name: string) => values.get(name);

test("values are put in, and what nobody knows is told and stays", () => {
  deepStrictEqual(fillText("Bearer {{ id }}-{{id}}", lookup), { text: "Bearer 7-7", missing: [] });
  deepStrictEqual(fillText("{{gone}} {{gone}} {{id}}", lookup), { text: "{{gone}} {{gone}} 7", missing: ["gone"] });
  deepStrictEqual(fillText("{{}} {{ }} { {id} } {{a b}}", lookup), {
    text: "{{}} {{ }} { {id} } {{a b}}",
    missing: [],
  });
});

test("a value is not looked through again", () => {
  strictEqual(fillText("{{again}}", lookup).text, "{{id}}");
});

test("within a string of JSON a value is escaped, elsewhere it is JSON", () => {
  const { text } = fillJson('{"id": {{id}}, "name": "<{{name}}>", "\\"{{id}}": "{{id}}"}', lookup);
  deepStrictEqual(JSON.parse(text), { id: 7, name: '<a "quoted"\nname\\>', '"7': "7" });
});

test("the names of variables, and those with an inherited name", () => {
  deepStrictEqual(variablesIn('{"a": "{{b}}{{c.d-e}}", "f": {{b}}, "g": {{$uuid}}}'), ["b", "c.d-e", "$uuid"]);
  deepStrictEqual(fillText("{{constructor}}", lookup).missing, ["constructor"]);
});

test("the built-in variables", () => {
  const made = (name: string) => BUILT_IN.get(name)!.make();
  match(made("$uuid"), /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  match(made("$now"), /^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
  match(made("$unixMs"), /^\d{13}$/);
  match(made("$random"), /^\d{1,6}$/);
});
