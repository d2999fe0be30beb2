import assert from "node:assert/strict";
import { test } from "node:test";
import { Code } from "hawser";
import { Arrivals } from "./arrivals.js";
import { ClosedLoop } from "./closed-loop.js";
import { LoadProfile } from "./load-profile.js";
import { OpenLoop } from "./open-loop.js";
import type { Outcome, StartCall } from "./outcome.js";
import type { LoopListener } from "./run-control.js";

const OK: Outcome = { code: Code.Ok, message: "", sent: 1, received: 1, firstReplyAt: undefined };
const UNAVAILABLE: Outcome = { ...OK, code: Code.Unavailable, message: "no connection" };

/** Calls that take so long, and what was seen of them. */
function caller(durationMs: number, outcome = OK) {
  const seen = { started: 0, running: 0, mostRunning: 0 };
  const start: StartCall = (_, done) => {
    seen.started++;
    seen.running++;
    seen.mostRunning = Math.max(seen.mostRunning, seen.running);
    const end = () => {
      seen.running--;
      done(outcome);
    };
    if (durationMs === 0) queueMicrotask(end);
    else setTimeout(end, durationMs);
  };
  return { seen, start };
}

class Ends implements LoopListener {
  readonly latencies: number[] = [];
  readonly lateness: number[] = [];
  onEnd(_: Outcome, from: number, now: number): void {
    this.latencies.push(now - from);
  }
  onLate(ms: number): void {
    this.lateness.push(ms);
  }
}

const never = new AbortController().signal;

test("a closed loop keeps so many calls in flight and ends after so many", async () => {
  const { seen, start } = caller(2);
  const ends = new Ends();
  const control = { durationMs: Infinity, maxCalls: 50, signal: never };
  await new ClosedLoop(start, new LoadProfile(8, []), control, ends).done;
  assert.deepEqual([seen.started, seen.mostRunning, seen.running, ends.latencies.length], [50, 8, 0, 50]);
});

test("a closed loop whose calls fail at once leaves others their turn, and ends", async () => {
  const { seen, start } = caller(0, UNAVAILABLE);
  const stop = new AbortController();
  setTimeout(() => stop.abort(), 20);
  const control = { durationMs: Infinity, maxCalls: Infinity, signal: stop.signal };
  await new ClosedLoop(start, new LoadProfile(4, []), control, new Ends()).done;
  assert.equal(seen.running, 0);
  assert.ok(seen.started >= 4);
});

test("a closed loop that ramps up has more and more calls in flight", async () => {
  const { seen, start } = caller(5);
  const control = { durationMs: 300, maxCalls: Infinity, signal: never };
  const loop = new ClosedLoop(start, new LoadProfile(1, [{ durationMs: 150, value: 20 }]), control, new Ends());
  assert.equal(loop.inFlight, 1);
  await loop.done;
  assert.equal(seen.mostRunning, 20);
});

test("a closed loop ends though its calls hang when it is over: they are waited for", async () => {
  const { seen, start } = caller(60);
  const control = { durationMs: 20, maxCalls: Infinity, signal: never };
  await new ClosedLoop(start, new LoadProfile(3, []), control, new Ends()).done;
  assert.deepEqual([seen.started, seen.running], [3, 0]);
});

test("an open loop begins what is due, however slow the calls are", async () => {
  const { seen, start } = caller(100);
  const control = { durationMs: 200, maxCalls: Infinity, signal: never };
  const ends = new Ends();
  await new OpenLoop(start, new Arrivals(new LoadProfile(200, []), "even", 1), control, ends, 1000).done;
  assert.equal(seen.started, 40, "200 a second for a fifth of one");
  assert.ok(seen.mostRunning > 10, `${seen.mostRunning} at once`);
  assert.equal(ends.lateness.length, 40);
  assert.ok(ends.lateness.every((ms) => ms >= 0));
});

test("an open loop counts the wait for room as latency: nothing is left out", async () => {
  // One call at a time of 20 ms, one due every 5 ms: the n-th waits 15 ms longer than the one before.
  const { start } = caller(20);
  const control = { durationMs: 10_000, maxCalls: 10, signal: never };
  const ends = new Ends();
  const loop = new OpenLoop(start, new Arrivals(new LoadProfile(200, []), "even", 1), control, ends, 1);
  await loop.done;
  assert.equal(loop.notStarted, 0);
  const last = ends.latencies.at(-1) as number;
  assert.ok(last >= 20 * 10 - 5 * 9 - 1, `the last call took ${last} ms from when it was due`);
});

test("an open loop says how many calls had no room until the end", async () => {
  // They end when it is over, on however slow a machine.
  const ends: (() => void)[] = [];
  const start: StartCall = (_, done) => ends.push(() => done(OK));
  const control = { durationMs: 100, maxCalls: Infinity, signal: never };
  const loop = new OpenLoop(start, new Arrivals(new LoadProfile(100, []), "even", 1), control, new Ends(), 2);
  while (loop.notStarted === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  for (const end of ends) end();
  await loop.done;
  assert.deepEqual([loop.started, loop.notStarted], [2, 8]);
});

test("an open loop is stopped from outside, and ends with its calls", async () => {
  const { start, seen } = caller(30);
  const stop = new AbortController();
  const control = { durationMs: Infinity, maxCalls: Infinity, signal: stop.signal };
  const loop = new OpenLoop(start, new Arrivals(new LoadProfile(1000, []), "even", 1), control, new Ends(), 100);
  setTimeout(() => stop.abort(), 40);
  await loop.done;
  assert.equal(seen.running, 0);
  assert.equal(loop.notStarted, 0);
});

test("a loop that is stopped before it begins makes no call", async () => {
  const { start, seen } = caller(1);
  const control = { durationMs: Infinity, maxCalls: Infinity, signal: AbortSignal.abort() };
  await new ClosedLoop(start, new LoadProfile(4, []), control, new Ends()).done;
  await new OpenLoop(start, new Arrivals(new LoadProfile(9, []), "even", 1), control, new Ends(), 5).done;
  assert.equal(seen.started, 0);
});
