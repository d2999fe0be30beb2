import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { type CaseFindings, lintFindings } from "../testing/case-findings.js";
import { levelled } from "../testing/known-differences.js";
import { LINT_CASES } from "../testing/lint-cases.js";
import { LINT_RULES } from "./rules.js";

/** What buf finds, kept by conformance/rules. */
const BUF: Readonly<Record<string, CaseFindings>> = JSON.parse(
  readFileSync(new URL("../../src/testing/testdata/buf-lint.json", import.meta.url), "utf8"),
);

test(`${LINT_CASES.length} cases: the findings of buf, to the column`, async () => {
  assert.ok(LINT_CASES.length >= 300);
  assert.deepEqual(
    LINT_CASES.map(({ name }) => name),
    Object.keys(BUF),
  );
  for (const each of LINT_CASES)
    assert.deepEqual(levelled(await lintFindings(each)), levelled(BUF[each.name]!), each.name);
});

test("every rule has cases with and without findings", () => {
  for (const { id } of LINT_RULES) {
    const own = LINT_CASES.filter(({ name }) => name.startsWith(`${id}: `)).map(({ name }) => BUF[name]!.length);
    assert.ok(own.some((count) => count > 0) && own.some((count) => count === 0), id);
  }
});
