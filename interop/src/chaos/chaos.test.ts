import { deepStrictEqual, ok } from "node:assert/strict";
import { test } from "node:test";
import { mustExit } from "../exit-check.js";
import { runChaos } from "./run.js";

mustExit();

const DURATION_MS = 12_000;

test("five servers die, freeze and vanish under load: every call ends, none is executed against its policy", async (t) => {
  const seed = Math.floor(Math.random() * 2 ** 31);
  t.diagnostic(`seed ${seed}; for longer: npm run chaos -w interop -- --minutes 3 --seed ${seed}`);
  const report = await runChaos(DURATION_MS, seed);
  t.diagnostic(JSON.stringify(report));
  deepStrictEqual(report.faults, []);
  ok(report.calls > 100);
  ok(Object.keys(report.disasters).length > 1);
});
