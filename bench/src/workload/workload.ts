import type { Stack } from "../stack.js";

/** One figure of a workload. */
export interface Metric {
  readonly key: string;
  /** The column's head, unit included. */
  readonly label: string;
  readonly better: "higher" | "lower";
  /** How many decimals are worth showing. */
  readonly decimals: number;
}

/** What a measurement gave, by metric key. */
export type Sample = Readonly<Record<string, number>>;

/** How long and how wide to measure. */
export interface Scale {
  /** Time each stack runs before its first round. */
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

/** One table of the suite. */
export interface Workload {
  readonly name: string;
  readonly title: string;
  /** The first one is what the ratios are of. */
  readonly metrics: readonly Metric[];
  /** False if a second measurement must give the same: one round is then enough. */
  readonly varies: boolean;
  /** True if the stack has a row here. */
  takes(stack: Stack): boolean;
  /** Starts the stack and warms it up. */
  open(stack: Stack, scale: Scale): Promise<Session>;
}
