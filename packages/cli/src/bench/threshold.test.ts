import assert from "node:assert/strict";
import { test } from "node:test";
import { Code } from "hawser";
import { CliError } from "../cli-error.js";
import type { Outcome } from "./outcome.js";
import { Recorder } from "./recorder.js";
import { judge, parseThreshold } from "./threshold.js";

const OK: Outcome = { code: Code.Ok, message: "", sent: 1, received: 1, firstReplyAt: undefined };

/** 99 calls of 1 to 99 ms, and one that failed. */
function run() {
  const recorder = new Recorder();
  for (let ms = 1; ms < 100; ms++) recorder.record({ ...OK, firstReplyAt: 0.5 }, 0, ms);
  recorder.record({ ...OK, code: Code.Unavailable, message: "gone" }, 0, 5);
  return { recorder, durationMs: 2000, notStarted: 1 };
}

const VERDICTS: [text: string, ok: boolean, measured: number][] = [
  ["p50<51ms", true, 50],
  ["p50 < 50ms", false, 50],
  ["p50<=50.1ms", true, 50],
  ["p99>=90ms", true, 99],
  ["p99.9<1s", true, 0.099],
  ["max>100000us", false, 99000],
  ["min<2ms", true, 1],
  ["mean<=50.5ms", true, 50],
  ["first-p50<1ms", true, 0.5],
  ["errors<1%", false, 1],
  ["errors<=1%", true, 1],
  ["failed<2", false, 2],
  ["rate>49", true, 49.5],
];

for (const [text, ok, measured] of VERDICTS) {
  test(`${text} is ${ok ? "kept" : "missed"}`, () => {
    const [verdict] = judge([parseThreshold(text)], run());
    assert.equal(verdict?.ok, ok);
    assert.equal(verdict?.threshold, text);
    const off = Math.abs((verdict?.measured as number) - measured) / measured;
    assert.ok(off < 0.002, `measured ${verdict?.measured}, three digits of ${measured}`);
  });
}

test("a threshold on what did not happen is missed", () => {
  const empty = { recorder: new Recorder(), durationMs: 0, notStarted: 0 };
  for (const text of ["p99<1s", "first-p50<1s", "errors<1%", "rate>1"]) {
    assert.deepEqual(judge([parseThreshold(text)], empty), [{ threshold: text, ok: false, measured: undefined }]);
  }
});

for (const text of [
  "",
  "p99",
  "p99<",
  "p99<5",
  "p99<5min",
  "p101<1ms",
  "q99<1ms",
  "errors<1",
  "errors<1ms",
  "rate>5ms",
  "first-<1ms",
  "p99==1ms",
  "p99<-1ms",
  "first-errors<1%",
]) {
  test(`"${text}" is no threshold`, () => {
    assert.throws(
      () => parseThreshold(text),
      (error) => error instanceof CliError && error.exitCode === 2 && error.message.includes(`"${text}"`),
    );
  });
}
