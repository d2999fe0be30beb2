/**
 * `npm run soak -w @hawser-private/bench`: a million calls, 100,000 streams, 20,000 idle connections; prints a report as
 * JSON, exit 1 if anything grew or was lost. Options: --calls, --streams, --connections.
 */
import { parseArgs } from "node:util";
import { runSoak } from "./run-soak.js";

const { values } = parseArgs({
  options: {
    calls: { type: "string", default: "1000000" },
    streams: { type: "string", default: "100000" },
    connections: { type: "string", default: "20000" },
  },
});
const [calls, streams, connections] = [values.calls, values.streams, values.connections].map(Number) as [
  number,
  number,
  number,
];
if (![calls, streams, connections].every((count) => Number.isInteger(count) && count > 0)) {
  console.error("usage: npm run soak -- [--calls N] [--streams N] [--connections N], each a whole number above 0");
  process.exit(2);
}
const report = await runSoak({ calls, streams, connections, log: (line) => console.error(line) });
// Rows of figures on one line each.
const oneLine = (_: string, value: unknown) =>
  Array.isArray(value) && typeof value[0] === "number" ? value.join(" ") : value;
console.log(JSON.stringify(report, oneLine, 2));
console.log(report.faults.length === 0 ? "All is well." : `${report.faults.length} faults.`);
process.exitCode = report.faults.length === 0 ? 0 : 1;
