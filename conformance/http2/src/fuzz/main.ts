/**
 * A program: fuzzes one of {@link TARGETS}, guided by coverage. `main.js TARGET [--seconds N] [--seed N] [--keep]`.
 * With `--keep`, inputs that reach something new join the seeds; `--trim` drops the seeds that the shorter ones make
 * needless. A failing input is made small, kept and printed; the
 * exit code is 1 then.
 */
import { parseArgs } from "node:util";
import { CoverageMap } from "./coverage.js";
import { generator, mutate } from "./mutate.js";
import { keepSeed, loadSeeds, replaceSeeds } from "./seeds.js";
import { TARGETS } from "./targets.js";

/** Taking coverage costs as much as some tens of inputs. */
const BATCH = 64;

/**
 * An input that takes more of the processor's time hangs, or as good as that: inputs are 2 KiB at most. The time on the
 * wall says nothing on a machine that has other things to do.
 */
const SLOW_MS = 2_000;

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    seconds: { type: "string", default: "60" },
    seed: { type: "string" },
    keep: { type: "boolean", default: false },
    trim: { type: "boolean", default: false },
  },
});
const name = positionals[0] ?? "";
const found = Object.hasOwn(TARGETS, name) ? TARGETS[name] : undefined;
if (found === undefined) {
  console.error(
    `usage: fuzz TARGET [--seconds N] [--seed N] [--keep]; the targets are ${Object.keys(TARGETS).join(", ")}`,
  );
  process.exit(2);
}
const target = found;
const seed = Number(values.seed ?? Date.now() % 1_000_000_000);
const seconds = Number(values.seconds);
const random = generator(seed);
const coverage = new CoverageMap();
const corpus: Uint8Array[] = [...target.seeds, ...loadSeeds(name)];
console.log(`${name}: seed ${seed}, ${corpus.length} inputs to begin with, ${seconds} s`);

let runs = 0;
let kept = 0;

/** Why an input fails; `undefined` if it does not. */
function failureOf(input: Uint8Array): unknown {
  runs++;
  const before = process.cpuUsage();
  try {
    target.run(input);
  } catch (error) {
    return error ?? new Error("nothing was thrown");
  }
  const { user, system } = process.cpuUsage(before);
  const ms = (user + system) / 1000;
  return ms > SLOW_MS ? new Error(`the input took ${ms.toFixed(0)} ms`) : undefined;
}

/** Removes what the failure does not need. */
function minimise(input: Uint8Array): Uint8Array {
  let small = input;
  for (let size = small.length >>> 1; size >= 1; size >>>= 1) {
    for (let at = 0; at + size <= small.length; ) {
      const less = new Uint8Array([...small.subarray(0, at), ...small.subarray(at + size)]);
      if (failureOf(less) === undefined) at += size;
      else small = less;
    }
  }
  return small;
}

function check(input: Uint8Array): void {
  if (failureOf(input) === undefined) return;
  const small = minimise(input);
  keepSeed(name, small);
  console.error(`${name}: seed ${seed}, run ${runs}, kept: ${Buffer.from(small).toString("hex")}`);
  console.error(failureOf(small));
  process.exit(1);
}

if (values.trim) {
  const needed = corpus
    .sort((a, b) => a.length - b.length)
    .filter((input) => {
      check(input);
      return coverage.take(true);
    });
  replaceSeeds(name, needed);
  console.log(`${name}: ${needed.length} of ${corpus.length} inputs are needed`);
  process.exit(0);
}
for (const input of corpus) check(input);
coverage.take(true);
const end = performance.now() + seconds * 1000;
let reportAt = performance.now() + 30_000;
while (performance.now() < end) {
  const batch = Array.from({ length: BATCH }, () =>
    mutate(corpus[random(corpus.length)]!, corpus[random(corpus.length)]!, random),
  );
  for (const input of batch) check(input);
  if (coverage.take(false)) {
    // Which of them it was shows by running them once more, each by itself.
    for (const input of batch) {
      check(input);
      if (!coverage.take(true)) continue;
      corpus.push(input);
      if (values.keep) keepSeed(name, input);
      kept++;
    }
  }
  if (performance.now() > reportAt) {
    reportAt += 30_000;
    console.log(`${name}: ${runs} runs, ${corpus.length} inputs, ${coverage.size} blocks, heap ${heapMiB()} MiB`);
  }
}
console.log(
  `${name}: ${runs} runs without a failure, ${kept} new inputs, ${coverage.size} blocks, heap ${heapMiB()} MiB`,
);
process.exit(0);

function heapMiB(): string {
  return (process.memoryUsage().heapUsed / 2 ** 20).toFixed(0);
}
