/** `npm run workers -w @hawser-private/bench [-- --rounds N --seconds N]`: the ways to use two cores, side by side. */
import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import Table from "cli-table3";
import { WAYS, type Way } from "./way.js";

interface Figures {
  readonly callsPerSecond: number;
  readonly connectionsPerSecond: number;
  readonly residentMiB: number;
}

const { values } = parseArgs({ options: { rounds: { type: "string" }, seconds: { type: "string" } } });
const rounds = Number(values.rounds ?? 5);
const seconds = Number(values.seconds ?? 2);
if (!(rounds >= 1 && seconds > 0)) {
  console.error("usage: npm run workers -- [--rounds N] [--seconds N]");
  process.exit(2);
}

const path = (name: string) => fileURLToPath(new URL(`./${name}.js`, import.meta.url));

/** One round of one way. */
async function measure(way: Way): Promise<Figures> {
  const server = fork(path("server"), [way]);
  try {
    const [port] = (await once(server, "message")) as [number];
    // Two clients: one alone could not keep two workers busy.
    const loads = await Promise.all(
      [1, 2].map(async () => {
        const client = fork(path("client"), [String(port), String(seconds)]);
        const [load] = (await once(client, "message")) as [Omit<Figures, "residentMiB">];
        return load;
      }),
    );
    const answer = once(server, "message");
    server.send("memory");
    const [bytes] = (await answer) as [number];
    return {
      callsPerSecond: loads.reduce((sum, each) => sum + each.callsPerSecond, 0),
      connectionsPerSecond: loads.reduce((sum, each) => sum + each.connectionsPerSecond, 0),
      residentMiB: bytes / 2 ** 20,
    };
  } finally {
    const exit = once(server, "exit");
    // It ends its workers.
    server.disconnect();
    await exit;
  }
}

const results = new Map<Way, Figures[]>(WAYS.map((way) => [way, []]));
for (let round = 1; round <= rounds; round++) {
  for (const way of WAYS) {
    console.error(`round ${round} of ${rounds}: ${way}`);
    results.get(way)?.push(await measure(way));
  }
}

const median = (numbers: readonly number[]) => numbers.toSorted((a, b) => a - b)[numbers.length >> 1] as number;
const of = (way: Way, name: keyof Figures) => (results.get(way) ?? []).map((each) => each[name]);
/** The median of the ratios to `serve` in the same round. */
const ratio = (way: Way, name: keyof Figures) => {
  const ours = of("serve", name);
  return median(of(way, name).map((figure, i) => figure / (ours[i] as number))).toFixed(2);
};
const table = new Table({
  head: ["", "calls/s", "× serve", "connections/s", "× serve", "resident MiB"],
  style: { head: [] },
});
for (const way of WAYS) {
  const [calls, connections, memory] = (["callsPerSecond", "connectionsPerSecond", "residentMiB"] as const).map(
    (name) => Math.round(median(of(way, name))).toLocaleString("en-US"),
  );
  table.push([way, calls, ratio(way, "callsPerSecond"), connections, ratio(way, "connectionsPerSecond"), memory]);
}
console.log(table.toString());
