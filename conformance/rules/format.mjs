// Runs buf format beside ours: over the cases of packages/cli/src/testing, over the files of all other cases there, and over
// google-proto-files. What buf makes of the first is kept for `npm test`.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { formatProto } from "../../packages/cli/dist/format/format.js";
import { BREAKING_CASES } from "../../packages/cli/dist/testing/breaking-cases.js";
import { FORMAT_CASES } from "../../packages/cli/dist/testing/format-cases.js";
import { KNOWN_FORMAT_DIFFERENCES } from "../../packages/cli/dist/testing/known-differences.js";
import { LINT_CASES } from "../../packages/cli/dist/testing/lint-cases.js";
import { BUF } from "./buf.mjs";

const require = createRequire(import.meta.url);
const GOLDEN = new URL("../../packages/cli/src/testing/testdata/buf-format.json", import.meta.url);

/** @returns {boolean} whether all is as it should be */
export function compareFormat() {
  const directory = mkdtempSync(join(tmpdir(), "hawser-format-"));
  try {
    return [compareCases(directory), compareCorpus(directory), compareGoogle(directory)].every(Boolean);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function compareCases(directory) {
  const files = Object.fromEntries(FORMAT_CASES.map(({ text }, i) => [`case${i}.proto`, text]));
  const buf = bufFormat(join(directory, "cases"), files);
  const found = Object.fromEntries(FORMAT_CASES.map(({ name }, i) => [name, buf.get(`case${i}.proto`)]));
  const text = `${JSON.stringify(found, null, 1)}\n`;
  let ok = true;
  if (process.env.UPDATE_GOLDEN) writeFileSync(GOLDEN, text);
  else if (text !== readFileSync(GOLDEN, "utf8")) {
    ok = false;
    console.log(`buf format says something else than ${GOLDEN.pathname}`);
  }
  let same = 0;
  for (const each of FORMAT_CASES) {
    const isSame = formatted(each.text) === found[each.name];
    if (isSame) same++;
    if (isSame !== KNOWN_FORMAT_DIFFERENCES.has(each.name)) continue;
    ok = false;
    console.log(`format: ${each.name}: ${isSame ? "agrees now" : "differs"}`);
  }
  console.log(`format: ${same} of ${FORMAT_CASES.length} cases agree with buf; known differences:`);
  for (const [name, reason] of KNOWN_FORMAT_DIFFERENCES) console.log(`  ${name}: ${reason}`);
  return ok;
}

/** The files of the cases for lint and breaking. */
function compareCorpus(directory) {
  const texts = new Set();
  for (const files of [
    ...LINT_CASES.map((each) => each.files),
    ...BREAKING_CASES.flatMap(({ before, now }) => [before, now]),
  ]) {
    for (const [path, text] of Object.entries(files)) if (path.endsWith(".proto")) texts.add(text);
  }
  const files = Object.fromEntries([...texts].map((text, i) => [`file${i}.proto`, text]));
  return compareAll("files of the other cases", files, bufFormat(join(directory, "corpus"), files));
}

function compareGoogle(directory) {
  const root = dirname(require.resolve("google-proto-files/package.json"));
  const files = {};
  for (const folder of ["google", "grafeas"]) {
    for (const name of readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })) {
      if (name.endsWith(".proto")) files[`${folder}/${name}`] = readFileSync(join(root, folder, name), "utf8");
    }
  }
  return compareAll("files of google-proto-files", files, bufFormat(join(directory, "google"), files));
}

function compareAll(what, files, buf) {
  let same = 0;
  for (const [name, text] of Object.entries(files)) {
    const once = formatted(text);
    if (formatted(once) !== once) console.log(`format: ${name}: formatting it again changes it`);
    else if (once === buf.get(name)) same++;
    else console.log(`format: ${name}: differs\n${text}`);
  }
  console.log(`format: ${same} of ${Object.keys(files).length} ${what} agree with buf, byte for byte`);
  return same === Object.keys(files).length;
}

function formatted(text) {
  const result = formatProto(text);
  return result.ok ? result.text : undefined;
}

function bufFormat(directory, files) {
  const [input, output] = [join(directory, "in"), join(directory, "out")];
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(input, name)), { recursive: true });
    writeFileSync(join(input, name), text);
  }
  execFileSync(BUF, ["format", input, "-o", output], { stdio: ["ignore", "ignore", "inherit"] });
  return new Map(Object.keys(files).map((name) => [name, readFileSync(join(output, name), "utf8")]));
}
