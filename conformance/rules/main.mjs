// Runs buf beside hawser over the cases of packages/cli/src/testing, rule by rule. What buf finds is kept in
// packages/cli/src/testing/testdata, which `npm test` compares with; a difference between that and what buf says now is an
// error too, unless UPDATE_GOLDEN=1 writes it anew. `node conformance/rules/main.mjs lint` runs one part; the others are
// `breaking` and `format`. With `--every 4` buf runs over every fourth case, and what is kept stands for it in the others.
import { readFileSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { BREAKING_CASES } from "../../packages/cli/dist/testing/breaking-cases.js";
import { breakingFindings, lintFindings } from "../../packages/cli/dist/testing/case-findings.js";
import { levelled } from "../../packages/cli/dist/testing/known-differences.js";
import { LINT_CASES } from "../../packages/cli/dist/testing/lint-cases.js";
import { bufBreaking, bufLint } from "./buf.mjs";
import { compareFormat } from "./format.mjs";

const everyAt = process.argv.indexOf("--every");
const every = everyAt < 0 ? 1 : Number(process.argv[everyAt + 1]);
const wanted = process.argv.slice(2).filter((arg) => ["lint", "breaking", "format"].includes(arg));

const PARTS = {
  lint: { cases: LINT_CASES, buf: bufLint, hawser: lintFindings },
  breaking: { cases: BREAKING_CASES, buf: bufBreaking, hawser: breakingFindings },
};

for (const [name, part] of Object.entries(PARTS)) {
  if (wanted.length === 0 || wanted.includes(name)) await compare(name, part);
}
if (wanted.length === 0 || wanted.includes("format")) {
  if (!compareFormat()) process.exitCode = 1;
}

async function compare(name, { cases, buf, hawser }) {
  const golden = new URL(`../../packages/cli/src/testing/testdata/buf-${name}.json`, import.meta.url);
  const kept = process.env.UPDATE_GOLDEN ? {} : JSON.parse(readFileSync(golden, "utf8"));
  const found = await runAll(cases, (each, i) => (i % every === 0 ? buf(each) : (kept[each.name] ?? [])));
  const text = `${JSON.stringify(Object.fromEntries(cases.map((each, i) => [each.name, found[i]])), null, 1)}\n`;
  if (process.env.UPDATE_GOLDEN) writeFileSync(golden, text);
  else if (text !== readFileSync(golden, "utf8")) fail(`buf ${name} says something else than ${golden.pathname}`);
  const byRule = new Map();
  let same = 0;
  for (const [i, each] of cases.entries()) {
    const rule = each.name.slice(0, each.name.indexOf(":"));
    const counts = byRule.get(rule) ?? { cases: 0, findings: 0 };
    byRule.set(rule, { cases: counts.cases + 1, findings: counts.findings + found[i].length });
    const ours = levelled(await hawser(each));
    const theirs = levelled(found[i]);
    if (JSON.stringify(ours) === JSON.stringify(theirs)) {
      same++;
      continue;
    }
    fail(`${name}: ${each.name}`);
    for (const line of theirs) if (!ours.includes(line)) console.log(`  buf    ${line}`);
    for (const line of ours) if (!theirs.includes(line)) console.log(`  hawser ${line}`);
  }
  if (process.argv.includes("--verbose")) {
    for (const [rule, counts] of [...byRule].sort())
      console.log(`  ${rule}: ${counts.cases} cases, ${counts.findings} findings`);
  }
  const live = Math.ceil(cases.length / every);
  console.log(`${name}: ${same} of ${cases.length} cases agree with buf${every > 1 ? `, which ran over ${live}` : ""}`);
}

/** As many at a time as there are processors. */
async function runAll(cases, run) {
  const results = [];
  let next = 0;
  const worker = async () => {
    for (let i = next++; i < cases.length; i = next++) results[i] = await run(cases[i], i);
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
  return results;
}

function fail(message) {
  console.log(message);
  process.exitCode = 1;
}
