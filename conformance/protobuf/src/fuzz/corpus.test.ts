import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

const corpus = join(import.meta.dirname, "../../corpus");

for (const target of readdirSync(corpus)) {
  test(`the inputs kept for fuzzing: ${target}`, async () => {
    const { fuzz } = (await import(`./${target}.js`)) as { fuzz: (data: Uint8Array) => void };
    const names = readdirSync(join(corpus, target));
    assert.ok(names.length > 0);
    for (const name of names) {
      try {
        fuzz(readFileSync(join(corpus, target, name)));
      } catch (error) {
        throw new Error(`corpus/${target}/${name}: ${String(error)}`, { cause: error });
      }
    }
  });
}
