import assert from "node:assert/strict";
import { test } from "node:test";
import { readNotes } from "./notes.js";
import { noteNames } from "./targets.js";

test("every section of bench/notes.md belongs to a target, and says something", () => {
  const notes = readNotes();
  assert.ok(notes.size > 0);
  for (const [name, text] of notes) {
    assert.ok(noteNames.has(name), `no target refers to the section "${name}"`);
    assert.ok(text.length > 100, `the section "${name}" is empty`);
  }
});
