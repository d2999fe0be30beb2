import type { Stack } from "../stack.js";

/** One figure of a workload. */
export interface Metric {
  readonly key: string;
  /** The column's head, unit included. */
  readonly label: string;
  readonly better: "higher" | "lower";
  /** How many decimals are worth showing. */
  readonly decimals: number;
  /** True if the table shows the ratio to Hawser; so for the first metric in any case. */
  readonly compared?: boolean;
}

/** What a measurement gave, by metric key. */
export type Sample = Readonly<Record<string, number>>;

/** How long and how wide to measure. */
export interface Scale {
  /**
   * Length of one window of the warm-up, of which there are as many as it takes until a call gets no cheaper; 0 for a
   * single short one.
   */
  readonly warmupMs: number;
  /** Time each round measures. */
  readonly measureMs: number;
  /** Factor on the numbers of connections and streams of the memory workloads; 1 but in a smoke run. */
  readonly size: number;
}

/** A stack made ready for the rounds of a workload. */
export interface Session {
  /** Measures once. */
  round(): Promise<Sample>;
  /** Ends what was started; called exactly once, also after a failure. */
  close(): Promise<void>;
}

/** What has a row in a table: a stack, or for some workloads a package. */
export interface Contestant {
  readonly name: string;
  /** What the table calls it. */
  readonly title: string;
  /** Starts it and warms it up. */
  open(scale: Scale): Promise<Session>;
}

/** One table of the suite. */
export interface Workload {
  readonly name: string;
  readonly title: string;
  /** The first one is what the chart shows and what the rows are sorted by. */
  readonly metrics: readonly Metric[];
  /** The contestant to which the ratios are; `hawser` if it does not say. */
  readonly ours?: string;
  /** False if a second measurement must give the same: one round is then enough. */
  readonly varies: boolean;
  /**
   * Who has a row here.
   *
   * @param stacks the stacks that are built and wanted
   */
  contestants(stacks: readonly Stack[]): readonly Contestant[];
}

/** Those stacks that can do something, as contestants. */
export function stackContestants(
  stacks: readonly Stack[],
  can: (stack: Stack) => boolean,
  open: (stack: Stack, scale: Scale) => Promise<Session>,
): Contestant[] {
  return stacks.filter(can).map((stack) => ({
    name: stack.name,
    title: stack.title,
    open: (scale) => open(stack, scale),
  }));
}

/** A session that only measures: nothing was started, nothing is to be ended. */
export function sessionOf(round: () => Promise<Sample>): Session {
  return { round, close: async () => {} };
}
