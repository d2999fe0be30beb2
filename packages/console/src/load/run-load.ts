import { Growing, type Latencies, latenciesOf } from "./latencies.js";
import { type LoadPlan, MAX_CALLS, planError } from "./load-plan.js";

/** How one call ended. */
export interface CallOutcome {
  readonly ok: boolean;
  /** The name of the status. */
  readonly code: string;
  readonly message: string;
}

/** What happened in one interval. */
export interface LoadSample {
  /** The end of the interval, from the beginning of the run. */
  readonly atMs: number;
  /** Calls that ended, a second. */
  readonly rate: number;
  /** Those of them that failed, a second. */
  readonly failedRate: number;
  /** Of the calls that ended well; undefined if there were none. */
  readonly latency: Latencies | undefined;
}

/** Calls that failed in the same way. */
export interface Failure {
  readonly code: string;
  readonly count: number;
  /** The message of the first. */
  readonly example: string;
}

/** What a run has come to so far. */
export interface LoadState {
  readonly phase: "running" | "done" | "stopped";
  readonly elapsedMs: number;
  readonly calls: number;
  readonly failed: number;
  /** Begun and not ended: cancelled at the end of the run, and not counted as calls. */
  readonly unfinished: number;
  readonly failures: readonly Failure[];
  readonly samples: readonly LoadSample[];
  /** Of all calls that ended well. */
  readonly latency: Latencies | undefined;
}

/** Two pictures a second show what goes on, and cost little. */
export const SAMPLE_MS = 500;
/** After the end of the run, so long for those that are in flight. */
const GRACE_MS = 2_000;
/** Kinds of failures that are told apart. */
const MAX_FAILURES = 17;

/** Time, so that a test need not wait. */
export interface LoadClock {
  now(): number;
  /** Calls back after `ms`; gives what cancels that. */
  after(ms: number, callback: () => void): () => void;
}

