import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { test } from "node:test";
import { Backoff } from "./backoff.js";

test("waits grow by the multiplier to the most, and begin anew after a reset", () => {
  const backoff = new Backoff({ initialMs: 100, multiplier: 2, maxMs: 500, jitter: 0 });
  deepStrictEqual(
    [1, 2, 3, 4, 5].map(() => backoff.next()),
    [100, 200, 400, 500, 500],
  );
  backoff.reset();
  strictEqual(backoff.next(), 100);
});

test("the defaults are those of grpc/doc/connection-backoff.md", () => {
  const backoff = new Backoff({}, () => 0.5);
  strictEqual(backoff.next(), 1_000);
  strictEqual(backoff.next(), 1_600);
  for (let i = 0; i < 50; i++) ok(backoff.next() <= 120_000);
  strictEqual(backoff.next(), 120_000);
});

test("jitter makes a wait longer or shorter by its share at most", () => {
  for (const [random, expected] of [
    [0, 80],
    [0.5, 100],
    [1, 120],
  ] as const) {
    strictEqual(Math.round(new Backoff({ initialMs: 100 }, () => random).next()), expected);
  }
});
