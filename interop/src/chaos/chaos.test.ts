import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { test } from "node:test";
import { mustExit } from "../exit-check.js";
import { namespacesOf, namespacesRefused } from "./namespace-network.js";
import { runChaos } from "./run.js";

mustExit();

const DURATION_MS = 12_000;

test("five servers die, freeze and vanish under load: every call ends, none is executed against its policy", async (t) => {
  const seed = Math.floor(Math.random() * 2 ** 31);
  t.diagnostic(`seed ${seed}; for longer: npm run chaos -w interop -- --minutes 3 --seed ${seed}`);
  const report = await runChaos(DURATION_MS, seed, "proxy");
  t.diagnostic(JSON.stringify(report));
  deepStrictEqual(report.faults, []);
  ok(report.calls > 100);
  ok(Object.keys(report.disasters).length > 1);
});

const refused = namespacesRefused();
const name = "the same with a host of its own for each server, whose link goes down";
test(refused === undefined ? name : `${name} (skipped: ${refused})`, { skip: refused !== undefined }, async (t) => {
  const seed = Math.floor(Math.random() * 2 ** 31);
  t.diagnostic(`seed ${seed}; for longer: npm run chaos -w interop -- --minutes 3 --seed ${seed} --cut namespaces`);
  const report = await runChaos(DURATION_MS, seed, "namespaces");
  t.diagnostic(JSON.stringify(report));
  deepStrictEqual(report.faults, []);
  ok(report.calls > 100);
  strictEqual(report.network, "network namespaces, a host for each server");
  deepStrictEqual(namespacesOf(process.pid), []);
});
