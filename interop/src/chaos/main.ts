/**
 * `npm run chaos -- --minutes 3 --seed 7`: prints its seed and what it found; exit 1 if anything is wrong.
 * `--cut namespaces` (needs root, or CAP_SYS_ADMIN and CAP_NET_ADMIN) or `--cut proxy`; default: the first where it is allowed.
 */
import { parseArgs } from "node:util";
import type { Cut } from "./choose-network.js";
import { runChaos } from "./run.js";

const { values } = parseArgs({
  options: { minutes: { type: "string" }, seed: { type: "string" }, cut: { type: "string" } },
});
const minutes = Number(values.minutes ?? 3);
const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31));
const cut = values.cut as Cut | undefined;
if (!(minutes > 0) || !Number.isInteger(seed) || !(cut === undefined || cut === "namespaces" || cut === "proxy")) {
  console.error("usage: npm run chaos -- [--minutes N] [--seed S] [--cut namespaces|proxy]");
  process.exit(2);
}
console.log(
  `chaos for ${minutes} minutes; the same again: npm run chaos -- --minutes ${minutes} --seed ${seed}${cut === undefined ? "" : ` --cut ${cut}`}`,
);
// Ended by a signal, the process still removes its namespaces, whose servers end with it.
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1));
const report = await runChaos(minutes * 60_000, seed, cut);
console.log(JSON.stringify(report, undefined, 2));
console.log(report.faults.length === 0 ? "All is well." : `${report.faults.length} faults.`);
process.exitCode = report.faults.length === 0 ? 0 : 1;
