import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { COMMANDS } from "../command-list.js";
import { checkExamples } from "../testing/check-examples.js";
import { cliPage } from "./cli-page.js";

test("docs/cli.md is what the commands say", async () => {
  const page = readFileSync(new URL("../../../../docs/cli.md", import.meta.url), "utf8");
  assert.ok(page === (await cliPage()), "docs/cli.md is out of date: node scripts/cli-docs.mjs writes it");
});

for (const { name, load } of COMMANDS) {
  test(`an example of hawser ${name} prints what it says`, async () => checkExamples(await load()));
}
