import { setTimeout as sleep } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { Code, codeName } from "hawser";
import { type Cut, chooseNetwork } from "./choose-network.js";
import { Load } from "./load.js";
import { seededRandom } from "./random.js";
import { ChaosWorld, SERVERS } from "./world.js";

/** What a run has found. */
export interface ChaosReport {
  /** What the servers were cut off with. */
  readonly network: string;
  readonly calls: number;
  readonly byCode: Readonly<Record<string, number>>;
  readonly disasters: Readonly<Record<string, number>>;
  /** Executions beyond a call's first, by policy. */
  readonly repeats: number;
  /** Connections that the keepalive found dead. */
  readonly silenced: number;
  /** The longest that a call outlived its deadline. */
  readonly latestMs: number;
  /** The heap after a collection, from the end of the first fifth on, in MiB. */
  readonly heapMiB: readonly number[];
  /** Sockets, timers and the like before the run, and after it. */
  readonly handles: readonly [before: number, after: number];
  /** What must not have happened; empty if all is well. */
  readonly faults: readonly string[];
}

/**
 * Five servers that die, freeze and vanish for `durationMs`, under load. What happens when is decided by `seed`.
 *
 * @param cut how the network fails; see {@link chooseNetwork}
 */
export async function runChaos(durationMs: number, seed: number, cut?: Cut): Promise<ChaosReport> {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  const random = seededRandom(seed);
  const handlesBefore = process.getActiveResourcesInfo().length;
  const network = await chooseNetwork(cut, SERVERS);
  const world = await ChaosWorld.start(network);
  const load = new Load(world.target, seededRandom(seed + 1));
  const heapMiB: number[] = [];
  const over = new AbortController();
  try {
    // The load is on before the first server dies.
    const running = load.run(over.signal);
    const disturbing = world.disturb(random, over.signal);
    const sampling = (async () => {
      for (let i = 1; i <= SAMPLES && !over.signal.aborted; i++) {
        await sleep(durationMs / SAMPLES, undefined, { signal: over.signal }).catch(() => {});
        collect();
        if (i > SAMPLES / 5) heapMiB.push(Math.round((process.memoryUsage().heapUsed / 2 ** 20) * 10) / 10);
      }
    })();
    try {
      await Promise.race([sampling, disturbing, running]);
    } finally {
      over.abort();
    }
    await Promise.all([running, disturbing, sampling]);
    const reached = () => {
      const before = world.journalSizes();
      return () => world.journalSizes().every((size, index) => size > (before[index] as number));
    };
    await load.probe(reached(), RECOVERY_MS);
    // All is well, and one server is not heard of any more, with connections to it open.
    const silenced = load.silenced;
    const noticed = () => load.silenced > silenced;
    await Promise.all([world.silence(noticed, SILENCE_MS), load.probe(noticed, SILENCE_MS)]);
    await load.probe(reached(), RECOVERY_MS);
  } catch (error) {
    load.book.fault(String(error));
  } finally {
    over.abort();
    await load.close();
  }
  const repeats = load.book.audit(world.executions());
  await world.close();
  checkHeap(load, heapMiB);
  const handlesAfter = await settledHandles(handlesBefore);
  if (handlesAfter > handlesBefore)
    load.book.fault(`${handlesAfter} handles are left: ${process.getActiveResourcesInfo().join(", ")}`);
  if ((load.book.codes.get(Code.Ok) ?? 0) < load.book.count / 10) load.book.fault("hardly a call went through");
  return {
    network: network.description,
    calls: load.book.count,
    byCode: Object.fromEntries([...load.book.codes].map(([code, count]) => [codeName(code), count])),
    disasters: Object.fromEntries(world.disasters),
    repeats,
    silenced: load.silenced,
    latestMs: Math.round(load.book.latestMs),
    heapMiB,
    handles: [handlesBefore, handlesAfter],
    faults: load.book.faults,
  };
}

/** The heap's second half beside its first: what leaks for each call or connection would show by now. */
function checkHeap({ book }: Load, heapMiB: readonly number[]): void {
  const middle = Math.floor(heapMiB.length / 2);
  const least = (values: readonly number[]) => Math.min(...values);
  const before = least(heapMiB.slice(0, middle));
  const after = least(heapMiB.slice(middle));
  if (after > before * 1.25 + HEAP_SLACK_MIB)
    book.fault(`the heap grew from ${before} to ${after} MiB: ${heapMiB.join()}`);
}

/** Sockets close in their own time. */
async function settledHandles(wanted: number): Promise<number> {
  let count = process.getActiveResourcesInfo().length;
  for (let i = 0; i < 100 && count > wanted; i++) {
    await sleep(50);
    count = process.getActiveResourcesInfo().length;
  }
  return count;
}

const SAMPLES = 20;
const RECOVERY_MS = 20_000;
/** Far above the keepalive of the channels, which is 1.2 s. */
const SILENCE_MS = 20_000;
const HEAP_SLACK_MIB = 4;
