import type { DriveName, Job, Memory } from "../job.js";
import { Pair } from "../process/pair.js";
import type { Ability, Stack } from "../stack.js";
import { type Metric, type Sample, type Scale, sessionOf, stackContestants, type Workload } from "./workload.js";

/** What distinguishes the memory workloads. */
export interface MemoryPlan {
  readonly name: string;
  readonly title: string;
  readonly drive: DriveName & ("idle-connections" | "open-streams");
  readonly needs: Ability;
  /** Things to open, and over how many connections. */
  readonly count: number;
  readonly connections: number;
}

/** Time the client has to set itself up, and to open everything. */
const setUpMs = 20_000;
const openMs = 120_000;

const kibi = 1024;

/** Figures per thing that is open. Heap and external bytes come first: RSS also counts what the allocator keeps. */
const metrics: readonly Metric[] = [
  { key: "bothKib", label: "KiB each, both sides", better: "lower", decimals: 1 },
  { key: "clientKib", label: "client KiB", better: "lower", decimals: 1 },
  { key: "serverKib", label: "server KiB", better: "lower", decimals: 1 },
  { key: "clientRssKib", label: "client RSS KiB", better: "lower", decimals: 1 },
  { key: "serverRssKib", label: "server RSS KiB", better: "lower", decimals: 1 },
];

/** Makes the workload of a plan: what each of many open things holds in memory, as growth after collections. */
export function memoryWorkload(plan: MemoryPlan): Workload {
  return {
    name: plan.name,
    title: plan.title,
    metrics,
    varies: false,
    contestants: (stacks) =>
      stackContestants(
        stacks,
        (stack) => stack.abilities.has(plan.needs) && stack.abilities.has("memory"),
        async (stack, scale) => sessionOf(() => measure(plan, stack, scale)),
      ),
  };
}

async function measure(plan: MemoryPlan, stack: Stack, scale: Scale): Promise<Sample> {
  const count = Math.ceil(plan.count * scale.size);
  const connections = Math.ceil(plan.connections * scale.size);
  const job: Omit<Job, "port" | "pooled"> = {
    drive: plan.drive,
    connections,
    inFlight: count,
    bodyBytes: 0,
    messages: 0,
  };
  const pair = await Pair.start(stack, {}, ["--expose-gc"]);
  try {
    pair.startClient(job);
    const { memory: clientBefore } = await pair.expect("ready", setUpMs);
    const serverBefore = await pair.serverMemory();
    pair.send("go");
    const { memory: clientAfter } = await pair.expect("open", openMs);
    const serverAfter = await pair.serverMemory();
    const each = (before: Memory, after: Memory, key: keyof Memory): number =>
      (after[key] - before[key]) / count / kibi;
    const clientKib = each(clientBefore, clientAfter, "heapAndExternal");
    const serverKib = each(serverBefore, serverAfter, "heapAndExternal");
    return {
      bothKib: clientKib + serverKib,
      clientKib,
      serverKib,
      clientRssKib: each(clientBefore, clientAfter, "rss"),
      serverRssKib: each(serverBefore, serverAfter, "rss"),
    };
  } finally {
    await pair.stop();
  }
}
