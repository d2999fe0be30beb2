import type { Contestant, Metric, Sample, Scale, Session, Workload } from "./workload/workload.js";

/** A median with the least and the greatest value beside it. */
export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** One contestant's row of a workload's table. */
export interface Row {
  readonly name: string;
  readonly title: string;
  /** By metric key. */
  readonly metrics: Readonly<Record<string, Spread>>;
  /** How many times better Hawser is ({@link oursOf}), by key of a compared metric, taken round by round; empty without its row. */
  readonly hawserIs: Readonly<Record<string, Spread>>;
  /** What each round gave. */
  readonly rounds: readonly Sample[];
}

/** The result of one workload. */
export interface Result {
  readonly workload: Workload;
  readonly rows: readonly Row[];
  /** What went wrong, in words; the run has failed if there is any. */
  readonly failures: readonly string[];
}

/** The contestant that the ratios of a workload are to. */
export function oursOf({ ours = "hawser" }: Workload): string {
  return ours;
}

/**
 * Measures a workload: starts and warms up every contestant, then measures in rounds interleaved A B C, A B C, so that
 * what else the machine does meets all alike. A contestant that fails has no row.
 *
 * @param onStep called before each step of a contestant: its warm-up, and each of its rounds
 */
export async function runWorkload(
  workload: Workload,
  contestants: readonly Contestant[],
  rounds: number,
  scale: Scale,
  onStep: (contestant: Contestant) => void,
): Promise<Result> {
  const running = new Map<Contestant, { session: Session; samples: Sample[] }>();
  const failures: string[] = [];
  const fail = (error: unknown): void => {
    failures.push(`${workload.name}: ${error instanceof Error ? error.message : String(error)}`);
  };
  for (const contestant of contestants) {
    onStep(contestant);
    await contestant.open(scale).then((session) => running.set(contestant, { session, samples: [] }), fail);
  }
  for (let round = 0; round < roundsOf(workload, rounds); round++) {
    for (const contestant of contestants) {
      onStep(contestant);
      const entry = running.get(contestant);
      if (entry === undefined) continue;
      try {
        entry.samples.push(await entry.session.round());
      } catch (error) {
        fail(error);
        running.delete(contestant);
        await entry.session.close();
      }
    }
  }
  for (const { session } of running.values()) await session.close();
  const base = [...running].find(([{ name }]) => name === oursOf(workload))?.[1].samples;
  const rows = [...running].map(([contestant, { samples }]) => rowOf(workload, contestant, samples, base));
  return { workload, rows, failures };
}

/** How many rounds of a workload are worth their time. */
export function roundsOf(workload: Workload, rounds: number): number {
  return workload.varies ? rounds : 1;
}

function rowOf(
  workload: Workload,
  { name, title }: Contestant,
  rounds: readonly Sample[],
  base: readonly Sample[] | undefined,
): Row {
  const metrics: Record<string, Spread> = {};
  for (const { key } of workload.metrics) {
    const values = rounds.map((sample) => sample[key]).filter((value) => value !== undefined);
    if (values.length > 0) metrics[key] = spreadOf(values);
  }
  const hawserIs: Record<string, Spread> = {};
  for (const { key, better } of base === undefined ? [] : comparedMetrics(workload)) {
    const ratios = rounds.map((sample, round) => {
      const ratio = base![round]![key]! / sample[key]!;
      return better === "higher" ? ratio : 1 / ratio;
    });
    hawserIs[key] = spreadOf(ratios);
  }
  return { name, title, metrics, hawserIs, rounds };
}

/** The metrics of which the tables show the ratio to Hawser. */
export function comparedMetrics({ metrics }: Workload): Metric[] {
  return metrics.filter(({ compared }, index) => index === 0 || compared === true);
}

function spreadOf(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const median = sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
  return { median, min: sorted[0]!, max: sorted.at(-1)! };
}
