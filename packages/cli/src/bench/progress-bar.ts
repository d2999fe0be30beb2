import { Presets, SingleBar } from "cli-progress";
import type { BenchProgress } from "./run-bench.js";
import { duration, integer } from "./text-report.js";

/** Shows on stderr, if that is a terminal, how far a run is. */
export class ProgressBar {
  readonly #durationMs: number;
  readonly #maxCalls: number;
  readonly #bar: SingleBar | undefined;
  #isShown = false;

  /** @param maxCalls the number of calls that ends the run, or Infinity */
  constructor(durationMs: number, maxCalls: number) {
    this.#durationMs = durationMs;
    this.#maxCalls = maxCalls;
    if (!process.stderr.isTTY) return;
    this.#bar = new SingleBar(
      {
        stream: process.stderr,
        format: "{phase} {bar} {percentage} %  {rate} calls/s  p50 {p50}  p99 {p99}  {inFlight} in flight{failed}",
        barsize: 24,
        hideCursor: true,
        clearOnComplete: true,
      },
      Presets.shades_classic,
    );
  }

  show({ phase, elapsedMs, inFlight, recorder }: BenchProgress): void {
    if (this.#bar === undefined) return;
    const done = Math.max(elapsedMs / this.#durationMs, recorder.calls / this.#maxCalls);
    const any = recorder.latencies.totalCount > 0;
    const percentile = (p: number) => (any ? duration(recorder.latencies.getValueAtPercentile(p) / 1000) : "-");
    const failed = recorder.calls - recorder.ok;
    const payload = {
      phase: phase.padEnd("measuring".length),
      rate: integer((recorder.ok * 1000) / elapsedMs),
      p50: percentile(50),
      p99: percentile(99),
      inFlight,
      failed: failed > 0 ? `  ${integer(failed)} failed` : "",
    };
    if (!this.#isShown) this.#bar.start(100, 0, payload);
    this.#isShown = true;
    this.#bar.update(phase === "warm-up" ? 0 : Math.min(100, Math.floor(done * 100)), payload);
  }

  stop(): void {
    if (this.#isShown) this.#bar?.stop();
  }
}
