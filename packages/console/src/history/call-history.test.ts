import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { test } from "node:test";
import type { CallDraft, CallRecord } from "../call/call-draft.js";
import { CallHistory } from "./call-history.js";
import { historyEntry, MAX_HISTORY, MAX_REQUEST } from "./call-record.js";
import { MemoryStore, type RecordStore } from "./record-store.js";

const DRAFT: CallDraft = {
  method: "a.v1.A/Get",
  json: '{"id": "{{id}}"}',
  metadata: [{ name: "k", value: "{{v}}", on: true }],
  timeoutMs: undefined,
  compression: "",
};

function record(startedAt: number, method = DRAFT.method): CallRecord {
  const draft = { ...DRAFT, method };
  return {
    draft,
    requests: ['{"id": "secret"}'],
    sent: 1,
    received: 1,
    startedAt,
    durationMs: 5,
    code: 0,
    message: "",
  };
}

async function opened(store: RecordStore): Promise<CallHistory> {
  const history = new CallHistory(Promise.resolve(store));
  await history.settled();
  return history;
}

test("what was called and saved is there in the next page, newest first and by name", async () => {
  const store = new MemoryStore();
  const one = await opened(store);
  one.add("host:1", record(1));
  one.add("host:1", record(2, "a.v1.A/Put"));
  one.save("zulu", DRAFT);
  one.save("alpha", DRAFT);
  one.save("zulu", { ...DRAFT, method: "a.v1.A/Del" });
  await one.settled();
  const two = await opened(store);
  deepStrictEqual(
    two.get().history.map(({ draft }) => draft.method),
    ["a.v1.A/Put", "a.v1.A/Get"],
  );
  deepStrictEqual(
    two.get().saved.map(({ name, draft }) => [name, draft.method]),
    [
      ["alpha", "a.v1.A/Get"],
      ["zulu", "a.v1.A/Del"],
    ],
  );
  two.remove("saved", two.get().saved[0]!.id);
  two.remove("history", two.get().history[0]!.id);
  await two.settled();
  const three = await opened(store);
  strictEqual(three.get().saved.length, 1);
  deepStrictEqual(
    three.get().history.map(({ startedAt }) => startedAt),
    [1],
  );
  three.clear();
  await three.settled();
  strictEqual((await store.all("history")).length, 0);
  strictEqual((await store.all("saved")).length, 1);
});

test("the values of variables are not kept", async () => {
  const store = new MemoryStore();
  const history = await opened(store);
  history.add("host:1", record(1));
  await history.settled();
  const [kept] = await store.all("history");
  strictEqual(JSON.stringify(kept).includes("secret"), false);
});

test("the oldest go when there are too many, also from the database", async () => {
  const store = new MemoryStore();
  const history = await opened(store);
  for (let i = 0; i < MAX_HISTORY + 5; i++) history.add("host:1", record(i));
  await history.settled();
  strictEqual(history.get().history.length, MAX_HISTORY);
  strictEqual(history.get().history.at(-1)?.startedAt, 5);
  strictEqual((await store.all("history")).length, MAX_HISTORY);
});

test("a call that ends before the database has answered is not lost", async () => {
  const store = new MemoryStore();
  const before = await opened(store);
  before.add("host:1", record(1));
  await before.settled();
  const history = new CallHistory(Promise.resolve(store));
  history.add("host:1", record(2));
  history.save("mine", DRAFT);
  strictEqual(history.get().loaded, false);
  await history.settled();
  deepStrictEqual(
    history.get().history.map(({ startedAt }) => startedAt),
    [2, 1],
  );
  strictEqual(history.get().saved.length, 1);
});

test("what others wrote is taken as far as it has the shape", async () => {
  const store = new MemoryStore();
  const good = historyEntry("1", "host:1", record(1));
  const bad = [
    null,
    7,
    {},
    { ...good, draft: { ...DRAFT, json: 7 } },
    { ...good, code: "OK" },
    { ...good, draft: { ...DRAFT, metadata: [["a"]] } },
    { ...good, draft: { ...DRAFT, compression: "rar" } },
  ];
  store.all = async (table) => (table === "history" ? [...bad, good] : [{ id: "1" }]);
  const history = await opened(store);
  deepStrictEqual(history.get(), { loaded: true, history: [good], saved: [] });
});

test("a database that fails loses nothing of what the page has", async () => {
  const failing: RecordStore = {
    all: () => Promise.reject(new Error("gone")),
    put: () => Promise.reject(new Error("full")),
    delete: () => Promise.reject(new Error("gone")),
  };
  const history = await opened(failing);
  history.add("host:1", record(1));
  history.save("mine", DRAFT);
  history.clear();
  await history.settled();
  strictEqual(history.get().saved.length, 1);
  strictEqual(history.get().loaded, true);
});

test("a request that is too large is not kept, and the entry says so", () => {
  const large = historyEntry("1", "h", { ...record(1), draft: { ...DRAFT, json: "x".repeat(MAX_REQUEST + 1) } });
  strictEqual(large.draft.json, "{}");
  ok(large.cut);
  strictEqual(historyEntry("1", "h", record(1)).cut, false);
});

test("listeners are told until they end it", async () => {
  const history = await opened(new MemoryStore());
  let told = 0;
  const end = history.subscribe(() => told++);
  history.add("h", record(1));
  end();
  history.add("h", record(2));
  strictEqual(told, 1);
});
