import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { BREAKING_CASES } from "../testing/breaking-cases.js";
import { breakingFindings, type CaseFindings } from "../testing/case-findings.js";
import { levelled } from "../testing/known-differences.js";
import { BREAKING_RULES } from "./rules.js";

/** What buf finds, kept by conformance/rules. */
const BUF: Readonly<Record<string, CaseFindings>> = JSON.parse(
  readFileSync(new URL("../../src/testing/testdata/buf-breaking.json", import.meta.url), "utf8"),
);

test(`${BREAKING_CASES.length} cases: the findings of buf`, async () => {
  assert.ok(BREAKING_CASES.length >= 300);
  assert.deepEqual(
    BREAKING_CASES.map(({ name }) => name),
    Object.keys(BUF),
  );
  for (const each of BREAKING_CASES) {
    assert.deepEqual(levelled(await breakingFindings(each)), levelled(BUF[each.name]!), each.name);
  }
});

test("every rule has cases with and without findings", () => {
  for (const { id } of BREAKING_RULES) {
    const own = BREAKING_CASES.filter(({ name }) => name.startsWith(`${id}: `)).map(({ name }) => BUF[name]!.length);
    assert.ok(own.some((count) => count > 0) && own.some((count) => count === 0), id);
  }
});
