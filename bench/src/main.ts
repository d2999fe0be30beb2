import { SingleBar } from "cli-progress";
import pc from "picocolors";
import { type Options, parseOptions, UsageError, usage } from "./options.js";
import type { Environment } from "./report/environment.js";
import { describeEnvironment } from "./report/environment.js";
import { jsonOf, writeJson } from "./report/json.js";
import { writeReport } from "./report/markdown.js";
import { tableOf } from "./report/table.js";
import { type Result, roundsOf, runWorkload } from "./rounds.js";
import { type Stack, stacks } from "./stack.js";
import { workloads } from "./workload/list.js";
import type { Contestant, Scale, Workload } from "./workload/workload.js";

/** One window of a warm-up; three at the least make it one. */
const warmupMs = 1_000;

process.exitCode = await main();

async function main(): Promise<number> {
  try {
    const options = parseOptions(process.argv.slice(2));
    if (options === undefined) {
      process.stdout.write(usage);
      return 0;
    }
    return await run(options);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(`${error.message}\n\n${usage}`);
    return 2;
  }
}

async function run(options: Options): Promise<number> {
  const chosen = workloads.filter(
    ({ name }) => options.workloads.length === 0 || options.workloads.some((r) => r.test(name)),
  );
  if (options.list || chosen.length === 0) {
    console.log(
      `workloads: ${workloads.map(({ name }) => name).join(" ")}\nstacks: ${stacks.map(({ name }) => name).join(" ")}`,
    );
    return options.list ? 0 : 2;
  }
  const wanted = stacks.filter(({ name }) => isWanted(name, options.stacks));
  const built = wanted.filter((stack) => stack.command("server", []) !== undefined);
  for (const stack of wanted) {
    if (!built.includes(stack)) console.error(pc.yellow(`skipped: ${stack.title}, which is not built on this machine`));
  }
  const scale: Scale = {
    warmupMs: options.smoke ? 0 : warmupMs,
    measureMs: options.seconds * 1000,
    size: options.smoke ? 0.01 : 1,
  };
  const environment = describeEnvironment(built, { rounds: options.rounds, measureMs: scale.measureMs });
  const results = await measureAll(chosen, built, options, scale);
  print(environment, results, options);
  return results.some(({ failures }) => failures.length > 0) ? 1 : 0;
}

/** Hawser always takes part: every ratio is to it. */
function isWanted(name: string, pattern: RegExp): boolean {
  return name === "hawser" || pattern.test(name);
}

async function measureAll(
  chosen: readonly Workload[],
  built: readonly Stack[],
  { rounds, stacks, smoke }: Options,
  scale: Scale,
): Promise<Result[]> {
  const plans = chosen.map((workload) => ({
    workload,
    contestants: workload.contestants(built).filter(({ name }) => isWanted(name, stacks)),
  }));
  const total = plans.reduce(
    (sum, { workload, contestants }) => sum + contestants.length * (1 + roundsOf(workload, rounds)),
    0,
  );
  const format = "{bar} {value}/{total} · {eta_formatted} left · {step}";
  const bar = new SingleBar({ format, stream: process.stderr, clearOnComplete: true, barsize: 24 });
  if (process.stderr.isTTY) bar.start(total, 0, { step: "" });
  const results: Result[] = new Array(plans.length);
  let steps = 0;
  let next = 0;
  const runOneByOne = async (): Promise<void> => {
    while (next < plans.length) {
      const index = next++;
      const { workload, contestants } = plans[index]!;
      const onStep = ({ title }: Contestant): void => bar.update(steps++, { step: `${workload.name}: ${title}` });
      results[index] = await runWorkload(workload, contestants, rounds, scale, onStep);
    }
  };
  // Where no figure counts, two workloads may run at a time.
  await Promise.all(smoke ? [runOneByOne(), runOneByOne()] : [runOneByOne()]);
  bar.stop();
  return results;
}

function print(environment: Environment, results: readonly Result[], options: Options): void {
  if (options.json) {
    console.log(JSON.stringify(jsonOf(environment, results), null, 2));
  } else {
    for (const result of results) if (result.rows.length > 0) console.log(`${tableOf(result)}\n`);
    const { node, cpu, cores, load, date } = environment;
    console.log(pc.dim(`Node ${node} · ${cores} × ${cpu} · load before the run ${load} · ${date}`));
    if (options.report) console.log(pc.dim(`written: ${writeReport(environment, results)}`));
    if (!options.smoke) console.log(pc.dim(`written: ${writeJson(environment, results)}`));
  }
  for (const failure of results.flatMap(({ failures }) => failures)) console.error(pc.red(`failed: ${failure}`));
}
