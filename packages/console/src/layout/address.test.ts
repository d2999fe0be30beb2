import assert from "node:assert/strict";
import { test } from "node:test";
import { parseHash } from "./address.js";

test("an address names a view, or a method", () => {
  assert.deepEqual(parseHash(""), { view: "call", method: "" });
  assert.deepEqual(parseHash("#/call/notes.v1.Notes/Get"), { view: "call", method: "notes.v1.Notes/Get" });
  assert.deepEqual(parseHash("#/load"), { view: "load", method: "" });
  assert.deepEqual(parseHash("#/load/anything"), { view: "load", method: "" });
});

test("an address that can't be read shows the calls", () => {
  assert.deepEqual(parseHash("#/call/%"), { view: "call", method: "" });
  assert.deepEqual(parseHash("#nonsense"), { view: "call", method: "" });
  assert.deepEqual(parseHash("#/__proto__/x"), { view: "call", method: "" });
});
