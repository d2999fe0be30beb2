import { createInterface } from "node:readline";
import type { Histogram } from "hdr-histogram-js";
import { build } from "hdr-histogram-js";
import type { RunCommand } from "../job.js";
import { print } from "./drive.js";

/** Ticks of the histogram per millisecond: a tenth of a microsecond. */
const ticksPerMs = 10_000;

/** Time between the first call of a run and its window, in which the calls get into step. */
const settleMs = 50;

/**
 * Runs a drive as often as the suite says, a line of stdin each; every run has a window of its own. The process and its
 * connections live on in between, so that all but the first run (the warm-up) see compiled code.
 *
 * @param run drives until the window is over, and resolves when everything it started has ended well
 */
export async function runWindows(run: (window: Window) => Promise<void>): Promise<void> {
  for await (const line of createInterface({ input: process.stdin })) {
    const { runMs } = JSON.parse(line) as RunCommand;
    const window = new Window(runMs);
    await run(window);
    window.report();
  }
}

/**
 * The measured part of a run. Its ends are timers that note time, count and CPU time as they are at that moment, so
 * that a late timer does no harm.
 */
export class Window {
  /** True once the drive shall start nothing new. */
  over = false;
  /** What the drive counts. */
  count = 0;
  readonly #latencies: Histogram = build({
    lowestDiscernibleValue: 1,
    highestTrackableValue: 60_000 * ticksPerMs,
    numberOfSignificantValueDigits: 3,
    bitBucketSize: 32,
  });
  #measuring = false;
  #elapsedMs = 0;
  #cpuUs = 0;
  #counted = 0;

  constructor(runMs: number) {
    setTimeout(() => this.#start(runMs), settleMs);
  }

  /** Notes the latency of one call, in milliseconds. */
  record(latencyMs: number): void {
    if (this.#measuring) this.#latencies.recordValue(Math.round(latencyMs * ticksPerMs));
  }

  /** Prints the result. */
  report(): void {
    const throughput = { count: this.#counted, elapsedMs: this.#elapsedMs, cpuUs: this.#cpuUs };
    const latencies = this.#latencies;
    const measured =
      latencies.totalCount === 0
        ? throughput
        : {
            ...throughput,
            p50Us: (latencies.getValueAtPercentile(50) * 1000) / ticksPerMs,
            p99Us: (latencies.getValueAtPercentile(99) * 1000) / ticksPerMs,
          };
    print({ event: "measured", measured });
  }

  #start(runMs: number): void {
    print({ event: "measuring" });
    const cpuAtStart = process.cpuUsage();
    const countAtStart = this.count;
    const timeAtStart = performance.now();
    this.#measuring = true;
    const end = (): void => {
      if (this.count === countAtStart) {
        // A call that takes longer than the window makes the window as long as itself.
        setTimeout(end, settleMs);
        return;
      }
      const cpu = process.cpuUsage(cpuAtStart);
      this.#cpuUs = cpu.user + cpu.system;
      this.#elapsedMs = performance.now() - timeAtStart;
      this.#counted = this.count - countAtStart;
      this.#measuring = false;
      this.over = true;
    };
    setTimeout(end, runMs);
  }
}