const PAGE_CLOCK: LoadClock = {
  now: () => performance.now(),
  after(ms, callback) {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
};

/**
 * Runs a load test: a closed loop, or with a rate an open one, whose latencies count from when a call was due, so that the wait behind a
 * server that stalls is seen.
 *
 * @param start makes one call; it settles with how the call ended, and never rejects
 * @param onState is called twice a second, and at the end
 * @param signal ends the run early
 * @throws RangeError if the plan cannot be run
 */
export function runLoad(
  plan: LoadPlan,
  start: (signal: AbortSignal) => Promise<CallOutcome>,
  onState: (state: LoadState) => void,
  signal: AbortSignal,
  clock: LoadClock = PAGE_CLOCK,
): Promise<LoadState> {
  const error = planError(plan);
  if (error !== undefined) throw new RangeError(error);
  return new Promise((resolve) => new Run(plan, start, onState, signal, clock, resolve).begin());
}

class Run {
  readonly #plan: LoadPlan;
  readonly #start: (signal: AbortSignal) => Promise<CallOutcome>;
  readonly #onState: (state: LoadState) => void;
  readonly #signal: AbortSignal;
  readonly #clock: LoadClock;
  readonly #resolve: (state: LoadState) => void;
  readonly #abort = new AbortController();
  readonly #latencies = new Growing();
  readonly #samples: LoadSample[] = [];
  readonly #failures = new Map<string, { count: number; example: string }>();
  #phase: LoadState["phase"] = "running";
  #startedAt = 0;
  #begun = 0;
  #ended = 0;
  #failed = 0;
  /** What had ended when the last interval was closed. */
  #sampled = { at: 0, ended: 0, failed: 0, latencies: 0 };
  #beginning = true;
  #cancels: (() => void)[] = [];

  constructor(
    plan: LoadPlan,
    start: (signal: AbortSignal) => Promise<CallOutcome>,
    onState: (state: LoadState) => void,
    signal: AbortSignal,
    clock: LoadClock,
    resolve: (state: LoadState) => void,
  ) {
    this.#plan = plan;
    this.#start = start;
    this.#onState = onState;
    this.#signal = signal;
    this.#clock = clock;
    this.#resolve = resolve;
  }

  begin(): void {
    this.#startedAt = this.#clock.now();
    if (this.#signal.aborted) {
      this.#finish("stopped");
      return;
    }
    this.#signal.addEventListener("abort", this.#stop, { once: true });
    this.#after(this.#plan.durationMs, () => {
      this.#beginning = false;
      if (this.#begun === this.#ended) this.#finish("done");
      else this.#after(GRACE_MS, () => this.#finish("done"));
    });
    this.#nextSample();
    this.#fill();
  }

  readonly #stop = () => this.#finish("stopped");

  /** Begins as many calls as there is room for and as are due. */
  #fill(): void {
    const { concurrency, ratePerSecond } = this.#plan;
    while (this.#beginning && this.#phase === "running" && this.#begun - this.#ended < concurrency) {
      if (this.#begun >= MAX_CALLS) {
        this.#beginning = false;
        if (this.#begun === this.#ended) this.#finish("done");
        return;
      }
      const now = this.#clock.now();
      if (ratePerSecond === undefined) {
        this.#call(now);
        continue;
      }
      const due = this.#startedAt + (this.#begun * 1000) / ratePerSecond;
      if (due > now) {
        this.#wait(due - now);
        return;
      }
      this.#call(due);
    }
  }

  #waiting = false;

  #wait(ms: number): void {
    if (this.#waiting) return;
    this.#waiting = true;
    this.#after(ms, () => {
      this.#waiting = false;
      this.#fill();
    });
  }

  #call(from: number): void {
    this.#begun++;
    this.#start(this.#abort.signal).then((outcome) => this.#end(from, outcome));
  }

  #end(from: number, outcome: CallOutcome): void {
    if (this.#phase !== "running") return;
    this.#ended++;
    if (outcome.ok) this.#latencies.push(this.#clock.now() - from);
    else this.#fail(outcome);
    if (!this.#beginning && this.#begun === this.#ended) this.#finish("done");
    else this.#fill();
  }

  #fail({ code, message }: CallOutcome): void {
    this.#failed++;
    const known = this.#failures.get(code);
    if (known !== undefined) known.count++;
    else if (this.#failures.size < MAX_FAILURES) this.#failures.set(code, { count: 1, example: message });
  }

  #nextSample(): void {
    this.#after(SAMPLE_MS, () => {
      this.#sample();
      this.#onState(this.#state());
      this.#nextSample();
    });
  }

  #sample(): void {
    const atMs = this.#clock.now() - this.#startedAt;
    const { at, ended, failed, latencies } = this.#sampled;
    const seconds = (atMs - at) / 1000;
    if (seconds <= 0) return;
    this.#samples.push({
      atMs,
      rate: (this.#ended - ended) / seconds,
      failedRate: (this.#failed - failed) / seconds,
      latency: latenciesOf(this.#latencies.from(latencies)),
    });
    this.#sampled = { at: atMs, ended: this.#ended, failed: this.#failed, latencies: this.#latencies.length };
  }

  #finish(phase: "done" | "stopped"): void {
    if (this.#phase !== "running") return;
    if (this.#ended > this.#sampled.ended) this.#sample();
    this.#phase = phase;
    for (const cancel of this.#cancels.splice(0)) cancel();
    this.#signal.removeEventListener("abort", this.#stop);
    this.#abort.abort();
    const state = this.#state();
    this.#onState(state);
    this.#resolve(state);
  }

  #state(): LoadState {
    return {
      phase: this.#phase,
      elapsedMs: this.#clock.now() - this.#startedAt,
      calls: this.#ended,
      failed: this.#failed,
      unfinished: this.#begun - this.#ended,
      failures: [...this.#failures]
        .map(([code, { count, example }]) => ({ code, count, example }))
        .sort((a, b) => b.count - a.count),
      samples: this.#samples.slice(),
      // While it runs the picture shows the intervals; to sort half a million latencies twice a second would disturb what is measured.
      latency: this.#phase === "running" ? this.#samples.at(-1)?.latency : latenciesOf(this.#latencies.from(0)),
    };
  }

  #after(ms: number, callback: () => void): void {
    const cancel = this.#clock.after(ms, () => {
      this.#cancels = this.#cancels.filter((each) => each !== cancel);
      callback();
    });
    this.#cancels.push(cancel);
  }
}
