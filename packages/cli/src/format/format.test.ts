import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { compile, type FileDescriptorProto, parse, TokenKind } from "@hawser/compiler";
import { BREAKING_CASES } from "../testing/breaking-cases.js";
import { FORMAT_CASES } from "../testing/format-cases.js";
import { KNOWN_FORMAT_DIFFERENCES } from "../testing/known-differences.js";
import { LINT_CASES } from "../testing/lint-cases.js";
import { formatProto } from "./format.js";

/** What buf makes of the cases, kept by conformance/rules. */
const BUF: Readonly<Record<string, string>> = JSON.parse(
  readFileSync(new URL("../../src/testing/testdata/buf-format.json", import.meta.url), "utf8"),
);

function format(text: string): string {
  const result = formatProto(text);
  assert.ok(result.ok, result.ok ? "" : JSON.stringify(result.diagnostics[0]?.message));
  return result.text;
}

/** The `.proto` files of all cases, each text once. */
function corpus(): Set<string> {
  const texts = new Set(FORMAT_CASES.map(({ text }) => text));
  for (const files of [
    ...LINT_CASES.map((each) => each.files),
    ...BREAKING_CASES.flatMap(({ before, now }) => [before, now]),
  ]) {
    for (const [path, text] of Object.entries(files)) if (path.endsWith(".proto")) texts.add(text);
  }
  return texts;
}

for (const { name, text } of FORMAT_CASES) {
  const reason = KNOWN_FORMAT_DIFFERENCES.get(name);
  test(`${name}: ${reason === undefined ? "as buf does" : `not as buf does, because ${reason}`}`, () => {
    if (reason === undefined) assert.equal(format(text), BUF[name]);
    else assert.notEqual(format(text), BUF[name]);
  });
}

test("formatting again changes nothing", () => {
  for (const text of corpus()) {
    const once = format(text);
    assert.equal(format(once), once);
  }
});

test("no word and no comment is lost", () => {
  for (const text of corpus()) assert.deepEqual(words(format(text)), words(text), text);
});

/** Names, numbers and strings with how often each is there, and the letters of all comments. */
function words(text: string): Map<string, number> {
  const { tokens } = parse(text).file;
  const counts = new Map<string, number>();
  const add = (word: string): void => void counts.set(word, (counts.get(word) ?? 0) + 1);
  let end = 0;
  for (let i = 0; i < tokens.count; i++) {
    if (tokens.kinds[i]! <= TokenKind.String) add(tokens.textOf(i));
    for (const letter of tokens.text.slice(end, tokens.starts[i]).replaceAll(/[\s/*#]/g, "")) add(letter);
    end = tokens.ends[i]!;
  }
  return counts;
}

const GAPS = [
  " ",
  "\n",
  "\n\n",
  "\t",
  " /*b*/ ",
  "/*b*/",
  " // l\n",
  "\n// l\n",
  "\n\n// l\n\n",
  "\n/* b */\n",
  " /* p\n * q\n */ ",
];

/** A text with blanks and comments between its tokens where chance puts them. */
function scattered(text: string, random: () => number): string {
  const { tokens } = parse(text).file;
  let out = "";
  let end = 0;
  for (let i = 0; i < tokens.count; i++) {
    out += text.slice(end, tokens.starts[i]);
    if (random() < 0.08) out += GAPS[Math.floor(random() * GAPS.length)]!;
    out += tokens.textOf(i);
    end = tokens.ends[i]!;
  }
  return out;
}

test("a comment behind the slash of a type's URL stays a comment", () => {
  const text = 'syntax = "proto3";\n\noption (c) = {\n  [type.googleapis.com/\n/* b */\nmy.Type]: {a: 1}\n};\n';
  assert.match(format(text), /com\/ \/\* b \*\//);
  assert.equal(format(format(text)), format(text));
});

test("comments anywhere: none is lost, and formatting again changes nothing", (t) => {
  const seed = Number(process.env.FUZZ_SEED ?? Math.floor(Math.random() * 2 ** 31));
  t.diagnostic(`FUZZ_SEED=${seed}`);
  let state = seed;
  // Numerical Recipes' generator: the same numbers from one seed on every machine.
  const random = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  for (let i = 0; i < 400; i++) {
    const text = scattered(FORMAT_CASES[i % FORMAT_CASES.length]!.text, random);
    if (parse(text).diagnostics.some(({ severity }) => severity === "error")) continue;
    const once = format(text);
    assert.equal(format(once), once, text);
    assert.deepEqual(words(once), words(text), text);
  }
});

test("what google-proto-files mean stays the same: every 100th file", (t) => {
  const root = dirname(createRequire(import.meta.url).resolve("google-proto-files/package.json"));
  const names = readdirSync(join(root, "google"), { recursive: true, encoding: "utf8" })
    .map((name) => `google/${name.replaceAll("\\", "/")}`)
    .filter((name) => name.endsWith(".proto"))
    .sort()
    .filter((_, i) => i % 100 === 0);
  const read = (path: string): string | undefined =>
    existsSync(join(root, path)) ? readFileSync(join(root, path), "utf8") : undefined;
  const formatted = new Map(names.map((name) => [name, format(read(name)!)]));
  const before = compile({ files: names, read }).files;
  const after = compile({ files: names, read: (path) => formatted.get(path) ?? read(path) }).files;
  const byName = new Map(after.map((file) => [file.name, file]));
  for (const file of before) assert.deepEqual(sortedImports(byName.get(file.name)!), sortedImports(file));
  for (const text of formatted.values()) assert.equal(format(text), text);
  t.diagnostic(`${names.length} files`);
});

/** Imports are sorted; which there are, and which are public, is what counts. */
function sortedImports(file: FileDescriptorProto): object {
  const publicOnes = file.publicDependency.map((i) => file.dependency[i]).sort();
  return { ...file, dependency: [...file.dependency].sort(), publicDependency: publicOnes };
}

test("a file that cannot be parsed gives its errors", () => {
  const result = formatProto("message {", "a.proto");
  assert.ok(!result.ok);
  assert.deepEqual([result.diagnostics[0]!.file, result.diagnostics[0]!.line], ["a.proto", 1]);
});

test("deep nesting and long lists take time in proportion", () => {
  const literal = `${"{a: ".repeat(90)}{}${"}".repeat(90)}`;
  format(`syntax = "proto3";\noption (x) = ${literal};\n`);
  const deep = formatProto(`syntax = "proto3";\noption (x) = ${"{a: ".repeat(5_000)}{}${"}".repeat(5_000)};\n`);
  assert.ok(!deep.ok);
  assert.match(deep.diagnostics[0]!.message, /nested too deeply/);
  format(`syntax = "proto3";\n${"// a\n\n".repeat(100_000)}`);
  format(`syntax = "proto3";\n/*\n${" * a\n".repeat(100_000)}*/\n`);
  const many = Array.from({ length: 20_000 }, (_, i) => `  int32 f${i} = ${i + 1}; // ${i}`).join("\n");
  assert.equal(format(`syntax = "proto3";\n\nmessage M {\n${many}\n}\n`).split("\n").length, 20_005);
});
