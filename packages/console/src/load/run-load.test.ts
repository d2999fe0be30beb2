import { deepStrictEqual, ok, strictEqual, throws } from "node:assert/strict";
import { test } from "node:test";
import { latenciesOf } from "./latencies.js";
import { type CallOutcome, type LoadClock, type LoadState, runLoad } from "./run-load.js";

const OK: CallOutcome = { ok: true, code: "OK", message: "" };

/** A clock that a test moves. */
class Clock implements LoadClock {
  time = 0;
  #timers: { readonly at: number; readonly run: () => void }[] = [];
  now() {
    return this.time;
  }
  after(ms: number, run: () => void) {
    const timer = { at: this.time + ms, run };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((each) => each !== timer);
    };
  }
  /** Runs what is due until `until`, and lets promises settle after each. */
  async run(until: number) {
    for (;;) {
      await new Promise((resolve) => setImmediate(resolve));
      const [next] = this.#timers.filter(({ at }) => at <= until).sort((a, b) => a.at - b.at);
      if (next === undefined) break;
      this.#timers = this.#timers.filter((each) => each !== next);
      this.time = Math.max(this.time, next.at);
      next.run();
    }
    this.time = until;
  }
  get timers() {
    return this.#timers.length;
  }
}

/** Each call takes `ms`. */
function calls(clock: Clock, ms: number, outcome: (n: number) => CallOutcome = () => OK) {
  const seen = { begun: 0, most: 0, running: 0, aborted: 0 };
  const start = (signal: AbortSignal) =>
    new Promise<CallOutcome>((resolve) => {
      const n = seen.begun++;
      seen.most = Math.max(seen.most, ++seen.running);
      const onAbort = () => seen.aborted++;
      signal.addEventListener("abort", onAbort);
      clock.after(ms, () => {
        signal.removeEventListener("abort", onAbort);
        seen.running--;
        resolve(outcome(n));
      });
    });
  return { seen, start };
}

test("a closed loop keeps so many calls in flight, and ends when they have", async () => {
  const clock = new Clock();
  const { seen, start } = calls(clock, 100);
  const states: LoadState[] = [];
  const running = runLoad(
    { concurrency: 4, durationMs: 2_050, ratePerSecond: undefined },
    start,
    (state) => states.push(state),
    new AbortController().signal,
    clock,
  );
  await clock.run(5_000);
  const end = await running;
  strictEqual(end.phase, "done");
  strictEqual(seen.most, 4);
  strictEqual(end.calls, 84);
  strictEqual(end.unfinished, 0);
  strictEqual(end.latency?.p99Ms, 100);
  // The first picture is taken just before the fifth four end.
  deepStrictEqual(
    end.samples.slice(0, 4).map(({ rate }) => Math.round(rate)),
    [32, 40, 40, 40],
  );
  strictEqual(states.at(-1)?.phase, "done");
  strictEqual(clock.timers, 0);
});

test("an open loop begins calls when they are due, and counts the wait for room", async () => {
  const clock = new Clock();
  const { seen, start } = calls(clock, 400);
  const running = runLoad(
    { concurrency: 2, durationMs: 1_000, ratePerSecond: 10 },
    start,
    () => {},
    new AbortController().signal,
    clock,
  );
  await clock.run(10_000);
  const end = await running;
  strictEqual(seen.most, 2);
  ok(end.latency !== undefined && end.latency.maxMs > 400, `${end.latency?.maxMs}`);
  strictEqual(end.latency?.minMs, 400);
});

test("failures are counted by their code and have no latency", async () => {
  const clock = new Clock();
  const { start } = calls(clock, 10, (n) =>
    n % 4 === 0 ? { ok: false, code: "UNAVAILABLE", message: `the ${n}th` } : OK,
  );
  const running = runLoad(
    { concurrency: 1, durationMs: 395, ratePerSecond: undefined },
    start,
    () => {},
    new AbortController().signal,
    clock,
  );
  await clock.run(1_000);
  const end = await running;
  strictEqual(end.calls, 40);
  deepStrictEqual(end.failures, [{ code: "UNAVAILABLE", count: 10, example: "the 0th" }]);
  strictEqual(end.latency?.count, 30);
});

test("calls that do not end are cancelled after a while and not counted", async () => {
  const clock = new Clock();
  const { seen, start } = calls(clock, 1e9);
  const running = runLoad(
    { concurrency: 3, durationMs: 500, ratePerSecond: undefined },
    start,
    () => {},
    new AbortController().signal,
    clock,
  );
  await clock.run(10_000);
  const end = await running;
  deepStrictEqual([end.phase, end.calls, end.unfinished, seen.aborted], ["done", 0, 3, 3]);
  strictEqual(end.latency, undefined);
});

test("stopped: at once, and nothing begins any more", async () => {
  const clock = new Clock();
  const { seen, start } = calls(clock, 100);
  const controller = new AbortController();
  const running = runLoad(
    { concurrency: 2, durationMs: 60_000, ratePerSecond: undefined },
    start,
    () => {},
    controller.signal,
    clock,
  );
  await clock.run(1_050);
  controller.abort();
  const end = await running;
  strictEqual(end.phase, "stopped");
  strictEqual(end.unfinished, 2);
  const { begun } = seen;
  await clock.run(5_000);
  strictEqual(seen.begun, begun);
  const aborted = AbortSignal.abort();
  strictEqual(
    (await runLoad({ concurrency: 2, durationMs: 1_000, ratePerSecond: undefined }, start, () => {}, aborted, clock))
      .calls,
    0,
  );
});

test("plans that cannot be run", () => {
  const signal = new AbortController().signal;
  const plan = { concurrency: 1, durationMs: 1_000, ratePerSecond: undefined };
  for (const bad of [
    { concurrency: 0 },
    { concurrency: 65 },
    { concurrency: 1.5 },
    { durationMs: Number.NaN },
    { ratePerSecond: 0 },
  ]) {
    throws(
      () =>
        runLoad(
          { ...plan, ...bad },
          async () => OK,
          () => {},
          signal,
        ),
      RangeError,
    );
  }
});

test("percentiles are those of the nearest rank", () => {
  const latencies = latenciesOf(Float64Array.from({ length: 200 }, (_, i) => 200 - i));
  deepStrictEqual(latencies, {
    count: 200,
    minMs: 1,
    meanMs: 100.5,
    p50Ms: 100,
    p90Ms: 180,
    p95Ms: 190,
    p99Ms: 198,
    maxMs: 200,
  });
  strictEqual(latenciesOf(new Float64Array(0)), undefined);
});
