import assert from "node:assert/strict";
import { test } from "node:test";
import { Arrivals } from "./arrivals.js";
import { LoadProfile } from "./load-profile.js";

test("a level load has its value at any time, and its calls are evenly due", () => {
  const profile = new LoadProfile(100, []);
  assert.equal(profile.valueAt(0), 100);
  assert.equal(profile.valueAt(1e9), 100);
  assert.deepEqual(
    [0, 1, 2, 100].map((n) => profile.timeOf(n)),
    [0, 10, 20, 1000],
  );
});

test("a ramp is a straight line, behind which the load stays", () => {
  const profile = new LoadProfile(0, [
    { durationMs: 1000, value: 100 },
    { durationMs: 1000, value: 100 },
    { durationMs: 500, value: 20 },
  ]);
  assert.equal(profile.stepsMs, 2500);
  assert.deepEqual(
    [0, 500, 1000, 1500, 2250, 2500, 9999].map((t) => profile.valueAt(t)),
    [0, 50, 100, 100, 60, 20, 20],
  );
  // 50 calls in the first second, 100 in the next, 30 in the last half.
  for (const [amount, ms] of [
    [0, 0],
    [12.5, 500],
    [50, 1000],
    [100, 1500],
    [150, 2000],
    [180, 2500],
    [200, 3500],
  ] as const) {
    assert.ok(
      Math.abs(profile.timeOf(amount) - ms) < 1e-6,
      `${amount} calls are due by ${ms} ms, not ${profile.timeOf(amount)}`,
    );
  }
});

test("a sudden step, and a load that ends at nothing", () => {
  const profile = new LoadProfile(10, [
    { durationMs: 1000, value: 10 },
    { durationMs: 0, value: 1000 },
    { durationMs: 1000, value: 0 },
  ]);
  assert.equal(profile.valueAt(999), 10);
  assert.equal(profile.valueAt(1000), 1000);
  assert.equal(profile.timeOf(10), 1000);
  // 10 calls, then a triangle of 500: no more are ever due.
  assert.equal(profile.timeOf(510.1), Infinity);
});

test("the number of calls due by a time is the area under the line, whatever the line", () => {
  const profile = new LoadProfile(5, [
    { durationMs: 700, value: 90 },
    { durationMs: 300, value: 2 },
    { durationMs: 1000, value: 400 },
  ]);
  // The integral in small steps is the oracle.
  let area = 0;
  for (let t = 0; t < 2500; t += 0.25) {
    area += (profile.valueAt(t + 0.125) * 0.25) / 1000;
    assert.ok(Math.abs(profile.timeOf(area) - (t + 0.25)) < 0.6, `at ${t} ms`);
  }
});

test("poisson arrivals keep the rate, with gaps as an exponential distribution has them", () => {
  const arrivals = new Arrivals(new LoadProfile(1000, []), "poisson", 20261128);
  const due = Array.from({ length: 20_001 }, () => arrivals.next());
  const gaps = due.slice(1).map((at, i) => at - (due[i] as number));
  const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
  // The mean of 20,000 exponential gaps of 1 ms is within four standard errors of it.
  assert.ok(Math.abs(mean - 1) < 4 / Math.sqrt(20_000), `a mean gap of ${mean} ms`);
  // A share of 1/e is longer than the mean.
  const longer = gaps.filter((gap) => gap > 1).length / gaps.length;
  assert.ok(Math.abs(longer - Math.exp(-1)) < 0.015, `${longer} of the gaps are longer than 1 ms`);
  assert.ok(due.every((at, i) => i === 0 || at >= (due[i - 1] as number)));
});

test("the same seed gives the same arrivals, another seed others", () => {
  const first = (seed: number) => {
    const arrivals = new Arrivals(new LoadProfile(10, []), "poisson", seed);
    return Array.from({ length: 5 }, () => arrivals.next());
  };
  assert.deepEqual(first(1), first(1));
  assert.notDeepEqual(first(1), first(2));
  assert.ok(first(0).every(Number.isFinite));
});
