import assert from "node:assert/strict";
import { test } from "node:test";
import { emptyDraft } from "../call/call-draft.js";
import { DraftMemory } from "./draft-memory.js";

/** A storage that has room for so many characters. */
function storage(room = Infinity) {
  const items = new Map<string, string>();
  return {
    items,
    getItem: (key: string) => items.get(key) ?? null,
    removeItem: (key: string) => void items.delete(key),
    setItem(key: string, value: string) {
      if (value.length > room) throw new DOMException("full", "QuotaExceededError");
      items.set(key, value);
    },
  };
}

const draft = { ...emptyDraft("a.B/C", '{"x": 1}'), timeoutMs: 500, metadata: [{ name: "k", value: "v", on: true }] };

test("a draft is kept for its server and method", () => {
  const tab = storage();
  const memory = new DraftMemory("localhost:1", tab);
  memory.save(draft);
  assert.deepEqual(new DraftMemory("localhost:1", tab).load("a.B/C"), draft);
  assert.equal(memory.load("a.B/D"), undefined);
  assert.equal(new DraftMemory("localhost:2", tab).load("a.B/C"), undefined);
  memory.save(emptyDraft("a.B/C"));
  assert.deepEqual(memory.load("a.B/C"), emptyDraft("a.B/C"));
});

test("one that is too large is not kept, nor is what was there before it", () => {
  const memory = new DraftMemory("x", storage());
  memory.save(draft);
  memory.save({ ...draft, json: "x".repeat(70_000) });
  assert.equal(memory.load("a.B/C"), undefined);
});

test("storage that is full, missing or full of something else does no harm", () => {
  const full = new DraftMemory("x", storage(10));
  full.save(draft);
  assert.equal(full.load("a.B/C"), undefined);
  const odd = storage();
  const memory = new DraftMemory("x", odd);
  memory.save(draft);
  const [key = ""] = odd.items.keys();
  for (const text of ["", "{", "null", "[]", '{"method":"a.B/C"}', JSON.stringify({ ...draft, method: "other" })]) {
    odd.items.set(key, text);
    assert.equal(memory.load("a.B/C"), undefined, text);
  }
});
