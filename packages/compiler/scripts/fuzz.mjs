// Coverage-guided fuzzing of the whole compiler: lexer, parser, linker, options, checks, emit. An input that reaches a
// part of the code that none has reached before is mutated further. It fails on anything thrown and on any input that
// takes too long for its size.
//
//   node scripts/fuzz.mjs [seconds] [seed]      default: 60, a seed from the clock, which is printed
//
// Inputs that reached something new are kept in src/testdata/fuzz, where the tests replay them.
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { Session } from "node:inspector";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { compile, formatDiagnostic, generateFiles } from "../dist/index.js";

const testdata = join(dirname(fileURLToPath(import.meta.url)), "../src/testdata");
const corpusFolder = join(testdata, "fuzz");
const seconds = Number(process.argv[2] ?? 60);
const seed = Number(process.argv[3] ?? Date.now() % 1_000_000_007);
/** Longer inputs only cost time: what the compiler does with long ones is tested with those made for it. */
const MAX_LENGTH = 4000;
/** The seeds take single milliseconds; a second is neither the collector nor a busy machine three times in a row. */
const SLOW_MS = 1000;

const random = generator(seed);
const library = new Map();
for (const name of readdirSync(join(testdata, "lib"))) {
  library.set(`lib/${name}`, readFileSync(join(testdata, "lib", name), "utf8"));
}
const seeds = ["valid", "invalid"].flatMap((folder) => protosIn(join(testdata, folder)));
const dictionary = [...new Set(seeds.join("\n").match(/\w+|"[^"\n]*"|[^\w\s]/g))];

mkdirSync(corpusFolder, { recursive: true });
const corpus = [...seeds, ...protosIn(corpusFolder)];
console.log(`seed ${seed}, ${corpus.length} inputs, ${seconds} s`);

const session = new Session();
session.connect();
post("Profiler.enable");
post("Profiler.startPreciseCoverage", { callCount: true, detailed: true });
const covered = new Set();
for (const text of corpus) run(text);
newBlocks();
const before = covered.size;

const end = Date.now() + seconds * 1000;
let runs = 0;
let kept = 0;
let slowest = 0;
while (Date.now() < end) {
  // Taking the coverage costs more than a run: it is taken for a batch, and for each of its inputs only if that is new.
  const batch = Array.from({ length: 16 }, () => mutate(pick(corpus)));
  for (const text of batch) slowest = Math.max(slowest, run(text));
  runs += batch.length;
  const fresh = new Set(newBlocks());
  if (fresh.size === 0) continue;
  for (const text of batch) {
    run(text);
    const reached = blocks().filter((key) => fresh.delete(key));
    if (reached.length === 0) continue;
    corpus.push(text);
    keep(text);
    kept++;
  }
}
console.log(
  `${runs} runs, ${covered.size - before} blocks more than the ${before} of the seeds, ${kept} inputs kept, slowest ${slowest.toFixed(0)} ms, nothing found`,
);

function run(text) {
  for (let attempt = 1; ; attempt++) {
    const start = performance.now();
    try {
      const read = (name) => (name === "x.proto" ? text : library.get(name));
      const result = compile({ files: ["x.proto"], read, sourceInfo: true });
      for (const diagnostic of result.diagnostics) formatDiagnostic(diagnostic, { color: true });
      if (result.ok) generateFiles(result.files, { toGenerate: ["x.proto"], importExtension: "js", typesOnly: false });
    } catch (error) {
      fail(text, error.stack);
    }
    const took = performance.now() - start;
    if (took < SLOW_MS) return took;
    if (attempt === 3) fail(text, `took ${took.toFixed(0)} ms`);
  }
}

function fail(text, why) {
  const path = join(corpusFolder, `found-${createHash("sha1").update(text).digest("hex").slice(0, 12)}.proto`);
  writeFileSync(path, text);
  console.error(`${why}\nseed ${seed}; the input is ${path}`);
  process.exit(1);
}

function keep(text) {
  const name = createHash("sha1").update(text).digest("hex").slice(0, 12);
  writeFileSync(join(corpusFolder, `${name}.proto`), text);
}

/** The blocks of the compiler's code that have been run for the first time since it was last asked. */
function newBlocks() {
  return blocks().filter((key) => !covered.has(key) && covered.add(key));
}

/** The blocks that have been run since it was last asked. */
function blocks() {
  const keys = [];
  for (const script of post("Profiler.takePreciseCoverage").result) {
    if (!script.url.includes("/compiler/dist/")) continue;
    for (const { ranges } of script.functions) {
      for (const { startOffset, endOffset, count } of ranges) {
        if (count > 0) keys.push(`${script.scriptId}:${startOffset}:${endOffset}`);
      }
    }
  }
  return keys;
}

/** One to four changes: of characters, of words, of pieces from another input. */
function mutate(original) {
  let text = original;
  for (let times = 1 + random(4); times > 0; times--) {
    const at = random(text.length + 1);
    const to = Math.min(text.length, at + 1 + random(random(2) === 0 ? 4 : 60));
    switch (random(7)) {
      case 0:
        text = text.slice(0, at) + text.slice(to);
        break;
      case 1:
        text = `${text.slice(0, at)} ${pick(dictionary)} ${text.slice(at)}`;
        break;
      case 2:
        text = `${text.slice(0, at)}${pick(dictionary)}${text.slice(to)}`;
        break;
      case 3:
        text = text.slice(0, at) + text.slice(at, to).repeat(1 + random(8)) + text.slice(to);
        break;
      case 4: {
        const other = pick(corpus);
        const from = random(other.length);
        text = text.slice(0, at) + other.slice(from, from + random(200)) + text.slice(random(2) === 0 ? at : to);
        break;
      }
      case 5:
        text =
          text.slice(0, at) + String.fromCharCode(random(8) === 0 ? random(0x10000) : random(128)) + text.slice(to);
        break;
      default: {
        // A word for another one of the dictionary, where a word is.
        const words = [...text.matchAll(/\w+/g)];
        if (words.length === 0) break;
        const word = pick(words);
        text = text.slice(0, word.index) + pick(dictionary) + text.slice(word.index + word[0].length);
      }
    }
  }
  return text.slice(0, MAX_LENGTH);
}

function protosIn(folder) {
  return readdirSync(folder)
    .filter((name) => name.endsWith(".proto"))
    .map((name) => readFileSync(join(folder, name), "utf8"))
    .filter((text) => text.length <= MAX_LENGTH);
}

function pick(list) {
  return list[random(list.length)];
}

function post(method, params) {
  let answer;
  session.post(method, params, (error, result) => {
    if (error !== null) throw new Error(error.message);
    answer = result;
  });
  return answer;
}

/** mulberry32: the same seed gives the same inputs. */
function generator(start) {
  let state = start >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return (((t ^ (t >>> 14)) >>> 0) % Math.max(1, below)) | 0;
  };
}
