import { deepStrictEqual, match, strictEqual } from "node:assert/strict";
import { test } from "node:test";
import { EnvironmentStore, MAX_ENVIRONMENTS, type TextStorage, variableNameError } from "./environment-store.js";

function memory(): TextStorage & { readonly texts: Map<string, string> } {
  const texts = new Map<string, string>();
  return { texts, getItem: (key) => texts.get(key) ?? null, setItem: (key, text) => void texts.set(key, text) };
}

const LOCAL = { id: "1", name: "local", variables: [{ name: "host", value: "127.0.0.1", secret: false }] };

test("what is put is there in the next page, and the chosen one answers", () => {
  const storage = memory();
  const store = new EnvironmentStore(storage);
  let told = 0;
  const end = store.subscribe(() => told++);
  strictEqual(store.lookup("host"), undefined);
  store.put(LOCAL);
  store.select("1");
  strictEqual(told, 2);
  end();
  const next = new EnvironmentStore(storage);
  strictEqual(next.lookup("host"), "127.0.0.1");
  match(next.lookup("$uuid") ?? "", /^[0-9a-f-]{36}$/);
  next.put({ ...LOCAL, variables: [] });
  strictEqual(next.lookup("host"), undefined);
  next.remove("1");
  deepStrictEqual(next.get(), { list: [], selected: undefined });
  strictEqual(told, 2);
  store.reload();
  deepStrictEqual(store.get(), next.get());
});

test("an environment that is not there cannot be chosen", () => {
  const store = new EnvironmentStore(undefined);
  store.put(LOCAL);
  store.select("2");
  strictEqual(store.selected, undefined);
});

test("what others wrote into the storage is taken as far as it has the shape", () => {
  for (const text of ["", "{", "null", "7", '{"list":7}', '{"list":[null,7,{}],"selected":"x"}']) {
    const storage = memory();
    storage.setItem("hawser-console.environments", text);
    deepStrictEqual(new EnvironmentStore(storage).get(), { list: [], selected: undefined });
  }
  const storage = memory();
  const variables = [null, { name: "a" }, { name: "b", value: "c", secret: 1, more: 2 }];
  storage.setItem("hawser-console.environments", JSON.stringify({ list: [{ id: "1", name: "n", variables }] }));
  deepStrictEqual(new EnvironmentStore(storage).get().list[0]?.variables, [{ name: "b", value: "c", secret: false }]);
});

test("a storage that refuses loses nothing of what the page has", () => {
  const full: TextStorage = {
    getItem() {
      throw new Error("denied");
    },
    setItem() {
      throw new Error("quota");
    },
  };
  const store = new EnvironmentStore(full);
  store.put(LOCAL);
  strictEqual(store.get().list.length, 1);
});

test("there is a limit", () => {
  const store = new EnvironmentStore(undefined);
  for (let i = 0; i < MAX_ENVIRONMENTS; i++) strictEqual(store.put({ ...LOCAL, id: String(i) }), true);
  strictEqual(store.put({ ...LOCAL, id: "more" }), false);
  strictEqual(store.put({ ...LOCAL, id: "1", name: "changed" }), true);
});

test("names of variables", () => {
  strictEqual(variableNameError("api.key-2"), undefined);
  for (const name of ["", "2a", "$uuid", "a b", "a}}", "é"])
    strictEqual(typeof variableNameError(name), "string", name);
});
