import assert from "node:assert/strict";
import { test } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { runSoak } from "./run-soak.js";

test("calls, streams of every kind and idle connections leave heap and handles as they were", async (t) => {
  // The long form is started with --expose-gc.
  setFlagsFromString("--expose-gc");
  globalThis.gc ??= runInNewContext("gc") as typeof globalThis.gc;
  const report = await runSoak({ calls: 40_000, streams: 4_000, connections: 400, log() {} });
  t.diagnostic(JSON.stringify(report));
  assert.deepEqual(report.faults, []);
});
