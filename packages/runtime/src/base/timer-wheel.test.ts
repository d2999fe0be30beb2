import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { describe, test } from "node:test";
import type { Clock } from "./clock.js";
import { GRANULARITY_MS, type Timer, TimerWheel } from "./timer-wheel.js";

/** A clock that stands still until the test moves it. */
class FakeClock implements Clock {
  #now = 1_000;
  #tasks: { atMs: number; task: () => void }[] = [];

  now(): number {
    return this.#now;
  }

  schedule(task: () => void, delayMs: number): () => void {
    const entry = { atMs: this.#now + Math.max(0, delayMs), task };
    this.#tasks.push(entry);
    return () => {
      this.#tasks = this.#tasks.filter((each) => each !== entry);
    };
  }

  get pending(): number {
    return this.#tasks.length;
  }

  /** Moves on to `toMs`, running what falls due on the way in its order. */
  advance(toMs: number): void {
    for (;;) {
      const next = this.#tasks.filter(({ atMs }) => atMs <= toMs).sort((a, b) => a.atMs - b.atMs)[0];
      if (next === undefined) break;
      this.#tasks = this.#tasks.filter((each) => each !== next);
      this.#now = Math.max(this.#now, next.atMs);
      next.task();
    }
    this.#now = toMs;
  }

  /** The process slept: time has passed, and only then the tasks run. */
  sleep(toMs: number): void {
    this.#now = toMs;
    const due = this.#tasks.filter(({ atMs }) => atMs <= toMs);
    this.#tasks = this.#tasks.filter(({ atMs }) => atMs > toMs);
    for (const { task } of due) task();
  }
}

function setUp(): { clock: FakeClock; wheel: TimerWheel; fired: number[]; add: (dueMs: number) => Timer } {
  const clock = new FakeClock();
  const wheel = new TimerWheel(clock);
  const fired: number[] = [];
  return { clock, wheel, fired, add: (dueMs) => wheel.add({ onTimeout: () => fired.push(dueMs) }, dueMs) };
}

describe("TimerWheel", () => {
  test("fires once, never early, and late by no more than its granularity", () => {
    for (const delay of [0, 0.5, 1, 4.9, 5, 7, 100, 999.9, 10_235, 10_240, 10_245, 50_000, 3_600_000]) {
      const { clock, wheel } = setUp();
      let firedAt = 0;
      wheel.add({ onTimeout: () => (firedAt = clock.now()) }, 1_000 + delay);
      clock.advance(1_000 + delay + 2 * GRANULARITY_MS);
      ok(firedAt >= 1_000 + delay, `${delay} ms: fired at ${firedAt}`);
      ok(firedAt <= 1_000 + delay + GRANULARITY_MS + 1e-6, `${delay} ms: fired at ${firedAt}`);
      strictEqual(wheel.size, 0);
    }
  });

  test("fires what was due long ago when the process wakes up", () => {
    const { clock, fired, add, wheel } = setUp();
    for (const due of [1_010, 5_000, 20_000, 200_000]) add(due);
    clock.sleep(100_000);
    deepStrictEqual(
      fired.sort((a, b) => a - b),
      [1_010, 5_000, 20_000],
    );
    strictEqual(wheel.size, 1);
    clock.advance(200_010);
    strictEqual(wheel.size, 0);
  });

  test("a due time in the past fires at the next tick", () => {
    const { clock, fired, add } = setUp();
    add(3);
    deepStrictEqual(fired, []);
    clock.advance(1_000 + 2 * GRANULARITY_MS);
    deepStrictEqual(fired, [3]);
  });

  test("what is cancelled does not fire, not even in the sweep that is under way", () => {
    const { clock, wheel, fired, add } = setUp();
    const timers: Timer[] = [];
    const cancelAll = (): void => {
      for (const timer of timers) timer.cancel();
    };
    timers.push(add(1_020), wheel.add({ onTimeout: cancelAll }, 1_020), add(1_020));
    add(1_100).cancel();
    clock.advance(2_000);
    ok(fired.length <= 1, "at most the one before the canceller");
    cancelAll();
    strictEqual(wheel.size, 0);
  });

  test("a target may add timers while it fires", () => {
    const { clock, wheel } = setUp();
    let count = 0;
    const again = {
      onTimeout: () => {
        if (++count < 100) wheel.add(again, clock.now() + 3);
      },
    };
    wheel.add(again, 1_001);
    clock.advance(3_000);
    strictEqual(count, 100);
  });

  test("with nothing to wait for, no far platform timer is left", () => {
    const { clock, add } = setUp();
    for (let i = 0; i < 100; i++) add(100_000 + i).cancel();
    strictEqual(clock.pending, 0);
  });

  test("random timers agree with a list", () => {
    let state = 42;
    const random = (): number => (state = (state * 1_103_515_245 + 12_345) & 0x7fffffff) / 0x7fffffff;
    const { clock, wheel, fired, add } = setUp();
    const live = new Map<number, Timer>();
    const expected = new Set<number>();
    for (let step = 0; step < 2_000; step++) {
      const due = clock.now() + random() * 30_000;
      live.set(due, add(due));
      if (random() < 0.5) {
        const [key, timer] = [...live][Math.floor(random() * live.size)] as [number, Timer];
        timer.cancel();
        live.delete(key);
      }
      clock.advance(clock.now() + random() * 20);
      for (const key of live.keys()) {
        if (key > clock.now() - GRANULARITY_MS) continue;
        expected.add(key);
        live.delete(key);
      }
      for (const key of expected) ok(fired.includes(key));
      ok(fired.every((due) => due <= clock.now()));
      for (const due of fired) live.delete(due);
    }
    strictEqual(wheel.size, live.size);
  });
});
