/** `npm run chaos -- --minutes 3 --seed 7`: prints its seed and what it found; exit 1 if anything is wrong. */
import { parseArgs } from "node:util";
import { runChaos } from "./run.js";

const { values } = parseArgs({ options: { minutes: { type: "string" }, seed: { type: "string" } } });
const minutes = Number(values.minutes ?? 3);
const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31));
if (!(minutes > 0) || !Number.isInteger(seed)) {
  console.error("usage: npm run chaos -- [--minutes N] [--seed S]");
  process.exit(2);
}
console.log(`chaos for ${minutes} minutes; the same again: npm run chaos -- --minutes ${minutes} --seed ${seed}`);
const report = await runChaos(minutes * 60_000, seed);
console.log(JSON.stringify(report, undefined, 2));
console.log(report.faults.length === 0 ? "All is well." : `${report.faults.length} faults.`);
process.exitCode = report.faults.length === 0 ? 0 : 1;
